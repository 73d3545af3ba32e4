"""The loop around every call, in virtual time: repetition, waits, deadlines, cancellation, and what is told of it."""

import dataclasses
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpcore
import httpx
import pytest
import trio.testing

from freshdesk_client import Client
from freshdesk_client.api.tickets import create_ticket, delete_ticket, get_ticket, list_tickets, update_ticket
from freshdesk_client.models import TicketCreate, TicketPriority, TicketUpdate
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import (
    AuthenticationFailedError,
    ConflictError,
    ErrorCode,
    ForbiddenError,
    FreshdeskError,
    MethodNotAllowedError,
    NotFoundError,
    Outcome,
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
from freshdesk_mcp_server.gateway.operation import (
    CREATE_TICKET,
    DELETE_TICKET,
    GET_TICKET,
    LIST_TICKETS,
    UPDATE_TICKET,
    Operation,
)
from freshdesk_mcp_server.gateway.retry import FIRST_BACKOFF_S, LONGEST_BACKOFF_S
from freshdesk_mcp_server.telemetry.events import AttemptFinished, Event
from support.gateways import API_KEY, settings_for_tests

pytestmark = pytest.mark.anyio

type Answer = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]
type Send = Callable[[Client], Awaitable[Response[Any]]]

MARK = "marked-value"
"""Stands for what a customer wrote; it must appear in nothing that is logged."""
EMAIL = f"{MARK}@example.com"
MARKED = f'{{"description": "{MARK}", "x": "{MARK}", "id": "{MARK}"}}'.encode()
NEW = TicketCreate(subject=MARK, status=2, priority=TicketPriority.LOW, email=EMAIL, description=MARK)

SEND: dict[str, Send] = {
    "get_ticket": lambda client: get_ticket.asyncio_detailed(7, client=client),
    "list_tickets": lambda client: list_tickets.asyncio_detailed(client=client, email=EMAIL),
    "update_ticket": lambda client: update_ticket.asyncio_detailed(7, client=client, body=TicketUpdate(subject=MARK)),
    "delete_ticket": lambda client: delete_ticket.asyncio_detailed(7, client=client),
    "create_ticket": lambda client: create_ticket.asyncio_detailed(client=client, body=NEW),
}
READS = (GET_TICKET, LIST_TICKETS)
IDEMPOTENT_WRITES = (UPDATE_TICKET, DELETE_TICKET)
WRITES = (CREATE_TICKET,)
ALL = (*READS, *IDEMPOTENT_WRITES, *WRITES)
WITH_ANSWER = tuple(operation for operation in ALL if operation is not DELETE_TICKET)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    """A clock that jumps to the next deadline as soon as nothing else is left to do; it starts anew for each test."""
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


