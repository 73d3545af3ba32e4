r"""Keeps the API key out of values from an answer: a proxy, say, may repeat the request in its error.

The key is looked for in decoded values: as it is, in base64 (as in the Authorization header), in hexadecimal digits,
and behind the escapes of JSON, JavaScript (``\x41``), HTML and URLs (``%41``), up to `MOST_LAYERS` of them one inside
another; in any case of letters. It is not looked for in any other form: whoever wants to hide it finds one. All here
takes time linear in key and text.
"""

import base64
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

HIDDEN = "***"
MOST_LAYERS = 5
"""Rounds of unescaping; a text that still changes in the last one is hidden as a whole."""
SHORTEST = 8
"""Characters of a key without backslashes that tell it from other words."""

_BACKSLASHED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SEPARATORS = re.compile(rb"[\s:._-]+")
_HIDDEN = HIDDEN.encode()


class Redaction:
    """Hides one key in texts."""

    def __init__(self, key: str) -> None:
        written = key.encode()
        self._hex = written.hex().encode()
        forms = (written, self._hex, *_in_base64(written))
        self._forms = tuple(form.lower() for form in sorted(forms, key=len, reverse=True))
        bare = _without_backslashes(key)
        self._bare = bare if len(bare) >= SHORTEST else written.lower()

    def __call__(self, text: str) -> str:
        """`text` without the key.

        Each plain occurrence is replaced. A text with the key behind escapes, or with separators among its hexadecimal
        digits, is replaced as a whole, because the place of the key is not known.
        """
        shown = text.encode(errors="surrogatepass")
        for form in self._forms:
            shown = _replaced(shown, form)
        if self._hex in _SEPARATORS.sub(b"", shown).lower() or self._is_deeper_in(text):
            return HIDDEN
        return shown.decode(errors="surrogatepass")

    def _is_deeper_in(self, text: str) -> bool:
        if not any(sign in text for sign in "\\&%"):
            return False
        try:
            return any(self._is_bare_in(layer) for layer in _unescaped(text) if layer != text)
        except ValueError:  # too many layers, or a character reference with thousands of digits
            return True

    def _is_bare_in(self, layer: str) -> bool:
        said = layer.encode(errors="surrogatepass").lower()
        return self._bare in _without_backslashes(layer) or any(form in said for form in self._forms)


def _without_backslashes(text: str) -> bytes:
    return text.replace("\\", "").encode(errors="surrogatepass").lower()


def _replaced(text: bytes, form: bytes) -> bytes:
    """`text` with `HIDDEN` for `form`, which is lower-case ASCII, in any case."""
    lower, parts, seen = text.lower(), [], 0  # bytes have as many in lower case
    while (at := lower.find(form, seen)) >= 0:
        parts += [text[seen:at], _HIDDEN]
        seen = at + len(form)
    return b"".join([*parts, text[seen:]])


def _in_base64(key: bytes) -> Iterator[bytes]:
    """The forms of `key` in the base64 of a text that holds it, in both alphabets."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + key)
        # Only the characters that depend on the key alone.
        form = encoded[-(-8 * before // 6) : 8 * (before + len(key)) // 6]
        yield from {form, form.translate(bytes.maketrans(b"+/", b"-_"))}


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
