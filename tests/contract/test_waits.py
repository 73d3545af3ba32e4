"""Waits between the attempts of a call, in virtual time."""

import anyio
import httpx
import pytest

from freshdesk_mcp_server.errors import Outcome, RateLimitedError
from freshdesk_mcp_server.gateway.cooldown import DEFAULT_S
from freshdesk_mcp_server.gateway.gate import SPREAD_S
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.operations.tickets import GET_TICKET
from freshdesk_mcp_server.gateway.retry import FIRST_BACKOFF_S, LONGEST_BACKOFF_S
from support.answers import Answer, Upstream, body_lost, fails, fine, status
from support.operations import ALL, IDEMPOTENT_WRITES, READS, call, each, error_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


NOW, PAST = "Mon, 02 Mar 2026 12:00:34 GMT", "Mon, 02 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (status(429, Retry_After="7"), 7.0),
        (status(429, Retry_After="7.5"), 7.5),
        (status(503, Retry_After="3"), 3.0),
        (body_lost(429, Retry_After="7"), 7.0),
        (
            status(429, Retry_After="Mon, 02 Mar 2026 12:00:34 GMT", Date="Mon, 02 Mar 2026 12:00:00 GMT"),
            34.0,
        ),
    ],
)
async def test_retry_after_is_waited_for_and_little_longer(answer: Answer, seconds: float) -> None:
    upstream = Upstream(answer, answer, fine) if seconds < 20 else Upstream(answer, fine)
    await call(GET_TICKET, upstream)
    for wait_s in upstream.waits_s:
        assert seconds <= wait_s <= seconds + FIRST_BACKOFF_S


@pytest.mark.parametrize(
    ("answer", "least_s", "most_s"),
    [
        (fails(httpx.ConnectError), 0.0, 0.0),
        (status(503), 0.0, 0.0),
        (status(503, Retry_After="0"), 0.0, 0.0),
        (status(503, Retry_After=PAST, Date=NOW), 0.0, 0.0),
        (status(429), DEFAULT_S, DEFAULT_S + FIRST_BACKOFF_S),
        (status(429, Retry_After="soon"), DEFAULT_S, DEFAULT_S + FIRST_BACKOFF_S),
        (status(429, Retry_After="0"), 0.0, 0.0),
        (status(429, Retry_After=PAST, Date=NOW), 0.0, 0.0),
    ],
)
async def test_without_a_retry_after_that_is_longer_waits_grow_half_fixed_and_half_by_chance(
    answer: Answer, least_s: float, most_s: float
) -> None:
    upstream = Upstream(answer)
    await error_of(GET_TICKET, upstream, max_attempts=10, deadline_s=600)
    longest = [min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2**number) for number in range(9)]
    bounds = [(max(least_s, limit_s / 2), max(most_s, limit_s) + SPREAD_S) for limit_s in longest]
    assert all(low <= wait_s <= high for wait_s, (low, high) in zip(upstream.waits_s, bounds, strict=True))
    assert len(set(upstream.waits_s)) == 9


@each((*READS, *IDEMPOTENT_WRITES))
async def test_the_attempts_of_one_call_reach_beyond_an_outage_of_ten_seconds(operation: AnyOperation) -> None:
    upstream, started = Upstream(status(503)), anyio.current_time()
    await error_of(operation, upstream)
    assert 15 <= anyio.current_time() - started <= 32


@pytest.mark.parametrize("seconds", [45.0, 60.0, 86_400.0])
@each(ALL)
async def test_a_wait_that_does_not_fit_the_deadline_is_not_begun(operation: AnyOperation, seconds: float) -> None:
    upstream, started = Upstream(status(429, Retry_After=str(seconds))), anyio.current_time()
    error = await error_of(operation, upstream, deadline_s=45)
    assert anyio.current_time() == started
    assert (type(error), error.outcome) == (RateLimitedError, Outcome.REFUSED)
    assert (error.retry_after_s, error.attempts, len(upstream.requests)) == (seconds, 1, 1)


async def test_a_second_wait_that_does_not_fit_what_is_left_is_not_begun() -> None:
    upstream, started = Upstream(status(429, Retry_After="30")), anyio.current_time()
    error = await error_of(GET_TICKET, upstream, deadline_s=45)
    assert 30 <= anyio.current_time() - started <= 30 + FIRST_BACKOFF_S
    assert (error.retry_after_s, error.attempts) == (30.0, 2)
