"""The records of an account, in memory.

Here: the time, tables of records by id, and copies of them. Not here: any resource. Each defines its own records and
its own table, such as `Tickets` of resources/tickets/records.py. No method awaits, so each change is whole or not made.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol, Self, cast

from freshdesk_sandbox.seed import read_seed
from freshdesk_sandbox.times import utc_now


class HasId(Protocol):
    """A record that a table can hold."""

    @property
    def id(self) -> int:
        """The number by which requests name it."""


class Part:
    """A thing that the records keep: a table, or a state that a reset forgets.

    The records make it when it is first asked for, and make it anew after a reset.
    """

    def __init__(self, records: "Records") -> None:
        self.records = records

    def copied(self, records: "Records") -> Self:
        """Return a copy that belongs to `records`. Dictionaries are copied, and all else is shared."""
        twin = self.__class__.__new__(self.__class__)
        copies = {name: dict(value) if isinstance(value, dict) else value for name, value in vars(self).items()}
        vars(twin).update(copies | {"records": records})
        return twin


class Table[R: HasId](Part, dict[int, R]):
    """The records of one kind by id, in the order of their making.

    A change puts a new record in the place of the old one. So copies of a table may share records.

    Attributes:
        seed: the name of the file in seeds/ that the table starts with, if any.
        made: how many records requests made; those of the seed and of other people do not count.
    """

    seed: ClassVar[str | None] = None

    def __init__(self, records: "Records") -> None:
        super().__init__(records)
        self.made = 0
        if self.seed is not None and records.seeded:
            for row in read_seed(self.seed, records.started_at):
                self.keep(self.record(row))

    def record(self, row: dict[str, Any]) -> R:
        """Return the record that a row of the seed describes."""
        raise NotImplementedError

    def keep(self, record: R) -> R:
        """Put `record` among the others, in the place of the one with its id."""
        self[record.id] = record
        return record

    def copied(self, records: "Records") -> Self:
        """Return a copy that belongs to `records`."""
        twin = super().copied(records)
        twin.update(self)
        return twin


class Records:
    """The records of one account: `records[Tickets]` is its table of tickets.

    Args:
        seeded: start with the records of seeds/, else with none.
        clock: tells the time (aware).
    """

    def __init__(self, *, seeded: bool, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self.seeded = seeded
        self.reset()

    def __getitem__[P: Part](self, kind: type[P]) -> P:
        """Return the part of that kind."""
        part = self._parts.get(kind)
        if part is None:
            part = self._parts[kind] = kind(self)
        return cast("P", part)

    def reset(self) -> None:
        """Go back to the first state; the ages of the seed count from now."""
        self.started_at = self.now()
        self._parts: dict[type[Part], Part] = {}

    def now(self) -> datetime:
        """Return the time in whole seconds, as Freshdesk keeps it."""
        return in_seconds(self.clock())

    def copy(self) -> Self:
        """Return a copy; changes of the copy do not reach these records."""
        twin = self.__class__.__new__(self.__class__)
        vars(twin).update(vars(self))
        vars(twin)["_parts"] = {kind: part.copied(twin) for kind, part in self._parts.items()}
        return twin


def in_seconds(time: datetime) -> datetime:
    """Return `time` in UTC, without the part of a second."""
    return time.astimezone(UTC).replace(microsecond=0)
