"""What a model sees of a ticket: names beside codes, empty things left out, the same data as structure and as text.

Hosts show a model the structured content or the text, not always both, so each is complete.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from mcp_types import CallToolResult, TextContent

from freshdesk_client.models import Attachment, CustomFields, Ticket

type View = dict[str, Any]
type TicketUrl = Callable[[int], str]

STATUS_NAMES: Mapping[int, str] = {2: "Open", 3: "Pending", 4: "Resolved", 5: "Closed"}
PRIORITY_NAMES: Mapping[int, str] = {1: "Low", 2: "Medium", 3: "High", 4: "Urgent"}

_ROW = (
    *("type", "requester_id", "responder_id", "group_id", "company_id", "tags"),
    *("due_by", "created_at", "updated_at", "deleted", "spam", "is_escalated", "fr_escalated"),
)
_WHOLE = (
    *("source", "product_id", "support_email", "to_emails", "cc_emails", "ticket_cc_emails", "fwd_emails"),
    *("reply_cc_emails", "fr_due_by", "nr_due_by", "nr_escalated", "association_type", "associated_tickets_list"),
)


def result_from(data: View, text: str) -> CallToolResult:
    """A success: `data` for hosts that pass on structure, `text` for those that pass on text."""
    return CallToolResult(content=[TextContent(text=text)], structured_content=data)


def ticket_result(ticket: Ticket, ticket_url: TicketUrl, *, lead: str = "", recovered: bool = False) -> CallToolResult:
    """One ticket, whole; `lead` is a sentence that stands before it in the text."""
    view = ticket_view(ticket, ticket_url)
    data, note = _recovery(recovered=recovered)
    return result_from({"ticket": view} | data, f"{lead}{note}\n{_ticket_text(view)}".lstrip())


def list_result(
    tickets: Iterable[Ticket], ticket_url: TicketUrl, *, page: int, next_page: int | None, notes: list[str]
) -> CallToolResult:
    """One page of tickets, a line each, and how to get the next."""
    rows = [row_view(ticket, ticket_url) for ticket in tickets]
    data = _without_empty({"page": page, "next_page": next_page, "notes": notes})
    more = f"More: page={next_page}." if next_page else "No further page."
    head = f"{len(rows)} ticket(s) on page {page}. {more} A ticket's page: {ticket_url(0)[:-1]}<id>"
    return result_from({"tickets": rows, **data}, "\n".join([head, *map(_row_text, rows), *notes]))


def deleted_result(ticket_id: int, *, recovered: bool = False) -> CallToolResult:
    """A deletion; it is soft, and the text says so."""
    note = "The ticket is in the trash; an agent can restore it in Freshdesk."
    data, lost = _recovery(recovered=recovered)
    text = f"Deleted ticket {ticket_id}.{lost} {note}"
    return result_from({"deleted_ticket_id": ticket_id, "note": note} | data, text)


def _recovery(*, recovered: bool) -> tuple[View, str]:
    """What is said of a change whose first answer was lost, as structure and as text."""
    if not recovered:
        return {}, ""
    return {"recovered": True}, " Freshdesk's answer was lost, but the change was found to have been made, once."


def ticket_view(ticket: Ticket, ticket_url: TicketUrl) -> View:
    """All that is useful of one ticket; its description is the text, not the HTML."""
    return row_view(ticket, ticket_url) | _without_empty(
        {
            **{name: _plain(getattr(ticket, name, None)) for name in _WHOLE},
            "custom_fields": _custom_fields_view(ticket.custom_fields),
            "attachments": _attachment_views(ticket.attachments),
            "description": _text(ticket.description_text) or _text(ticket.description),
        }
    )


def row_view(ticket: Ticket, ticket_url: TicketUrl) -> View:
    """What one needs to choose among tickets."""
    subject = _plain(ticket.subject)
    return {"id": ticket.id, "url": ticket_url(ticket.id), "subject": subject if isinstance(subject, str) else ""} | (
        _without_empty(
            {
                **_coded("status", ticket.status, STATUS_NAMES),
                **_coded("priority", ticket.priority, PRIORITY_NAMES),
                "type": _plain(ticket.type_),
                **{name: _plain(getattr(ticket, name, None)) for name in _ROW if name != "type"},
            }
        )
    )


def _coded(name: str, code: object, names: Mapping[int, str]) -> View:
    """A code with its name beside it; a code of the account's own has a neutral name: only the account knows it."""
    if not isinstance(code, int):
        return {}
    return {name: int(code), f"{name}_name": names.get(code, f"Custom ({int(code)})")}


def _plain(value: object) -> Any:
    """A value from the wire as JSON: the generated parser hands through whatever it did not expect."""
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, list):
        return [_writable(item) for item in value if isinstance(item, str | int)]
    return _writable(value) if isinstance(value, str | int | float) else None


def _text(value: object) -> str | None:
    return _writable(value) if isinstance(value, str) else None


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


def _custom_fields_view(fields: object) -> View:
    if not isinstance(fields, CustomFields):
        return {}
    writable = _writable(fields.additional_properties)
    return {name: value for name, value in writable.items() if value not in (None, "", [], {})}


def _attachment_views(attachments: object) -> list[View]:
    found = [item for item in attachments if isinstance(item, Attachment)] if isinstance(attachments, list) else []
    return [
        _without_empty(
            {
                "name": _plain(item.name),
                "size": _plain(item.size) or _plain(item.file_size),
                "url": _plain(item.attachment_url),
            }
        )
        for item in found
    ]


def _without_empty(view: View) -> View:
    return {name: value for name, value in view.items() if value not in (None, "", [], {}, False)}


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "(no subject)"


def _row_text(row: View) -> str:
    return f"#{row['id']} {_one_line(row['subject'])} | {_facts(row, skip=('id', 'url', 'subject'))}"


def _ticket_text(view: View) -> str:
    lines = [f"Ticket #{view['id']}: {_one_line(view['subject'])}", view["url"]]
    lines += _facts(view, skip=("id", "url", "subject", "description", "custom_fields", "attachments")).split(" | ")
    lines += [_fact(name, value) for name, value in view.get("custom_fields", {}).items()]
    lines += [f"attachment: {_facts(item, skip=())}" for item in view.get("attachments", [])]
    return "\n".join([*lines, *(["description:", view["description"]] if "description" in view else [])])


def _facts(view: View, *, skip: tuple[str, ...]) -> str:
    shown = {name: value for name, value in view.items() if name not in skip and not name.endswith("_name")}
    return " | ".join(_fact(name, value, view.get(f"{name}_name", "")) for name, value in shown.items())


def _fact(name: str, value: object, label: str = "") -> str:
    """One value on one line, so that no value can pass for another line."""
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(f"{name}: {shown} {label}".split())
