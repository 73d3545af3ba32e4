"""Repetition of calls, in virtual time: the failures after which an operation is sent again.

Creates go through `Gateway.create_ticket`, all else through `Gateway.call`, as in production.
"""

from typing import Any

import anyio
import httpx
import pytest

from freshdesk_client import Client
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import (
    AuthenticationFailedError,
    ConflictError,
    ForbiddenError,
    ForeignReplyError,
    FreshdeskError,
    MethodNotAllowedError,
    NotFoundError,
    Outcome,
    RateLimitedError,
    UnexpectedStatusError,
    UnreachableError,
    UnreadableReplyError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.operations.tickets import DELETE_TICKET, GET_TICKET, UPDATE_TICKET
from freshdesk_mcp_server.telemetry.events import Event
from support.answers import MARK, Answer, Upstream, body_lost, fails, fine, status, unreadable
from support.failures import NOT_ACTED_ON, OF_UNKNOWN_FATE, Ending, faults
from support.operations import ALL, IDEMPOTENT_WRITES, READS, call, each, error_of, gateway_to

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


REFUSED: list[tuple[str, Answer, type[FreshdeskError]]] = [
    ("400", status(400), ValidationFailedError),
    ("401", status(401), AuthenticationFailedError),
    ("403", status(403), ForbiddenError),
    ("404", status(404, content=b" "), NotFoundError),
    ("405", status(405), MethodNotAllowedError),
    ("406", status(406), UnexpectedStatusError),
    ("409", status(409), ConflictError),
    ("415", status(415), UnsupportedMediaTypeError),
    ("302", status(302, Location="https://acme.freshdesk.com/login"), UnexpectedStatusError),
    ("400 with a time to return", status(400, Retry_After="1"), ValidationFailedError),
]
LOST_SUCCESS: list[Answer] = [
    body_lost(),
    body_lost(error_class=httpx.RemoteProtocolError),
    body_lost(error_class=httpx.ReadTimeout),
]


@each(ALL)
async def test_a_call_that_succeeds_is_sent_once(operation: AnyOperation) -> None:
    upstream = Upstream(fine)
    assert (await call(operation, upstream)).attempts == 1
    assert (len(upstream.requests), upstream.times) == (1, [anyio.current_time()])


@faults(NOT_ACTED_ON, ("fault", "ending"))
@each(ALL)
async def test_a_request_that_freshdesk_did_not_process_is_repeated(
    operation: AnyOperation, fault: Answer, ending: Ending
) -> None:
    del ending
    upstream = Upstream(fault, fine)
    assert (await call(operation, upstream)).attempts == 2
    assert len(upstream.requests) == 2


@faults(NOT_ACTED_ON, ("fault", "ending"))
@each(ALL)
async def test_a_request_that_freshdesk_never_processes_ends_after_all_attempts(
    operation: AnyOperation, fault: Answer, ending: Ending
) -> None:
    upstream = Upstream(fault)
    error = await error_of(operation, upstream)
    assert (type(error), error.outcome) == ending
    assert (error.attempts, len(upstream.requests)) == (8, 8)
    assert error.retryable


@faults(OF_UNKNOWN_FATE, ("fault", "error_class"))
@each((*READS, *IDEMPOTENT_WRITES))
async def test_an_unsure_request_is_repeated_if_it_is_idempotent(
    operation: AnyOperation, fault: Answer, error_class: type[FreshdeskError]
) -> None:
    upstream = Upstream(fault, fault, fine)
    assert (await call(operation, upstream)).attempts == 3
    assert len(upstream.requests) == 3

    upstream = Upstream(fault)
    error = await error_of(operation, upstream)
    assert type(error) is error_class
    assert error.outcome is (Outcome.REFUSED if operation in READS else Outcome.UNKNOWN)
    assert (error.attempts, len(upstream.requests)) == (8, 8)
    assert error.retryable


@faults(REFUSED, ("fault", "error_class"))
@each(ALL)
async def test_a_refused_request_is_not_repeated(
    operation: AnyOperation, fault: Answer, error_class: type[FreshdeskError]
) -> None:
    upstream = Upstream(fault, fine)
    error = await error_of(operation, upstream)
    assert (type(error), error.outcome) == (error_class, Outcome.REFUSED)
    assert (error.attempts, len(upstream.requests)) == (1, 1)
    assert not error.retryable


@pytest.mark.parametrize("content", [b"{", b"7", b'{"id": "7"}', b"\xff"])
@each((*READS, UPDATE_TICKET))
async def test_an_unreadable_success_is_not_repeated(operation: AnyOperation, content: bytes) -> None:
    upstream = Upstream(unreadable(content), fine)
    error = await error_of(operation, upstream)
    assert type(error) is UnreadableReplyError
    assert error.outcome is (Outcome.REFUSED if operation in READS else Outcome.APPLIED)
    assert (error.attempts, len(upstream.requests)) == (1, 1)
    assert not error.retryable


@each((GET_TICKET, UPDATE_TICKET))
async def test_an_answer_about_another_ticket_is_unreadable(operation: AnyOperation) -> None:
    """A cache or a proxy may mix requests up; the requested ticket is 7."""
    error = await error_of(operation, Upstream(unreadable(b'{"id": 8, "subject": "s"}'), fine))
    assert type(error) is UnreadableReplyError
    assert error.outcome is (Outcome.REFUSED if operation in READS else Outcome.APPLIED)
    assert error.attempts == 1


@pytest.mark.parametrize("answer", [unreadable(b""), unreadable(b"<html>"), unreadable(b"<html>", "text/html")])
@each((*READS, UPDATE_TICKET))
async def test_the_success_of_something_else_is_neither_repeated_nor_believed(
    operation: AnyOperation, answer: Answer
) -> None:
    upstream = Upstream(answer, fine)
    error = await error_of(operation, upstream)
    assert type(error) is ForeignReplyError
    assert error.outcome is (Outcome.REFUSED if operation in READS else Outcome.UNKNOWN)
    assert (error.attempts, len(upstream.requests)) == (1, 1)
    assert not error.retryable


@pytest.mark.parametrize("fault", LOST_SUCCESS)
@each((*READS, *IDEMPOTENT_WRITES))
async def test_a_success_whose_body_was_lost_is_repeated_if_it_is_idempotent(
    operation: AnyOperation, fault: Answer
) -> None:
    upstream = Upstream(fault, fine)
    assert (await call(operation, upstream)).attempts == 2


@pytest.mark.parametrize("most", [1, 2, 10])
async def test_no_more_requests_are_sent_than_allowed(most: int) -> None:
    upstream = Upstream(status(503))
    error = await error_of(GET_TICKET, upstream, max_attempts=most)
    assert (error.attempts, len(upstream.requests)) == (most, most)


@each(ALL)
async def test_every_attempt_sends_the_same_request(operation: AnyOperation) -> None:
    upstream = Upstream(status(429, Set_Cookie="session=1; path=/"), fine)
    await call(operation, upstream)
    first, second = upstream.requests
    assert (first.method, first.url, first.content) == (second.method, second.url, second.content)
    assert first.headers == second.headers


async def test_a_defect_of_ours_does_not_pass_for_an_error_of_freshdesk() -> None:
    async def send(_: Client) -> Response[Any]:
        raise TypeError(MARK)

    upstream, events = Upstream(fine), list[Event]()
    async with gateway_to(upstream, events=events) as gateway:
        with pytest.raises(TypeError):
            await gateway.call(GET_TICKET, send)
    assert (upstream.requests, events) == ([], [])


@pytest.mark.parametrize("operation", [UPDATE_TICKET, DELETE_TICKET], ids=["update_ticket", "delete_ticket"])
@pytest.mark.parametrize("unsure", [status(503), fails(httpx.ReadError)], ids=["503", "reset"])
@pytest.mark.parametrize(
    ("last", "error_class"),
    [
        (status(400), ValidationFailedError),
        (status(403), ForbiddenError),
        (status(429, Retry_After="60"), RateLimitedError),
        (fails(httpx.ConnectError), UnreachableError),
    ],
    ids=["400", "403", "429", "no connection"],
)
async def test_a_refusal_says_nothing_of_an_earlier_attempt_that_may_have_made_the_change(
    operation: AnyOperation, unsure: Answer, last: Answer, error_class: type[FreshdeskError]
) -> None:
    error = await error_of(operation, Upstream(unsure, last))
    assert (type(error), error.outcome) == (error_class, Outcome.UNKNOWN)
    assert "earlier attempt" in error.message


@pytest.mark.parametrize(
    ("first", "last"),
    [(status(503), status(403)), (fails(httpx.ReadError), status(404)), (status(503), status(429, Retry_After="60"))],
)
@each(READS)
async def test_a_refusal_of_a_read_leaves_nothing_open(operation: AnyOperation, first: Answer, last: Answer) -> None:
    error = await error_of(operation, Upstream(first, last))
    assert (error.outcome, error.attempts) == (Outcome.REFUSED, 2)
    own = operation.guidance.refusals.get(error.code)
    assert error.message == (own.summary if own else type(error).summary)
