"""Did a create whose answer was lost happen? Look before anything is sent again.

Freshdesk has no idempotency key, so the ticket itself is looked for: among the requester's newest tickets, created
since the attempt by Freshdesk's own clock, with the same subject and the same words in its description, and not known
to be the result of another call of this process. What remains possible in theory: docs/decisions/0004.
"""

import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

import anyio

from freshdesk_client.models import Ticket, TicketCreate
from freshdesk_mcp_server.errors import FreshdeskError, Outcome, OverloadedError, ValidationFailedError
from freshdesk_mcp_server.gateway.operation import CREATE_TICKET
from freshdesk_mcp_server.gateway.ratelimit import date_from
from freshdesk_mcp_server.gateway.reply import Reply

SETTLE_S = 2.0
"""How long a ticket may take to show up in a list, before a second look is believed."""
TOLERANCE = timedelta(seconds=10)
"""How far the clock of Freshdesk's edge, which dates answers, may be from the one that dates tickets."""
NEWEST = 100
"""How many of the requester's tickets are looked at: one page, the largest."""
MOST_CLAIMS = 10_000
GIVEN_UP_S = 60.0
"""How long a ticket that nobody knows of may turn up in a look for an equal one; generous against `TOLERANCE`."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Each alternative ends at the next "<", so that no text takes quadratic time.
_TAG = re.compile(
    r"""<(?P<closed>/?)(?:(?P<hidden>script|style)\b|[a-z!?])(?:"[^"<]*"|'[^'<]*'|[^"'<>])*>""", re.IGNORECASE
)

type ListNewest = Callable[[], Awaitable[Reply[list[Ticket]]]]


class Finding(Enum):
    """What looking for a ticket has shown, where it was not found."""

    ABSENT = auto()
    """The requester has no such ticket, twice, `SETTLE_S` apart."""
    NO_REQUESTER = auto()
    """Freshdesk does not know the requester, whom the create would have made: nothing was made."""
    NOT_KNOWN = auto()
    """The look itself failed, or there was no time for it."""


@dataclass(frozen=True, slots=True)
class Twin:
    """What makes two tickets the same: requester, subject, and the words of the description, blanks aside."""

    email: str
    subject: str
    words: str

    @classmethod
    def of(cls, body: TicketCreate) -> "Twin":
        """The twin of the ticket that `body` asks for."""
        return cls(str(body.email), _without_blanks(body.subject), words_from_html(str(body.description)))

    def is_like(self, ticket: Ticket) -> bool:
        """Whether `ticket` says the same. Its requester is not looked at: the list was of that requester."""
        return _without_blanks(ticket.subject) == self.subject and self.words in (
            words_from_html(ticket.description),
            _without_blanks(ticket.description_text),
        )


class Reconciler:
    """Finds the tickets of unanswered creates, and gives each to one call only."""

    def __init__(self) -> None:
        self._claims: dict[int, None] = {}
        self._turns: dict[Twin, anyio.Lock] = {}
        self._given_up: list[tuple[float, int]] = []

    def claim(self, ticket_id: int) -> None:
        """Note that the ticket is the result of a call, so that no other call takes it for its own."""
        self._claims[ticket_id] = None
        if len(self._claims) > MOST_CLAIMS:
            del self._claims[next(iter(self._claims))]

    def give_up(self, twin: Twin) -> None:
        """Note that a ticket was made of which only that is known: an equal one that is found soon may be that one."""
        now = anyio.current_time()
        self._given_up = [(then, one) for then, one in self._given_up if now - then < GIVEN_UP_S]
        self._given_up.append((now, hash(twin)))  # not the words of a ticket, which nobody needs to hold any longer

    @asynccontextmanager
    async def turn(self, twin: Twin, deadline: float) -> AsyncIterator[None]:
        """Let creates of the same ticket go one after the other, or nobody could say which of two tickets is whose.

        Raises:
            OverloadedError: The turn did not come until `deadline` (of anyio's clock); nothing was sent.
        """
        lock = self._turns.setdefault(twin, anyio.Lock())
        try:
            with anyio.move_on_at(deadline) as scope:
                await lock.acquire()
            if scope.cancelled_caught:
                raise OverloadedError(CREATE_TICKET.name, outcome=Outcome.NOT_SENT)
            try:
                yield
            finally:
                lock.release()
        finally:
            # A lock that somebody waited for is theirs already; one that was cancelled may be of an earlier round.
            if not lock.locked() and self._turns.get(twin) is lock:
                del self._turns[twin]

    async def look_twice(
        self, twin: Twin, list_newest: ListNewest, *, started: float, deadline: float
    ) -> Ticket | Finding:
        """The ticket of a create that began at `started`, now claimed; or what its absence means.

        `started` and `deadline` are of anyio's clock. At most two lists are asked for.
        """
        found = await self._look(twin, list_newest, started)
        if isinstance(found, Ticket) or found is Finding.NOT_KNOWN:
            return found
        if anyio.current_time() + SETTLE_S >= deadline:
            return Finding.NOT_KNOWN
        await anyio.sleep(SETTLE_S)
        return await self._look(twin, list_newest, started)

    async def _look(self, twin: Twin, list_newest: ListNewest, started: float) -> Ticket | Finding:
        try:
            newest = await list_newest()
        except ValidationFailedError as error:
            return Finding.NO_REQUESTER if error.is_about("email", "invalid_value") else Finding.NOT_KNOWN
        except FreshdeskError:
            return Finding.NOT_KNOWN
        now = date_from(newest.headers) or datetime.now(UTC)
        since = now - timedelta(seconds=anyio.current_time() - started) - TOLERANCE
        candidates = [ticket for ticket in newest.value if _is_since(ticket, since)]
        likely = [ticket for ticket in candidates if ticket.id not in self._claims and twin.is_like(ticket)]
        others = self._given_up_since(twin, started)
        if len(likely) > others:
            found = (max if others else min)(likely, key=lambda ticket: ticket.id)
            self.claim(found.id)
            return found
        return Finding.NOT_KNOWN if likely or len(candidates) >= NEWEST else Finding.ABSENT

    def _given_up_since(self, twin: Twin, started: float) -> int:
        """How many equal tickets are there that belong to calls which were given up."""
        return sum(one == hash(twin) and then > started - GIVEN_UP_S for then, one in self._given_up)


def words_from_html(markup: object) -> str:
    """What a reader sees of `markup`, without any blanks: Freshdesk adds markup and moves white space.

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
    return _without_blanks(_unescape("".join(parts)))


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character reference of thousands of digits
        return text


def _without_blanks(text: object) -> str:
    return "".join(text.split()) if isinstance(text, str) else ""


def _is_since(ticket: Ticket, since: datetime) -> bool:
    created = ticket.created_at
    if not isinstance(created, datetime):
        return False
    return (created if created.tzinfo else created.replace(tzinfo=UTC)) >= since
