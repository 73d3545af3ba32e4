"""Keeps the API key out of values from an answer: a proxy, say, may repeat the request in its error.

The key is looked for in decoded values: as it is, in base64 (the Authorization header), and behind the escapes of JSON,
HTML and URLs, also one inside another.
"""

import base64
import html
import re
from collections.abc import Callable, Iterator
from html.entities import html5
from urllib.parse import unquote

HIDDEN = "***"
MOST_LAYERS = 5
"""Rounds of unescaping; a text that still changes in the last one is hidden as a whole."""

_BACKSLASHED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)


class Redaction:
    """Hides one key in texts."""

    def __init__(self, key: str) -> None:
        forms = ("".join(map(_in_any_form, key)), *map(re.escape, _in_base64(key.encode())))
        self._key = re.compile("|".join(forms), re.IGNORECASE)

    def __call__(self, text: str) -> str:
        """`text` without the key.

        Each occurrence is replaced, its characters escaped or not. A text with the key behind several layers of escapes
        is replaced as a whole, because the place of the key is not known.
        """
        text = self._key.sub(HIDDEN, text)
        return HIDDEN if self._is_deeper_in(text) else text

    def _is_deeper_in(self, text: str) -> bool:
        if not any(sign in text for sign in "\\&%"):
            return False
        try:
            return any(map(self._key.search, _unescaped(text)))
        except ValueError:  # too many layers, or a character reference with thousands of digits
            return True


def _in_any_form(character: str) -> str:
    """A pattern for a character as it is, and as JSON, JavaScript, HTML and URLs write it."""
    code = ord(character)
    names = [rf"&{re.escape(name)}" for name, value in html5.items() if value == character]
    forms = (
        rf"\\?{re.escape(character)}",
        rf"\\(?:u00|x){code:02x}",
        rf"%{code:02x}",
        rf"&#(?:0*{code}|x0*{code:x})(?!\w);?",
        *sorted(names, key=len, reverse=True),
    )
    return f"(?:{'|'.join(forms)})"


def _in_base64(key: bytes) -> Iterator[str]:
    """The forms of `key` in the base64 of a text that holds it, in both alphabets."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + key).decode()
        # Only the characters that depend on the key alone.
        form = encoded[-(-8 * before // 6) : 8 * (before + len(key)) // 6]
        yield from {form, form.translate(str.maketrans("+/", "-_"))}


def _unescaped(text: str) -> Iterator[str]:
    """`text` after each step of unescaping, until nothing changes.

    Raises:
        ValueError: The text changes even in round `MOST_LAYERS`, or cannot be unescaped.
    """
    unescapes: tuple[Callable[[str], str], ...] = (_unbackslash, html.unescape, unquote)
    for _ in range(MOST_LAYERS):
        before = text
        for unescape in unescapes:
            text = unescape(text)
            yield text
        if text == before:
            return
    raise ValueError("too many layers of escapes")


def _unbackslash(text: str) -> str:
    return _BACKSLASHED.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[3] is None else found[3], text)
