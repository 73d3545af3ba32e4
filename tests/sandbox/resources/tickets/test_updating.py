"""PUT or PATCH one ticket."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import API_KEY, Behaviour, Sandbox
from sandbox.helpers import BASE_URL, Clock, errors_of

pytestmark = pytest.mark.anyio

UPDATED_KEYS = {
    *("cc_emails", "fwd_emails", "reply_cc_emails", "ticket_cc_emails", "ticket_bcc_emails", "spam", "email_config_id"),
    *("fr_escalated", "group_id", "priority", "requester_id", "responder_id", "source", "status", "subject"),
    *("company_id", "custom_fields", "description", "description_text", "id", "type", "support_email", "to_emails"),
    *("product_id", "source_info", "attachments", "is_escalated", "tags", "nr_escalated", "created_at", "updated_at"),
    *("due_by", "fr_due_by", "nr_due_by", "structured_description", "sentiment_score"),
}


async def updated(api: httpx.AsyncClient, number: int, **values: Any) -> dict[str, Any]:
    response = await api.put(f"/tickets/{number}", json=values)
    assert response.status_code == 200, response.text
    ticket: dict[str, Any] = response.json()
    return ticket


async def test_an_update_answers_with_the_recorded_keys(api: httpx.AsyncClient) -> None:
    assert set(await updated(api, 31, priority=2)) == UPDATED_KEYS


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_put_and_patch_change_only_what_they_name(raw: httpx.AsyncClient, method: str) -> None:
    before = (await raw.get("/tickets/31")).json()
    response = await raw.request(method, "/tickets/31", json={"status": 3})
    after = (await raw.get("/tickets/31")).json()

    assert response.status_code == 200
    assert {key for key in before if before[key] != after[key]} == {"status", "updated_at"}


async def test_updated_at_moves_and_created_at_does_not(api: httpx.AsyncClient, clock: Clock) -> None:
    before = (await api.get("/tickets/31")).json()
    clock.advance(hours=1)

    after = await updated(api, 31, subject="New subject")

    assert after["updated_at"] == "2026-03-02T10:15:00Z"
    assert after["created_at"] == before["created_at"]


@pytest.mark.parametrize("same", [{"priority": 3}, {"subject": "Where is order SO-1971?", "tags": []}])
async def test_an_update_that_changes_nothing_does_not_move_updated_at(
    api: httpx.AsyncClient, clock: Clock, same: dict[str, Any]
) -> None:
    before = (await api.get("/tickets/60")).json()
    clock.advance(hours=1)

    after = await updated(api, 60, **same)

    assert {key: after[key] for key in ("updated_at", "due_by")} == {
        key: before[key] for key in ("updated_at", "due_by")
    }


async def test_a_plain_description_comes_back_without_a_div(api: httpx.AsyncClient) -> None:
    changed = await updated(api, 31, description="Its new words")

    assert (changed["description"], changed["description_text"]) == ("Its new words", "Its new words")


async def test_tags_are_replaced_whole_and_custom_fields_one_by_one(api: httpx.AsyncClient) -> None:
    ticket = await updated(api, 31, tags=["only"], custom_fields={"cf_items_affected": 5})

    assert ticket["tags"] == ["only"]
    assert ticket["custom_fields"]["cf_items_affected"] == 5
    assert ticket["custom_fields"]["cf_order_number"] == "SO-1902"


async def test_nullable_values_can_be_cleared(api: httpx.AsyncClient) -> None:
    ticket = await updated(api, 31, type=None, responder_id=None, group_id=None, tags=[], due_by=None)

    assert [ticket[key] for key in ("type", "responder_id", "group_id", "due_by")] == [None] * 4
    assert ticket["tags"] == []


async def test_a_new_priority_brings_new_due_times(api: httpx.AsyncClient) -> None:
    before = (await api.get("/tickets/60")).json()
    low = await updated(api, 60, priority=1)
    given = await updated(api, 60, priority=4, due_by="2026-03-09")

    assert before["due_by"] is None
    assert low["due_by"] == "2026-03-05T09:01:00Z"
    assert (given["due_by"], given["fr_due_by"]) == ("2026-03-09T00:00:00Z", "2026-03-02T10:01:00Z")


async def test_an_account_may_work_out_due_times_after_its_answer(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(update_shows_old_due_times=True)
    before = (await api.get("/tickets/31")).json()

    answered = await updated(api, 31, priority=1, fr_due_by="2026-03-09")
    after = (await api.get("/tickets/31")).json()

    assert (answered["due_by"], answered["fr_due_by"]) == (before["due_by"], "2026-03-09T00:00:00Z")
    assert after["due_by"] != before["due_by"]


async def test_the_times_of_a_ticket_follow_its_status(api: httpx.AsyncClient, clock: Clock) -> None:
    async def stats() -> dict[str, Any]:
        shown: dict[str, Any] = (await api.get("/tickets/60", params={"include": "stats"})).json()["stats"]
        return {key: value for key, value in shown.items() if value is not None}

    start = "2026-03-02T09:15:00Z"
    await updated(api, 60, status=3)
    assert await stats() == {"status_updated_at": start, "pending_since": start}
    await updated(api, 60, status=4)
    clock.advance(minutes=1)
    await updated(api, 60, status=5)
    later = "2026-03-02T09:16:00Z"
    assert await stats() == {"status_updated_at": later, "resolved_at": start, "closed_at": later}
    await updated(api, 60, status=2)
    assert await stats() == {"status_updated_at": later, "reopened_at": later}


async def test_a_requester_can_be_exchanged(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    known = await updated(api, 31, email="ana.souza@example.org")
    new = await updated(api, 31, email="fresh@example.com", name="Fresh Face")

    assert known["requester_id"] == 158018064989
    assert sandbox.store.contacts[new["requester_id"]].name == "Fresh Face"


async def test_cc_emails_are_taken_by_default(api: httpx.AsyncClient) -> None:
    ticket = await updated(api, 31, cc_emails=["one@example.com"])

    assert ticket["cc_emails"] == ["one@example.com"]


async def test_an_account_may_refuse_cc_emails_in_an_update(clock: Clock) -> None:
    transport = httpx.ASGITransport(Sandbox(clock=clock, behaviour=Behaviour(accept_cc_on_update=False)))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=(API_KEY, "X")) as client:
        response = await client.put("/tickets/31", json={"cc_emails": ["one@example.com"], "priority": 2})

    assert errors_of(response) == [("cc_emails", "invalid_field")]


async def test_a_ticket_that_was_read_cannot_be_sent_back_whole(api: httpx.AsyncClient) -> None:
    ticket = (await api.get("/tickets/31")).json()

    errors = errors_of(await api.put("/tickets/31", json=ticket))

    assert {code for _, code in errors} == {"invalid_field"}
    assert {"id", "created_at", "description_text", "is_escalated"} <= {field for field, _ in errors}


async def test_an_update_of_nothing_is_refused(api: httpx.AsyncClient) -> None:
    assert errors_of(await api.put("/tickets/31", json={})) == [("request", "missing_field")]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("status", 1, "invalid_value"),
        ("priority", 0, "invalid_value"),
        ("subject", "", "invalid_value"),
        ("description", None, "invalid_value"),
        ("tags", None, "datatype_mismatch"),
        ("cc_emails", ["nobody"], "invalid_value"),
        ("type", "Lead", "invalid_value"),
    ],
)
async def test_a_wrong_value_is_refused_and_changes_nothing(
    api: httpx.AsyncClient, key: str, value: object, code: str
) -> None:
    before = (await api.get("/tickets/31")).json()

    assert errors_of(await api.put("/tickets/31", json={"source": 3, key: value})) == [(key, code)]
    assert (await api.get("/tickets/31")).json() == before


async def test_subject_and_description_of_an_outbound_ticket_are_fixed(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    number = next(ticket.id for ticket in sandbox.store.tickets.values() if ticket.source == 10)

    response = await api.put(f"/tickets/{number}", json={"subject": "s", "description": "d", "priority": 2})

    assert errors_of(response) == [("subject", "incompatible_field"), ("description", "incompatible_field")]
    assert (await updated(api, number, priority=2))["priority"] == 2


async def test_an_unknown_ticket_is_a_blank_404_whatever_the_body(api: httpx.AsyncClient) -> None:
    response = await api.put("/tickets/4711", json={"priority": 9})

    assert (response.status_code, response.content) == (404, b" ")


async def test_tags_may_be_made_unless_told_otherwise(api: httpx.AsyncClient) -> None:
    assert (await api.put("/tickets/31", json={"tags": ["never seen before"]})).json()["tags"] == ["never seen before"]
