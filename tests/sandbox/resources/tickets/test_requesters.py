"""Requesters, and the filter `email` of the list, which may not know their addresses."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Sandbox
from sandbox.helpers import Clock, errors_of, message_of

pytestmark = pytest.mark.anyio

NEW = "new.person@example.com"

KNOWN = "emily.dean@example.com"

AGENT = "sam.agent@example.com"

AGENT_ID = 158017609801


async def make(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    response = await api.post("/tickets", json={"email": NEW, "subject": "Late", "description": "Where?"} | values)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def listed(api: httpx.AsyncClient, **params: Any) -> list[int]:
    response = await api.get("/tickets", params=params | {"per_page": 100})
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]


def contact_id(sandbox: Sandbox) -> int:
    return sandbox.store.contacts.ids_by_email[KNOWN]


def add_other_email(sandbox: Sandbox) -> None:
    contact = sandbox.store.contacts[contact_id(sandbox)]
    contact.other_emails = ("emily@private.example.org",)
    sandbox.store.contacts.keep(contact)


async def test_the_filter_may_know_a_new_contact_late(api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.behaviour = Behaviour(contact_lag_s=6)
    made = await make(api)
    clock.advance(seconds=5)

    early = await api.get("/tickets", params={"email": NEW})
    assert errors_of(early) == [("email", "invalid_value")]
    assert message_of(early) == "There is no contact matching the given email"
    assert await listed(api, requester_id=made["requester_id"]) == [61]
    clock.advance(seconds=1)
    assert await listed(api, email=NEW) == [61]


async def test_a_secondary_address_makes_a_ticket_of_its_contact(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    add_other_email(sandbox)

    made = await make(api, email="emily@private.example.org")

    assert made["requester_id"] == contact_id(sandbox)
    assert sandbox.statistics.contacts_made == 0
    assert made["id"] in await listed(api, email="emily@private.example.org")


async def test_the_filter_may_not_know_a_secondary_address(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    add_other_email(sandbox)
    sandbox.behaviour = Behaviour(filter_knows_other_emails=False)
    made = await make(api, email="emily@private.example.org")

    response = await api.get("/tickets", params={"email": "emily@private.example.org"})

    assert errors_of(response) == [("email", "invalid_value")]
    assert made["id"] in await listed(api, email=KNOWN)


async def test_the_filter_may_mind_the_case_of_letters(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    made = await make(api, email="Emily.Dean@Example.com")
    assert made["requester_id"] == contact_id(sandbox)
    assert made["id"] in await listed(api, email="Emily.Dean@Example.com")

    sandbox.behaviour = Behaviour(filter_ignores_case=False)

    response = await api.get("/tickets", params={"email": "Emily.Dean@Example.com"})
    assert errors_of(response) == [("email", "invalid_value")]
    assert made["id"] in await listed(api, email=KNOWN)


async def test_an_agent_can_ask_for_help_and_the_filter_may_not_know_the_agent(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    made = await make(api, email=AGENT)
    assert (made["requester_id"], sandbox.statistics.contacts_made) == (AGENT_ID, 0)
    assert await listed(api, email=AGENT) == [61]
    shown = (await api.get("/tickets/61", params={"include": "requester"})).json()
    assert shown["requester"] == {
        "id": AGENT_ID,
        "name": "Sam Agent",
        "email": AGENT,
        "mobile": None,
        "phone": None,
    }

    sandbox.behaviour = Behaviour(filter_knows_agents=False)

    assert errors_of(await api.get("/tickets", params={"email": AGENT})) == [("email", "invalid_value")]
    assert await listed(api, requester_id=AGENT_ID) == [61]
