"""The choices of an account, and the kinds of its custom fields."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Form, Sandbox
from sandbox.helpers import errors_of, message_of

pytestmark = pytest.mark.anyio

LEAST: dict[str, Any] = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}


async def make(api: httpx.AsyncClient, **values: Any) -> httpx.Response:
    return await api.post("/tickets", json={**LEAST, **values})


async def test_a_documented_source_is_among_the_choices(api: httpx.AsyncClient) -> None:
    assert [(await make(api, source=source)).status_code for source in (1, 2, 3, 7, 9, 10)] == [201] * 6


async def test_an_account_has_sources_of_its_own(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(form=Form(sources=(1, 2, 101)))

    refused = await make(api, source=7)

    assert errors_of(refused) == [("source", "invalid_value")]
    assert message_of(refused) == "It should be one of these values: '1,2,101'"
    assert (await make(api, source=101)).json()["source"] == 101


@pytest.mark.parametrize("wrong", [{"required": ("sender",)}, {"required_for_closure": ("cf_unknown",)}])
def test_a_field_that_nobody_has_cannot_be_demanded(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Form(**wrong)


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


async def test_custom_values_but_decimals_are_answered_as_they_were_sent(api: httpx.AsyncClient) -> None:
    sent = {"cf_items_affected": 4, "cf_vip": False, "cf_delivery_date": "2026-02-28", "cf_order_number": "0012"}

    assert sent.items() <= (await make(api, custom_fields=sent)).json()["custom_fields"].items()


def test_the_seed_holds_its_decimals_as_freshdesk_does(sandbox: Sandbox) -> None:
    amounts = {ticket.custom_fields["cf_refund_amount"] for ticket in sandbox.store.tickets.values()} - {None}

    assert {type(amount) for amount in amounts} == {str}
