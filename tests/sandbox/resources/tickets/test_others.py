"""The tickets of other people."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Edits, Others, Sandbox
from sandbox.helpers import START, Clock

pytestmark = pytest.mark.anyio

NEW = "new.person@example.com"


async def make(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    response = await api.post("/tickets", json={"email": NEW, "subject": "Late", "description": "Where?"} | values)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def listed(api: httpx.AsyncClient, **params: Any) -> list[int]:
    response = await api.get("/tickets", params=params | {"per_page": 100})
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]


async def test_no_tickets_of_other_people_come_unless_asked_for(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    clock.advance(hours=1)
    await make(api)

    assert len(sandbox.store.tickets) == 61


async def test_tickets_of_other_people_come_as_time_goes_by_and_take_numbers(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.behaviour = Behaviour(others=Others(per_s=0.5, sources=(1, 2, 3)))
    first = await make(api)
    clock.advance(seconds=7)
    second = await make(api)

    others = [sandbox.store.tickets[number] for number in (62, 63, 64)]
    assert (first["id"], second["id"]) == (61, 65)
    assert [ticket.source for ticket in others] == [1, 2, 3]
    assert [ticket.stored_at for ticket in others] == [START + timedelta(seconds=after_s) for after_s in (2, 4, 6)]
    assert [ticket.asked for ticket in others] == [None] * 3
    assert len({ticket.subject for ticket in others}) == 3
    assert {62, 63, 64} < set(await listed(api))


async def test_tickets_of_other_people_are_not_counted_as_made(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.behaviour = Behaviour(others=Others(per_s=1))
    await make(api)
    clock.advance(seconds=10)
    await api.get("/tickets/1")

    assert len(sandbox.store.tickets) == 71
    assert (sandbox.statistics.tickets_made, sandbox.statistics.contacts_made) == (1, 1)


async def test_other_people_may_repeat_the_newest_ticket(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.behaviour = Behaviour(others=Others(per_s=1, twin_share=1, sources=(1,)), edits=Edits(subject_prefix="# "))
    own = await make(api)
    clock.advance(seconds=1)
    twin = (await api.get("/tickets/62")).json()

    assert sandbox.store.tickets[62].asked is None
    assert twin["source"] == 1
    for key in ("subject", "description", "requester_id"):
        assert twin[key] == own[key]


async def test_other_people_begin_anew_when_they_are_switched_on_again(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    for behaviour in (Behaviour(others=Others(per_s=1)), Behaviour(), Behaviour(others=Others(per_s=1))):
        sandbox.behaviour = behaviour
        await api.get("/tickets/1")
        clock.advance(days=1)
    sandbox.behaviour = Behaviour()
    await api.get("/tickets/1")

    assert len(sandbox.store.tickets) == 60
