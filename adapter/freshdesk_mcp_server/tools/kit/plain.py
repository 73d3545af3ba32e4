"""Plain text of HTML, for texts whose plain form Freshdesk omits or runs together.

Any text is read, in linear time. The standard library's parser fails on some, and takes quadratic time on others.
"""

import html
import re

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Each alternative ends at the next "<", so that no text takes quadratic time.
_TAG = re.compile(r"""<(?P<closed>/?)(?P<name>[a-z][a-z0-9]*|[!?])(?:"[^"<]*"|'[^'<]*'|[^"'<>])*>""", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)
# Not the blank that does not break: authors use it to indent.
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_HIDDEN = frozenset({"head", "script", "style", "title"})
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "footer", "form", "header", "hr"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)
_CELLS = frozenset({"td", "th"})


def text_from_html(markup: str) -> str:
    """Return the text of `markup`: a line for each that a reader sees, no tags, references as characters."""
    commented, end, rest = markup.rpartition("-->")
    return _Page().text_of(_COMMENT.sub("", commented + end) + rest)


def images_in(markup: str) -> int:
    """Return the number of pictures that `markup` shows among its text."""
    return sum(1 for _ in _IMAGE.finditer(markup))


class _Page:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._has_words = False
        self._ends_blank = True
        self._hidden = ""
        self._preformatted = 0

    def text_of(self, markup: str) -> str:
        seen = 0
        for tag in _TAG.finditer(markup):
            self._add_text(markup[seen : tag.start()])
            self._add_tag(tag["name"].lower(), is_closed=bool(tag["closed"]))
            seen = tag.end()
        self._add_text(markup[seen:])
        lines = "".join(self._parts).replace("\xa0", " ").split("\n")
        return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")

    def _add_tag(self, name: str, *, is_closed: bool) -> None:
        if self._hidden:
            self._hidden = "" if is_closed and name == self._hidden else self._hidden
        elif name in _HIDDEN and not is_closed:
            self._hidden = name
        elif name == "br":
            self._end_line()
        elif name in _CELLS and not is_closed and self._has_words:
            self._add_words(" | ")
        elif name in _BLOCKS:
            self._add_block(name, is_closed=is_closed)

    def _add_block(self, name: str, *, is_closed: bool) -> None:
        if self._has_words:
            self._end_line()
        if name == "li" and not is_closed:
            self._add_words("- ")
            self._has_words = False
        if name == "pre":
            self._preformatted = max(0, self._preformatted + (-1 if is_closed else 1))

    def _add_text(self, text: str) -> None:
        if self._hidden:
            return
        if not self._preformatted:
            text = _BLANKS.sub(" ", text)
            text = text.removeprefix(" ") if self._ends_blank else text
        if text:
            self._add_words(_unescape(text))

    def _add_words(self, words: str) -> None:
        self._parts.append(words)
        self._ends_blank = words.endswith((" ", "\n"))
        self._has_words = self._has_words or not words.isspace()

    def _end_line(self) -> None:
        self._parts.append("\n")
        self._has_words, self._ends_blank = False, True


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character reference of thousands of digits
        return text
