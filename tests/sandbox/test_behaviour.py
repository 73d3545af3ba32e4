"""The switches of an account, one by one; each test that turns one says what is so without it."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import anyio
import httpx
import pytest

from freshdesk_sandbox import API_KEY, Behaviour, Edits, Others, Sandbox
from sandbox.helpers import BASE_URL, START, Clock, errors_of, message_of

pytestmark = pytest.mark.anyio

NEW = "new.person@example.com"
KNOWN = "emily.dean@example.com"
AGENT = "sam.agent@example.com"
AGENT_ID = 158017609801
GROUP_ID = 158000114201


async def make(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    response = await api.post("/tickets", json={"email": NEW, "subject": "Late", "description": "Where?"} | values)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def listed(api: httpx.AsyncClient, **params: Any) -> list[int]:
    response = await api.get("/tickets", params=params | {"per_page": 100})
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]


# --- What shows up late


async def test_a_ticket_is_in_lists_and_found_by_its_number_at_once(api: httpx.AsyncClient) -> None:
    await make(api)

    assert 61 in await listed(api)
    assert 61 in await listed(api, email=NEW)
    assert (await api.get("/tickets/61")).status_code == 200


async def test_lists_may_lag_while_the_number_works_at_once(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.behaviour = Behaviour(list_lag_s=5)
    clock.advance(milliseconds=900)  # counted from the store, not from created_at, which is in whole seconds
    await make(api)

    clock.advance(seconds=4.9)
    early = [await listed(api), await listed(api, email=NEW), await listed(api, updated_since="2020-01-01")]
    assert not [ids for ids in early if 61 in ids]
    assert (await api.get("/tickets/61")).status_code == 200

    clock.advance(seconds=0.1)
    assert 61 in await listed(api)


async def test_a_lag_is_over_for_tickets_of_the_seed(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(list_lag_s=3600, view_lag_s=3600, contact_lag_s=3600)

    assert 60 in await listed(api)
    assert (await api.get("/tickets/60")).status_code == 200
    assert await listed(api, email=KNOWN)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_number_may_be_unknown_for_a_while(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock, method: str
) -> None:
    sandbox.behaviour = Behaviour(view_lag_s=2)
    await make(api)
    body = {"priority": 2} if method == "PUT" else None

    early = await api.request(method, "/tickets/61", json=body)
    assert (early.status_code, early.content) == (404, b" ")
    assert 61 in await listed(api)
    clock.advance(seconds=2)
    assert (await api.request(method, "/tickets/61", json=body)).is_success


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


# --- Addresses that creates take


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


async def test_an_agent_can_ask_for_help_and_the_filter_may_not_know_it(
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


def contact_id(sandbox: Sandbox) -> int:
    return sandbox.store.contact_ids_by_email[KNOWN]


def add_other_email(sandbox: Sandbox) -> None:
    contact = sandbox.store.contacts[contact_id(sandbox)]
    contact.other_emails = ("emily@private.example.org",)
    sandbox.store.keep_contact(contact)


# --- What is changed on the way into the store


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


async def test_what_was_asked_is_kept_beside_what_became_of_it(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
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


# --- What this agent does not see


async def test_the_agent_of_the_key_says_its_scope(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    assert (await api.get("/agents/me")).json()["ticket_scope"] == 1
    for scope in (2, 3):
        sandbox.behaviour = Behaviour.model_validate({"ticket_scope": scope})
        assert (await api.get("/agents/me")).json()["ticket_scope"] == scope


@pytest.mark.parametrize(
    ("scope", "values", "is_seen"),
    [
        (1, {}, True),
        (2, {}, False),
        (2, {"group_id": GROUP_ID}, True),
        (2, {"responder_id": AGENT_ID}, True),
        (3, {}, False),
        (3, {"group_id": GROUP_ID}, False),
        (3, {"responder_id": AGENT_ID}, True),
        (3, {"responder_id": AGENT_ID + 1}, False),
    ],
)
async def test_an_agent_sees_the_tickets_of_its_scope(
    api: httpx.AsyncClient, sandbox: Sandbox, scope: int, values: dict[str, Any], is_seen: bool
) -> None:
    sandbox.behaviour = Behaviour.model_validate({"ticket_scope": scope})

    await make(api, **values)

    assert (61 in await listed(api)) is is_seen
    assert (61 in await listed(api, email=NEW)) is is_seen
    assert (await api.get("/tickets/61")).is_success is is_seen


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_ticket_out_of_scope_is_forbidden_or_not_there(
    api: httpx.AsyncClient, sandbox: Sandbox, method: str
) -> None:
    await make(api)
    sandbox.behaviour = Behaviour(ticket_scope=3)
    forbidden = await api.request(method, "/tickets/61", json={"priority": 2})
    sandbox.behaviour = Behaviour(ticket_scope=3, hidden_status=404)
    absent = await api.request(method, "/tickets/61", json={"priority": 2})

    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "access_denied")
    assert (absent.status_code, absent.content) == (404, b" ")
    assert sandbox.store.tickets[61].priority == 1


async def test_a_number_that_nobody_has_is_a_404_whatever_the_scope(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(ticket_scope=3)

    assert (await api.get("/tickets/4711")).status_code == 404


# --- Clocks


@pytest.mark.parametrize("ahead_s", [0, 90, -90, 0.7])
async def test_answers_may_be_dated_by_another_clock_than_tickets(
    api: httpx.AsyncClient, sandbox: Sandbox, ahead_s: float
) -> None:
    sandbox.behaviour = Behaviour(date_ahead_s=ahead_s)

    response = await api.post("/tickets", json={"email": NEW, "subject": "s", "description": "d"})

    dated = parsedate_to_datetime(response.headers["date"])
    assert dated == START + timedelta(seconds=int(ahead_s))
    assert response.json()["created_at"] == "2026-03-02T09:15:00Z"


async def test_answers_may_have_no_date(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(date_ahead_s=None)

    assert "date" not in (await api.get("/tickets/1")).headers
    assert "date" not in (await api.get("/tickets/4711")).headers


# --- Other people


async def test_nobody_else_is_there_unless_asked_for(api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
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


async def test_other_people_may_say_the_same(api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
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


# --- Bounds, and time


@pytest.mark.parametrize(
    "wrong",
    [
        {"latency_s": -1},
        {"latency_s": float("nan")},
        {"latency_s": True},
        {"ticket_scope": 0},
        {"hidden_status": 405},
        {"limit_retry_after": "a\nb"},
        {"limit_window_s": 0},
        {"unknown": 1},
    ],
)
def test_a_behaviour_that_cannot_be_is_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Behaviour(**wrong)


@pytest.mark.usefixtures("virtual_time")
class TestInVirtualTime:
    async def test_a_request_may_take_its_time_before_it_has_its_effect(self, clock: Clock) -> None:
        sandbox = Sandbox(clock=clock, behaviour=Behaviour(latency_s=30))
        transport = httpx.ASGITransport(sandbox)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=(API_KEY, "X")) as client:
            with anyio.move_on_after(29):
                await make(client)
            left_after_s = anyio.current_time()
            made_by_then = sandbox.statistics.tickets_made
            await make(client)

        assert (left_after_s, made_by_then) == (29, 0)
        assert anyio.current_time() == 59
