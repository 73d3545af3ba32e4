"""The changes that a new ticket meets while it is stored."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Edits, Sandbox

pytestmark = pytest.mark.anyio

NEW = "new.person@example.com"

AGENT_ID = 158017609801

GROUP_ID = 158000114201

LEAST: dict[str, Any] = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}


async def make(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    response = await api.post("/tickets", json={"email": NEW, "subject": "Late", "description": "Where?"} | values)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def listed(api: httpx.AsyncClient, **params: Any) -> list[int]:
    response = await api.get("/tickets", params=params | {"per_page": 100})
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]


@pytest.mark.parametrize(
    ("edits", "sent", "stored"),
    [
        (Edits(), {"subject": "s" * 300, "description": "Where? \U0001f4e6"}, {"subject": "s" * 300}),
        (Edits(subject_limit=255), {"subject": "s" * 300}, {"subject": "s" * 255}),
        (
            Edits(drop_astral=True),
            {"subject": "Parcel \U0001f4e6 é世", "description": "<p>\U0001f600 ok</p>"},
            {"subject": "Parcel  é世", "description": "<p> ok</p>"},
        ),
        (Edits(subject="Renamed"), {}, {"subject": "Renamed"}),
        (Edits(subject_prefix="[VIP] "), {}, {"subject": "[VIP] Late"}),
        (Edits(subject_limit=3, subject_prefix="[VIP] "), {}, {"subject": "[VIP] Lat"}),
        (Edits(description="<p>See the form.</p>"), {}, {"description": "<p>See the form.</p>"}),
        (
            Edits(description_before="<p>Hello,</p>", description_after="<p>-- <br>Shop</p>"),
            {},
            {
                "description": "<p>Hello,</p><div>Where?</div><p>-- <br>Shop</p>",
                "description_text": "Hello, Where? -- Shop",
            },
        ),
        (Edits(tags=("new",)), {"tags": ["own"]}, {"tags": ["own", "new"]}),
        (Edits(tags=("new",)), {}, {"tags": ["new"]}),
        (Edits(status=3, priority=4, source=9), {"priority": 1}, {"status": 3, "priority": 4, "source": 9}),
        (
            Edits(group_id=GROUP_ID, responder_id=AGENT_ID),
            {},
            {"group_id": GROUP_ID, "responder_id": AGENT_ID},
        ),
    ],
)
async def test_a_new_ticket_may_be_changed_while_it_is_stored(
    api: httpx.AsyncClient, sandbox: Sandbox, edits: Edits, sent: dict[str, Any], stored: dict[str, Any]
) -> None:
    sandbox.behaviour = Behaviour(edits=edits)

    answer = await make(api, **sent)
    shown = (await api.get("/tickets/61")).json()

    assert {key: shown[key] for key in stored} == stored
    assert {key: answer[key] for key in stored} == stored


async def test_the_body_of_a_create_is_kept_beside_the_stored_ticket(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(edits=Edits(subject="Renamed", description="<p>Cut</p>", tags=("new",)))
    asked = {"email": NEW, "subject": "Late", "description": "Where?"}
    await api.post("/tickets", json=asked)

    await api.put("/tickets/61", json={"subject": "Renamed again"})

    assert sandbox.store.tickets[61].asked == asked
    assert sandbox.store.tickets[60].asked is None
    assert "asked" not in (await api.get("/tickets/61")).json()


async def test_changes_are_made_to_new_tickets_alone(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(edits=Edits(subject="Renamed"))

    assert (await api.put("/tickets/31", json={"subject": "As it was sent"})).json()["subject"] == "As it was sent"


async def test_a_ticket_may_be_stored_as_spam(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(edits=Edits(spam=True))
    await make(api)

    assert 61 not in await listed(api)
    assert 61 not in await listed(api, email=NEW)
    assert 61 in await listed(api, filter="spam")
    assert (await api.get("/tickets/61")).json()["spam"] is True
    assert (await api.put("/tickets/61", json={"priority": 2})).status_code == 405


async def test_rules_of_the_account_are_not_refused_like_a_caller(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(may_create_tags=False, edits=Edits(tags=("made by a rule",)))

    assert (await api.post("/tickets", json=LEAST)).json()["tags"] == ["made by a rule"]
