"""Samples in a text: the parts between backticks, as in Markdown, which are meant literally.

https://spec.commonmark.org/0.31.2/#fenced-code-blocks and #code-spans, as far as a reader of plain text follows them: a
fence lasts until an equal one or the end, and a sample within a line ends on that line. All functions take linear time.
"""

import re
from collections.abc import Iterable, Iterator

type Span = tuple[int, int]
"""The start and the end of a part of a text."""

_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_TICKS = re.compile("`+")


def samples_in(text: str) -> list[Span]:
    """Return the samples of `text`, in order."""
    spans: list[Span] = []
    fence, begun, at = "", 0, 0
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line[found.end() :].strip():
                spans.append((begun, at + len(line)))
                fence = ""
        elif found and "`" not in line[found.end() :]:
            fence, begun = found[1], at
        else:
            spans += _samples_in_line(line, at)
        at += len(line)
    return [*spans, (begun, at)] if fence else spans


def without_spans(text: str, spans: Iterable[Span]) -> str:
    """Return `text` in the same length, with blanks alone in `spans`."""
    parts, seen = [], 0
    for start, end in spans:
        parts += [text[seen:start], " " * (end - start)]
        seen = end
    return "".join([*parts, text[seen:]])


def _samples_in_line(line: str, offset: int) -> Iterator[Span]:
    """Yield the samples between two equal runs of backticks: the first does not end a word, the second begins none."""
    runs = [*_TICKS.finditer(line)]
    closing = _closing_runs(runs, line)
    at = 0
    while at < len(runs):
        end = closing[at]
        if end is None or _is_word(line, runs[at].start() - 1):
            at += 1
            continue
        yield offset + runs[at].start(), offset + runs[end].end()
        at = end + 1


def _closing_runs(runs: list[re.Match[str]], line: str) -> list[int | None]:
    """Return for each run the next equal one that may end a sample."""
    closing: list[int | None] = [None] * len(runs)
    following: dict[int, int] = {}
    for at in reversed(range(len(runs))):
        length = len(runs[at][0])
        closing[at] = following.get(length)
        if not _is_word(line, runs[at].end()):
            following[length] = at
    return closing


def _is_word(line: str, at: int) -> bool:
    return 0 <= at < len(line) and line[at].isalnum()
