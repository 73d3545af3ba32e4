"""Events that the gateway tells its observer, in virtual time."""

from typing import Any
from unittest.mock import ANY

import httpx
import pytest

from freshdesk_mcp_server.errors import ErrorCode, RateLimitedError
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.operations.tickets import CREATE_TICKET, GET_TICKET, UPDATE_TICKET
from freshdesk_mcp_server.telemetry.events import (
    AttemptFinished,
    CooldownBegan,
    CreateReconciled,
    Event,
    RetryScheduled,
)
from support.answers import MARK, Upstream, body_lost, fails, fine, status, unreadable
from support.helpdesk import Helpdesk, Stored
from support.operations import MARKED, WITH_ANSWER, call, call_on, each, error_of, gateway_to

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


def about(seconds: float) -> Any:
    """Return a number for an expected event that allows for rounding errors."""
    return pytest.approx(seconds)


async def test_the_observer_is_told_of_each_attempt_each_wait_and_each_cooldown() -> None:
    events: list[Event] = []
    limits: dict[str, Any] = {"X_RateLimit_Total": "50.0", "X_RateLimit_Remaining": "0.0"}
    upstream = Upstream(
        status(429, after_s=1, Retry_After="7", X_Request_Id="r-1", **limits),
        fails(httpx.ConnectError, after_s=5),
        fine,
    )
    await call(UPDATE_TICKET, upstream, events=events)

    first_s, second_s = about(upstream.waits_s[0] - 1), about(upstream.waits_s[1] - 5)
    assert events == [
        AttemptFinished("update_ticket", 1, 1.0, 429, "r-1", ErrorCode.RATE_LIMITED, 0.0),
        CooldownBegan(about(7.0)),
        RetryScheduled("update_ticket", 1, first_s),
        AttemptFinished("update_ticket", 2, about(5.0), None, None, ErrorCode.UNREACHABLE, 0.0, "network"),
        RetryScheduled("update_ticket", 2, second_s),
        AttemptFinished("update_ticket", 3, 0.0, 200, None, None, 0.0),
    ]


async def test_the_observer_is_told_of_the_attempt_that_ends_a_call() -> None:
    events: list[Event] = []
    await error_of(UPDATE_TICKET, Upstream(status(409, X_Request_Id="r-1")), events=events)
    assert events == [AttemptFinished("update_ticket", 1, 0.0, 409, "r-1", ErrorCode.CONFLICT, None)]


async def test_the_observer_is_told_of_a_look_and_what_it_found() -> None:
    events: list[Event] = []
    await call(CREATE_TICKET, Helpdesk(Stored(status(503))), events=events)
    assert events == [
        AttemptFinished("create_ticket", 1, 0.0, 503, None, ErrorCode.SERVER_FAILURE),
        AttemptFinished("list_tickets", 1, 0.0, 200),
        AttemptFinished("get_ticket", 1, 0.0, 200),
        CreateReconciled("found"),
    ]


async def test_the_observer_is_told_of_an_absent_ticket_and_of_the_next_attempt() -> None:
    events: list[Event] = []
    await call(CREATE_TICKET, Helpdesk(status(503)), events=events)
    assert events == [
        AttemptFinished("create_ticket", 1, 0.0, 503, None, ErrorCode.SERVER_FAILURE),
        *[AttemptFinished("list_tickets", 1, 0.0, 200)] * 5,
        AttemptFinished("get_ticket", 1, 0.0, 404, None, ErrorCode.NOT_FOUND),
        AttemptFinished("get_current_agent", 1, 0.0, 200),
        CreateReconciled("absent"),
        RetryScheduled("create_ticket", 1, ANY),
        AttemptFinished("create_ticket", 2, 0.0, 201),
    ]


async def test_the_observer_is_told_of_a_look_that_failed() -> None:
    events: list[Event] = []
    await error_of(CREATE_TICKET, Upstream(body_lost(X_Request_Id="r-1"), status(403)), events=events)
    assert events == [
        AttemptFinished("create_ticket", 1, 0.0, 201, "r-1", ErrorCode.REPLY_LOST),
        AttemptFinished("list_tickets", 1, 0.0, 403, None, ErrorCode.FORBIDDEN),
        CreateReconciled("not_known"),
    ]


async def test_a_call_that_is_not_let_in_has_no_attempt() -> None:
    events: list[Event] = []
    upstream = Upstream(status(429, Retry_After="120"))
    async with gateway_to(upstream, events=events) as gateway:
        for _ in range(2):
            with pytest.raises(RateLimitedError):
                await call_on(gateway, GET_TICKET)
    assert [type(event) for event in events] == [AttemptFinished, CooldownBegan]


@each(WITH_ANSWER)
async def test_no_event_holds_words_of_a_request_or_an_answer(operation: AnyOperation) -> None:
    events: list[Event] = []
    said = f'{{"message": "{MARK}", "code": "{MARK}"}}'.encode()
    upstream = Upstream(status(429, content=said, X_Request_Id=f"{MARK}@"), unreadable(MARKED))
    await error_of(operation, upstream, events=events)
    attempts = [event for event in events if isinstance(event, AttemptFinished) and event.operation == operation.name]
    assert len(attempts) == 2
    assert MARK not in repr(events)


async def test_no_event_of_a_look_holds_words_of_an_answer() -> None:
    events: list[Event] = []
    await call(CREATE_TICKET, Helpdesk(Stored(status(503, content=MARKED))), events=events)
    assert CreateReconciled("found") in events
    assert MARK not in repr(events)
