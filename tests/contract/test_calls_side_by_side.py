"""Calls of one gateway at the same time, in virtual time: limits, answers and deadlines of each."""

import anyio
import httpx
import pytest

from freshdesk_client.api.tickets import delete_ticket, get_ticket
from freshdesk_mcp_server.errors import FreshdeskError, Outcome, OverloadedError, ReplyLostError
from freshdesk_mcp_server.gateway import Gateway
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.operations.tickets import DELETE_TICKET, GET_TICKET
from freshdesk_mcp_server.telemetry.events import AttemptFinished, Event
from support.answers import Upstream, fine, silent, status
from support.operations import ALL, SEND, call_on, each, gateway_to

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


async def test_simultaneous_requests_are_bounded() -> None:
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
async def test_more_calls_than_may_wait_are_refused_at_once(operation: AnyOperation) -> None:
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
