"""The likeness of a ticket to the arguments of a create, despite Freshdesk's changes of texts.

No I/O, no clock and no state; hashes hold within one process. The age of a ticket is not here, but in ``listing``.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from freshdesk_client.models import CustomFields, Requester, Ticket, TicketCreate
from freshdesk_client.types import Unset

LONGEST_SUBJECT = 255
"""Characters after which Freshdesk cuts a subject; other clients have observed that."""
SHORTEST_SHARE = 8
"""Characters, at least, of a shared part that shows a likeness."""
DEFAULT_SOURCE = 2
"""Freshdesk's source of a ticket that is created without one: https://developers.freshdesk.com/api/#create_ticket."""
LAST_OF_BASIC_PLANE = 0xFFFF

COMPARED = (
    *("status", "priority", "type_", "responder_id", "group_id", "company_id", "product_id", "email_config_id"),
    *("internal_agent_id", "internal_group_id"),
)
"""Arguments of a create that its ticket shows in the same form, beside tags and custom fields."""

type Fields = frozenset[tuple[str, int]]
"""Names of arguments, each with a hash of its value; the values are not kept."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Each alternative ends at the next "<": some texts would take quadratic time otherwise.
_TAG = re.compile(
    r"""<(?P<closed>/?)(?:(?P<hidden>script|style)\b"""
    r"""|(?P<inline>a|abbr|b|big|code|em|font|i|mark|s|small|span|strong|sub|sup|u)\b|[a-z!?])"""
    r"""(?:"[^"<]*"|'[^'<]*'|[^"'<>])*>""",
    re.IGNORECASE,
)


class Likeness(IntEnum):
    """The degree to which a ticket agrees with the arguments of a create."""

    NONE = 0
    """Neither requester nor subject nor words agree: the ticket belongs to another create."""
    SOME = 1
    """A part agrees: an automation may have changed the rest."""
    CLOSE = 2
    """Requester, subject and words agree, but blanks, emoji or another argument may differ."""
    FULL = 3
    """Requester, subject, words, and all other arguments that the ticket shows agree."""


@dataclass(frozen=True, slots=True)
class Twin:
    """The arguments of a create: requester, subject, words of the description, source, and others.

    Words and subject have no markup, and no blanks except between words.
    """

    email: str
    subject: str
    cut_subject: str
    words: str
    source: int = DEFAULT_SOURCE
    fields: Fields = frozenset()

    @classmethod
    def of(cls, body: TicketCreate) -> "Twin":
        """Return the twin for the body of a create."""
        subject = body.subject if isinstance(body.subject, str) else ""
        return cls(
            email=_folded(body.email),
            subject=_plain(subject),
            cut_subject=_plain(subject.strip()[:LONGEST_SUBJECT]),
            words=words_from_html(body.description),
            source=body.source if isinstance(body.source, int) else DEFAULT_SOURCE,
            fields=frozenset(_fields_of(body)) | {("tags", _tags_of(body))},
        )

    @property
    def key(self) -> tuple[str, str, str]:
        """A key of creates: equal if Freshdesk may show their tickets with the same requester, subject and words."""
        return self.email, _bare(self.cut_subject), _bare(self.words)

    def likeness(self, ticket: Ticket) -> Likeness:
        """Return the likeness of a ticket that was read with its description and requester."""
        subject = _plain(ticket.subject)
        texts = (words_from_html(ticket.description), _plain(ticket.description_text))
        has_requester = self._has_requester(ticket)
        if has_requester and self.has_subject(ticket) and _bare(self.words) in map(_bare, texts):
            is_exact = subject in (self.subject, self.cut_subject) and self.words in texts
            return Likeness.FULL if is_exact and has_fields(ticket, self.fields) else Likeness.CLOSE
        ours, theirs = _bare(self.words), map(_bare, texts)
        if has_requester or _share(_bare(subject), _bare(self.subject)) or any(_share(text, ours) for text in theirs):
            return Likeness.SOME
        return Likeness.NONE

    def may_have_source(self, ticket: Ticket) -> bool:
        """Return True if the ticket has the source of the create, or shows no source."""
        return not isinstance(ticket.source, int) or ticket.source == self.source

    def has_subject(self, ticket: Ticket) -> bool:
        """Return True if a ticket of a list has the subject of the create; blanks and emoji may differ."""
        return _bare(_plain(ticket.subject)) in (_bare(self.subject), _bare(self.cut_subject))

    def _has_requester(self, ticket: Ticket) -> bool:
        requester = ticket.requester
        return isinstance(requester, Requester) and _folded(requester.email) == self.email


def has_fields(ticket: Ticket, fields: Fields) -> bool:
    """Return True if the ticket has the arguments `fields`, as far as it shows them."""
    shown = dict(_fields_of(ticket))
    if not isinstance(ticket.tags, Unset):
        shown["tags"] = _tags_of(ticket)
    return all(shown.get(name, value) == value for name, value in fields)


def words_from_html(markup: object) -> str:
    """Return the words that a reader sees of `markup`, in the form of `_plain`.

    Freshdesk adds markup and moves white space. Any text is read, in linear time: the standard library's parser fails
    on some texts, and takes quadratic time on others.
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
        if not (tag["inline"] or tag["hidden"]):
            parts.append(" ")
        seen = tag.end()
    if not is_hidden:
        parts.append(text[seen:])
    return _plain(_unescape("".join(parts)))


def _share(one: str, other: str) -> bool:
    """Return True for equal texts, and if one contains the other, as after a signature, a prefix or a cut."""
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and (shorter == longer or (len(shorter) >= SHORTEST_SHARE and shorter in longer))


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character reference of thousands of digits
        return text


def _fields_of(body: TicketCreate | Ticket) -> Iterator[tuple[str, int]]:
    for name in COMPARED:
        if not isinstance(value := getattr(body, name), Unset):
            yield name, _hash_of(value)
    if isinstance(body.custom_fields, CustomFields):
        for name, value in body.custom_fields.additional_properties.items():
            yield f"custom_fields.{name}", _hash_of(value)


def _tags_of(body: TicketCreate | Ticket) -> int:
    tags = body.tags if isinstance(body.tags, list) else []
    return hash(frozenset(_folded(tag) for tag in tags))


def _hash_of(value: Any) -> int:
    return hash(value.strip() if isinstance(value, str) else value if isinstance(value, int | float) else repr(value))


def _plain(text: object) -> str:
    """Return `text` in one Unicode form, without blanks except between words."""
    if not isinstance(text, str):
        return ""
    parts = text.split()
    if not text.isascii():
        composed = unicodedata.normalize("NFC", " ".join(parts))
        parts = "".join(c for c in composed if not _is_selector(c)).split()
    return "".join(_with_blanks(parts))


def _with_blanks(parts: list[str]) -> Iterator[str]:
    last = ""
    for part in parts:
        yield f" {part}" if last.isalnum() and part[0].isalnum() else part
        last = part[-1]


def _bare(plain: str) -> str:
    """Return `plain` without blanks, and without characters beyond the basic plane, which some accounts drop."""
    return "".join(c for c in plain if c != " " and ord(c) <= LAST_OF_BASIC_PLANE)


def _is_selector(character: str) -> bool:
    """Return True for a variation selector and for a joiner, which belong to an emoji."""
    return character in "\u200d\ufe0e\ufe0f"


def _folded(email: object) -> str:
    return email.strip().casefold() if isinstance(email, str) else ""
