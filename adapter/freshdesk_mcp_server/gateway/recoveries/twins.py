"""Likeness of a ticket to the one that was asked for, whatever Freshdesk adds to it or takes from it. Pure."""

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from freshdesk_client.models import Requester, Ticket, TicketCreate

LONGEST_SUBJECT = 255
"""Characters after which Freshdesk cuts a subject, as other clients have seen."""
SHORTEST_SHARE = 8
"""Characters that make a part of a text tell something."""
DEFAULT_SOURCE = 2
"""Freshdesk's source of a ticket that is created without one: https://developers.freshdesk.com/api/#create_ticket."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Each alternative ends at the next "<", so that no text takes quadratic time.
_TAG = re.compile(
    r"""<(?P<closed>/?)(?:(?P<hidden>script|style)\b|[a-z!?])(?:"[^"<]*"|'[^'<]*'|[^"'<>])*>""", re.IGNORECASE
)


class Likeness(IntEnum):
    """How much of a ticket agrees with what was asked for."""

    NONE = 0
    """Neither requester nor subject nor words: the ticket is another's."""
    SOME = 1
    """A part: an automation may have changed the rest."""
    FULL = 2
    """Requester, subject and words."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A ticket as it was asked for: requester, subject, the words of the description, and source.

    Words and subject are compared without blanks, and without what Freshdesk is known to drop.
    """

    email: str
    subject: str
    cut_subject: str
    words: str
    source: int = DEFAULT_SOURCE

    @classmethod
    def of(cls, body: TicketCreate) -> "Twin":
        """The twin of the ticket that `body` asks for."""
        subject = body.subject if isinstance(body.subject, str) else ""
        return cls(
            email=_folded(body.email),
            subject=_plain(subject),
            cut_subject=_plain(subject.strip()[:LONGEST_SUBJECT]),
            words=words_from_html(body.description),
            source=body.source if isinstance(body.source, int) else DEFAULT_SOURCE,
        )

    def likeness(self, ticket: Ticket) -> Likeness:
        """Compare with a whole ticket: one that was read with its description and requester."""
        subject = _plain(ticket.subject)
        texts = (words_from_html(ticket.description), _plain(ticket.description_text))
        has_requester = self._has_requester(ticket)
        if has_requester and subject in (self.subject, self.cut_subject) and self.words in texts:
            return Likeness.FULL
        if has_requester or _share(subject, self.subject) or any(_share(text, self.words) for text in texts):
            return Likeness.SOME
        return Likeness.NONE

    def may_have_source(self, ticket: Ticket) -> bool:
        """Whether a ticket came by the source that was asked for, or does not say by which it came."""
        return not isinstance(ticket.source, int) or ticket.source == self.source

    def _has_requester(self, ticket: Ticket) -> bool:
        requester = ticket.requester
        return isinstance(requester, Requester) and _folded(requester.email) == self.email


def words_from_html(markup: object) -> str:
    """The words that a reader sees of `markup`, without any blanks: Freshdesk adds markup and moves white space.

    Any text is read, in linear time. The standard library's parser fails on some, and takes quadratic time on others.
    """
    commented, end, rest = (markup if isinstance(markup, str) else "").rpartition("-->")
    text = _COMMENT.sub("", commented + end) + rest
    parts: list[str] = []
    seen, is_hidden = 0, False
    for tag in _TAG.finditer(text):
        if not is_hidden:
            parts.append(text[seen : tag.start()])
        if tag["hidden"]:
            is_hidden = not tag["closed"]
        seen = tag.end()
    if not is_hidden:
        parts.append(text[seen:])
    return _plain(_unescape("".join(parts)))


def _share(one: str, other: str) -> bool:
    """Whether two texts are equal, or one stands within the other, as after a signature, a prefix or a cut."""
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and (shorter == longer or (len(shorter) >= SHORTEST_SHARE and shorter in longer))


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character reference of thousands of digits
        return text


def _plain(text: object) -> str:
    """Text without blanks and without characters beyond the basic plane, which some accounts drop."""
    if not isinstance(text, str):
        return ""
    bare = "".join(text.split())
    if bare.isascii():
        return bare
    return "".join(c for c in unicodedata.normalize("NFC", bare) if ord(c) <= 0xFFFF and not _is_selector(c))


def _is_selector(character: str) -> bool:
    """Whether a character only says how the one before it looks, or joins two; it goes with an emoji."""
    return character in "\u200d\ufe0e\ufe0f"


def _folded(email: object) -> str:
    return email.strip().casefold() if isinstance(email, str) else ""
