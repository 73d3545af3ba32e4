"""The ledger of an account's tickets, as far as this process has met them.

It holds the newest ticket number, the tickets that belong to calls, and the creates under way, so that a ticket that
is found can be given to one call only. Times are of anyio's clock.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import anyio

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.gateway.recoveries.listing import Creating, Mark, in_utc
from freshdesk_mcp_server.gateway.recoveries.twins import Likeness, Twin
from freshdesk_mcp_server.gateway.turns import Turns

MOST_CLAIMS = 10_000
GIVEN_UP_S = 60.0
"""How long a ticket that nobody knows of may turn up in a look for an equal one."""
NUMBERS_FRESH_S = 300.0
"""How long the newest number that was seen tells more of what is new than the clocks do."""


class Ledger:
    """Numbers, claims, and creates under way.

    `turns` let creates of the same ticket go one after the other, or nobody could say which of two tickets is whose.
    """

    def __init__(self) -> None:
        self._highest = 0
        self._newest = 0
        self._newest_seen_at = float("-inf")
        self._skew = timedelta()
        self._claims: dict[int, None] = {}
        self._creating: set[Creating] = set()
        self.turns = Turns[Twin]()
        self._given_up: list[tuple[float, int]] = []

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
            self._skew = answered - in_utc(ticket.created_at)

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

    def is_of_another(self, ticket: Ticket, create: Creating) -> bool:
        """Whether `ticket` is, word for word, that of another create under way."""
        return any(
            other.twin.likeness(ticket) is Likeness.FULL and ticket.id > other.mark.highest
            for other in self._creating
            if other is not create
        )

    def give_up(self, twin: Twin) -> None:
        """Note that a ticket was made of which only that is known: an equal one that is found soon may be that one."""
        now = anyio.current_time()
        self._given_up = [(then, one) for then, one in self._given_up if now - then < GIVEN_UP_S]
        self._given_up.append((now, hash(twin)))  # not the words of a ticket, which nobody needs to hold any longer

    def count_given_up(self, twin: Twin) -> int:
        """How many equal tickets may be there that belong to calls which were given up."""
        now = anyio.current_time()
        return sum(one == hash(twin) and now - then < GIVEN_UP_S for then, one in self._given_up)
