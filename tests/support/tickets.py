"""Ticket bodies on the model of what Freshdesk sends."""

from typing import Any


def ticket_body(**changes: Any) -> dict[str, Any]:
    """A ticket as GET /tickets/{id} answers it, with `changes`."""
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