class Upstream:
    """A Freshdesk that gives each of its answers once, in turn, and the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = answers
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.times.append(anyio.current_time())
        self.requests.append(request)
        return await self._answers[min(len(self.requests), len(self._answers)) - 1](request)

    @property
    def waits_s(self) -> list[float]:
        """The time from each request to the next."""
        return [later - earlier for earlier, later in zip(self.times, self.times[1:], strict=False)]


async def fine(request: httpx.Request) -> httpx.Response:
    """What the operation of the request promises, whichever it is."""
    if request.method == "DELETE":
        return httpx.Response(204)
    ticket: Any = {"id": 7, "subject": "s"}
    is_list = request.method == "GET" and request.url.path.endswith("/tickets")
    return httpx.Response(201 if request.method == "POST" else 200, json=[ticket] if is_list else ticket)


def status(code: int, *, after_s: float = 0.0, content: bytes = b"", **headers: str) -> Answer:
    async def answer(_: httpx.Request) -> httpx.Response:
        await anyio.sleep(after_s)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(code, content=content, headers=named)

    return answer


def unreadable(content: bytes = b"{") -> Answer:
    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response((await fine(request)).status_code, content=content)

    return answer


def fails(error_class: type[httpx.RequestError], *, after_s: float = 0.0) -> Answer:
    async def answer(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(after_s)
        raise error_class(f"{MARK} {request.url}", request=request)

    return answer


def body_lost(code: int | None = None, *, error_class: type[Exception] = httpx.ReadError, **headers: str) -> Answer:
    """The head of an answer, and half of its body; `code` None is success."""

    async def half() -> AsyncIterator[bytes]:
        yield b'{"id": 7, "subject": "'
        raise error_class(MARK)

    async def answer(request: httpx.Request) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(code or (await fine(request)).status_code, content=half(), headers=named)

    return answer


def dripping(code: int | None = None) -> Answer:
    """An answer of which a byte comes each second, without an end."""

    async def drips() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await anyio.sleep(1)

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(code or (await fine(request)).status_code, content=drips())

    return answer


async def silent(_: httpx.Request) -> httpx.Response:
    """No answer at all."""
    await anyio.sleep_forever()
    raise AssertionError


@asynccontextmanager
async def gateway_to(upstream: Answer, *, events: list[Event] | None = None, **given: object) -> AsyncIterator[Gateway]:
    observer = (events if events is not None else []).append
    transport = httpx.MockTransport(upstream)
    async with open_gateway(settings_for_tests(**given), observer, transport=transport) as gateway:
        yield gateway


async def call(operation: Operation, upstream: Answer, **given: Any) -> Reply[Any]:
    async with gateway_to(upstream, **given) as gateway:
        return await gateway.call(operation, SEND[operation.name])


async def error_of(operation: Operation, upstream: Answer, **given: Any) -> FreshdeskError:
    with pytest.raises(FreshdeskError) as caught:
        await call(operation, upstream, **given)
    assert caught.value.operation == operation.name
    return caught.value


def each(operations: Sequence[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=[operation.name for operation in operations])


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
    assert (error.attempts, len(upstream.requests)) == (4, 4)
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
    assert (error.attempts, len(upstream.requests)) == (4, 4)
    assert error.retryable


@faults(OF_UNKNOWN_FATE, ("fault", "error_class"))
async def test_a_create_that_may_have_happened_is_reported_and_not_repeated(
    fault: Answer, error_class: type[FreshdeskError]
) -> None:
    upstream = Upstream(fault, fine)
    error = await error_of(CREATE_TICKET, upstream)
    assert (type(error), error.outcome) == (error_class, Outcome.UNKNOWN)
    assert (error.attempts, len(upstream.requests)) == (1, 1)
    assert not error.retryable
    assert "freshdesk_list_tickets" in error.hint


async def test_a_create_that_was_turned_away_first_is_not_repeated_once_it_may_have_happened() -> None:
    upstream = Upstream(status(429), fails(httpx.ConnectError), status(503), fine)
    error = await error_of(CREATE_TICKET, upstream)
    assert (type(error), error.outcome) == (ServerFailureError, Outcome.UNKNOWN)
    assert (error.attempts, len(upstream.requests)) == (3, 3)


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


@pytest.mark.parametrize("content", [b"", b"{", b"<html>", b"7", b'{"id": "7"}', b"\xff"])
@each(WITH_ANSWER)
async def test_an_unreadable_success_is_not_repeated(operation: Operation, content: bytes) -> None:
    upstream = Upstream(unreadable(content), fine)
    error = await error_of(operation, upstream)
    assert type(error) is UnreadableReplyError
    assert error.outcome is (Outcome.REFUSED if operation in READS else Outcome.APPLIED)
    assert (error.attempts, len(upstream.requests)) == (1, 1)
    assert not error.retryable


@pytest.mark.parametrize("fault", LOST_SUCCESS)
@each((*READS, *IDEMPOTENT_WRITES))
async def test_a_success_whose_body_was_lost_is_repeated_if_twice_is_the_same_as_once(
    operation: Operation, fault: Answer
) -> None:
    upstream = Upstream(fault, fine)
    assert (await call(operation, upstream)).attempts == 2


@pytest.mark.parametrize("fault", LOST_SUCCESS)
async def test_a_create_whose_success_was_lost_is_reported_as_applied(fault: Answer) -> None:
    upstream = Upstream(fault, fine)
    error = await error_of(CREATE_TICKET, upstream)
    assert (type(error), error.outcome, error.status) == (ReplyLostError, Outcome.APPLIED, 201)
    assert (error.attempts, len(upstream.requests)) == (1, 1)
    assert not error.retryable


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


# --- Waits and deadlines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (status(429, Retry_After="7"), 7.0),
        (status(429, Retry_After="7.5"), 7.5),
        (status(429, Retry_After="0"), 0.0),
        (status(503, Retry_After="3"), 3.0),
        (body_lost(429, Retry_After="7"), 7.0),
        (
            status(429, Retry_After="Mon, 02 Mar 2026 12:00:34 GMT", Date="Mon, 02 Mar 2026 12:00:00 GMT"),
            34.0,
        ),
        (status(429, Retry_After="Mon, 02 Mar 2026 12:00:00 GMT", Date="Mon, 02 Mar 2026 12:00:34 GMT"), 0.0),
    ],
)
async def test_retry_after_is_waited_for_and_little_longer(answer: Answer, seconds: float) -> None:
    upstream = Upstream(answer, answer, fine) if seconds < 20 else Upstream(answer, fine)
    await call(GET_TICKET, upstream)
    for wait_s in upstream.waits_s:
        assert seconds <= wait_s <= seconds + FIRST_BACKOFF_S


@pytest.mark.parametrize("answer", [status(429), status(429, Retry_After="soon"), fails(httpx.ConnectError)])
async def test_without_a_retry_after_waits_grow_and_are_bounded(answer: Answer) -> None:
    upstream = Upstream(answer)
    await error_of(GET_TICKET, upstream, max_attempts=10, deadline_s=600)
    limits = [min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2**number) for number in range(9)]
    assert all(0 <= wait_s <= limit for wait_s, limit in zip(upstream.waits_s, limits, strict=True))
    assert len(set(upstream.waits_s)) == 9


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
    assert second == {"connect": 3.0, "read": left_s, "write": left_s, "pool": left_s}


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
    network: SilentNetwork, **given: object
) -> AsyncIterator[tuple[Gateway, httpcore.AsyncConnectionPool]]:
    """A gateway with httpx's own transport and pool, on a network of ours."""
    transport = httpx.AsyncHTTPTransport()
    pool = transport._pool = httpcore.AsyncConnectionPool(network_backend=network)
    async with open_gateway(settings_for_tests(**given), lambda _: None, transport=transport) as gateway:
        yield gateway, pool


