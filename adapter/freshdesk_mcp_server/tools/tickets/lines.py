"""Views as text: compact, complete, and with all words of people behind the mark of ``untrusted``.

A list is a table, one line for each ticket. The subject is the last column, so that no part of it can pass for another
column. A ticket is a line for each fact, then the written texts, quoted line by line. If several values share a line, a
value that could pass for two is quoted as in JSON.
"""

import json
from collections.abc import Collection, Iterable

from freshdesk_mcp_server.tools.kit.lines import NONE, SEPARATORS, item, one_line
from freshdesk_mcp_server.tools.kit.untrusted import LEGEND, MARK, UNTRUSTED_FIELDS, quoted
from freshdesk_mcp_server.tools.kit.values import View

COLUMNS = (
    *("id", "status", "priority", "type", "requester", "responder_id", "group_id", "tags"),
    *("due_by", "created_at", "updated_at", "flags", "subject"),
)
_WHO = ("user_id", "from_email", "to_emails", "failed_emails", "pending_emails", "email_failure_count")
_APART = (
    *("id", "url", "overdue", "description", "inline_images", "custom_fields", "attachments", "stats"),
    *("conversations_total", "conversations"),
)


def table(rows: list[View]) -> list[str]:
    """Return the lines of a list: the names of the columns, and a line for each ticket."""
    return [
        f"Columns (times in UTC): {' | '.join(COLUMNS)}. {LEGEND}",
        *(line for row in rows for line in _row_lines(row)),
    ]


def ticket_lines(view: View, now: str) -> list[str]:
    """Return the lines of one ticket, as it is `now`."""
    return [*_head(view, now), *_lines(view)]


def changed_lines(view: View, asked: Collection[str], now: str) -> list[str]:
    """Return the lines of a changed ticket: the fields asked for, then the rest."""
    parts = {"description": ("description", "inline_images")}
    names = {part for name in asked for part in parts.get(name, (name, f"{name}_name"))}
    first, rest = (
        {name: one for name, one in view.items() if (name in names) is is_asked} for is_asked in (True, False)
    )
    return [*_head(view, now), *_lines(first), "Not asked for:", *_lines(rest)]


def _head(view: View, now: str) -> list[str]:
    return [f"Ticket #{view['id']} {view['url']}", f"now: {now}", LEGEND]


def _lines(view: View) -> list[str]:
    facts = [name for name in view if name not in _APART and not name.endswith("_name")]
    return [
        *(_fact(name, _value(name, view)) for name in facts),
        *(_fact(one_line(name), value, mark=MARK) for name, value in (view.get("custom_fields") or {}).items()),
        *_stats_lines(view),
        *_attachment_lines(view.get("attachments", ())),
        *_description_lines(view),
        *_conversations_lines(view),
    ]


def _row_lines(row: View) -> list[str]:
    # An empty cell takes no more than its separator.
    cells = " |".join(f" {cell}" if (cell := _cell(name, row)) else "" for name in COLUMNS).removeprefix(" ")
    return [cells, *_stats_lines(row), *_description_lines(row)]


def _cell(name: str, row: View) -> str:
    if name == "subject":
        return f"{MARK}{one_line(_value(name, row))}"
    if name == "requester":
        return _requester_cell(row)
    if name in ("due_by", "created_at", "updated_at"):
        return _short_time(item(row.get(name, "")))
    if name == "flags":
        overdue = [f"overdue {row['overdue']}"] if "overdue" in row else []
        return ", ".join([*overdue, *map(item, row.get("flags", ()))])
    value = _value(name, row)
    return one_line(value) if isinstance(value, list) else item(value)


def _short_time(time: str) -> str:
    """Return a time of a row, which is to the minute, without the sign of UTC."""
    return time[:-1] if len(time) == 17 and time.endswith("Z") else time


def _requester_cell(row: View) -> str:
    """Return the requester's number, with ``include`` followed by name and address."""
    if "requester" not in row:
        return item(row.get("requester_id", ""))
    known = row["requester"] or {}
    parts = [item(known.get("id", "")), _word(known.get("name", ""), "{}"), _word(known.get("email", ""), "<{}>")]
    return f"{MARK}{' '.join(filter(None, parts))}" if known else NONE


def _word(value: object, form: str) -> str:
    """Return a name or an address in its form, or in that of JSON if it could pass for both."""
    text = one_line(value)
    return json.dumps(text, ensure_ascii=False) if {*SEPARATORS, *"<>"} & set(text) else text and form.format(text)


def _value(name: str, view: View) -> object:
    value = view.get(name, "")
    if name == "subject":
        return value or "(no subject)"
    if name in ("requester", "company"):
        return ", ".join(f"{part} {item(one)}" for part, one in value.items()) if value else None
    if name == "due_by" and "overdue" in view:
        return f"{one_line(value)}, overdue {view['overdue']}"
    label = view.get(f"{name}_name", "")
    return f"{value} {label}" if label else value


def _fact(name: str, value: object, *, mark: str | None = None) -> str:
    if mark is None:
        mark = MARK if name in UNTRUSTED_FIELDS else ""
    return f"{name}: {NONE}" if value in (None, []) else f"{name}: {mark}{one_line(value)}"


def _stats_lines(view: View) -> list[str]:
    if "stats" not in view:
        return []
    happened = [f"{name} {item(time)}" for name, time in view["stats"].items() if time is not None]
    missing = [name for name, time in view["stats"].items() if time is None]
    return [f"stats: {', '.join(happened) or NONE}{f'; none yet: {", ".join(missing)}' if missing else ''}"]


def _attachment_lines(attachments: Iterable[View]) -> list[str]:
    return [
        f"attachment: {', '.join([f'{MARK}{item(one.get("name", ""))}', *_file_facts(one)])}" for one in attachments
    ]


def _file_facts(attachment: View) -> list[str]:
    size = [f"{item(attachment['size'])} bytes"] if "size" in attachment else []
    return [*size, *(item(attachment[name]) for name in ("content_type", "url") if name in attachment)]


def _description_lines(view: View) -> list[str]:
    text = view.get("description")
    shown = ["description:", *quoted(text)] if text else [f"description: {NONE}"] if "description" in view else []
    return [*shown, *_image_lines(view)]


def _image_lines(view: View) -> list[str]:
    images = view.get("inline_images", 0)
    return [f"{images} inline image{'s' if images > 1 else ''}, not shown here"] if images else []


def _conversations_lines(view: View) -> list[str]:
    lines = [line for one in view.get("conversations", ()) for line in _conversation_lines(one)]
    if "conversations_total" not in view:
        return lines
    total = view["conversations_total"] or NONE
    return [f"conversations: {total}{' in all' if isinstance(total, int) else ''}", *lines]


def _conversation_lines(conversation: View) -> list[str]:
    facts = [item(conversation[name]) for name in ("visibility", "kind", "created_at") if name in conversation]
    direction = "from outside" if "incoming" in conversation else "from an agent"
    undelivered = (
        ["not delivered to everybody"] if {"failed_emails", "email_failure_count"} & conversation.keys() else []
    )
    return [
        f"conversation {item(conversation.get('id', ''))}: {', '.join([direction, *facts, *undelivered])}",
        *(_fact(name, conversation[name]) for name in _WHO if name in conversation),
        *_attachment_lines(conversation.get("attachments", ())),
        *(quoted(conversation["body"]) if "body" in conversation else ()),
        *_image_lines(conversation),
    ]
