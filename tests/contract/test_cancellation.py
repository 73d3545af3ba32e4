"""Cancellation of calls, in virtual time: connections, slots and turns that it frees; writes that it leaves alone."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import httpx
import pytest

from freshdesk_mcp_server.errors import FreshdeskError, RateLimitedError, ReplyLostError
from freshdesk_mcp_server.gateway import Gateway, Reply
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.operations.tickets import CREATE_TICKET, GET_TICKET
from freshdesk_mcp_server.gateway.recoveries.tickets import TicketMemory
from freshdesk_mcp_server.telemetry.events import CANCELLED, AttemptFinished, Event
from support.answers import Upstream, fails, fine, silent, status
from support.backends import SilentNetwork, gateway_on
from support.helpdesk import Helpdesk, Stored
from support.operations import ALL, IDEMPOTENT_WRITES, SEND, WRITES, call, call_on, each, gateway_to

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


async def test_cancellation_leaves_no_connection() -> None:
    network, started = SilentNetwork(), anyio.current_time()
    async with gateway_on(network) as (gateway, pool):
        with anyio.move_on_after(10) as scope:
            await call_on(gateway, GET_TICKET)
        assert scope.cancelled_caught
        assert anyio.current_time() - started == 10
        assert pool.connections == []
        assert [stream.is_closed for stream in network.streams] == [True]


async def test_a_read_timeout_or_the_deadline_leaves_no_connection() -> None:
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
async def test_a_write_that_was_sent_is_not_cancelled_with_its_caller(operation: AnyOperation) -> None:
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
async def test_a_call_that_was_not_sent_yet_is_cancelled_at_once(operation: AnyOperation) -> None:
    started = anyio.current_time()
    async with gateway_to(Upstream(status(429, Retry_After="30"), fine), max_attempts=1) as gateway:
        with pytest.raises(RateLimitedError):
            await gateway.call(GET_TICKET, SEND["get_ticket"])
        with anyio.move_on_after(10) as scope:
            await call_on(gateway, operation)
    assert scope.cancelled_caught
    assert anyio.current_time() - started == 10


async def test_the_event_of_a_cancelled_request_says_so() -> None:
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
async def test_cancellation_of_a_create_frees_slot_and_turn_once_its_result_is_known(
    helpdesk: Callable[[], Helpdesk], ends_s: float
) -> None:
    upstream, started = helpdesk(), anyio.current_time()
    async with gateway_to(upstream, max_in_flight=1, max_waiting=0) as gateway:
        with suppress(FreshdeskError), anyio.move_on_after(5):
            await call_on(gateway, CREATE_TICKET)
        assert ends_s - 5 <= anyio.current_time() - started <= ends_s + 0.001
        assert (
            gateway._means.memory(TicketMemory).ledger.turns.count,
            gateway._means.memory(TicketMemory).ledger._creating,
        ) == (0, set())
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
    assert gateway._means.memory(TicketMemory).ledger.turns.count == 0
