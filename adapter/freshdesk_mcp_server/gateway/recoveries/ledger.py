"""The ledger of an account: ticket numbers, claims, and creates under way, as far as this process knows them.

The ledger gives a found ticket to one call only. It sends no requests; ``lookout`` does. Times are in seconds of
anyio's clock.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import anyio

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.gateway.recoveries.listing import FAR, Creating, Mark
from freshdesk_mcp_server.gateway.recoveries.twins import Fields, Likeness, Twin, has_fields
from freshdesk_mcp_server.gateway.times import with_zone
from freshdesk_mcp_server.gateway.turns import Turns

MOST_CLAIMS = 10_000
NUMBERS_FRESH_S = 300.0
"""Seconds for which the newest number seen decides the age of a ticket better than the clocks."""
GIVEN_UP_S = NUMBERS_FRESH_S
"""Seconds for which the ticket of a given-up create may appear as new in a look for another."""


@dataclass(frozen=True, slots=True)
class _GivenUp:
    """A create that ended without its ticket; only a hash of its words is kept."""

    at: float
    key: int
    fields: Fields


class Ledger:
    """The ticket numbers, claims, and creates under way of one account.

    `turns` let creates of the same words run one after the other: two equal tickets could not be told apart.
    """

    def __init__(self) -> None:
        self._highest = 0
        self._newest = 0
        self._newest_seen_at = float("-inf")
        self._skew: timedelta | None = timedelta()
        self._claims: dict[int, None] = {}
        self._creating: set[Creating] = set()
        self.turns = Turns[tuple[str, str, str]]()
        self._given_up: list[_GivenUp] = []

    @property
    def highest(self) -> int:
        """The highest ticket number of any answer; 0 before one."""
        return self._highest

    def note_numbers(self, numbers: Iterable[int], *, hold_newest: bool = False) -> None:
        """Note the ticket numbers of an answer; with `hold_newest`, the account's newest ticket is among them."""
        self._highest = max((self._highest, *numbers))
        if hold_newest or self._highest > self._newest > 0:
            self._newest = self._highest
        if hold_newest:
            self._newest_seen_at = anyio.current_time()

    def note_created(self, ticket: Ticket, answered: datetime | None) -> None:
        """Note the answer to a create: it has the account's newest ticket, and shows the skew of the clocks."""
        self.note_numbers([ticket.id], hold_newest=True)
        if answered is not None and isinstance(ticket.created_at, datetime):
            skew = answered - with_zone(ticket.created_at)
            self._skew = skew if abs(skew) <= FAR else None

    def claim(self, number: int) -> None:
        """Claim the ticket for a call, so that no other call takes it."""
        self._claims[number] = None
        if len(self._claims) > MOST_CLAIMS:
            del self._claims[next(iter(self._claims))]

    def is_claimed(self, number: int) -> bool:
        """Return True if a call has claimed the ticket."""
        return number in self._claims

    @contextmanager
    def creating(self, twin: Twin) -> Iterator[Creating]:
        """Note a create as under way as long as the block lasts."""
        is_fresh = anyio.current_time() - self._newest_seen_at <= NUMBERS_FRESH_S
        create = Creating(twin, Mark(self._highest, self._newest if is_fresh else None, self._skew))
        self._creating.add(create)
        try:
            yield create
        finally:
            self._creating.discard(create)

    @property
    def in_doubt(self) -> list[Creating]:
        """The creates under way whose tickets are looked for."""
        return [create for create in self._creating if create.in_doubt_since is not None]

    def rival_likeness(self, ticket: Ticket, create: Creating) -> Likeness:
        """Return the highest likeness of `ticket` to any other create under way."""
        rivals = (
            other.twin.likeness(ticket)
            for other in self._creating
            if other is not create and ticket.id > other.mark.highest and other.twin.may_have_source(ticket)
        )
        return max(rivals, default=Likeness.NONE)

    def give_up(self, twin: Twin) -> None:
        """Note that a create ended without its ticket: an equal ticket found soon may belong to it."""
        now = anyio.current_time()
        self._given_up = [one for one in self._given_up if now - one.at < GIVEN_UP_S]
        self._given_up.append(_GivenUp(now, hash(twin.key), twin.fields))

    def count_given_up(self, twin: Twin, tickets: Sequence[Ticket]) -> int:
        """Return the number of `tickets`, which are like `twin`, that may belong to given-up creates."""
        now, key = anyio.current_time(), hash(twin.key)
        return sum(
            one.key == key and now - one.at < GIVEN_UP_S and any(has_fields(ticket, one.fields) for ticket in tickets)
            for one in self._given_up
        )
