"""Values on one line of a text, so that none can pass for another value, or for another line."""

import json

NONE = "none"
SEPARATORS = frozenset(',|"')
"""Characters that separate the values of a line."""


def one_line(value: object) -> str:
    """Return a value on one line, so that no value can pass for another line."""
    match value:
        case str():
            return " ".join(value.split())
        case list():
            return ", ".join(map(item, value)) or NONE
        case None:
            return NONE
    return json.dumps(value, ensure_ascii=False)


def item(value: object) -> str:
    """Return a value that shares its line with others, and cannot pass for two."""
    text = one_line(value)
    return json.dumps(text, ensure_ascii=False) if SEPARATORS & set(text) else text
