r"""Removal of the API key from values of an answer: a proxy, say, may repeat the request in its error. Pure.

The key is found in plain form, in base64 (as in the Authorization header), and in hexadecimal digits. It is also found
behind escapes of JSON, JavaScript (``\x41``), HTML and URLs (``%41``), up to `MOST_LAYERS` one inside another. The case
of letters does not matter. Other forms are not found, so a server that wants to hide the key can. Time is linear in key
and text.
"""

import base64
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

HIDDEN = "***"
MOST_LAYERS = 5
"""Rounds of unescaping; a text that still changes in the last round is hidden as a whole."""
SHORTEST = 8
"""Characters of a key without backslashes, at least: a shorter one would match other words."""

_BACKSLASHED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SEPARATORS = re.compile(rb"[\s:._-]+")
_HIDDEN = HIDDEN.encode()


class Redaction:
    """A function that hides one key in texts."""

    def __init__(self, key: str) -> None:
        written = key.encode()
        self._hex = written.hex().encode()
        forms = (written, self._hex, *_in_base64(written))
        self._forms = tuple(form.lower() for form in sorted(forms, key=len, reverse=True))
        bare = _without_backslashes(key)
        self._bare = bare if len(bare) >= SHORTEST else written.lower()

    def __call__(self, text: str) -> str:
        """Return `text` without the key.

        Each plain occurrence is replaced. The whole text is replaced if the key is behind escapes, or has separators
        among its hexadecimal digits: its place is unknown then.
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
    """Return `text` with `HIDDEN` for `form`, which is lower-case ASCII, in any case of letters."""
    lower, parts, seen = text.lower(), [], 0  # lower() keeps the length of bytes
    while (at := lower.find(form, seen)) >= 0:
        parts += [text[seen:at], _HIDDEN]
        seen = at + len(form)
    return b"".join([*parts, text[seen:]])


def _in_base64(key: bytes) -> Iterator[bytes]:
    """Yield the forms of `key` in the base64 of a text that contains it, in both alphabets."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + key)
        # The other characters depend on the text beside the key.
        form = encoded[-(-8 * before // 6) : 8 * (before + len(key)) // 6]
        yield from {form, form.translate(bytes.maketrans(b"+/", b"-_"))}


def _unescaped(text: str) -> Iterator[str]:
    """Yield `text` after each step of unescaping, until nothing changes.

    Raises:
        ValueError: The text still changes in round `MOST_LAYERS`, or cannot be unescaped.
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
