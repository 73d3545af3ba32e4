"""Room for clients: how many connections a server has, and how many bytes it keeps for those it waits for.

A connection waits while its client has to do something: to send a request, or the rest of one, or to read an answer. It
works while the server has to. Of too many, those are ended that wait, so that nobody takes the place of the others by
doing nothing.
"""

from typing import Protocol

MOST_CONNECTIONS = 4096
"""Beyond, a new connection takes the place of the one that has waited for its client for the longest time."""
MOST_HELD = 64 * 1024 * 1024
"""Bytes of requests that are not whole or not begun, and of answers that are not read, of all clients together."""


class Holder(Protocol):
    """Something for whose client bytes are kept."""

    def abort(self) -> None:
        """End at once, whatever is left to send."""


class Budget:
    """Bytes that are kept for clients. Beyond `most` in all, the one is ended for which most is kept."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._held: dict[Holder, int] = {}
        self._total = 0

    def hold(self, holder: Holder, held: int) -> None:
        """Note how much is kept for one in all, and end those that are too much."""
        self._total += held - self._held.pop(holder, 0)
        if held:
            self._held[holder] = held
        while self._total > self._most:
            fullest = max(self._held, key=self._held.__getitem__)
            self.hold(fullest, 0)
            fullest.abort()


class Room:
    """The connections of one server.

    Beyond `most_connections` the one is ended that has waited longest, the new one if all others work. Of what is
    held for them, `budget` is kept.
    """

    def __init__(self, most_connections: int = MOST_CONNECTIONS, budget: Budget | None = None) -> None:
        self._most_connections = most_connections
        self._budget = budget or Budget()
        self._open: set[Holder] = set()
        self._waiting: dict[Holder, None] = {}  # those that have waited longest stand first

    def enter(self, connection: Holder) -> None:
        """A new one, which waits."""
        self._open.add(connection)
        self._waiting[connection] = None
        if len(self._open) > self._most_connections:
            longest = next(iter(self._waiting))
            self.leave(longest)
            longest.abort()

    def waits(self, connection: Holder, held: int) -> None:
        """It waits for its client, as it may have before, and `held` bytes are kept meanwhile."""
        if connection in self._open:
            self._waiting[connection] = None
            self._budget.hold(connection, held)

    def works(self, connection: Holder, held: int = 0) -> None:
        """It has a request to answer; `held` bytes are kept of those behind it."""
        if connection in self._open:
            self._waiting.pop(connection, None)
            self._budget.hold(connection, held)

    def leave(self, connection: Holder) -> None:
        """It is gone, or about to go."""
        self.works(connection)
        self._open.discard(connection)
