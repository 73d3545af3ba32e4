"""The loop around every call, in virtual time: repetition, waits, deadlines, cancellation, and what is told of it.

Creates go through `Gateway.create_ticket`, all else through `Gateway.call`, as in production.
"""

import json
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from unittest.mock import ANY

import anyio
import httpcore
import httpx
import pytest
import trio.testing

from freshdesk_client import Client
from freshdesk_client.api.tickets import delete_ticket, get_ticket
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import (
    AuthenticationFailedError,
    ConflictError,
    ErrorCode,
    ForbiddenError,
    ForeignReplyError,
    FreshdeskError,
    MethodNotAllowedError,
    NotFoundError,
    Outcome,
    OverloadedError,
    RateLimit,
    RateLimitedError,
    ReplyLostError,
    ServerFailureError,
    UnexpectedStatusError,
    UnreachableError,
    UnreadableReplyError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)
from freshdesk_mcp_server.gateway import Gateway, Reply, open_gateway
from freshdesk_mcp_server.gateway.cooldown import DEFAULT_S
from freshdesk_mcp_server.gateway.gate import SPREAD_S
from freshdesk_mcp_server.gateway.operation import (
    CREATE_TICKET,
    DELETE_TICKET,
    GET_TICKET,
    UPDATE_TICKET,
    Operation,
)
from freshdesk_mcp_server.gateway.retry import FIRST_BACKOFF_S, LONGEST_BACKOFF_S
from freshdesk_mcp_server.telemetry.events import (
    CANCELLED,
    AttemptFinished,
    CooldownBegan,
    CreateReconciled,
    Event,
    RetryScheduled,
)
from support.answers import MARK, Answer, Upstream, body_lost, dripping, fails, fine, silent, status, unreadable
from support.gateways import API_KEY, settings_for_tests
from support.helpdesk import Helpdesk, Stored
from support.operations import (
    ALL,
    EMAIL,
    IDEMPOTENT_WRITES,
    MARKED,
    READS,
    SEND,
    WITH_ANSWER,
    WRITES,
    call,
    call_on,
    each,
    error_of,
    gateway_to,
)

NOW, PAST = "Mon, 02 Mar 2026 12:00:34 GMT", "Mon, 02 Mar 2026 12:00:00 GMT"

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    """A clock that jumps to the next deadline as soon as nothing else is left to do; it starts anew for each test."""
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


def about(seconds: float) -> Any:
    """A number that may differ by as much as adding up numbers does, to stand in an event."""
    return pytest.approx(seconds)


# --- The table of repetition -------------------------------------------------------------------------------------

type Ending = tuple[type[FreshdeskError], Outcome]

NOT_ACTED_ON: list[tuple[str, Answer, Ending]] = [
    ("rate limited", status(429), (RateLimitedError, Outcome.REFUSED)),
    ("rate limited, body lost", body_lost(429), (RateLimitedError, Outcome.REFUSED)),
    ("no connection", fails(httpx.ConnectError), (UnreachableError, Outcome.NOT_SENT)),
    ("no connection in time", fails(httpx.ConnectTimeout), (UnreachableError, Outcome.NOT_SENT)),
    ("no free connection", fails(httpx.PoolTimeout), (UnreachableError, Outcome.NOT_SENT)),
    ("no way through the proxy", fails(httpx.ProxyError), (UnreachableError, Outcome.NOT_SENT)),
]
OF_UNKNOWN_FATE: list[tuple[str, Answer, type[FreshdeskError]]] = [
    ("500", status(500), ServerFailureError),
    ("502", status(502, content=b"<html>"), ServerFailureError),
    ("503", status(503), ServerFailureError),
    ("504", status(504), ServerFailureError),
    ("520", status(520), ServerFailureError),
    ("502, body lost", body_lost(502), ServerFailureError),
    ("reset", fails(httpx.ReadError), ReplyLostError),
    ("reset while writing", fails(httpx.WriteError), ReplyLostError),
    ("closed without an answer", fails(httpx.RemoteProtocolError), ReplyLostError),
    ("no answer in time", fails(httpx.ReadTimeout), ReplyLostError),
    ("not sent in time", fails(httpx.WriteTimeout), ReplyLostError),
]
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


