"""Deadlines of calls, in virtual time."""

import anyio
import httpx
import pytest

from freshdesk_mcp_server.errors import (
    ForbiddenError,
    FreshdeskError,
    NotFoundError,
    Outcome,
    RateLimitedError,
    ReplyLostError,
    ServerFailureError,
    UnreachableError,
)
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.operations.tickets import GET_TICKET
from support.answers import Upstream, body_lost, dripping, fine, silent, status
from support.backends import Nowhere, gateway_on
from support.operations import ALL, READS, WITH_ANSWER, call, call_on, each, error_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


@each(ALL)
async def test_the_deadline_ends_a_call_that_is_not_answered(operation: AnyOperation) -> None:
    upstream, started = Upstream(silent), anyio.current_time()
    error = await error_of(operation, upstream, deadline_s=45)
    assert anyio.current_time() - started == 45
    assert type(error) is ReplyLostError
    assert error.outcome is (Outcome.REFUSED if operation in READS else Outcome.UNKNOWN)
    assert (error.attempts, len(upstream.requests)) == (1, 1)


async def test_the_deadline_is_one_over_all_attempts() -> None:
    upstream, started = Upstream(status(503, after_s=20)), anyio.current_time()
    error = await error_of(GET_TICKET, upstream, deadline_s=45)
    assert anyio.current_time() - started == 45
    assert (type(error), error.attempts, len(upstream.requests)) == (ReplyLostError, 3, 3)


async def test_no_phase_of_a_request_may_last_longer_than_what_is_left_of_the_call() -> None:
    upstream = Upstream(status(503, after_s=41, Retry_After="0"), fine)
    await call(GET_TICKET, upstream, deadline_s=45, connect_timeout_s=3, read_timeout_s=20)
    first, second = (request.extensions["timeout"] for request in upstream.requests)
    assert first == {"connect": 3.0, "read": 20.0, "write": 20.0, "pool": 20.0}
    left_s = pytest.approx(45 - upstream.waits_s[0])
    pool_s = pytest.approx(0.95 * (45 - upstream.waits_s[0]))
    assert second == {"connect": 3.0, "read": left_s, "write": left_s, "pool": pool_s}


@each(WITH_ANSWER)
async def test_the_deadline_ends_a_success_that_only_drips(operation: AnyOperation) -> None:
    upstream, started = Upstream(dripping()), anyio.current_time()
    error = await error_of(operation, upstream, deadline_s=45)
    assert anyio.current_time() - started == 45
    assert type(error) is ReplyLostError
    assert error.outcome is (Outcome.REFUSED if operation in READS else Outcome.APPLIED)


@pytest.mark.parametrize(
    ("code", "error_class"), [(404, NotFoundError), (429, RateLimitedError), (502, ServerFailureError)]
)
async def test_the_deadline_ends_an_error_that_only_drips_and_its_status_counts(
    code: int, error_class: type[FreshdeskError]
) -> None:
    upstream, started = Upstream(dripping(code)), anyio.current_time()
    error = await error_of(GET_TICKET, upstream, deadline_s=45)
    assert anyio.current_time() - started == 45
    assert (type(error), error.status, error.attempts) == (error_class, code, 1)


@pytest.mark.parametrize("error_class", [httpx.ReadError, httpx.ReadTimeout, httpx.DecodingError])
async def test_an_error_whose_body_was_lost_is_the_error_of_its_status(error_class: type[Exception]) -> None:
    error = await error_of(GET_TICKET, Upstream(body_lost(403, error_class=error_class, X_Request_Id="r-1")))
    assert (type(error), error.status, error.request_id) == (ForbiddenError, 403, "r-1")


@pytest.mark.parametrize("deadline_s", [0.5, 3.0, 5.0])
@each(ALL)
async def test_a_call_without_a_connection_by_the_deadline_was_not_sent(
    operation: AnyOperation, deadline_s: float
) -> None:
    started = anyio.current_time()
    async with gateway_on(Nowhere(), deadline_s=deadline_s, connect_timeout_s=5) as (gateway, _):
        with pytest.raises(FreshdeskError) as caught:
            await call_on(gateway, operation)
    assert (type(caught.value), caught.value.outcome) == (UnreachableError, Outcome.NOT_SENT)
    assert anyio.current_time() - started <= deadline_s
