"""Descriptions: HTML from what was sent, and plain text from HTML.

Not here: cleaning HTML. By which rules Freshdesk removes scripts and the like is not documented, so nothing is removed.
"""

import re
from html.parser import HTMLParser
from typing import Final

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BLOCKS: Final = frozenset({"p", "div", "li", "tr", "table", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "pre"})
_HIDDEN: Final = frozenset({"script", "style"})


def html_from_text(text: str) -> str:
    """Return `text` inside a div, as Freshdesk stores it; text that already holds a tag stays as it is."""
    return text if _TAG.search(text) else f"<div>{text}</div>"


def text_from_html(html: str) -> str:
    """Return what a reader sees of `html`: no tags, entities as characters, a line for each block and `<br>`."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    lines = re.sub(r"[ \t\xa0]*\n[ \t\xa0]*", "\n", "".join(reader.parts))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        self._hidden += tag in _HIDDEN
        if tag == "br" or (tag in _BLOCKS and self.parts and not self.parts[-1].endswith("\n")):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
