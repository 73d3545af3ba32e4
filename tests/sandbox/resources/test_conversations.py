"""Replies, notes, mails, forwards and survey answers in a ticket, and the delivery of mails."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Conversation, Mail, Sandbox
from freshdesk_sandbox.resources.conversations.records import ConversationKind
from sandbox.helpers import START, Clock

pytestmark = pytest.mark.anyio

KEYS = {
    *("body", "body_text", "id", "incoming", "private", "user_id", "support_email", "source", "category", "to_emails"),
    *("from_email", "cc_emails", "bcc_emails", "email_failure_count", "outgoing_failures", "thread_id"),
    *("thread_message_id", "created_at", "updated_at", "last_edited_at", "last_edited_user_id", "attachments"),
    *("automation_id", "automation_type_id", "auto_response", "ticket_id", "threading_type", "delivery_details"),
    "source_additional_info",
}
AGENT_ID = 158017609801
SUPPORT = "support@shop.example.com"


def put(sandbox: Sandbox, **values: Any) -> None:
    given: dict[str, Any] = {"id": 158081290001, "ticket_id": 60, "user_id": AGENT_ID, "created_at": START} | values
    conversation = Conversation(**given, body="<div>On its way</div>")
    ticket = sandbox.store.tickets[60]
    sandbox.store.tickets.keep(replace(ticket, conversations=[conversation]))


async def shown(api: httpx.AsyncClient, number: int = 60) -> list[dict[str, Any]]:
    response = await api.get(f"/tickets/{number}", params={"include": "conversations"})
    conversations: list[dict[str, Any]] = response.json()["conversations"]
    return conversations


async def test_every_conversation_of_the_seed_has_the_recorded_keys(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    numbers = [ticket.id for ticket in sandbox.store.tickets.values() if ticket.conversations]

    assert {frozenset(one) for number in numbers for one in await shown(api, number)} == {frozenset(KEYS)}


@pytest.mark.parametrize(
    ("kind", "private", "expected"),
    [
        ("reply", False, {"source": 0, "category": 3, "incoming": False, "support_email": SUPPORT, "bcc_emails": []}),
        ("mail", False, {"source": 0, "category": 3, "incoming": True, "support_email": SUPPORT, "bcc_emails": None}),
        ("note", True, {"source": 2, "category": 2, "incoming": False, "support_email": None, "bcc_emails": None}),
        ("note", False, {"source": 2, "category": 3, "incoming": False, "from_email": None}),
        ("incoming_note", False, {"source": 2, "category": 3, "incoming": True, "from_email": None}),
        ("forward", True, {"source": 8, "category": 2, "incoming": False, "support_email": SUPPORT}),
        ("survey", False, {"source": 6, "category": 7, "incoming": True, "to_emails": None, "from_email": None}),
    ],
)
async def test_each_kind_has_its_recorded_values(
    api: httpx.AsyncClient, sandbox: Sandbox, kind: ConversationKind, private: bool, expected: dict[str, Any]
) -> None:
    put(sandbox, kind=kind, private=private)

    (one,) = await shown(api)

    assert (expected | {"private": private}).items() <= one.items()
    assert (one["auto_response"], one["automation_id"], one["email_failure_count"]) == (False, None, None)


async def test_a_reply_comes_from_the_helpdesk_with_its_name(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    put(sandbox, kind="reply", to_emails=["emily.dean@example.com"])

    (one,) = await shown(api)

    assert one["from_email"] == f'"Example Shop" <{SUPPORT}>'
    assert one["to_emails"] == ["emily.dean@example.com"]


@pytest.mark.parametrize("kind", ["reply", "forward"])
async def test_a_mail_that_was_sent_is_pending_first_and_then_delivered_or_not(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock, kind: ConversationKind
) -> None:
    people = ["a@example.com", "b@example.com", "c@example.com"]
    to, cc, bcc = ([person] for person in people)
    put(sandbox, kind=kind, to_emails=to, cc_emails=cc, bcc_emails=bcc, failed_emails=cc)

    clock.advance(seconds=4.9)
    (early,) = await shown(api)
    clock.advance(seconds=0.1)
    (late,) = await shown(api)

    assert early["delivery_details"] == {"failed_emails": [], "pending_emails": people}
    assert late["delivery_details"] == {"failed_emails": ["b@example.com"], "pending_emails": []}
    assert late["email_failure_count"] is None
    assert late["updated_at"] == early["updated_at"]


@pytest.mark.parametrize("kind", ["mail", "note", "incoming_note", "survey"])
async def test_a_conversation_that_sends_no_mail_has_nothing_pending(
    api: httpx.AsyncClient, sandbox: Sandbox, kind: ConversationKind
) -> None:
    put(sandbox, kind=kind, to_emails=["a@example.com"])

    (one,) = await shown(api)

    assert one["delivery_details"] == {"failed_emails": [], "pending_emails": []}


async def test_an_account_may_deliver_late_and_count_failures(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    put(sandbox, kind="reply", to_emails=["a@example.com"], failed_emails=["a@example.com"])
    sandbox.behaviour = Behaviour(mail=Mail(delivery_lag_s=60, counts_failures=True))

    clock.advance(seconds=59)
    (early,) = await shown(api)
    clock.advance(seconds=1)
    (late,) = await shown(api)

    assert (early["email_failure_count"], early["delivery_details"]["pending_emails"]) == (None, ["a@example.com"])
    assert (late["email_failure_count"], late["delivery_details"]["failed_emails"]) == (1, ["a@example.com"])


async def test_an_edit_says_who_and_when_and_leaves_updated_at(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    put(sandbox, kind="note", private=True, last_edited_at=START.replace(minute=20), last_edited_user_id=AGENT_ID)

    (one,) = await shown(api)

    assert (one["last_edited_at"], one["last_edited_user_id"]) == ("2026-03-02T09:20:00Z", AGENT_ID)
    assert one["updated_at"] == one["created_at"] == "2026-03-02T09:15:00Z"
