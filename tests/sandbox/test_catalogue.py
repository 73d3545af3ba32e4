"""The errors of Freshdesk whose words are attested, word by word."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Edits, Sandbox
from freshdesk_sandbox.resources.ticket_fields import STATUSES

pytestmark = pytest.mark.anyio

LEAST: dict[str, Any] = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}
STATUS_LIST = "'" + ",".join(str(status) for status in STATUSES) + "'"
REQUESTER = "Please fill at least 1 of requester_id, phone, email, twitter_id, facebook_id fields"


def validation(*errors: tuple[str, str, str]) -> dict[str, Any]:
    entries = [{"field": field, "message": message, "code": code} for field, message, code in errors]
    return {"description": "Validation failed", "errors": entries}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in LEAST.items() if name != key}


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


@pytest.mark.parametrize(
    ("params", "field", "message"),
    [
        ({"filter": "mine"}, "filter", "It should be one of these values: 'new_and_my_open,watching,spam,deleted'"),
        ({"email": "nobody@example.com"}, "email", "There is no contact matching the given email"),
        ({"company_id": 404}, "company_id", "There is no company matching the given company_id"),
        (
            {"page": 301},
            "page",
            "You cannot access tickets beyond the 300th page. Please provide a smaller page number.",
        ),
    ],
)
async def test_a_list_is_refused_in_freshdesks_words(
    raw: httpx.AsyncClient, params: dict[str, Any], field: str, message: str
) -> None:
    response = await raw.get("/tickets", params=params)

    assert (response.status_code, response.json()) == (400, validation((field, message, "invalid_value")))


async def test_a_body_that_is_not_json_is_refused_in_freshdesks_words(api: httpx.AsyncClient) -> None:
    response = await api.post("/tickets", content=b"{", headers={"content-type": "application/json"})

    assert response.status_code == 400
    assert response.json() == {"code": "invalid_json", "message": "Request body has invalid json format"}


async def test_two_slashes_are_taken_for_a_wrong_field(raw: httpx.AsyncClient) -> None:
    response = await raw.get("https://example.freshdesk.com//api/v2/tickets")

    refusal = validation(("ticket", "Unexpected/invalid field in request", "invalid_field"))
    assert (response.status_code, response.json()) == (400, refusal)


async def test_one_answer_names_all_that_is_missing(api: httpx.AsyncClient) -> None:
    response = await api.post("/tickets", json={})

    assert [(one["field"], one["code"]) for one in response.json()["errors"]] == [
        ("subject", "missing_field"),
        ("description", "missing_field"),
        ("requester_id", "missing_field"),
    ]


@pytest.mark.parametrize(("trash", "verb"), [("spam", "PUT"), ("spam", "DELETE"), ("deleted", "PUT")])
async def test_a_write_to_what_can_only_be_read_names_the_one_method(
    api: httpx.AsyncClient, sandbox: Sandbox, trash: str, verb: str
) -> None:
    number = next(ticket.id for ticket in sandbox.store.tickets.values() if getattr(ticket, trash))

    response = await api.request(verb, f"/tickets/{number}", json={"priority": 2})

    assert response.status_code == 405
    assert response.json() == {"message": f"{verb} method is not allowed. It should be one of these method(s): GET"}


async def test_a_new_tag_is_refused_where_the_agent_may_make_none(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(may_create_tags=False)
    known = next(tag for ticket in sandbox.store.tickets.values() for tag in ticket.tags)

    new = await api.post("/tickets", json={**LEAST, "tags": [known, "never seen before"]})
    old = await api.post("/tickets", json={**LEAST, "tags": [known]})

    assert [(one["field"], one["code"]) for one in new.json()["errors"]] == [("tags", "cannot_create_new_tag")]
    assert old.status_code == 201


async def test_tags_may_be_made_unless_told_otherwise(api: httpx.AsyncClient) -> None:
    assert (await api.put("/tickets/31", json={"tags": ["never seen before"]})).json()["tags"] == ["never seen before"]


async def test_rules_of_the_account_are_not_refused_like_a_caller(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(may_create_tags=False, edits=Edits(tags=("made by a rule",)))

    assert (await api.post("/tickets", json=LEAST)).json()["tags"] == ["made by a rule"]