def faults(rows: Sequence[tuple[Any, ...]], names: tuple[str, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(names, [row[1:] for row in rows], ids=[row[0] for row in rows])


@each(ALL)
async def test_what_goes_well_is_sent_once(operation: Operation) -> None:
    upstream = Upstream(fine)
    assert (await call(operation, upstream)).attempts == 1
    assert (len(upstream.requests), upstream.times) == (1, [anyio.current_time()])


@faults(NOT_ACTED_ON, ("fault", "ending"))
@each(ALL)
async def test_what_freshdesk_did_not_act_on_is_repeated(operation: Operation, fault: Answer, ending: Ending) -> None:
    del ending
    upstream = Upstream(fault, fine)
    assert (await call(operation, upstream)).attempts == 2
    assert len(upstream.requests) == 2


@faults(NOT_ACTED_ON, ("fault", "ending"))
@each(ALL)
async def test_what_freshdesk_never_acts_on_ends_after_all_attempts(
    operation: Operation, fault: Answer, ending: Ending
) -> None:
    upstream = Upstream(fault)
    error = await error_of(operation, upstream)
    assert (type(error), error.outcome) == ending
    assert (error.attempts, len(upstream.requests)) == (8, 8)
    assert error.retryable


@faults(OF_UNKNOWN_FATE, ("fault", "error_class"))
@each((*READS, *IDEMPOTENT_WRITES))
async def test_what_may_have_happened_is_repeated_if_twice_is_the_same_as_once(
    operation: Operation, fault: Answer, error_class: type[FreshdeskError]
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
async def test_what_was_refused_is_not_repeated(
    operation: Operation, fault: Answer, error_class: type[FreshdeskError]
) -> None:
    upstream = Upstream(fault, fine)
    error = await error_of(operation, upstream)
    assert (type(error), error.outcome) == (error_class, Outcome.REFUSED)
    assert (error.attempts, len(upstream.requests)) == (1, 1)
    assert not error.retryable


@pytest.mark.parametrize("content", [b"{", b"7", b'{"id": "7"}', b"\xff"])
@each((*READS, UPDATE_TICKET))
async def test_an_unreadable_success_is_not_repeated(operation: Operation, content: bytes) -> None:
    upstream = Upstream(unreadable(content), fine)
    error = await error_of(operation, upstream)
    assert type(error) is UnreadableReplyError
    assert error.outcome is (Outcome.REFUSED if operation in READS else Outcome.APPLIED)
    assert (error.attempts, len(upstream.requests)) == (1, 1)
    assert not error.retryable


@pytest.mark.parametrize("answer", [unreadable(b""), unreadable(b"<html>"), unreadable(b"<html>", "text/html")])
@each((*READS, UPDATE_TICKET))
async def test_the_success_of_something_else_is_neither_repeated_nor_believed(
    operation: Operation, answer: Answer
) -> None:
    upstream = Upstream(answer, fine)
    error = await error_of(operation, upstream)
    assert type(error) is ForeignReplyError
    assert error.outcome is (Outcome.REFUSED if operation in READS else Outcome.UNKNOWN)
    assert (error.attempts, len(upstream.requests)) == (1, 1)
    assert not error.retryable


@pytest.mark.parametrize("code", [200, 202, 205])
@pytest.mark.parametrize(("is_in_trash", "outcome"), [(True, None), (False, Outcome.UNKNOWN)])
async def test_a_success_that_proves_no_deletion_has_the_ticket_read(
    code: int, outcome: Outcome | None, *, is_in_trash: bool
) -> None:
    upstream = Upstream(status(code), status(200, content=json.dumps({"id": 7, "deleted": is_in_trash}).encode()))
    if outcome is None:
        assert (await call(DELETE_TICKET, upstream)).recovered
    else:
        assert (await error_of(DELETE_TICKET, upstream)).outcome is outcome
    assert [request.method for request in upstream.requests] == ["DELETE", "GET"]


@pytest.mark.parametrize("fault", LOST_SUCCESS)
@each((*READS, *IDEMPOTENT_WRITES))
async def test_a_success_whose_body_was_lost_is_repeated_if_twice_is_the_same_as_once(
    operation: Operation, fault: Answer
) -> None:
    upstream = Upstream(fault, fine)
    assert (await call(operation, upstream)).attempts == 2


@pytest.mark.parametrize("most", [1, 2, 10])
async def test_no_more_requests_are_sent_than_allowed(most: int) -> None:
    upstream = Upstream(status(503))
    error = await error_of(GET_TICKET, upstream, max_attempts=most)
    assert (error.attempts, len(upstream.requests)) == (most, most)


@each(ALL)
async def test_every_attempt_sends_the_same_request(operation: Operation) -> None:
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
    operation: Operation, unsure: Answer, last: Answer, error_class: type[FreshdeskError]
) -> None:
    error = await error_of(operation, Upstream(unsure, last))
    assert (type(error), error.outcome) == (error_class, Outcome.UNKNOWN)
    assert "earlier attempt" in error.message


@pytest.mark.parametrize(
    ("first", "last"),
    [(status(503), status(403)), (fails(httpx.ReadError), status(404)), (status(503), status(429, Retry_After="60"))],
)
@each(READS)
async def test_of_a_read_it_says_all_there_is_to_say(operation: Operation, first: Answer, last: Answer) -> None:
    error = await error_of(operation, Upstream(first, last))
    assert (error.outcome, error.attempts) == (Outcome.REFUSED, 2)
    assert error.message == type(error).summary


UNSURE = [status(503), fails(httpx.ReadError), body_lost(503)]
IN_TRASH = status(200, content=b'{"id": 7, "deleted": true}')
NOT_IN_TRASH = status(200, content=b'{"id": 7, "spam": true}')


@pytest.mark.parametrize("code", [404, 405])
@pytest.mark.parametrize("unsure", UNSURE)
async def test_a_ticket_that_is_in_the_trash_after_an_attempt_of_unknown_fate_was_deleted(
    unsure: Answer, code: int
) -> None:
    upstream = Upstream(unsure, status(code), IN_TRASH)
    reply = await call(DELETE_TICKET, upstream)
    assert (reply.recovered, reply.attempts, len(upstream.requests)) == (True, 2, 3)


@pytest.mark.parametrize("read", [status(404), status(403), status(200, content=b"{")])
@pytest.mark.parametrize("unsure", UNSURE)
async def test_one_that_is_not_shown_may_never_have_been_there(unsure: Answer, read: Answer) -> None:
    error = await error_of(DELETE_TICKET, Upstream(unsure, status(404), read))
    assert (type(error), error.outcome, error.attempts) == (NotFoundError, Outcome.UNKNOWN, 2)


@pytest.mark.parametrize("unsure", UNSURE)
async def test_one_that_is_shown_outside_of_the_trash_was_not_deleted(unsure: Answer) -> None:
    error = await error_of(DELETE_TICKET, Upstream(unsure, status(405), NOT_IN_TRASH))
    assert (type(error), error.outcome, error.attempts) == (MethodNotAllowedError, Outcome.REFUSED, 2)


@pytest.mark.parametrize(("code", "error_class"), [(404, NotFoundError), (405, MethodNotAllowedError)])
@pytest.mark.parametrize("first", [status(429), fails(httpx.ConnectError), fails(httpx.PoolTimeout)])
async def test_one_that_was_gone_before_was_not(first: Answer, code: int, error_class: type[FreshdeskError]) -> None:
    error = await error_of(DELETE_TICKET, Upstream(first, status(code)))
    assert (type(error), error.outcome, error.attempts) == (error_class, Outcome.REFUSED, 2)


async def test_only_a_deletion_is_done_by_a_ticket_that_is_gone() -> None:
    error = await error_of(UPDATE_TICKET, Upstream(status(503), status(404)))
    assert (type(error), error.outcome) == (NotFoundError, Outcome.UNKNOWN)


# --- Waits and deadlines -----------------------------------------------------------------------------------------


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
async def test_the_attempts_of_one_call_reach_beyond_an_outage_of_ten_seconds(operation: Operation) -> None:
    upstream, started = Upstream(status(503)), anyio.current_time()
    await error_of(operation, upstream)
    assert 15 <= anyio.current_time() - started <= 32


@pytest.mark.parametrize("seconds", [45.0, 60.0, 86_400.0])
@each(ALL)
async def test_a_wait_that_does_not_fit_the_deadline_is_not_begun(operation: Operation, seconds: float) -> None:
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


@each(ALL)
async def test_the_deadline_ends_a_call_that_is_not_answered(operation: Operation) -> None:
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
async def test_the_deadline_ends_a_success_that_only_drips(operation: Operation) -> None:
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


# --- The cooldown after a 429 ------------------------------------------------------------------------------------


async def test_one_429_makes_the_other_calls_wait() -> None:
    upstream, started = Upstream(status(429, Retry_After="2"), fine), anyio.current_time()
    async with gateway_to(upstream) as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(call_on, gateway, GET_TICKET)
        await anyio.wait_all_tasks_blocked()
        for operation in ALL:
            tasks.start_soon(call_on, gateway, operation)
    first, *others = (time - started for time in upstream.times)
    assert first == 0
    assert len(others) == 6
    assert all(2.0 <= other <= 2.5 for other in others)
    assert len(set(others)) == 6


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
async def test_a_cooldown_beyond_the_deadline_ends_the_other_calls_at_once(operation: Operation) -> None:
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


async def test_calls_that_waited_for_the_end_of_it_do_not_all_start_at_the_same_instant() -> None:
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


async def test_neither_does_any_other_failure() -> None:
    upstream = Upstream(status(503, Retry_After="30"), fine)
    async with gateway_to(upstream, max_attempts=1) as gateway:
        with pytest.raises(ServerFailureError):
            await call_on(gateway, GET_TICKET)
        await call_on(gateway, GET_TICKET)
    assert upstream.waits_s == [0.0]


# --- How many calls at a time ------------------------------------------------------------------------------------


async def test_no_more_requests_are_under_way_than_may_be() -> None:
    under_way = most = 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await anyio.sleep(1)
        under_way -= 1
        return await fine(request)

    started = anyio.current_time()
    async with gateway_to(answer, max_in_flight=3) as gateway, anyio.create_task_group() as tasks:
        for _ in range(9):
            tasks.start_soon(call_on, gateway, GET_TICKET)
    assert (most, anyio.current_time() - started) == (3, 3)


@each(ALL)
async def test_more_calls_than_may_wait_are_told_so_at_once(operation: Operation) -> None:
    upstream, started = Upstream(status(200, after_s=10, content=b'{"id": 7}')), anyio.current_time()
    async with (
        gateway_to(upstream, max_in_flight=2, max_waiting=3) as gateway,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(5):
            tasks.start_soon(call_on, gateway, GET_TICKET)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(OverloadedError) as caught:
            await call_on(gateway, operation)
        error = caught.value
        assert anyio.current_time() == started
        assert (error.operation, error.outcome, error.attempts) == (operation.name, Outcome.NOT_SENT, 0)
        await anyio.sleep(10.5)
        await call_on(gateway, GET_TICKET)
    assert len(upstream.requests) == 6


async def test_a_call_that_waits_to_be_repeated_holds_no_slot() -> None:
    upstream, started = Upstream(status(503, Retry_After="30"), fine), anyio.current_time()
    async with gateway_to(upstream, max_in_flight=1) as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(call_on, gateway, GET_TICKET)
        await anyio.wait_all_tasks_blocked()
        await call_on(gateway, GET_TICKET)
        assert anyio.current_time() == started


# --- Cancellation ------------------------------------------------------------------------------------------------


class SilentStream(httpcore.AsyncNetworkStream):
    """A connection that takes everything and answers nothing."""

    def __init__(self) -> None:
        self.is_closed = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's
        del max_bytes
        try:
            with anyio.fail_after(timeout):
                await anyio.sleep_forever()
        except TimeoutError:
            raise httpcore.ReadTimeout from None
        raise AssertionError

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # as above
        """Take it."""

    async def start_tls(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        return self

    async def aclose(self) -> None:
        self.is_closed = True


class SilentNetwork(httpcore.AsyncNetworkBackend):
    """A network on which every connection is made, and none is answered."""

    def __init__(self) -> None:
        self.streams: list[SilentStream] = []

    async def connect_tcp(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        self.streams.append(SilentStream())
        return self.streams[-1]


@asynccontextmanager
async def gateway_on(
    network: httpcore.AsyncNetworkBackend, **given: object
) -> AsyncIterator[tuple[Gateway, httpcore.AsyncConnectionPool]]:
    """A gateway with httpx's own transport and pool, on a network of ours."""
    transport = httpx.AsyncHTTPTransport()
    pool = transport._pool = httpcore.AsyncConnectionPool(network_backend=network)
    async with open_gateway(settings_for_tests(**given), lambda _: None, transport=transport) as gateway:
        yield gateway, pool


class Nowhere(httpcore.AsyncNetworkBackend):
    """A network on which no connection is ever made."""

    async def connect_tcp(
        self,
        *_: Any,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
        **__: Any,
    ) -> httpcore.AsyncNetworkStream:
        try:
            with anyio.fail_after(timeout):
                await anyio.sleep_forever()
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        raise AssertionError


@pytest.mark.parametrize("deadline_s", [0.5, 3.0, 5.0])
@each(ALL)
async def test_what_has_no_connection_by_the_deadline_was_not_sent(operation: Operation, deadline_s: float) -> None:
    started = anyio.current_time()
    async with gateway_on(Nowhere(), deadline_s=deadline_s, connect_timeout_s=5) as (gateway, _):
        with pytest.raises(FreshdeskError) as caught:
            await call_on(gateway, operation)
    assert (type(caught.value), caught.value.outcome) == (UnreachableError, Outcome.NOT_SENT)
    assert anyio.current_time() - started <= deadline_s


async def test_cancellation_leaves_no_connection() -> None:
    network, started = SilentNetwork(), anyio.current_time()
    async with gateway_on(network) as (gateway, pool):
        with anyio.move_on_after(10) as scope:
            await call_on(gateway, GET_TICKET)
        assert scope.cancelled_caught
        assert anyio.current_time() - started == 10
        assert pool.connections == []
        assert [stream.is_closed for stream in network.streams] == [True]


async def test_neither_does_a_read_timeout_or_the_deadline() -> None:
    network, started = SilentNetwork(), anyio.current_time()
    async with gateway_on(network, deadline_s=45, read_timeout_s=20) as (gateway, pool):
        with pytest.raises(ReplyLostError) as caught:
            await gateway.call(GET_TICKET, SEND["get_ticket"])
        assert anyio.current_time() - started == 45
        assert caught.value.attempts == 3
        assert pool.connections == []
        assert [stream.is_closed for stream in network.streams] == [True] * 3


async def test_cancellation_ends_a_wait_between_attempts() -> None:
    upstream, started = Upstream(status(429, Retry_After="30")), anyio.current_time()
    with anyio.move_on_after(10) as scope:
        await call(GET_TICKET, upstream)
    assert scope.cancelled_caught
    assert (anyio.current_time() - started, len(upstream.requests)) == (10, 1)


async def test_a_deadline_of_the_caller_is_not_taken_for_an_error_of_freshdesk() -> None:
    with pytest.raises(TimeoutError):
        with anyio.fail_after(10):
            await call(GET_TICKET, Upstream(silent), deadline_s=45)


@each((*IDEMPOTENT_WRITES, *WRITES))
async def test_a_write_that_was_sent_is_not_cancelled_with_its_caller(operation: Operation) -> None:
    async def slow(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(15)
        return await fine(request)

    events, started = list[Event](), anyio.current_time()
    async with gateway_to(slow, events=events) as gateway:
        with anyio.move_on_after(10):
            await call_on(gateway, operation)
        assert anyio.current_time() - started == 15
    assert [(event.operation, event.code) for event in events if isinstance(event, AttemptFinished)] == [
        (operation.name, None)
    ]


@each(ALL)
async def test_a_call_that_was_not_sent_yet_is_cancelled_at_once(operation: Operation) -> None:
    started = anyio.current_time()
    async with gateway_to(Upstream(status(429, Retry_After="30"), fine), max_attempts=1) as gateway:
        with pytest.raises(RateLimitedError):
            await gateway.call(GET_TICKET, SEND["get_ticket"])
        with anyio.move_on_after(10) as scope:
            await call_on(gateway, operation)
    assert scope.cancelled_caught
    assert anyio.current_time() - started == 10


async def test_a_cancelled_request_is_told_of_as_one() -> None:
    events: list[Event] = []
    with anyio.move_on_after(10):
        await call(GET_TICKET, Upstream(silent), events=events)
    assert events == [AttemptFinished("get_ticket", 1, 10.0, code=CANCELLED)]


@pytest.mark.parametrize(
    ("helpdesk", "ends_s"),
    [
        (lambda: Helpdesk(silent), 45),
        (lambda: Helpdesk(Stored(fails(httpx.ReadTimeout, after_s=20))), 20),
        (lambda: Helpdesk(status(503), lists=[silent, silent]), 45),
        (lambda: Helpdesk(status(503), status(503)), 25),
        (lambda: Helpdesk(status(429, Retry_After="30")), 5),
    ],
    ids=["in a request", "in one that happens", "in a look", "between two looks", "before a repetition"],
)
async def test_cancellation_of_a_create_frees_slot_and_turn_once_its_fate_is_known(
    helpdesk: Callable[[], Helpdesk], ends_s: float
) -> None:
    upstream, started = helpdesk(), anyio.current_time()
    async with gateway_to(upstream, max_in_flight=1, max_waiting=0) as gateway:
        with suppress(FreshdeskError), anyio.move_on_after(5):
            await call_on(gateway, CREATE_TICKET)
        assert ends_s - 5 <= anyio.current_time() - started <= ends_s + 0.001
        assert (gateway._ledger.turns.count, gateway._ledger._creating) == (0, set())
        await anyio.sleep(40)
        started = anyio.current_time()
        reply = await call_on(gateway, CREATE_TICKET)
        assert (reply.attempts, reply.recovered) == (1, False)
        assert anyio.current_time() == started


async def test_cancellation_of_a_create_that_waits_for_its_turn_leaves_the_first_alone() -> None:
    helpdesk = Helpdesk(Stored(status(503, after_s=20)))
    replies: list[Reply[Any]] = []

    async def run(gateway: Gateway) -> None:
        replies.append(await call_on(gateway, CREATE_TICKET))

    async with gateway_to(helpdesk, max_in_flight=1, max_waiting=1) as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(run, gateway)
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(5) as scope:
            await call_on(gateway, CREATE_TICKET)
        assert scope.cancelled_caught
        tasks.start_soon(run, gateway)
    assert [(reply.value.id, reply.recovered) for reply in replies] == [(101, True), (102, False)]
    assert gateway._ledger.turns.count == 0


# --- Events ------------------------------------------------------------------------------------------------------


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


async def test_the_observer_is_told_of_an_absent_ticket_and_of_what_follows() -> None:
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
async def test_no_event_holds_what_was_sent_or_answered(operation: Operation) -> None:
    events: list[Event] = []
    said = f'{{"message": "{MARK}", "code": "{MARK}"}}'.encode()
    upstream = Upstream(status(429, content=said, X_Request_Id=f"{MARK}@"), unreadable(MARKED))
    await error_of(operation, upstream, events=events)
    attempts = [event for event in events if isinstance(event, AttemptFinished) and event.operation == operation.name]
    assert len(attempts) == 2
    assert MARK not in repr(events)


async def test_neither_does_one_of_a_look() -> None:
    events: list[Event] = []
    await call(CREATE_TICKET, Helpdesk(Stored(status(503, content=MARKED))), events=events)
    assert CreateReconciled("found") in events
    assert MARK not in repr(events)


# --- Calls side by side ------------------------------------------------------------------------------------------


async def test_calls_side_by_side_do_not_see_each_others_answers() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        number = int(request.url.path.rpartition("/")[2])
        await anyio.sleep((number * 7) % 5)
        return httpx.Response(400 if request.method == "GET" else 404, headers={"X-Request-Id": f"r-{number}"})

    async def run(gateway: Gateway, number: int) -> None:
        operation, send = (
            (GET_TICKET, lambda client: get_ticket.asyncio_detailed(number, client=client))
            if number % 2
            else (DELETE_TICKET, lambda client: delete_ticket.asyncio_detailed(number, client=client))
        )
        with pytest.raises(FreshdeskError) as caught:
            await gateway.call(operation, send)
        error = caught.value
        ends.append((error.operation, error.status, error.request_id))

    expected = [
        (("get_ticket", 400) if number % 2 else ("delete_ticket", 404)) + (f"r-{number}",) for number in range(50)
    ]
    ends: list[tuple[str, int | None, str | None]] = []
    events: list[Event] = []
    async with gateway_to(answer, events=events) as gateway, anyio.create_task_group() as tasks:
        for number in range(50):
            tasks.start_soon(run, gateway, number)
    assert sorted(ends) == sorted(expected)
    told = [
        (event.operation, event.status, event.freshdesk_request_id)
        for event in events
        if isinstance(event, AttemptFinished)
    ]
    assert sorted(told) == sorted(expected)


async def test_calls_side_by_side_have_deadlines_of_their_own() -> None:
    timeouts: list[float] = []
    ends: list[float] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        timeouts.append(request.extensions["timeout"]["read"])
        return await silent(request)

    async def run(gateway: Gateway, start_s: float) -> None:
        await anyio.sleep(start_s)
        with pytest.raises(ReplyLostError):
            await gateway.call(GET_TICKET, SEND["get_ticket"])
        ends.append(anyio.current_time())

    started = anyio.current_time()
    async with gateway_to(answer, deadline_s=15) as gateway, anyio.create_task_group() as tasks:
        for start_s in (0, 5, 10):
            tasks.start_soon(run, gateway, start_s)
    assert timeouts == [15.0, 15.0, 15.0]
    assert [end - started for end in ends] == [15.0, 20.0, 25.0]


# --- What is logged of an error ----------------------------------------------------------------------------------

LEAKS: list[tuple[str, Answer]] = [
    *((name, fault) for name, fault, _ in NOT_ACTED_ON),
    *((name, fault) for name, fault, _ in OF_UNKNOWN_FATE),
    ("marked body of an error", status(403, content=MARKED)),
    ("marked text of an error", status(502, content=f"<html>{MARK}".encode())),
    ("marked headers of an error", status(302, Location=f"https://acme.freshdesk.com/{MARK}", X_Request_Id=f"{MARK}@")),
    ("marked body that is unreadable", unreadable(MARKED)),
    ("marked body that is no JSON", unreadable(MARK.encode())),
    ("marked body that is no text", unreadable(MARK.encode() + b"\xff")),
    ("marked body that was lost", body_lost()),
    ("no answer", silent),
]


@faults(LEAKS, ("fault",))
@each(WITH_ANSWER)
async def test_nothing_of_a_request_or_an_answer_is_in_what_is_logged_of_an_error(
    operation: Operation, fault: Answer
) -> None:
    error = await error_of(operation, Upstream(fault))
    logged = "".join([*traceback.format_exception(error), str(error), repr(error), error.hint])
    for secret in (MARK, EMAIL, API_KEY, "https://", "acme.freshdesk.com"):
        assert secret not in logged
