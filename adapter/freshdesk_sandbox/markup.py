"""Descriptions: HTML from what was sent, and plain text from HTML.

Not here: cleaning HTML. No document says what Freshdesk removes of scripts and the like, so nothing is removed.
"""

import re
from html.parser import HTMLParser
from typing import Final

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BLOCKS: Final = frozenset({"p", "div", "li", "tr", "table", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "pre"})
_BLANKS: Final = " \t\xa0"
_HIDDEN: Final = frozenset({"script", "style"})


def html_from_text(text: str) -> str:
    """Return `text` inside a div, as Freshdesk stores it; text that already holds a tag stays as it is."""
    return text if _TAG.search(text) else f"<div>{text}</div>"


def text_from_html(html: str, *, keeps_lines: bool) -> str:
    """Return what a reader sees of `html`: no tags, entities as characters.

    For each block and `<br>` stands a line if `keeps_lines`, else a blank.
    """
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    pieces = [piece.strip(_BLANKS) for piece in reader.pieces]
    if not keeps_lines:
        return " ".join(piece for piece in pieces if piece).strip()
    lines = re.sub(rf"[{_BLANKS}]*\n[{_BLANKS}]*", "\n", "\n".join(pieces))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


class _TextReader(HTMLParser):
    """Gathers text in pieces, with a break between one and the next."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces = [""]
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        self._hidden += tag in _HIDDEN
        if tag == "br" or (tag in _BLOCKS and self.pieces[-1]):
            self.pieces.append("")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        if tag in _BLOCKS:
            self.pieces.append("")
        elif tag in {"td", "th"}:
            self.pieces[-1] += " "

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces[-1] += data
