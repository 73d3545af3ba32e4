"""The bound on each value of a view: the beginning of the value, within a bound for every field.

``showing`` has already cut descriptions and bodies. All other values are short in Freshdesk, but an answer may hold
anything. A result has to be small for any answer.
"""

import json
from typing import Any

from freshdesk_mcp_server.tools.kit.untrusted import shortened
from freshdesk_mcp_server.tools.kit.values import View
from freshdesk_mcp_server.tools.tickets.showing import Showing

MOST_SHOWN = 50
"""Conversations, or attachments, of one ticket."""
LONGEST_LINK = 4_000
"""Characters of a link; a cut link is of no use."""
LONGEST_NAME = 100
"""Characters of the name of a custom field."""
FIELDS = 10
"""The bound of all custom fields together, in multiples of the bound of one value."""

_CUT_BEFORE = frozenset({"description", "body"})


def bounded(view: View, showing: Showing, path: str = "") -> View:
    """Return `view` with each value within the bounds of `showing`, which notes the parts left out."""
    return {name: _bounded(value, f"{path}{name}", name, showing) for name, value in view.items()}


def _bounded(value: Any, path: str, name: str, showing: Showing) -> Any:
    match value:
        case str() if name not in _CUT_BEFORE:
            limit = max(showing.value_limit, LONGEST_LINK) if name == "url" else showing.value_limit
            return _cut(value, limit, path, showing)
        case [{}, *_] if name != "custom_fields":
            return _first(value, path, showing)
        case list():
            return _fitting(value, path, showing)
        case dict() if name == "custom_fields":
            return _fields(value, path, showing)
        case dict():
            return bounded(value, showing, f"{path}.")
    return value


def _cut(text: str, limit: int, path: str, showing: Showing) -> str:
    if len(text) > limit:
        showing.leave_out(f"{path} ({len(text):,} characters)", len(text))
    return shortened(text, limit)


def _first(views: list[View], path: str, showing: Showing) -> list[View]:
    if len(views) > MOST_SHOWN:
        showing.leave_out(f"{path} ({MOST_SHOWN} of {len(views):,} shown)")
    return [bounded(view, showing, f"{path}.") for view in views[:MOST_SHOWN]]


def _fitting(items: list[Any], path: str, showing: Showing) -> list[Any]:
    """Return as many items as one value may have characters, and at least one, cut."""
    size, shown = 0, 0
    for item in items:
        size += len(_text(item)) + 2
        shown += size <= showing.value_limit
    if shown == len(items):
        return items
    showing.leave_out(f"{path} ({max(shown, 1)} of {len(items):,} shown)", size)
    return items[:shown] or [shortened(_text(items[0]), showing.value_limit)]


def _fields(fields: View, path: str, showing: Showing) -> View:
    """Return as many custom fields as fit the bound on their characters together."""
    kept: View = {}
    size, limit = 0, FIELDS * showing.value_limit
    for name, value in fields.items():
        short = shortened(name, LONGEST_NAME)
        text = _text(value)
        size += len(short) + min(len(text), showing.value_limit) + 10  # the marks around them
        if size > limit:
            showing.leave_out(f"{path} ({len(kept)} of {len(fields):,} shown)", size)
            break
        is_long = len(text) > showing.value_limit
        kept[short] = _cut(text, showing.value_limit, f"{path}.{short}", showing) if is_long else value
    return kept


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
