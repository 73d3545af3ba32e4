"""One list of an account's newest tickets, and which of them can be of a create. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.gateway.recoveries.twins import Twin

PAGE = 100
"""Tickets of one list: the largest page, at the price of any other."""
CLOSE = timedelta(seconds=10)
"""How far the clock that dates Freshdesk's answers usually is from the one that dates tickets, at most."""
FAR = timedelta(minutes=2)
"""How far they may be apart, so that a ticket beyond is old; clocks that are further apart tell nothing."""
LONG_AGO = timedelta(days=1)
"""The same for a ticket with the subject that was asked for: no clock is wrong by so much."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The ticket numbers that were known when a create was sent.

    Attributes:
        highest: The highest number of any answer; a ticket up to it is older than the create.
        newest: The number of the account's newest ticket, if that was known a short time before; a ticket beyond it is
            not old, whatever the clocks say.
        skew: How far the clock that dates Freshdesk's answers was ahead of the one that dates tickets; None if that was
            so far that the clocks tell nothing.
    """

    highest: int
    newest: int | None
    skew: timedelta | None = timedelta()


@dataclass(eq=False, slots=True)
class Creating:
    """A create under way. `in_doubt_since` is when its first request was sent of which nobody knows the fate."""

    twin: Twin
    mark: Mark
    in_doubt_since: float | None = None


class Age(Enum):
    """When a ticket was made, compared with a create."""

    OLD = auto()
    DOUBTFUL = auto()
    NEW = auto()


@dataclass(frozen=True, slots=True)
class Listing:
    """One list, newest first; `sent_at` and `answered_at` are of anyio's clock, `now` is Freshdesk's if it said.

    `latest` is when its last ticket was made.
    """

    sent_at: float
    answered_at: float
    now: datetime | None
    rows: tuple[Ticket, ...]
    latest: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        dates = [in_utc(row.created_at) for row in self.rows if isinstance(row.created_at, datetime)]
        object.__setattr__(self, "latest", max(dates, default=None))

    def age(self, row: Ticket, create: Creating) -> Age:
        """The age of a ticket of this list, by its number where that tells, else by Freshdesk's clock."""
        if row.id <= create.mark.highest:
            return Age.OLD
        by_clock = self._age_by_clock(row, create)
        if create.mark.newest is None:
            return by_clock
        return Age.DOUBTFUL if self.now and by_clock is not Age.NEW else Age.NEW

    def holds_all_since(self, create: Creating) -> bool:
        """Whether every ticket that can be of `create` would be among the rows, as far as it is listed at all."""
        if create.mark.newest is None and self.now is None:
            return False  # our own clock is no evidence
        return len(self.rows) < PAGE or any(self.age(row, create) is Age.OLD for row in self.rows)

    def known_before(self, create: Creating) -> int | None:
        """The highest number that is known to be older than `create`; None if there is none."""
        old = [row.id for row in self.rows if self.age(row, create) is Age.OLD]
        return max([create.mark.highest, *old]) or None

    def _age_by_clock(self, row: Ticket, create: Creating) -> Age:
        created, skew = row.created_at, create.mark.skew
        if not isinstance(created, datetime) or skew is None:
            return Age.DOUBTFUL
        since = timedelta(seconds=0.0 if create.in_doubt_since is None else self.answered_at - create.in_doubt_since)
        now = (self.now or datetime.now(UTC)) - skew
        if max(in_utc(created), self.latest or now) - now > FAR:
            return Age.DOUBTFUL  # a ticket of the future: the clocks tell nothing
        ahead = in_utc(created) - (now - since)
        if ahead >= -CLOSE:
            return Age.NEW
        furthest = LONG_AGO if create.twin.has_subject(row) else FAR
        return Age.DOUBTFUL if ahead >= -furthest else Age.OLD


def in_utc(moment: datetime) -> datetime:
    """A time of Freshdesk's with its zone: without one it is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
