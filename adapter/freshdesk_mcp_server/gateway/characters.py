"""Replacement of lone surrogates in JSON texts. Pure.

Python parses lone surrogates, as escapes or as invalid UTF-8, but no encoder writes them: one in a subject would end
the connection of a client. Each 2xx body passes here before it is parsed, so that its texts can be sent, printed and
logged. Texts of refusals do not pass here; ``translate.clean`` cleans them.
"""

import re

REPLACEMENT = "\ufffd"

_BACKSLASH, _STAND_IN = rb"\\", b"\0\0"
_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF = re.compile(rb"%b(?!%b)|(?<!%b)%b" % (_HIGH, _LOW, _HIGH, _LOW))
_RAW_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def with_whole_characters(text: bytes) -> bytes:
    """Return a JSON text with `REPLACEMENT` for each lone surrogate. `text` has no null bytes."""
    if b"\xed" in text:
        text = _RAW_HALF.sub(REPLACEMENT.encode(), text)
    if b"\\u" not in text:
        return text
    # Without escaped backslashes, each other backslash begins an escape.
    return _HALF.sub(rb"\\ufffd", text.replace(_BACKSLASH, _STAND_IN)).replace(_STAND_IN, _BACKSLASH)
