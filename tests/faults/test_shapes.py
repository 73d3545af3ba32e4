"""Creates that fail in accounts that change a ticket while they store it, or show it late."""

from dataclasses import replace
from typing import Literal

import anyio
import pytest

from faults.stack import KNOWN, TICKET_ID, TICKETS, Stack, stack
from freshdesk_sandbox import Behaviour, Edits, Fault, Others
from support.tools import data_of, error_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow("shapes")]

CREATE = {"subject": "The lift \U0001f6d7 is out of order", "email": KNOWN, "description": "It stops at the 3rd floor"}
LONG = CREATE | {"subject": "The lift is out of order. " * 20}
FAULTS = {
    "503": Fault(method="POST", path=TICKETS, status=503, when="after"),
    "cut": Fault(method="POST", path=TICKETS, drop="before_answer", when="after"),
}

FOUND = {
    "plain": Behaviour(),
    "listed 3 s late": Behaviour(list_lag_s=3),
    "contact known late": Behaviour(contact_lag_s=600),
    "subject cut": Behaviour(edits=Edits(subject_limit=255)),
    "assigned": Behaviour(edits=Edits(group_id=158000114201)),
    "spam": Behaviour(edits=Edits(spam=True)),
    "clocks 5 s apart": Behaviour(date_ahead_s=5),
}
IN_DOUBT = {
    "without emoji": Behaviour(edits=Edits(drop_astral=True)),
    "tagged, assigned, closed": Behaviour(edits=Edits(tags=("a",), status=5, priority=4, group_id=158000114201)),
    "signature": Behaviour(edits=Edits(description_after="<p>--<br>Acme</p>")),
    "template": Behaviour(edits=Edits(description_before="<p>Thank you for writing.</p>")),
    "renamed": Behaviour(edits=Edits(subject="New request")),
    "prefixed": Behaviour(edits=Edits(subject_prefix="[Floor 2] ")),
    "described": Behaviour(edits=Edits(description="<p>See the form.</p>")),
    "clocks 15 s apart": Behaviour(date_ahead_s=15),
}
UNSEEN = {
    "hidden from this agent": Behaviour(ticket_scope=2),
    "not there for this agent": Behaviour(ticket_scope=3, hidden_status=404),
}


def each(shapes: dict[str, Behaviour]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("shape", shapes)


both_faults = pytest.mark.parametrize("fault", FAULTS)


@both_faults
@each(FOUND)
async def test_a_ticket_that_is_surely_of_the_create_is_told_and_is_the_only_one(shape: str, fault: str) -> None:
    async with stack() as at:
        at.sandbox.behaviour = FOUND[shape]
        at.sandbox.faults.add(FAULTS[fault])
        data = data_of(await at.call("freshdesk_create_ticket", **LONG))
        assert data["recovered"]
        assert {data["ticket"]["id"]} == set(at.sandbox.store.tickets) - {TICKET_ID}
        assert at.network.reached["POST"] == 1


@both_faults
@each(IN_DOUBT)
async def test_a_ticket_that_may_be_of_the_create_is_named_and_nothing_is_sent_again(shape: str, fault: str) -> None:
    async with stack() as at:
        at.sandbox.behaviour = IN_DOUBT[shape]
        at.sandbox.faults.add(FAULTS[fault])
        error = error_of(await at.call("freshdesk_create_ticket", **CREATE))
        assert error["outcome"] == "unknown"
        assert {*error["possible_ticket_ids"]} == set(at.sandbox.store.tickets) - {TICKET_ID}
        assert at.network.reached["POST"] == 1


@both_faults
@each(UNSEEN)
async def test_a_ticket_that_the_key_does_not_see_leaves_the_outcome_unknown(shape: str, fault: str) -> None:
    async with stack() as at:
        at.sandbox.behaviour = UNSEEN[shape]
        at.sandbox.faults.add(FAULTS[fault])
        error = error_of(await at.call("freshdesk_create_ticket", **CREATE))
        assert error["outcome"] == "unknown"
        assert at.network.reached["POST"] == at.sandbox.statistics.tickets_made == 1


@pytest.mark.parametrize("late_s", [1, 3, 9])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_ticket_that_is_stored_after_the_failure_is_found(late_s: float, fault: str) -> None:
    async with stack() as at:
        at.sandbox.faults.add(replace(FAULTS[fault], when="later", delay_s=late_s))
        data = data_of(await at.call("freshdesk_create_ticket", **CREATE))
        assert data["recovered"]
        assert at.sandbox.statistics.tickets_made == 1


# --- The price ---------------------------------------------------------------------------------------------------


async def create_at_once(at: Stack, number: int) -> list[bool]:
    """Create different tickets at the same time; return True for each success."""
    succeeded: list[bool] = []

    async def create(lift: int) -> None:
        result = await at.call("freshdesk_create_ticket", **CREATE | {"subject": f"Lift {lift}"})
        succeeded.append(not result.is_error)

    async with anyio.create_task_group() as tasks:
        for lift in range(number):
            tasks.start_soon(create, lift)
    return succeeded


async def test_one_create_that_fails_twice_costs_at_most_fifteen_credits() -> None:
    async with stack() as at:
        at.sandbox.faults.add(Fault(method="POST", path=TICKETS, status=503, times=2))
        error = error_of(await at.call("freshdesk_create_ticket", **CREATE))
        assert (error["outcome"], error["attempts"]) == ("unknown", 2)
        assert at.sandbox.statistics.credits_spent <= 15


@pytest.mark.parametrize("when", ["before", "after"])
async def test_twenty_creates_that_fail_together_share_their_looks(when: Literal["before", "after"]) -> None:
    async with stack() as at:
        at.sandbox.faults.add(replace(FAULTS["503"], when=when, times=20))
        assert all(await create_at_once(at, 20))
        assert at.sandbox.statistics.tickets_made == 20
        looked = at.sandbox.statistics.credits_spent - at.network.reached["POST"]
        assert looked <= 25 + 2 * 20 * (when == "after")


async def test_the_tickets_of_other_people_cost_two_credits_each_and_stop_nothing() -> None:
    async with stack() as at:
        at.sandbox.behaviour = Behaviour(others=Others(per_s=1, sources=(1, 2)))
        at.sandbox.faults.add(Fault(method="POST", path=TICKETS, status=503))
        assert data_of(await at.call("freshdesk_create_ticket", **CREATE))
        others = len(at.sandbox.store.tickets) - 2
        assert others >= 5
        assert at.sandbox.statistics.credits_spent <= 15 + 2 * others
