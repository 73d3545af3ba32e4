"""Pauses of all calls after a 429, in virtual time; the pauses themselves are in tests/unit/test_cooldown.py."""

from typing import Any

import anyio
import pytest

from freshdesk_mcp_server.errors import Outcome, RateLimit, RateLimitedError, ServerFailureError
from freshdesk_mcp_server.gateway.cooldown import DEFAULT_S
from freshdesk_mcp_server.gateway.gate import SPREAD_S
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.operations.tickets import GET_TICKET
from freshdesk_mcp_server.gateway.retry import FIRST_BACKOFF_S
from freshdesk_mcp_server.telemetry.events import AttemptFinished, Event
from support.answers import Answer, Upstream, fine, status
from support.operations import ALL, call_on, each, gateway_to

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


async def test_one_429_makes_the_other_calls_wait() -> None:
    upstream, started = Upstream(status(429, Retry_After="2"), fine), anyio.current_time()
    async with gateway_to(upstream) as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(call_on, gateway, GET_TICKET)
        await anyio.wait_all_tasks_blocked()
        for operation in ALL:
            tasks.start_soon(call_on, gateway, operation)
    first, *others = (time - started for time in upstream.times)
    assert first == 0
    assert len(others) == 1 + len(ALL)
    assert all(2.0 <= other <= 2.5 for other in others)
    assert len(set(others)) == 1 + len(ALL)


@pytest.mark.parametrize("answer", [status(429), status(429, Retry_After="soon")])
async def test_a_429_that_does_not_say_how_long_makes_them_wait_a_little(answer: Answer) -> None:
    upstream = Upstream(answer, fine)
    async with gateway_to(upstream, max_attempts=1) as gateway:
        with pytest.raises(RateLimitedError):
            await call_on(gateway, GET_TICKET)
        await call_on(gateway, GET_TICKET)
    (wait_s,) = upstream.waits_s
    assert DEFAULT_S <= wait_s <= DEFAULT_S + SPREAD_S + 1e-6


@each(ALL)
async def test_a_cooldown_beyond_the_deadline_ends_the_other_calls_at_once(operation: AnyOperation) -> None:
    limits: dict[str, Any] = {"X_RateLimit_Total": "50.0", "X_RateLimit_Remaining": "0.0"}
    upstream = Upstream(status(429, Retry_After="120", **limits))
    async with gateway_to(upstream) as gateway:
        with pytest.raises(RateLimitedError) as caught:
            await call_on(gateway, GET_TICKET)
        first = caught.value
        await anyio.sleep(3)
        started = anyio.current_time()
        with pytest.raises(RateLimitedError) as caught:
            await call_on(gateway, operation)
        error = caught.value
    assert anyio.current_time() == started
    assert (first.outcome, first.attempts, first.retry_after_s) == (Outcome.REFUSED, 1, 120.0)
    assert (error.operation, error.outcome, error.attempts) == (operation.name, Outcome.NOT_SENT, 0)
    assert error.retry_after_s == pytest.approx(117)
    assert error.rate_limit == first.rate_limit == RateLimit(50.0, 0.0)
    assert error.retryable
    assert len(upstream.requests) == 1


async def test_calls_that_waited_for_the_end_of_a_pause_start_at_different_times() -> None:
    upstream, started = Upstream(status(429, Retry_After="30"), fine), anyio.current_time()
    async with gateway_to(upstream, max_in_flight=50) as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(call_on, gateway, GET_TICKET)
        await anyio.wait_all_tasks_blocked()
        for _ in range(40):
            tasks.start_soon(call_on, gateway, GET_TICKET)
    starts = [time - started for time in upstream.times[1:]]
    assert len(set(starts)) == 41
    assert all(30 <= start <= 30 + FIRST_BACKOFF_S for start in starts)
    assert max(starts) - min(starts) > SPREAD_S / 2


async def test_a_quota_that_is_merely_low_delays_nothing() -> None:
    low: dict[str, Any] = {"X_RateLimit_Total": "50", "X_RateLimit_Remaining": "0", "Retry_After": "30"}
    upstream, events = Upstream(status(200, content=b'{"id": 7}', **low)), list[Event]()
    started = anyio.current_time()
    async with gateway_to(upstream, events=events) as gateway:
        for _ in range(5):
            await call_on(gateway, GET_TICKET)
    assert upstream.times == [started] * 5
    assert [event.rate_limit_remaining for event in events if isinstance(event, AttemptFinished)] == [0.0] * 5


async def test_a_failure_other_than_a_429_delays_nothing() -> None:
    upstream = Upstream(status(503, Retry_After="30"), fine)
    async with gateway_to(upstream, max_attempts=1) as gateway:
        with pytest.raises(ServerFailureError):
            await call_on(gateway, GET_TICKET)
        await call_on(gateway, GET_TICKET)
    assert upstream.waits_s == [0.0]
