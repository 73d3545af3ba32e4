"""Bounds on the structure of a JSON text, checked before it is parsed. Pure.

The generated parser blocks the event loop for 20 s with 8 MiB of empty tickets, and for 5 s with tags. Values nested
more than 250 deep can be parsed, but the SDK cannot send them to a client. The size in bytes is not checked here, but
in ``body``.
"""

import re

import httpx

from freshdesk_mcp_server.gateway.body import BodyTooLargeError

MOST_PARTS = 10_000
"""Objects and arrays of a text; 100 tickets with everything embedded have fewer than 2,000."""
MOST_VALUES = 100_000
"""Values of any kind of a text; 100 tickets with 500 custom fields each have 55,000."""
DEEPEST = 100
"""Levels of objects and arrays inside one another."""

_STRING = re.compile(rb'"[^"]*+"?')
_ALL_BUT_MARKS = bytes(set(range(256)) - set(b"[]{},"))


def check_structure(text: bytes) -> None:
    """Refuse a JSON text that is costly to parse; the parser refuses a malformed one.

    Raises:
        BodyTooLargeError: The text has more than `MOST_PARTS` or `MOST_VALUES`.
        httpx.DecodingError: The text is nested deeper than `DEEPEST`, or not in UTF-8 (RFC 8259, section 8.1).
    """
    if b"\0" in text:  # UTF-16 or UTF-32, which Python's parser would read
        raise httpx.DecodingError("not UTF-8")
    if text.count(b"{") + text.count(b"[") <= DEEPEST and text.count(b",") <= MOST_VALUES:  # most texts need no scan
        return
    marks = _marks_in(text)
    brackets = marks.translate(None, b",")
    if _is_deep(brackets[: 2 * MOST_PARTS]):
        raise httpx.DecodingError("nested too deeply")
    if brackets.count(b"{") + brackets.count(b"[") > MOST_PARTS:
        raise BodyTooLargeError("more objects and arrays than it may have")
    if marks.count(b",") > MOST_VALUES:
        raise BodyTooLargeError("more values than it may have")


def _marks_in(text: bytes) -> bytes:
    """Return the brackets and commas outside of strings."""
    # Without escapes of these two, each other quotation mark begins or ends a string.
    bare = text.replace(rb"\\", b"").replace(rb"\"", b"")
    if bare.count(b'"') > 4 * (MOST_VALUES + 1):  # a value and its name
        raise BodyTooLargeError("more strings than it may have")
    return _STRING.sub(b"", bare).translate(None, _ALL_BUT_MARKS)


def _is_deep(brackets: bytes) -> bool:
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False