async def test_cancellation_leaves_no_connection() -> None:
    network = SilentNetwork()
    async with gateway_on(network) as (gateway, pool):
        with anyio.move_on_after(10) as scope:
            await gateway.call(CREATE_TICKET, SEND["create_ticket"])
        assert scope.cancelled_caught
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


# --- Events ------------------------------------------------------------------------------------------------------


async def test_the_observer_is_told_of_each_attempt() -> None:
    events: list[Event] = []
    upstream = Upstream(
        status(429, after_s=1, Retry_After="7", X_Request_Id="r-1"),
        fails(httpx.ConnectError, after_s=5),
        fine,
    )
    await call(UPDATE_TICKET, upstream, events=events)

    assert [dataclasses.astuple(event) for event in events] == [
        ("update_ticket", 1, 1.0, 429, "r-1", ErrorCode.RATE_LIMITED, pytest.approx(upstream.waits_s[0] - 1)),
        (
            "update_ticket",
            2,
            pytest.approx(5),
            None,
            None,
            ErrorCode.UNREACHABLE,
            pytest.approx(upstream.waits_s[1] - 5),
        ),
        ("update_ticket", 3, 0.0, 200, None, None, None),
    ]


async def test_the_observer_is_told_of_the_attempt_that_ends_a_call() -> None:
    events: list[Event] = []
    await error_of(CREATE_TICKET, Upstream(body_lost(X_Request_Id="r-1")), events=events)
    assert events == [AttemptFinished("create_ticket", 1, 0.0, 201, "r-1", ErrorCode.REPLY_LOST, None)]


@each(WITH_ANSWER)
async def test_no_event_holds_what_was_sent_or_answered(operation: Operation) -> None:
    events: list[Event] = []
    said = f'{{"message": "{MARK}", "code": "{MARK}"}}'.encode()
    upstream = Upstream(status(429, content=said, X_Request_Id=f"{MARK}@"), unreadable(MARKED))
    await error_of(operation, upstream, events=events)
    assert len(events) == 2
    assert MARK not in repr(events)


# --- Calls side by side ------------------------------------------------------------------------------------------


async def test_calls_side_by_side_do_not_see_each_others_answers() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        number = int(request.url.path.rpartition("/")[2])
        await anyio.sleep((number * 7) % 5)
        return httpx.Response(400 + number % 2 * 4, headers={"X-Request-Id": f"r-{number}"})

    errors: dict[int, FreshdeskError] = {}

    async def run(gateway: Gateway, number: int) -> None:
        with pytest.raises(FreshdeskError) as caught:
            await gateway.call(GET_TICKET, lambda client: get_ticket.asyncio_detailed(number, client=client))
        errors[number] = caught.value

    async with gateway_to(answer) as gateway, anyio.create_task_group() as tasks:
        for number in range(50):
            tasks.start_soon(run, gateway, number)
    assert {number: (error.status, error.request_id) for number, error in errors.items()} == {
        number: (400 + number % 2 * 4, f"r-{number}") for number in range(50)
    }


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
