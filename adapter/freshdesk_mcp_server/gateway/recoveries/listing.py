"""A list of an account's newest tickets, and the age of each compared with a create.

No I/O: ``lookout`` asks for the list. The clock of this machine replaces a missing Date header.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.gateway.recoveries.twins import Twin
from freshdesk_mcp_server.gateway.times import with_zone

PAGE = 100
"""Tickets of one list: the largest page costs as much as any other."""
CLOSE = timedelta(seconds=10)
"""The usual difference, at most, between the clock of Freshdesk's answers and the clock of its tickets."""
FAR = timedelta(minutes=2)
"""The largest difference of these clocks that counts: earlier tickets are old, and more skew proves nothing."""
LONG_AGO = timedelta(days=1)
"""The same limit for a ticket with the subject of the create: no clock is wrong by a day."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The ticket numbers and the skew of clocks that were known before a create was sent.

    Attributes:
        highest: The highest number of any answer; tickets up to it are older than the create.
        newest: The number of the account's newest ticket, or None if it was not seen shortly before. Tickets beyond it
            are not old, whatever the clocks say.
        skew: The lead of the clock of Freshdesk's answers over the clock of its tickets; None if it is beyond `FAR`, so
            that the clocks prove nothing.
    """

    highest: int
    newest: int | None
    skew: timedelta | None = timedelta()


@dataclass(eq=False, slots=True)
class Creating:
    """A create under way. `in_doubt_since` is the time of sending of its first request with an unknown result."""

    twin: Twin
    mark: Mark
    in_doubt_since: float | None = None


class Age(Enum):
    """The age of a ticket compared with a create."""

    OLD = auto()
    DOUBTFUL = auto()
    NEW = auto()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of tickets, newest first.

    `sent_at` and `answered_at` are in anyio's clock. `now` is the answer's Date, or None. `latest` is the time of its
    latest ticket, or None.
    """

    sent_at: float
    answered_at: float
    now: datetime | None
    rows: tuple[Ticket, ...]
    latest: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        dates = [with_zone(row.created_at) for row in self.rows if isinstance(row.created_at, datetime)]
        object.__setattr__(self, "latest", max(dates, default=None))

    def age(self, row: Ticket, create: Creating) -> Age:
        """Return the age of a ticket of this list: by its number where that proves it, else by Freshdesk's clock."""
        if row.id <= create.mark.highest:
            return Age.OLD
        by_clock = self._age_by_clock(row, create)
        if create.mark.newest is None:
            return by_clock
        return Age.DOUBTFUL if self.now and by_clock is not Age.NEW else Age.NEW

    def holds_all_since(self, create: Creating) -> bool:
        """Return True if the rows include every listed ticket that may belong to `create`."""
        if create.mark.newest is None and self.now is None:
            return False  # the clock of this machine proves nothing
        return len(self.rows) < PAGE or any(self.age(row, create) is Age.OLD for row in self.rows)

    def known_before(self, create: Creating) -> int | None:
        """Return the highest number that is older than `create`, or None if none is known."""
        old = [row.id for row in self.rows if self.age(row, create) is Age.OLD]
        return max([create.mark.highest, *old]) or None

    def _age_by_clock(self, row: Ticket, create: Creating) -> Age:
        created, skew = row.created_at, create.mark.skew
        if not isinstance(created, datetime) or skew is None:
            return Age.DOUBTFUL
        since = timedelta(seconds=0.0 if create.in_doubt_since is None else self.answered_at - create.in_doubt_since)
        now = (self.now or datetime.now(UTC)) - skew
        if max(with_zone(created), self.latest or now) - now > FAR:
            return Age.DOUBTFUL  # a ticket from the future: the clocks prove nothing
        ahead = with_zone(created) - (now - since)
        if ahead >= -CLOSE:
            return Age.NEW
        furthest = LONG_AGO if create.twin.has_subject(row) else FAR
        return Age.DOUBTFUL if ahead >= -furthest else Age.OLD
