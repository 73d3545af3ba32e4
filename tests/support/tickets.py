"""Ticket bodies in Freshdesk's form."""

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)
"""The time at which tests look at tickets."""
DATE = "Mon, 02 Mar 2026 12:00:30 GMT"
"""The same time as a header."""


def ticket_body(**changes: Any) -> dict[str, Any]:
    """Return a ticket as GET /tickets/{id} answers it, with `changes`."""
    return {
        "cc_emails": [],
        "fwd_emails": [],
        "reply_cc_emails": [],
        "ticket_cc_emails": [],
        "spam": False,
        "fr_escalated": False,
        "is_escalated": False,
        "email_config_id": None,
        "group_id": None,
        "priority": 2,
        "requester_id": 4100001,
        "responder_id": 4100900,
        "source": 1,
        "company_id": None,
        "status": 2,
        "subject": "The export stops at row 500",
        "association_type": None,
        "to_emails": None,
        "product_id": None,
        "id": 17,
        "type": "Problem",
        "due_by": "2026-03-05T09:00:00Z",
        "fr_due_by": "2026-03-03T09:00:00Z",
        "description": "<div>It stops<br>every time</div>",
        "description_text": "It stops\nevery time",
        "custom_fields": {"cf_order": "A-12", "cf_vip": True, "cf_note": None},
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-02T10:30:00Z",
        "tags": ["export"],
        "attachments": [],
        "structured_description": None,
        "nr_due_by": None,
        "nr_escalated": False,
    } | changes


FULL_TICKET: dict[str, Any] = {
    "id": 7,
    "subject": "The printer\nis on fire",
    "description": "<div>Help!</div>",
    "description_text": "Help!",
    "status": 2,
    "priority": 4,
    "source": 13,
    "type": "Incident",
    "requester_id": 80_000_000_001,
    "responder_id": 5,
    "group_id": 6,
    "company_id": 8,
    "product_id": 9,
    "support_email": "help@acme.example",
    "to_emails": ["help@acme.example"],
    "cc_emails": ["ada@example.com", "Bob <bob@example.com>"],
    "fwd_emails": [],
    "reply_cc_emails": ["ada@example.com"],
    "tags": ["hardware", "fire"],
    "custom_fields": {"cf_floor": 3, "cf_plan": "gold", "cf_paid": False, "cf_none": None, "cf_blank": ""},
    "attachments": [
        {
            "id": 1,
            "name": "fire.jpg",
            "content_type": "image/jpeg",
            "size": 10,
            "attachment_url": "https://files.example/1",
        },
        {"id": 2, "name": "old.txt", "file_size": 20},
    ],
    "spam": False,
    "deleted": True,
    "is_escalated": True,
    "due_by": "2026-03-05T09:15:00+02:00",
    "created_at": "2026-03-02T09:15:00Z",
    "updated_at": "2026-03-02T09:15:00",
    "association_type": 1,
    "associated_tickets_list": [8, 9],
}
"""A ticket with all values, some of them awkward."""

CONVERSATION: dict[str, Any] = {
    "id": 60,
    "user_id": 5,
    "source": 0,
    "private": False,
    "incoming": True,
    "from_email": "Ada <ada@example.com>",
    "to_emails": ["help@acme.example"],
    "created_at": "2026-03-02T10:00:00Z",
    "body": "<div>First<br>second</div>",
    "body_text": "First\nsecond",
    "attachments": [
        {
            "id": 3,
            "name": "log.txt",
            "content_type": "text/plain",
            "size": 5,
            "attachment_url": "https://files.example/3",
        }
    ],
}


def ticket_url(ticket_id: int) -> str:
    """Return the page of a ticket in the account acme."""
    return f"https://acme.freshdesk.com/a/tickets/{ticket_id}"
