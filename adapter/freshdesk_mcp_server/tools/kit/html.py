"""Descriptions: the HTML that Freshdesk stores, from the text that a model writes.

https://developers.freshdesk.com/api/#create_ticket: ``description`` is HTML content. Plain text sent unchanged would
lose its lines, its indentation, and any part that looks like a tag. All functions take linear time.
"""

import re
from collections.abc import Iterable

from freshdesk_mcp_server.tools.kit.samples import Span, samples_in, without_spans

_BLOCKS = (
    "address|article|blockquote|body|center|dd|div|dl|dt|h[1-6]|head|header|html|li|ol|p|pre|section|table|tbody|td|"
    "tfoot|th|thead|title|tr|ul"
)
_INLINE = "a|abbr|b|big|cite|code|del|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u"
_BREAKS = ("br", "hr")
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+))*"""
# "a <b and c> d" and "List<p>" are text: an element is closed, or one that is never closed.
_TAG = re.compile(
    rf"<(?:(?P<opened>{_BLOCKS}|{_INLINE}){_ATTRIBUTES}\s*|(?P<empty>br|hr|img){_ATTRIBUTES}\s*/?"
    rf"|/(?P<closed>{_BLOCKS}|{_INLINE})\s*)>",
    re.IGNORECASE,
)
_BLOCK = re.compile(_BLOCKS)
_DOCUMENT = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_PIECE = re.compile(r"(?P<line>\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|(?P<blanks>[ \t]+)|[^\s]+|\s")
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:[a-zA-Z][a-zA-Z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_TAB = 4 * " "


def html_from_description(description: str) -> str:
    """Return `description` itself if it is HTML, otherwise HTML that shows the same lines and characters.

    HTML has a closed element that begins a line of its own, such as a paragraph or a whole document. Text may hold
    elements within a line, such as links; they stay. Samples (between backticks) are text in both.
    """
    samples = samples_in(description)
    tags = _paired(_TAG.finditer(without_spans(description, samples)))
    if any(tag["opened"] and _BLOCK.fullmatch(tag["opened"].lower()) for tag in tags):
        return description if _DOCUMENT.match(description) else _with_text_samples(description, samples)
    text = description.removesuffix("\n").removesuffix("\r")
    return _Lines(text, has_markup=bool(tags)).html_of(tags, samples)


def _paired(found: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """Return the tags of elements that are closed, and of those that are never closed."""
    tags = [*found]
    last_closed = {tag["closed"].lower(): tag.start() for tag in tags if tag["closed"]}
    first_opened = {tag["opened"].lower(): tag.end() for tag in reversed(tags) if tag["opened"]}
    return [
        tag
        for tag in tags
        if tag["empty"]
        or (tag["opened"] and last_closed.get(tag["opened"].lower(), -1) >= tag.end())
        or (tag["closed"] and first_opened.get(tag["closed"].lower(), tag.end()) <= tag.start())
    ]


def _with_text_samples(markup: str, samples: Iterable[Span]) -> str:
    """Return `markup` with the tags in its samples turned into text; its references of HTML stay."""
    parts, seen = [], 0
    for start, end in samples:
        parts += [markup[seen:start], _without_tags(markup[start:end])]
        seen = end
    return "".join([*parts, markup[seen:]])


def _without_tags(sample: str) -> str:
    first = _TAG.search(sample)
    if first and first["closed"]:  # two backticks in two elements
        return sample
    return sample.replace("<", "&lt;").replace(">", "&gt;")


class _Lines:
    """Makes HTML of text that may have tags in it, piece by piece."""

    def __init__(self, text: str, *, has_markup: bool) -> None:
        self._text = text
        self._has_markup = has_markup
        self._parts: list[str] = []
        self._begins_line = True
        self._is_broken = False
        self._own_break: int | None = None

    def html_of(self, tags: Iterable[re.Match[str]], samples: Iterable[Span]) -> str:
        seen = 0
        marks: list[tuple[Span, re.Match[str] | None]] = [(tag.span(), tag) for tag in tags]
        for (start, end), tag in sorted([*marks, *((span, None) for span in samples)], key=lambda mark: mark[0]):
            self._add_text(self._text[seen:start], is_sample=False)
            if tag:
                self._add_tag(tag)
            else:
                self._add_text(self._text[start:end], is_sample=True)
            seen = end
        self._add_text(self._text[seen:], is_sample=False)
        return "".join(self._parts)

    def _add_tag(self, tag: re.Match[str]) -> None:
        if (tag["empty"] or "").lower() in _BREAKS:
            # The author has broken the line already: the line feed beside the tag only keeps the source readable.
            if self._own_break is not None:
                self._parts[self._own_break] = ""
            self._begins_line = self._is_broken = True
        self._own_break = None
        self._parts.append(tag[0])

    def _add_text(self, text: str, *, is_sample: bool) -> None:
        for piece in _PIECE.finditer(text):
            if piece["line"]:
                self._add_line()
            elif piece["blanks"]:
                self._add_blanks(len(piece[0].replace("\t", _TAB)))
            else:
                self._add_words(piece[0], keep_references=self._has_markup and not is_sample)

    def _add_line(self) -> None:
        self._own_break = None if self._is_broken else len(self._parts)
        self._parts.append("" if self._is_broken else "<br>")
        self._begins_line, self._is_broken = True, False

    def _add_blanks(self, count: int) -> None:
        # HTML shows one blank for several, and none at the beginning of a line. The last one lets the line wrap.
        kept = count if self._begins_line else count - 1
        self._parts.append("&nbsp;" * kept + " " * (count - kept))

    def _add_words(self, words: str, *, keep_references: bool) -> None:
        self._begins_line = self._is_broken = False
        self._own_break = None
        ampersands = _LOOSE_AMPERSAND.sub("&amp;", words) if keep_references else words.replace("&", "&amp;")
        self._parts.append(ampersands.replace("<", "&lt;").replace(">", "&gt;"))
