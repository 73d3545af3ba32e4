"""Tickets as structure: names beside codes, empty values left out, texts cut at a stated length.

A part that was asked for and is empty appears as null or as an empty list. ``lines`` makes text of a view, ``results``
the parts around it.
"""

from collections.abc import Collection

from freshdesk_client.models import CustomFields, Ticket
from freshdesk_mcp_server.tools.kit.values import View, coded, plain, to_the_minute, without_empty, writable
from freshdesk_mcp_server.tools.tickets.codes import ASSOCIATION_NAMES, PRIORITY_NAMES, SOURCE_NAMES, STATUS_NAMES
from freshdesk_mcp_server.tools.tickets.embeds import (
    MOST_CONVERSATIONS,
    attachment_views,
    company_view,
    conversation_views,
    requester_view,
    stats_view,
)
from freshdesk_mcp_server.tools.tickets.extent import bounded
from freshdesk_mcp_server.tools.tickets.pages import TicketUrl
from freshdesk_mcp_server.tools.tickets.showing import Showing

_FLAGS = ("deleted", "spam", "is_escalated", "fr_escalated", "nr_escalated")
_ROW = ("requester_id", "responder_id", "group_id", "tags", "due_by")
_TIMES = ("created_at", "updated_at")
_WHOLE = (
    *("internal_agent_id", "internal_group_id", "company_id", "product_id", "support_email", "to_emails", "cc_emails"),
    *("ticket_cc_emails", "fwd_emails", "reply_cc_emails", "email_failure_count", "fr_due_by", "nr_due_by"),
)
_CHANGED = (
    "id",
    "url",
    "subject",
    "status",
    "status_name",
    "priority",
    "priority_name",
    "due_by",
    "overdue",
    "updated_at",
)
"""The fields of a changed ticket that are shown beside the fields asked for."""


def row_view(ticket: Ticket, showing: Showing) -> View:
    """Return the fields by which an agent chooses among tickets, and the embedded parts; times to the minute."""
    view = _known(ticket, showing, is_row=True) | showing.text(
        "description", "description", ticket.description_text, ticket.description
    )
    times = {name: to_the_minute(view[name]) for name in ("due_by", *_TIMES) if isinstance(view.get(name), str)}
    empty = {name: view.get(name) for name in ("requester", "description") if name in showing.asked}
    stats = {"stats": view.get("stats", {})} if "stats" in showing.asked else {}
    return bounded(view | times | empty | stats, showing)


def ticket_view(ticket: Ticket, ticket_url: TicketUrl, showing: Showing) -> View:
    """Return all useful fields of one ticket, with the written parts as text."""
    told: set[str] = set()
    stats = stats_view(ticket.stats)
    more = {
        **coded("source", ticket.source, SOURCE_NAMES),
        **{name: plain(getattr(ticket, name, None)) for name in _WHOLE},
        **_association_view(ticket),
        "company": company_view(ticket.company),
        "custom_fields": _custom_fields_view(ticket.custom_fields),
        "attachments": attachment_views(ticket.attachments, told),
        **showing.text("description", "description", ticket.description_text, ticket.description),
        "conversations": conversation_views(ticket.conversations, showing, told),
    }
    view = {"id": ticket.id, "url": ticket_url(ticket.id)} | _known(ticket, showing, is_row=False) | without_empty(more)
    return bounded(view | _asked(view, stats, showing.asked), showing)


def changed_view(view: View, asked: View) -> View:
    """Return the fields `asked` for, by the names of an update, and those that may have changed with them."""
    kept = {name: value for name, value in view.items() if name in _CHANGED}
    for name, value in asked.items():
        empty: View = {name: [] if isinstance(value, list) else None}
        kept |= {part: view[part] for part in (name, f"{name}_name") if part in view} or empty
    if "custom_fields" in asked:
        now = view.get("custom_fields", {})
        kept["custom_fields"] = {name: now.get(name) for name in asked["custom_fields"]}
    if "description" in asked and "inline_images" in view:
        kept["inline_images"] = view["inline_images"]
    return kept


def _known(ticket: Ticket, showing: Showing, *, is_row: bool) -> View:
    subject = plain(ticket.subject)
    known = {
        **_status_view(ticket),
        **coded("priority", ticket.priority, PRIORITY_NAMES),
        "type": plain(ticket.type_),
        **{name: plain(getattr(ticket, name, None)) for name in _ROW},
        "overdue": showing.overdue(ticket),
        **{name: plain(getattr(ticket, name, None)) for name in _TIMES},
        "flags": [name for name in _FLAGS if getattr(ticket, name, None) is True],
        "requester": requester_view(ticket.requester, is_row=is_row),
        "stats": without_empty(stats_view(ticket.stats)),
    }
    if "id" in known["requester"]:
        del known["requester_id"]
    shown = without_empty(known)
    if ticket.type_ is None:
        shown = {name: known[name] for name in known if name in shown or name == "type"}
    return {"id": ticket.id, "subject": subject if isinstance(subject, str) else ""} | shown


def _status_view(ticket: Ticket) -> View:
    """Return the status; a ticket in the trash or spam keeps it only for its return."""
    view = coded("status", ticket.status, STATUS_NAMES)
    place = "In the trash" if ticket.deleted is True else "Spam" if ticket.spam is True else ""
    return view | {"status_name": f"{place} (was {view['status_name']})"} if view and place else view


def _association_view(ticket: Ticket) -> View:
    kind = ticket.association_type
    return {
        "association_type": plain(kind),
        "association_type_name": ASSOCIATION_NAMES.get(kind) if isinstance(kind, int) else None,
        "associated_tickets_list": plain(ticket.associated_tickets_list),
    }


def _custom_fields_view(fields: object) -> View:
    if not isinstance(fields, CustomFields):
        return {}
    values = writable(fields.additional_properties)
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _asked(view: View, stats: View, asked: Collection[str]) -> View:
    """Return the embedded parts that were asked for, also the empty ones."""
    parts = {name: view.get(name) for name in ("requester", "company") if name in asked}
    if "stats" in asked:
        parts["stats"] = stats
    if "conversations" in asked:
        shown = view.get("conversations", [])
        is_all = len(shown) < MOST_CONVERSATIONS
        parts |= {"conversations_total": len(shown) if is_all else f"{len(shown)} or more", "conversations": shown}
    return parts
