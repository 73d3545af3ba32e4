"""The fields that a ticket must have when it is made, and when it is closed."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Form, Sandbox
from sandbox.helpers import errors_of, message_of

pytestmark = pytest.mark.anyio

LEAST: dict[str, Any] = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}

AGENT_ID = 158017609801

GROUP_ID = 158000114201


async def make(api: httpx.AsyncClient, **values: Any) -> httpx.Response:
    return await api.post("/tickets", json={**LEAST, **values})


@pytest.mark.parametrize("key", ["group_id", "product_id", "company_id", "email_config_id", "type", "due_by"])
async def test_values_but_the_agent_may_be_null_in_a_create(api: httpx.AsyncClient, key: str) -> None:
    assert (await make(api, **{key: None})).status_code == 201


async def test_an_account_may_refuse_null_for_other_values_too(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(not_null=("group_id", "type")))

    refused = await make(api, group_id=None, type=None, responder_id=None)

    assert errors_of(refused) == [("group_id", "datatype_mismatch"), ("type", "datatype_mismatch")]


async def test_null_takes_the_agent_away_in_an_update(api: httpx.AsyncClient) -> None:
    made = (await make(api, responder_id=AGENT_ID)).json()

    assert (await api.put(f"/tickets/{made['id']}", json={"responder_id": None})).json()["responder_id"] is None


@pytest.mark.parametrize(
    ("name", "field", "message", "code", "value"),
    [
        ("status", "status", "It should be one of these values: '2,3,4,5,6,7,8,9000'", "missing_field", 2),
        ("priority", "priority", "It should be one of these values: '1,2,3,4'", "missing_field", 1),
        ("source", "source", "It should be one of these values: '1,2'", "missing_field", 2),
        (
            "type",
            "type",
            "It should be one of these values: 'Question,Incident,Problem,Feature Request,Refund'",
            "missing_field",
            "Refund",
        ),
        ("group_id", "group_id", "It should be a/an Positive Integer", "missing_field", GROUP_ID),
        ("cf_order_number", "custom_fields.cf_order_number", "It should be a/an String", "missing_field", "SO-1"),
        (
            "cf_product_area",
            "custom_fields.cf_product_area",
            "It should be one of these values: 'Checkout,Shipping,Billing,Account,Integrations'",
            "invalid_value",
            "Billing",
        ),
    ],
)
async def test_a_new_ticket_must_have_the_fields_that_the_account_demands(
    api: httpx.AsyncClient, sandbox: Sandbox, name: str, field: str, message: str, code: str, value: object
) -> None:
    sandbox.behaviour = Behaviour(form=Form(required=("subject", name), sources=(1, 2)))
    given = {"custom_fields": {name: value}} if name.startswith("cf_") else {name: value}

    refused = await make(api)

    assert errors_of(refused) == [(field, code)]
    assert message_of(refused) == message
    assert (await make(api, **given)).status_code == 201


async def test_a_mandatory_value_may_not_be_null_either(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(required=("group_id", "cf_vip")))

    refused = await make(api, group_id=None, custom_fields={"cf_vip": None})

    assert [field for field, _ in errors_of(refused)] == ["group_id", "custom_fields.cf_vip"]


async def test_subject_and_description_may_be_left_to_the_caller(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(required=()))

    made = (await api.post("/tickets", json={"email": LEAST["email"]})).json()
    blank = (await api.post("/tickets", json={"email": LEAST["email"], "subject": None, "description": ""})).json()

    assert (made["subject"], made["description"], made["description_text"]) == (None, None, None)
    assert blank["subject"] is None


@pytest.mark.parametrize("status", [4, 5])
async def test_a_ticket_is_closed_only_with_the_fields_that_closing_demands(
    api: httpx.AsyncClient, sandbox: Sandbox, status: int
) -> None:
    sandbox.behaviour = Behaviour(form=Form(required_for_closure=("type", "group_id", "cf_order_number")))
    number = (await make(api, type="Refund")).json()["id"]

    refused = await api.put(f"/tickets/{number}", json={"status": status, "custom_fields": {"cf_order_number": ""}})
    pending = await api.put(f"/tickets/{number}", json={"status": 3})
    given = {"status": status, "group_id": GROUP_ID, "custom_fields": {"cf_order_number": "SO-1"}}

    assert [field for field, _ in errors_of(refused)] == ["group_id", "custom_fields.cf_order_number"]
    assert pending.status_code == 200
    assert (await api.put(f"/tickets/{number}", json=given)).json()["status"] == status
    assert (await api.put(f"/tickets/{number}", json={"group_id": None})).status_code == 200


async def test_a_ticket_created_as_closed_needs_the_fields_that_closing_demands(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.behaviour = Behaviour(form=Form(required_for_closure=("type",)))

    assert errors_of(await make(api, status=5)) == [("type", "missing_field")]


async def test_an_account_may_demand_fields_for_closing_alone(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(required_for_closure=("type",), closing_statuses=(5,)))

    assert (await make(api, status=4)).status_code == 201
