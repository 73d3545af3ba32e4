"""Calls side by side: creates of the same ticket, one cooldown for all, and the traces of cancelled calls."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import anyio
import pytest
from mcp_types import CallToolResult

from faults.stack import KNOWN, TICKET_ID, TICKETS, Stack, stack
from freshdesk_client import Client
from freshdesk_client.types import Response
from freshdesk_mcp_server.gateway.operations.tickets import CREATE_TICKET
from freshdesk_mcp_server.gateway.recoveries.tickets import TicketMemory, recover_creation
from freshdesk_mcp_server.gateway.recoveries.twins import Twin
from freshdesk_sandbox import Fault
from support.network import connect_timeout
from support.tools import data_of, error_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow("faults")]

SAME = {"subject": "The lift is out of order", "email": KNOWN, "description": "It stops\nat the 3rd floor"}


def on_create(**given: Any) -> Fault:
    return Fault(method="POST", path=TICKETS, **given)


NO_FAULT = on_create()
NOT_STORED = on_create(status=503)
SCRIPTS = {
    "goes well": (NO_FAULT,),
    "503, not stored": (NOT_STORED, NO_FAULT),  # and then again
    "503, stored": (on_create(status=503, when="after"),),
    "reset, stored": (on_create(drop="before_answer", when="after"),),
    "unreadable, stored": (on_create(body="not_json", when="after"),),
}
"""The fault of each request of one create."""
CREATE_FAULTS = (
    NOT_STORED,
    on_create(status=503, when="after"),
    on_create(status=502, body="html", when="after"),
    on_create(drop="before_answer"),
    on_create(drop="before_answer", when="after"),
    on_create(drop="mid_body", when="after"),
    on_create(body="truncated", when="after"),
    on_create(status=429, headers={"Retry-After": "1"}),
    on_create(delay_s=25),
)
LOOK_FAULTS = (
    Fault(method="GET", path=TICKETS, status=503),
    Fault(method="GET", path=TICKETS, drop="before_answer"),
    Fault(method="GET", path=TICKETS, body="truncated"),
)


async def call_at_once(at: Stack, *calls: tuple[str, dict[str, Any]]) -> list[CallToolResult]:
    """Return the results of calls that begin together, in the order of the calls."""
    results: dict[int, CallToolResult] = {}

    async def run(number: int, tool: str, arguments: dict[str, Any]) -> None:
        results[number] = await at.call(tool, **arguments)

    async with anyio.create_task_group() as tasks:
        for number, (tool, arguments) in enumerate(calls):
            tasks.start_soon(run, number, tool, arguments)
    return [results[number] for number in range(len(calls))]


# --- Creates of the same ticket ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [*product(SCRIPTS, SCRIPTS)])
async def test_two_creates_of_the_same_ticket_make_two_and_each_is_told_its_own(first: str, second: str) -> None:
    async with stack() as at:
        at.sandbox.faults.add(*SCRIPTS[first], *SCRIPTS[second])
        results = await call_at_once(at, *[("freshdesk_create_ticket", SAME)] * 2)
    assert at.sandbox.statistics.tickets_made == 2
    told = {data_of(result)["ticket"]["id"] for result in results}
    assert told == set(at.sandbox.store.tickets) - {TICKET_ID}


@pytest.mark.parametrize("seed", range(12))
async def test_no_ticket_of_ten_equal_creates_is_made_twice_or_told_to_two(seed: int) -> None:
    async with stack() as at:
        at.sandbox.faults.random_faults(seed, 0.4, [*CREATE_FAULTS, *LOOK_FAULTS])
        results = await call_at_once(at, *[("freshdesk_create_ticket", SAME)] * 10)
    told = [data_of(result)["ticket"]["id"] for result in results if not result.is_error]
    outcomes = [error_of(result)["outcome"] for result in results if result.is_error]
    made = set(at.sandbox.store.tickets) - {TICKET_ID}
    assert len(set(told)) == len(told)
    assert set(told) <= made
    assert len(told) + outcomes.count("applied") <= len(made)
    assert len(made) <= len(told) + outcomes.count("applied") + outcomes.count("unknown")


@pytest.mark.parametrize("second_is_stored", [False, True])
async def test_a_create_does_not_take_the_ticket_of_an_equal_one_that_was_given_up(*, second_is_stored: bool) -> None:
    """The first is stored, but neither its answer nor any look shows it. The second must not get its ticket."""
    async with stack() as at:
        nameless = on_create(body="not_json", headers={"Location": None}, when="after")
        second = on_create(status=503, when="after" if second_is_stored else "before")
        at.sandbox.faults.add(nameless, Fault(method="GET", path=TICKETS, status=403), second)
        given_up = await at.call("freshdesk_create_ticket", **SAME)
        result = await at.call("freshdesk_create_ticket", **SAME)
    assert error_of(given_up)["outcome"] == "applied"
    if second_is_stored:
        assert data_of(result)["ticket"]["id"] == max(at.sandbox.store.tickets)
        assert at.sandbox.statistics.tickets_made == 2
    else:
        assert error_of(result)["outcome"] == "unknown"
        assert at.sandbox.statistics.tickets_made == 1


async def test_ten_creates_of_different_tickets_do_not_wait_for_each_other() -> None:
    async with stack() as at:
        at.sandbox.faults.add(on_create(delay_s=10, times=10))
        calls = [("freshdesk_create_ticket", SAME | {"subject": f"Lift {number}"}) for number in range(10)]
        results = await call_at_once(at, *calls)
        assert anyio.current_time() == 10
    told = {data_of(result)["ticket"]["subject"]: data_of(result)["ticket"]["id"] for result in results}
    assert len(set(told.values())) == at.sandbox.statistics.tickets_made == 10
    assert all(at.sandbox.store.tickets[number].subject == subject for subject, number in told.items())


async def test_a_create_does_not_take_a_ticket_made_by_others_while_it_waited_for_its_turn() -> None:
    theirs: list[int] = []

    async def somebody_else(at: Stack) -> None:
        await anyio.sleep(1)
        contact = at.sandbox.store.contacts.with_value("email", KNOWN)
        assert contact
        body: dict[str, object] = {"subject": SAME["subject"], "description": SAME["description"]}
        theirs.append(at.sandbox.store.tickets.add(contact, body).id)

    async with stack() as at, anyio.create_task_group() as tasks:
        at.sandbox.faults.add(on_create(delay_s=15, when="after"), NOT_STORED)
        tasks.start_soon(somebody_else, at)
        results = await call_at_once(at, *[("freshdesk_create_ticket", SAME)] * 2)
    first, second = sorted(results, key=lambda result: bool(result.is_error))
    assert {data_of(first)["ticket"]["id"]} == set(at.sandbox.store.tickets) - {TICKET_ID, *theirs}
    error = error_of(second)  # the equal ticket may be its own: Freshdesk's clocks may be that far apart
    assert (error["outcome"], error["possible_ticket_ids"]) == ("unknown", theirs)


# --- One cooldown for all ----------------------------------------------------------------------------------------


NONE_LEFT = {"X-RateLimit-Remaining": "0.0"}


async def read_during_cooldown(
    at: Stack, *, seconds: str, headers: Mapping[str, str] = NONE_LEFT
) -> tuple[CallToolResult, float]:
    """Return the result of a read that begins 0.1 s after another call met a 429, and its seconds."""
    at.sandbox.faults.add(Fault(method="PUT", status=429, headers={"Retry-After": seconds, **headers}))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: at.call("freshdesk_update_ticket", ticket_id=TICKET_ID, priority=2))
        await anyio.sleep(0.1)
        started = anyio.current_time()
        result = await at.call("freshdesk_get_ticket", ticket_id=TICKET_ID)
        elapsed_s = anyio.current_time() - started
    return result, elapsed_s


async def test_a_read_waits_for_a_short_cooldown_that_another_call_has_met() -> None:
    async with stack() as at:
        result, elapsed_s = await read_during_cooldown(at, seconds="2")
        assert data_of(result)["ticket"]["id"] == TICKET_ID
        assert 1.9 <= elapsed_s <= 2.5
        assert at.attempts("get_ticket") == at.network.reached["GET"] == 1


async def test_a_read_does_not_wait_where_only_the_limit_of_updates_is_used_up() -> None:
    async with stack() as at:
        result, elapsed_s = await read_during_cooldown(at, seconds="30", headers={"X-RateLimit-Remaining": "12.0"})
        assert data_of(result)["ticket"]["id"] == TICKET_ID
        assert elapsed_s == 0


async def test_a_read_fails_at_once_in_a_cooldown_that_does_not_fit_its_deadline() -> None:
    async with stack() as at:
        result, elapsed_s = await read_during_cooldown(at, seconds="120")
        error = error_of(result)
        assert elapsed_s <= 0.1
        assert (error["code"], error["outcome"], error["attempts"]) == ("rate_limited", "not_sent", 0)
        assert 115 <= error["retry_after_s"] <= 120
        assert error["retryable"]
        assert at.network.reached == {"PUT": 1}


async def test_calls_succeed_after_the_cooldown() -> None:
    async with stack() as at:
        await read_during_cooldown(at, seconds="120")
        await anyio.sleep(120)
        assert data_of(await at.call("freshdesk_get_ticket", ticket_id=TICKET_ID))


async def test_all_calls_that_wait_for_a_cooldown_are_served_soon_after_it() -> None:
    async with stack() as at:
        at.sandbox.faults.add(Fault(method="PUT", status=429, headers={"Retry-After": "30"} | NONE_LEFT))
        await call_at_once(
            at,
            ("freshdesk_update_ticket", {"ticket_id": TICKET_ID, "priority": 2}),
            *[("freshdesk_get_ticket", {"ticket_id": TICKET_ID})] * 50,
        )
        assert 30 <= anyio.current_time() <= 31
        assert at.network.reached == {"PUT": 2, "GET": 50}


# --- Cancelled calls ---------------------------------------------------------------------------------------------


def slow(at: Stack) -> None:
    at.sandbox.faults.add(on_create(delay_s=15, when="after", times=10))


def not_connecting(at: Stack) -> None:
    at.network.refuse_next(connect_timeout, times=10)


def turned_away(at: Stack) -> None:
    at.sandbox.faults.add(on_create(status=429, headers={"Retry-After": "15"}, times=10))


def dripping(at: Stack) -> None:
    at.sandbox.faults.add(on_create(drip_s=1, when="after", times=10))


def looked_for(at: Stack) -> None:
    at.sandbox.faults.add(NOT_STORED, Fault(method="GET", path=TICKETS, delay_s=4, times=10))


@pytest.mark.parametrize("after_s", [0.0, 0.5, 3.0, 5.0, 9.0])
@pytest.mark.parametrize("trouble", [slow, not_connecting, turned_away, dripping, looked_for])
async def test_cancelled_calls_leave_no_slot_no_turn_and_no_connection(
    trouble: Callable[[Stack], None], after_s: float
) -> None:
    async with stack(max_in_flight=2, max_waiting=2) as at:
        trouble(at)
        with anyio.move_on_after(after_s) as scope:
            # Two of the same, of which one waits for its turn; with two others, of which one waits for a slot.
            others = [("freshdesk_create_ticket", SAME | {"subject": f"Lift {number}"}) for number in range(2)]
            await call_at_once(at, *[("freshdesk_create_ticket", SAME)] * 2, *others)
        assert scope.cancel_called
        await anyio.sleep(60)  # sent requests end meanwhile

        assert at.gateway._admission._calls == 0
        assert at.gateway._admission._slots.value == 2
        assert at.gateway._means.memory(TicketMemory).ledger.turns.count == 0
        assert at.network.open_connections == 0

        at.sandbox.faults.clear()
        at.network.refuse_no_more()
        await anyio.sleep(20)  # the cooldown of a 429 belongs to the account, and stays
        results = await call_at_once(at, *[("freshdesk_create_ticket", SAME)] * 4)
        assert len({data_of(result)["ticket"]["id"] for result in results}) == 4


async def never_sent(_: Client) -> Response[Any]:
    raise AssertionError


async def test_a_call_that_was_cancelled_before_it_began_leaves_no_turn() -> None:
    async with stack() as at:
        with anyio.CancelScope() as scope:
            scope.cancel()
            twin = Twin(KNOWN, "subject", "subject", "words")
            await at.gateway.call(CREATE_TICKET, never_sent, recovery=recover_creation(twin))
        assert at.gateway._admission._calls == 0
        assert at.gateway._means.memory(TicketMemory).ledger.turns.count == 0
