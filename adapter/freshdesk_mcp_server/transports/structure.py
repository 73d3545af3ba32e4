"""Bounds on the structure of a message before it is parsed: a value costs Python up to thirty times its bytes.

A message of 1 MiB of empty arrays becomes 25 MB. The SDK keeps it as long as a stream or a call lasts.
"""

import re

MOST_VALUES = 5_000
"""Names and values together, on all levels; a ticket with a thousand values in custom fields has about 3,000."""
DEEPEST = 64
"""Levels of objects and arrays; custom fields have 5."""

# A match from any quotation mark, with or without an end, keeps the time linear for every text.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_ALL_BUT_MARKS = bytes(set(range(256)) - set(b"[]{},:"))
_MARKS = (b"[", b"{", b",", b":")


def is_too_rich(text: bytes, most_values: int = MOST_VALUES) -> bool:
    """Return True if a JSON text has more values, or more levels, than a message may have."""
    if sum(map(text.count, _MARKS)) <= DEEPEST:  # the quick way for most texts
        return False
    marks = _STRING.sub(b"", text).translate(None, _ALL_BUT_MARKS)
    return sum(marks.count(mark) for mark in _MARKS) > most_values or _is_deep(marks)


def _is_deep(marks: bytes) -> bool:
    depth = 0
    for mark in marks:
        depth += (mark in b"[{") - (mark in b"]}")
        if depth > DEEPEST:
            return True
    return False
