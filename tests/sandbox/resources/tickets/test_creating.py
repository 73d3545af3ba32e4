"""POST a ticket."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Sandbox
from freshdesk_sandbox.resources.ticket_fields import STATUSES
from sandbox.helpers import BASE_URL, Clock, errors_of, message_of

pytestmark = pytest.mark.anyio

LEAST: dict[str, Any] = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}

CREATED_KEYS = {
    *("cc_emails", "fwd_emails", "reply_cc_emails", "ticket_cc_emails", "ticket_bcc_emails", "fr_escalated", "spam"),
    *("email_config_id", "group_id", "priority", "requester_id", "responder_id", "source", "company_id", "status"),
    *("subject", "support_email", "to_emails", "product_id", "id", "type", "due_by", "fr_due_by", "is_escalated"),
    *("description", "description_text", "custom_fields", "created_at", "updated_at", "tags", "attachments"),
    *("source_info", "structured_description", "form_id", "nr_due_by", "nr_escalated"),
}

STATUS_LIST = "'" + ",".join(str(status) for status in STATUSES) + "'"

REQUESTER = "Please fill at least 1 of requester_id, phone, email, twitter_id, facebook_id fields"


def validation(*errors: tuple[str, str, str]) -> dict[str, Any]:
    entries = [{"field": field, "message": message, "code": code} for field, message, code in errors]
    return {"description": "Validation failed", "errors": entries}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in LEAST.items() if name != key}


async def make(api: httpx.AsyncClient, **values: Any) -> httpx.Response:
    return await api.post("/tickets", json={**LEAST, **values})


async def test_a_created_ticket_is_answered_with_201_its_location_and_the_recorded_keys(api: httpx.AsyncClient) -> None:
    response = await api.post("/tickets", json=LEAST)

    ticket = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"{BASE_URL}/tickets/{ticket['id']}"
    assert response.headers["status"] == "201 Created"
    assert set(ticket) == CREATED_KEYS


async def test_a_value_that_is_left_out_has_its_documented_default(api: httpx.AsyncClient) -> None:
    ticket = (await api.post("/tickets", json=LEAST)).json()

    assert (ticket["status"], ticket["priority"], ticket["source"], ticket["type"]) == (2, 1, 2, None)
    assert ticket["cc_emails"] == ticket["tags"] == ticket["attachments"] == []
    assert ticket["to_emails"] is None
    assert set(ticket["custom_fields"].values()) == {None}
    assert ticket["created_at"] == ticket["updated_at"] == "2026-03-02T09:15:00Z"


async def test_due_times_are_null_at_first_and_filled_in_on_the_next_read(api: httpx.AsyncClient) -> None:
    created = (await api.post("/tickets", json={**LEAST, "priority": 4})).json()
    viewed = (await api.get(f"/tickets/{created['id']}")).json()

    assert (created["due_by"], created["fr_due_by"]) == (None, None)
    assert (viewed["due_by"], viewed["fr_due_by"]) == ("2026-03-02T13:15:00Z", "2026-03-02T10:15:00Z")


async def test_a_due_time_that_was_asked_for_is_answered_at_once(api: httpx.AsyncClient) -> None:
    created = (await api.post("/tickets", json={**LEAST, "due_by": "2026-03-05T12:00:00+02:00"})).json()

    assert (created["due_by"], created["fr_due_by"]) == ("2026-03-05T10:00:00Z", None)


@pytest.mark.parametrize(
    ("sent", "html"),
    [
        ("Where is it?", "<div>Where is it?</div>"),
        ("a < b & c", "<div>a < b & c</div>"),
        ("Hi, <br><br> it is <b>late</b>", "Hi, <br><br> it is <b>late</b>"),
        ("<p>one</p><p>two</p>", "<p>one</p><p>two</p>"),
    ],
)
async def test_a_plain_description_is_wrapped(api: httpx.AsyncClient, sent: str, html: str) -> None:
    assert (await api.post("/tickets", json={**LEAST, "description": sent})).json()["description"] == html


async def test_every_writable_value_is_kept(api: httpx.AsyncClient) -> None:
    values = {
        "subject": "返品について 🙏",
        "status": 8,
        "priority": 3,
        "source": 9,
        "type": "Refund",
        "responder_id": 158017609801,
        "group_id": 158000114201,
        "company_id": 158003104314,
        "product_id": 158000271245,
        "email_config_id": 158000283425,
        "tags": ["a", "b c"],
        "cc_emails": ["one@example.com", "Two <two@example.com>"],
    }
    custom = {"cf_order_number": "SO-1", "cf_items_affected": 2, "cf_vip": True, "cf_product_area": "Billing"}

    ticket = (await api.post("/tickets", json={**LEAST, **values, "custom_fields": custom})).json()

    assert values.items() <= ticket.items()
    assert custom.items() <= ticket["custom_fields"].items()
    assert ticket["custom_fields"]["cf_refund_amount"] is None
    assert ticket["reply_cc_emails"] == ticket["ticket_cc_emails"] == values["cc_emails"]


async def test_a_new_address_makes_a_contact_and_a_known_one_does_not(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    first = (await api.post("/tickets", json={**LEAST, "name": "New Person"})).json()
    second = (await api.post("/tickets", json={**LEAST, "email": "NEW.person@example.com"})).json()
    known = (await api.post("/tickets", json={**LEAST, "email": "emily.dean@example.com"})).json()

    assert first["requester_id"] == second["requester_id"]
    assert sandbox.store.contacts[first["requester_id"]].name == "New Person"
    assert (known["requester_id"], known["company_id"]) == (158018064981, 158003104314)
    assert sandbox.statistics.contacts_made == 1


@pytest.mark.parametrize(
    ("requester", "name"),
    [
        ({"email": "kim@example.com"}, "Kim"),
        ({"phone": "+44 20 7946 0999", "name": "Kim"}, "Kim"),
        ({"twitter_id": "kim_tweets"}, "kim_tweets"),
        ({"unique_external_id": "crm-7"}, "crm-7"),
        ({"requester_id": 158018064981}, "Emily Dean"),
        ({"facebook_id": "fb-100042"}, "Ana Souza"),
        ({"phone": "+44 20 7946 0018", "name": "ignored"}, "+44 20 7946 0018"),
    ],
)
async def test_a_requester_may_be_named_in_six_ways(
    api: httpx.AsyncClient, sandbox: Sandbox, requester: dict[str, object], name: str
) -> None:
    body = {key: value for key, value in LEAST.items() if key != "email"}
    ticket = (await api.post("/tickets", json={**body, **requester})).json()

    assert sandbox.store.contacts[ticket["requester_id"]].name == name


async def test_the_same_request_twice_makes_two_tickets(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    before = len(sandbox.store.tickets)
    ids = [(await api.post("/tickets", json=LEAST)).json()["id"] for _ in range(2)]

    assert ids == [before + 1, before + 2]
    assert sandbox.statistics.tickets_made == 2


async def test_a_create_without_requester_is_refused_as_recorded(api: httpx.AsyncClient) -> None:
    response = await api.post("/tickets", json={"subject": "s", "description": "d", "priority": 1, "status": 2})

    assert response.status_code == 400
    assert response.json() == {
        "description": "Validation failed",
        "errors": [
            {
                "field": "requester_id",
                "message": "Please fill at least 1 of requester_id, phone, email, twitter_id, facebook_id fields",
                "code": "missing_field",
            }
        ],
    }


async def test_all_that_is_missing_is_reported_together(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    response = await api.post("/tickets", json={})

    assert errors_of(response) == [
        ("subject", "missing_field"),
        ("description", "missing_field"),
        ("requester_id", "missing_field"),
    ]
    assert sandbox.statistics.tickets_made == 0


async def test_a_phone_number_alone_needs_a_name(api: httpx.AsyncClient) -> None:
    response = await api.post("/tickets", json={"subject": "s", "description": "d", "phone": "+44 20 7946 0999"})

    assert errors_of(response) == [("name", "missing_field")]


@pytest.mark.parametrize("key", ["urgency", "id", "created_at", "description_text", "deleted", "archived"])
async def test_unknown_and_read_only_keys_are_refused_alone(raw: httpx.AsyncClient, key: str) -> None:
    response = await raw.post("/tickets", json={**LEAST, "priority": 9, key: 1})

    assert errors_of(response) == [(key, "invalid_field")]
    assert message_of(response) == "Unexpected/invalid field in request"


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("subject", 5, "datatype_mismatch"),
        ("subject", "", "invalid_value"),
        ("subject", None, "invalid_value"),
        ("description", " ", "invalid_value"),
        ("description", ["d"], "datatype_mismatch"),
        ("priority", 5, "invalid_value"),
        ("priority", "2", "datatype_mismatch"),
        ("priority", True, "datatype_mismatch"),
        ("priority", None, "datatype_mismatch"),
        ("status", 1, "invalid_value"),
        ("status", 9001, "invalid_value"),
        ("status", "open", "datatype_mismatch"),
        ("source", 12, "invalid_value"),
        ("type", "Complaint", "invalid_value"),
        ("type", 3, "datatype_mismatch"),
        ("email", "not an address", "invalid_value"),
        ("email", "a@b", "invalid_value"),
        ("email", 7, "datatype_mismatch"),
        ("requester_id", 4, "invalid_value"),
        ("requester_id", "4", "datatype_mismatch"),
        ("responder_id", 1, "invalid_value"),
        ("group_id", 0, "datatype_mismatch"),
        ("company_id", 1, "invalid_value"),
        ("facebook_id", "fb-1", "invalid_value"),
        ("facebook_id", 1, "datatype_mismatch"),
        ("responder_id", None, "datatype_mismatch"),
        ("attachments", ["box.jpg"], "datatype_mismatch"),
        ("attachments", "box.jpg", "datatype_mismatch"),
        ("cc_emails", "one@example.com", "datatype_mismatch"),
        ("cc_emails", [1], "datatype_mismatch"),
        ("cc_emails", ["one@example.com", "two"], "invalid_value"),
        ("tags", "a,b", "datatype_mismatch"),
        ("tags", ["a", None], "datatype_mismatch"),
        ("due_by", "tomorrow", "invalid_value"),
        ("due_by", 3, "datatype_mismatch"),
        ("custom_fields", [], "datatype_mismatch"),
    ],
)
async def test_a_wrong_value_is_refused_with_its_field_and_code(
    api: httpx.AsyncClient, key: str, value: object, code: str
) -> None:
    assert errors_of(await api.post("/tickets", json={**LEAST, key: value})) == [(key, code)]


async def test_a_refused_choice_lists_the_values_of_the_account(api: httpx.AsyncClient) -> None:
    priority = await api.post("/tickets", json={**LEAST, "priority": 9})
    status = await api.post("/tickets", json={**LEAST, "status": 1})
    kind = await api.post("/tickets", json={**LEAST, "type": "Lead"})

    assert message_of(priority) == "It should be one of these values: '1,2,3,4'"
    assert message_of(status) == "It should be one of these values: '2,3,4,5,6,7,8,9000'"
    assert message_of(kind) == "It should be one of these values: 'Question,Incident,Problem,Feature Request,Refund'"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("cf_unknown", "x", "invalid_field"),
        ("cf_product_area", "Kitchen", "invalid_value"),
        ("cf_items_affected", "3", "datatype_mismatch"),
        ("cf_refund_amount", True, "datatype_mismatch"),
        ("cf_vip", 1, "datatype_mismatch"),
        ("cf_order_number", 17, "datatype_mismatch"),
        ("cf_delivery_date", "2026-02-30", "datatype_mismatch"),
        ("cf_delivery_date", "2026-02-03T00:00:00Z", "datatype_mismatch"),
    ],
)
async def test_a_wrong_custom_field_is_named_with_its_prefix(
    api: httpx.AsyncClient, name: str, value: object, code: str
) -> None:
    response = await api.post("/tickets", json={**LEAST, "custom_fields": {name: value}})

    assert errors_of(response) == [(f"custom_fields.{name}", code)]


async def test_a_refused_dropdown_lists_its_choices(api: httpx.AsyncClient) -> None:
    response = await api.post("/tickets", json={**LEAST, "custom_fields": {"cf_product_area": "Kitchen"}})

    assert message_of(response) == (
        "It should be one of these values: 'Checkout,Shipping,Billing,Account,Integrations'"
    )


async def test_custom_fields_may_be_null_numbers_and_dates(api: httpx.AsyncClient) -> None:
    custom = {"cf_vip": None, "cf_delivery_date": "2026-02-28", "cf_product_area": None}

    ticket = (await api.post("/tickets", json={**LEAST, "custom_fields": custom})).json()

    assert custom.items() <= ticket["custom_fields"].items()


async def test_a_refused_create_changes_nothing(api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    contacts = len(sandbox.store.contacts)
    clock.advance(minutes=1)

    await api.post("/tickets", json={**LEAST, "email": "another@example.com", "priority": 9})

    assert len(sandbox.store.contacts) == contacts
    assert sandbox.statistics.tickets_made == sandbox.statistics.contacts_made == 0


async def test_a_ticket_created_in_another_status_has_its_times(api: httpx.AsyncClient) -> None:
    created = (await api.post("/tickets", json={**LEAST, "status": 5})).json()

    stats = (await api.get(f"/tickets/{created['id']}", params={"include": "stats"})).json()["stats"]

    assert stats["closed_at"] == stats["resolved_at"] == "2026-03-02T09:15:00Z"


@pytest.mark.parametrize(
    ("body", "field", "message", "code"),
    [
        (without("email"), "requester_id", REQUESTER, "missing_field"),
        (without("subject"), "subject", "It should be a/an String", "missing_field"),
        (without("description"), "description", "It should be a/an String", "missing_field"),
        (
            {**LEAST, "description": ""},
            "description",
            "It should not be blank as this is a mandatory field",
            "invalid_value",
        ),
        ({**LEAST, "urgency": 1}, "urgency", "Unexpected/invalid field in request", "invalid_field"),
        ({**LEAST, "priority": 9}, "priority", "It should be one of these values: '1,2,3,4'", "invalid_value"),
        (
            {**LEAST, "type": "Lead"},
            "type",
            "It should be one of these values: 'Question,Incident,Problem,Feature Request,Refund'",
            "invalid_value",
        ),
        (
            {**LEAST, "status": "2"},
            "status",
            f"Value set is of type String.It should be one of these values: {STATUS_LIST}",
            "datatype_mismatch",
        ),
        (
            {**LEAST, "status": "open"},
            "status",
            f"Value set is of type String.It should be one of these values: {STATUS_LIST}",
            "datatype_mismatch",
        ),
        (
            {**LEAST, "priority": "High"},
            "priority",
            "Value set is of type String.It should be one of these values: '1,2,3,4'",
            "datatype_mismatch",
        ),
        ({**LEAST, "group_id": "158000114201"}, "group_id", "It should be a/an Positive Integer", "datatype_mismatch"),
        ({**LEAST, "responder_id": None}, "responder_id", "It should be a/an Positive Integer", "datatype_mismatch"),
        (
            {**LEAST, "attachments": ["a.txt"]},
            "attachments",
            "It should contain elements of type valid file format only",
            "datatype_mismatch",
        ),
        (
            {**LEAST, "custom_fields": {"cf_product_area": "Kitchen"}},
            "custom_fields.cf_product_area",
            "It should be one of these values: 'Checkout,Shipping,Billing,Account,Integrations'",
            "invalid_value",
        ),
    ],
)
async def test_a_create_is_refused_in_freshdesks_words(
    api: httpx.AsyncClient, body: dict[str, Any], field: str, message: str, code: str
) -> None:
    response = await api.post("/tickets", json=body)

    assert (response.status_code, response.json()) == (400, validation((field, message, code)))


async def test_one_answer_names_all_that_is_missing(api: httpx.AsyncClient) -> None:
    response = await api.post("/tickets", json={})

    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [
        ("subject", "missing_field"),
        ("description", "missing_field"),
        ("requester_id", "missing_field"),
    ]


async def test_a_new_tag_is_refused_where_the_agent_may_make_none(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(may_create_tags=False)
    known = next(tag for ticket in sandbox.store.tickets.values() for tag in ticket.tags)

    new = await api.post("/tickets", json={**LEAST, "tags": [known, "never seen before"]})
    old = await api.post("/tickets", json={**LEAST, "tags": [known]})

    assert [(one["field"], one["code"]) for one in new.json()["errors"]] == [("tags", "cannot_create_new_tag")]
    assert old.status_code == 201


async def test_a_lookup_parameter_is_taken_and_not_kept(api: httpx.AsyncClient) -> None:
    made = (await make(api, lookup_parameter="display_id")).json()

    assert "lookup_parameter" not in made
    assert errors_of(await make(api, lookup_parameter="name")) == [("lookup_parameter", "invalid_value")]
