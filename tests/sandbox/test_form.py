"""Values and fields that the account's form takes and demands, and fields of its plan."""

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


# --- Sources


async def test_a_documented_source_is_among_the_choices(api: httpx.AsyncClient) -> None:
    assert [(await make(api, source=source)).status_code for source in (1, 2, 3, 7, 9, 10)] == [201] * 6


async def test_an_account_has_sources_of_its_own(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(sources=(1, 2, 101)))

    refused = await make(api, source=7)

    assert errors_of(refused) == [("source", "invalid_value")]
    assert message_of(refused) == "It should be one of these values: '1,2,101'"
    assert (await make(api, source=101)).json()["source"] == 101


# --- Null


@pytest.mark.parametrize("key", ["group_id", "product_id", "company_id", "email_config_id", "type", "due_by"])
async def test_other_values_may_be_null_in_a_create(api: httpx.AsyncClient, key: str) -> None:
    assert (await make(api, **{key: None})).status_code == 201


async def test_an_account_may_refuse_null_for_others_too(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(not_null=("group_id", "type")))

    refused = await make(api, group_id=None, type=None, responder_id=None)

    assert errors_of(refused) == [("group_id", "datatype_mismatch"), ("type", "datatype_mismatch")]


async def test_null_takes_the_agent_away_in_an_update(api: httpx.AsyncClient) -> None:
    made = (await make(api, responder_id=AGENT_ID)).json()

    assert (await api.put(f"/tickets/{made['id']}", json={"responder_id": None})).json()["responder_id"] is None


# --- Mandatory fields


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
async def test_what_the_account_demands_of_a_new_ticket_must_be_there(
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
async def test_a_ticket_is_done_only_when_it_has_what_that_demands(
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


async def test_a_ticket_that_is_born_done_must_have_it_too(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(required_for_closure=("type",)))

    assert errors_of(await make(api, status=5)) == [("type", "missing_field")]


async def test_an_account_may_look_at_closing_alone(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(required_for_closure=("type",), closing_statuses=(5,)))

    assert (await make(api, status=4)).status_code == 201


@pytest.mark.parametrize("wrong", [{"required": ("sender",)}, {"required_for_closure": ("cf_unknown",)}])
def test_a_field_that_nobody_has_cannot_be_demanded(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Form(**wrong)


# --- Kinds of custom values


@pytest.mark.parametrize(
    ("sent", "shown"), [(189.5, "189.5"), (124, "124.0"), (0, "0.0"), (-2.25, "-2.25"), ("3.5", "3.5"), (None, None)]
)
async def test_a_decimal_is_answered_as_a_string(api: httpx.AsyncClient, sent: object, shown: object) -> None:
    made = (await make(api, custom_fields={"cf_refund_amount": sent})).json()
    (listed, *_) = (await api.get("/tickets")).json()

    assert made["custom_fields"]["cf_refund_amount"] == shown
    assert listed["custom_fields"]["cf_refund_amount"] == shown


async def test_an_account_may_refuse_a_decimal_as_it_shows_it(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(decimals_from_text=False))

    refused = await make(api, custom_fields={"cf_refund_amount": "3.5"})

    assert errors_of(refused) == [("custom_fields.cf_refund_amount", "datatype_mismatch")]


@pytest.mark.parametrize("value", ["", "much", "3,5", "NaN", "Infinity", "1e999", "٣"])
async def test_a_text_that_is_no_number_is_no_decimal(api: httpx.AsyncClient, value: str) -> None:
    refused = await make(api, custom_fields={"cf_refund_amount": value})

    assert errors_of(refused) == [("custom_fields.cf_refund_amount", "datatype_mismatch")]


async def test_other_kinds_are_answered_as_they_were_sent(api: httpx.AsyncClient) -> None:
    sent = {"cf_items_affected": 4, "cf_vip": False, "cf_delivery_date": "2026-02-28", "cf_order_number": "0012"}

    assert sent.items() <= (await make(api, custom_fields=sent)).json()["custom_fields"].items()


def test_the_seed_holds_its_decimals_as_freshdesk_does(sandbox: Sandbox) -> None:
    amounts = {ticket.custom_fields["cf_refund_amount"] for ticket in sandbox.store.tickets.values()} - {None}

    assert {type(amount) for amount in amounts} == {str}


# --- Fields of a plan

FEATURE_FIELDS = [
    ("internal_agent_id", AGENT_ID),
    ("internal_group_id", GROUP_ID),
    ("parent_id", 31),
    ("related_ticket_ids", [31]),
]


@pytest.mark.parametrize(("key", "value"), FEATURE_FIELDS)
async def test_a_field_of_a_feature_that_the_account_lacks_cannot_be_written(
    api: httpx.AsyncClient, key: str, value: object
) -> None:
    assert errors_of(await make(api, **{key: value})) == [(key, "inaccessible_field")]


@pytest.mark.parametrize(("key", "value"), FEATURE_FIELDS[:3])
async def test_nor_in_an_update(api: httpx.AsyncClient, key: str, value: object) -> None:
    assert errors_of(await api.put("/tickets/33", json={key: value})) == [(key, "inaccessible_field")]


async def test_an_account_may_say_so_with_a_403(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(missing_feature_status=403)

    refused = await make(api, parent_id=31)

    assert refused.status_code == 403
    assert refused.json()["code"] == "require_feature"
    assert refused.json()["message"].endswith(
        "feature(s) is/are not supported in your plan. Please upgrade your account to use it."
    )


async def test_shared_ownership_brings_two_keys_to_every_answer(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(features=("shared_ownership",))

    made = (await make(api, internal_agent_id=AGENT_ID, internal_group_id=GROUP_ID)).json()
    changed = (await api.put(f"/tickets/{made['id']}", json={"internal_agent_id": None})).json()
    shown = (await api.get(f"/tickets/{made['id']}")).json()
    (listed, *_) = (await api.get("/tickets")).json()

    assert (made["internal_agent_id"], made["internal_group_id"]) == (AGENT_ID, GROUP_ID)
    for ticket in (changed, shown, listed):
        assert (ticket["internal_agent_id"], ticket["internal_group_id"]) == (None, GROUP_ID)
    assert errors_of(await make(api, internal_agent_id=1)) == [("internal_agent_id", "invalid_value")]


async def test_without_it_no_answer_has_them(api: httpx.AsyncClient) -> None:
    made = (await make(api)).json()

    assert not {"internal_agent_id", "internal_group_id"} & set(made)


async def test_a_lookup_parameter_is_taken_and_not_kept(api: httpx.AsyncClient) -> None:
    made = (await make(api, lookup_parameter="display_id")).json()

    assert "lookup_parameter" not in made
    assert errors_of(await make(api, lookup_parameter="name")) == [("lookup_parameter", "invalid_value")]
