"""The ledger of an account's tickets, as far as this process has met them.

It holds the newest ticket number, the tickets that belong to calls, and the creates under way, so that a ticket that
is found can be given to one call only. Times are of anyio's clock.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import anyio

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.gateway.recoveries.listing import FAR, Creating, Mark, in_utc
from freshdesk_mcp_server.gateway.recoveries.twins import Fields, Likeness, Twin, has_fields
from freshdesk_mcp_server.gateway.turns import Turns

MOST_CLAIMS = 10_000
NUMBERS_FRESH_S = 300.0
"""How long the newest number that was seen tells more of what is new than the clocks do."""
GIVEN_UP_S = NUMBERS_FRESH_S
"""How long the ticket of a create that ended without it may turn up as new in a look for another."""


@dataclass(frozen=True, slots=True)
class _GivenUp:
    """A create that ended without its ticket; of its words only a hash is kept, which is all that is needed."""

    at: float
    key: int
    fields: Fields


class Ledger:
    """Numbers, claims, and creates under way.

    `turns` let creates of the same words go one after the other, or nobody could say which of two tickets is whose.
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
        """The highest ticket number of any answer; 0 if there was none."""
        return self._highest

    def note_numbers(self, numbers: Iterable[int], *, hold_newest: bool = False) -> None:
        """Take in ticket numbers of an answer; `hold_newest`: among them is the account's newest ticket."""
        self._highest = max((self._highest, *numbers))
        if hold_newest or self._highest > self._newest > 0:
            self._newest = self._highest
        if hold_newest:
            self._newest_seen_at = anyio.current_time()

    def note_created(self, ticket: Ticket, answered: datetime | None) -> None:
        """Take in the answer to a create: the account's newest ticket, and what it shows of the clocks."""
        self.note_numbers([ticket.id], hold_newest=True)
        if answered is not None and isinstance(ticket.created_at, datetime):
            skew = answered - in_utc(ticket.created_at)
            self._skew = skew if abs(skew) <= FAR else None

    def claim(self, number: int) -> None:
        """Give the ticket to a call, so that no other takes it for its own."""
        self._claims[number] = None
        if len(self._claims) > MOST_CLAIMS:
            del self._claims[next(iter(self._claims))]

    def is_claimed(self, number: int) -> bool:
        """Whether the ticket belongs to a call."""
        return number in self._claims

    @contextmanager
    def creating(self, twin: Twin) -> Iterator[Creating]:
        """Note a create that is under way as long as the block lasts."""
        is_fresh = anyio.current_time() - self._newest_seen_at <= NUMBERS_FRESH_S
        create = Creating(twin, Mark(self._highest, self._newest if is_fresh else None, self._skew))
        self._creating.add(create)
        try:
            yield create
        finally:
            self._creating.discard(create)

    @property
    def in_doubt(self) -> list[Creating]:
        """The creates under way that are looked for."""
        return [create for create in self._creating if create.in_doubt_since is not None]

    def rival_likeness(self, ticket: Ticket, create: Creating) -> Likeness:
        """How much of `ticket` agrees with what another create under way asked for, at most."""
        rivals = (
            other.twin.likeness(ticket)
            for other in self._creating
            if other is not create and ticket.id > other.mark.highest and other.twin.may_have_source(ticket)
        )
        return max(rivals, default=Likeness.NONE)

    def give_up(self, twin: Twin) -> None:
        """Note that a create ended without its ticket: an equal one that is found soon may be that one."""
        now = anyio.current_time()
        self._given_up = [one for one in self._given_up if now - one.at < GIVEN_UP_S]
        self._given_up.append(_GivenUp(now, hash(twin.key), twin.fields))

    def count_given_up(self, twin: Twin, tickets: Sequence[Ticket]) -> int:
        """How many of `tickets`, which are like `twin`, may belong to creates that were given up."""
        now, key = anyio.current_time(), hash(twin.key)
        return sum(
            one.key == key and now - one.at < GIVEN_UP_S and any(has_fields(ticket, one.fields) for ticket in tickets)
            for one in self._given_up
        )
