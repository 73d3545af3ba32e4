"""What a model sees of a ticket, as structure: names beside codes, empty things left out, texts cut at a stated length.

The generated parser hands through whatever it did not expect, so each value is looked at. How a view reads as text is
in ``rendering``, what stands around it in ``results``.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from freshdesk_client.models import Attachment, Company, Conversation, CustomFields, Requester, Ticket, TicketStats
from freshdesk_mcp_server.tools.codes import CONVERSATION_KINDS, CUSTOM, PRIORITY_NAMES, SOURCE_NAMES, STATUS_NAMES
from freshdesk_mcp_server.tools.untrusted import shortened

type View = dict[str, Any]
type TicketUrl = Callable[[int], str]

_FLAGS = ("deleted", "spam", "is_escalated", "fr_escalated", "nr_escalated")
_ROW = ("type", "requester_id", "responder_id", "group_id", "tags", "due_by", "created_at", "updated_at")
_WHOLE = (
    *("company_id", "product_id", "support_email", "to_emails", "cc_emails", "ticket_cc_emails", "fwd_emails"),
    *("reply_cc_emails", "fr_due_by", "nr_due_by", "association_type", "associated_tickets_list"),
)
_REQUESTER = ("id", "name", "email", "phone", "mobile")
_STATS = (
    *("agent_responded_at", "requester_responded_at", "first_responded_at", "status_updated_at", "reopened_at"),
    *("resolved_at", "closed_at", "pending_since"),
)


def row_view(ticket: Ticket, description_limit: int) -> View:
    """What one needs to choose among tickets, and what was embedded in the list."""
    subject = _plain(ticket.subject)
    known = {
        **_coded("status", ticket.status, STATUS_NAMES),
        **_coded("priority", ticket.priority, PRIORITY_NAMES),
        **{name: _plain(getattr(ticket, name if name != "type" else "type_", None)) for name in _ROW},
        "flags": [name for name in _FLAGS if getattr(ticket, name, None) is True],
        "requester": _requester_view(ticket.requester),
        "stats": _stats_view(ticket.stats),
        "description": _text(ticket, description_limit),
    }
    if "id" in known["requester"]:
        del known["requester_id"]
    return {"id": ticket.id, "subject": subject if isinstance(subject, str) else ""} | without_empty(known)


def ticket_view(ticket: Ticket, ticket_url: TicketUrl, description_limit: int) -> View:
    """All that is useful of one ticket; what people wrote as text, and as HTML only where Freshdesk gives no text."""
    row = row_view(ticket, description_limit)
    description = row.pop("description", None)
    more = {
        **_coded("source", ticket.source, SOURCE_NAMES),
        **{name: _plain(getattr(ticket, name, None)) for name in _WHOLE},
        "company": _company_view(ticket.company),
        "custom_fields": _custom_fields_view(ticket.custom_fields),
        "attachments": _attachment_views(ticket.attachments),
        "description": description,
        "conversations": _conversation_views(ticket.conversations, description_limit),
    }
    return {"id": ticket.id, "url": ticket_url(ticket.id), "subject": ""} | row | without_empty(more)


def cut_texts(ticket: Ticket, limit: int) -> list[tuple[str, int]]:
    """The texts of a ticket that are longer than `limit` characters: what each is called, and how long it is."""
    texts = [("description", _whole_text(ticket.description_text, ticket.description))] + [
        (f"conversation {_plain(one.id)}", _whole_text(one.body_text, one.body))
        for one in _those(ticket.conversations, Conversation)
    ]
    return [(name, len(text)) for name, text in texts if len(text) > limit]


def without_empty(view: View) -> View:
    """`view` without what says nothing."""
    return {name: value for name, value in view.items() if value not in (None, "", [], {}, False)}


def _coded(name: str, code: object, names: Mapping[int, str]) -> View:
    """A code with its name beside it; a code of the account's own has a neutral name: only the account knows it."""
    return {name: int(code), f"{name}_name": names.get(code, CUSTOM)} if isinstance(code, int) else {}


def _plain(value: object) -> Any:
    """A value from the wire as JSON."""
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, list):
        return [_writable(item) for item in value if isinstance(item, str | int)]
    return _writable(value) if isinstance(value, str | int | float) else None


def _whole_text(*candidates: object) -> str:
    """The first that is a text and not empty: Freshdesk's own plain text, or the HTML where there is none."""
    return next((text for text in candidates if isinstance(text, str) and text), "")


def _text(ticket: Ticket, limit: int) -> str:
    return _shown(ticket.description_text, ticket.description, limit=limit)


def _shown(*candidates: object, limit: int) -> str:
    return str(_writable(shortened(_whole_text(*candidates), limit)))


def _writable(value: Any) -> Any:
    """`value` without what Python reads from JSON and nobody can write: half a surrogate pair, NaN and infinity."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case float() if not math.isfinite(value):
            return None
        case list():
            return [_writable(item) for item in value]
        case dict():
            return {_writable(str(name)): _writable(item) for name, item in value.items()}
    return value


def _time(value: datetime) -> str:
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:  # the first or the last day of the calendar, in another zone
        return moment.isoformat()


def _those[T](items: object, kind: type[T]) -> list[T]:
    return [item for item in items if isinstance(item, kind)] if isinstance(items, list) else []


def _requester_view(requester: object) -> View:
    if not isinstance(requester, Requester):
        return {}
    return without_empty({name: _plain(getattr(requester, name, None)) for name in _REQUESTER})


def _company_view(company: object) -> View:
    if not isinstance(company, Company):
        return {}
    return without_empty({"id": _plain(company.id), "name": _plain(company.name)})


def _stats_view(stats: object) -> View:
    if not isinstance(stats, TicketStats):
        return {}
    return without_empty({name: _plain(getattr(stats, name)) for name in _STATS})


def _custom_fields_view(fields: object) -> View:
    if not isinstance(fields, CustomFields):
        return {}
    writable = _writable(fields.additional_properties)
    return {name: value for name, value in writable.items() if value not in (None, "", [], {})}


def _attachment_views(attachments: object) -> list[View]:
    return [
        without_empty(
            {
                "name": _plain(item.name),
                "size": _plain(item.size) or _plain(item.file_size),
                "url": _plain(item.attachment_url),
            }
        )
        for item in _those(attachments, Attachment)
    ]


def _conversation_views(conversations: object, limit: int) -> list[View]:
    return [
        without_empty(
            {
                "id": _plain(one.id),
                "kind": CONVERSATION_KINDS.get(one.source) if isinstance(one.source, int) else None,
                "visibility": "private" if one.private is True else "public" if one.private is False else None,
                "incoming": one.incoming is True,
                "user_id": _plain(one.user_id),
                "from_email": _plain(one.from_email),
                "to_emails": _plain(one.to_emails),
                "created_at": _plain(one.created_at),
                "attachments": _attachment_views(one.attachments),
                "body": _shown(one.body_text, one.body, limit=limit),
            }
        )
        for one in _those(conversations, Conversation)
    ]
