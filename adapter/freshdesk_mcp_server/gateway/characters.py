"""Characters of a JSON text that nobody can write on: halves of surrogate pairs.

Python reads them, as an escape or in bytes that are not quite UTF-8, and no encoder takes them: a single one in a
subject would end the connection of whoever is told of it. Every success of Freshdesk comes through here before it is
parsed, so that each text behind can be sent to a client, printed or logged. For a refusal ``translate.clean`` does it.
"""

import re

REPLACEMENT = "\ufffd"

_BACKSLASH, _STAND_IN = rb"\\", b"\0\0"
_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF = re.compile(rb"%b(?!%b)|(?<!%b)%b" % (_HIGH, _LOW, _HIGH, _LOW))
_RAW_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def with_whole_characters(text: bytes) -> bytes:
    """A JSON text, which has no null bytes, with `REPLACEMENT` for each half of a surrogate pair."""
    if b"\xed" in text:
        text = _RAW_HALF.sub(REPLACEMENT.encode(), text)
    if b"\\u" not in text:
        return text
    # Without escaped backslashes, each backslash that is left begins an escape.
    return _HALF.sub(rb"\\ufffd", text.replace(_BACKSLASH, _STAND_IN)).replace(_STAND_IN, _BACKSLASH)
