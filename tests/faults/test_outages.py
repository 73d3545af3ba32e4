"""Outages of the whole account, in virtual time: twenty calls at once, one probe at a time."""

from typing import Any

import anyio
import pytest
from mcp_types import CallToolResult

from faults.stack import KNOWN, TICKET_ID, Stack, stack
from freshdesk_mcp_server.gateway.outage import PATIENCE_S
from freshdesk_sandbox import Behaviour, Fault
from freshdesk_sandbox.outages import Outage
from support.network import refused
from support.tools import data_of, error_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow("outages")]

AT_ONCE = 20
CALLS: dict[str, dict[str, Any]] = {
    "get_ticket": {"ticket_id": TICKET_ID},
    "list_tickets": {"email": KNOWN},
    "update_ticket": {"ticket_id": TICKET_ID, "priority": 3},
    "create_ticket": {"email": KNOWN, "description": "It stops at the 3rd floor"},
}
each_call = pytest.mark.parametrize("tool", CALLS)


async def call_at_once(at: Stack, tool: str, number: int = AT_ONCE) -> list[tuple[CallToolResult, float]]:
    """Return the results of calls that begin together, and the seconds of each; creates are of different tickets."""
    results: list[tuple[CallToolResult, float]] = []

    async def call(lift: int) -> None:
        named = {"subject": f"Lift {lift}"} if tool == "create_ticket" else {}
        started = anyio.current_time()
        result = await at.call(f"freshdesk_{tool}", **CALLS[tool], **named)
        results.append((result, anyio.current_time() - started))

    async with anyio.create_task_group() as tasks:
        for lift in range(number):
            tasks.start_soon(call, lift)
    return results


@pytest.mark.parametrize("lasts_s", [1, 3, 10])
@each_call
async def test_calls_that_meet_an_outage_of_some_seconds_all_succeed(tool: str, lasts_s: float) -> None:
    async with stack() as at:
        at.sandbox.behaviour = Behaviour(latency_s=0.1)
        at.sandbox.outages.add(Outage(lasts_s=lasts_s))
        results = await call_at_once(at, tool)
        assert [result for result, _ in results if result.is_error] == []
        assert max(took_s for _, took_s in results) <= 45
        if tool == "create_ticket":
            assert at.sandbox.statistics.tickets_made == AT_ONCE


@each_call
async def test_twenty_callers_are_not_a_hundred_and_sixty_requests(tool: str) -> None:
    async with stack() as at:
        at.sandbox.behaviour = Behaviour(latency_s=0.1)
        at.sandbox.outages.add(Outage(lasts_s=10))
        await call_at_once(at, tool)
        needed = 2 * AT_ONCE  # each met it once, and was answered once
        assert at.network.reached.total() <= needed + 20


@each_call
async def test_an_outage_without_an_end_ends_calls_when_their_patience_does(tool: str) -> None:
    async with stack() as at:
        at.sandbox.behaviour = Behaviour(latency_s=0.1)
        at.sandbox.outages.add(Outage(lasts_s=3600))
        results = await call_at_once(at, tool)
        assert all(error_of(result)["code"] == "server_failure" for result, _ in results)
        longest_s = max(took_s for _, took_s in results)
        assert longest_s <= 45
        if tool != "create_ticket":
            assert longest_s <= PATIENCE_S + 10  # the last attempt of the call that probes by itself


@each_call
async def test_calls_that_send_nothing_because_others_were_not_connected_say_why(tool: str) -> None:
    async with stack() as at:
        at.network.refuse_next(refused, times=10_000)
        results = await call_at_once(at, tool)
        told = {(error_of(result)["code"], error_of(result).get("reason")) for result, _ in results}
        assert told == {("unreachable", "refused")}


async def test_a_call_that_comes_in_an_outage_waits_for_its_end_and_sends_nothing_meanwhile() -> None:
    async with stack() as at:
        at.sandbox.outages.add(Outage(lasts_s=10))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call_at_once, at, "get_ticket", 2)
            await anyio.sleep(1)
            before = at.attempts("update_ticket")
            ((result, took_s),) = await call_at_once(at, "update_ticket", 1)
            assert data_of(result)
            assert 9 <= took_s <= 15
            assert before == 0
            assert at.attempts("update_ticket") <= 8


async def test_a_create_that_comes_in_an_outage_does_not_probe_with_itself() -> None:
    async with stack() as at:
        at.sandbox.outages.add(Outage(lasts_s=10))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call_at_once, at, "get_ticket", 2)
            await anyio.sleep(1)
            ((result, _),) = await call_at_once(at, "create_ticket", 1)
            assert data_of(result)["ticket"]["id"]
            assert "recovered" not in data_of(result)
        assert at.network.reached["POST"] == at.sandbox.statistics.tickets_made == 1


async def test_one_ticket_that_always_fails_stops_no_other_call() -> None:
    async with stack() as at:
        at.sandbox.faults.add(Fault(method="PUT", status=500, times=1000))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call_at_once, at, "update_ticket", 1)
            for _ in range(40):
                await anyio.sleep(0.5)
                ((result, took_s),) = await call_at_once(at, "get_ticket", 1)
                assert data_of(result)
                assert took_s == 0
