"""How a view reads as text: compact, complete, and with every word that people wrote behind the mark of ``untrusted``.

A list is a table, one line for each ticket, with the subject last, so that nothing in a subject can pass for another
column. A ticket is a line for each fact, then what was written, quoted line by line. Where several values share a line,
one that could pass for two is quoted as in JSON.
"""

import json
from collections.abc import Iterable

from freshdesk_mcp_server.tools.untrusted import LEGEND, MARK, UNTRUSTED_FIELDS, quoted
from freshdesk_mcp_server.tools.views import View

COLUMNS = (
    *("id", "status", "priority", "type", "requester", "responder_id", "group_id", "tags"),
    *("due_by", "created_at", "updated_at", "flags", "subject"),
)
_WHO = ("user_id", "from_email", "to_emails")
_APART = ("id", "url", "description", "custom_fields", "attachments", "conversations", "stats")
_SEPARATORS = frozenset(',|"')


def table(rows: list[View]) -> list[str]:
    """The lines of a list: what the columns are, and a line for each ticket; times are in UTC, to the minute."""
    return [f"Columns: {' | '.join(COLUMNS)}. {LEGEND}", *(line for row in rows for line in _row_lines(row))]


def ticket_lines(view: View) -> list[str]:
    """The lines of one ticket."""
    facts = {name: value for name, value in view.items() if name not in _APART and not name.endswith("_name")}
    return [
        f"Ticket #{view['id']} {view['url']}",
        LEGEND,
        *(_fact(name, _value(name, view)) for name in facts),
        *(_fact(one_line(name), value, mark=MARK) for name, value in view.get("custom_fields", {}).items()),
        *_stats_lines(view),
        *_attachment_lines(view.get("attachments", ())),
        *_text_lines("description", view.get("description")),
        *(line for one in view.get("conversations", ()) for line in _conversation_lines(one)),
    ]


def one_line(value: object) -> str:
    """A value on one line, so that no value can pass for another line."""
    if isinstance(value, list):
        return ", ".join(map(_item, value))
    return " ".join(str(value).split())


def _item(value: object) -> str:
    """A value that shares its line with others, and cannot pass for two."""
    text = one_line(str(value))
    return json.dumps(text, ensure_ascii=False) if _SEPARATORS & set(text) else text


def _row_lines(row: View) -> list[str]:
    cells = " | ".join(_cell(name, row) for name in COLUMNS)
    return [cells, *_stats_lines(row), *_text_lines("description", row.get("description"))]


def _cell(name: str, row: View) -> str:
    if name == "subject":
        return f"{MARK}{one_line(_value(name, row))}"
    if name == "requester":
        return f"{MARK}{_value(name, row)}" if "requester" in row else _item(row.get("requester_id", ""))
    if name in ("due_by", "created_at", "updated_at"):
        return _to_the_minute(_item(row.get(name, "")))
    value = _value(name, row)
    return one_line(value) if isinstance(value, list) else _item(value)


def _to_the_minute(time: str) -> str:
    return f"{time[:16]}Z" if len(time) == 20 and time.endswith("Z") else time


def _value(name: str, view: View) -> object:
    value = view.get(name, "")
    if name == "subject":
        return value or "(no subject)"
    if name in ("requester", "company"):
        return ", ".join(f"{part} {_item(one)}" for part, one in value.items())
    label = view.get(f"{name}_name", "")
    return f"{value} {label}" if label else value


def _fact(name: str, value: object, *, mark: str | None = None) -> str:
    if mark is None:
        mark = MARK if name in UNTRUSTED_FIELDS else ""
    return f"{name}: {mark}{one_line(value)}"


def _stats_lines(view: View) -> list[str]:
    stats = view.get("stats", {})
    return [f"stats: {', '.join(f'{name} {_item(time)}' for name, time in stats.items())}"] if stats else []


def _attachment_lines(attachments: Iterable[View]) -> list[str]:
    return [
        f"attachment: {', '.join([f'{MARK}{_item(one.get("name", ""))}', *_size_and_link(one)])}" for one in attachments
    ]


def _size_and_link(attachment: View) -> list[str]:
    size = [f"{_item(attachment['size'])} bytes"] if "size" in attachment else []
    return [*size, *([_item(attachment["url"])] if "url" in attachment else [])]


def _text_lines(name: str, text: str | None) -> list[str]:
    return [f"{name}:", *quoted(text)] if text else []


def _conversation_lines(conversation: View) -> list[str]:
    facts = [_item(conversation[name]) for name in ("visibility", "kind", "created_at") if name in conversation]
    direction = "from outside" if "incoming" in conversation else "from an agent"
    return [
        f"conversation {_item(conversation.get('id', ''))}: {', '.join([direction, *facts])}",
        *(_fact(name, conversation[name]) for name in _WHO if name in conversation),
        *_attachment_lines(conversation.get("attachments", ())),
        *quoted(conversation.get("body", "")),
    ]
