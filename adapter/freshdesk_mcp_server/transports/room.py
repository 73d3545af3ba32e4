"""Room for clients: bounds on connections, and on the bytes kept for clients that the server waits for.

A connection waits while its client has to send a request, or the rest of one, or to read an answer. It works while the
server has to act. Beyond a bound, waiting connections are ended. So no client displaces others by doing nothing.
"""

from typing import Protocol

MOST_CONNECTIONS = 4096
"""Beyond this number, a new connection replaces the one that has waited longest for its client."""
MOST_HELD = 64 * 1024 * 1024
"""Bytes of all clients together: requests that are not whole or not begun, and unread answers."""


class Holder(Protocol):
    """An object that keeps bytes for a client."""

    def abort(self) -> None:
        """End at once, and drop unsent bytes."""


class Budget:
    """Bytes kept for clients. Beyond `most` in all, the holder with the largest share is ended."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._held: dict[Holder, int] = {}
        self._total = 0

    def hold(self, holder: Holder, held: int) -> None:
        """Note the bytes kept for one holder in all, and end holders until the sum is within the bound."""
        self._total += held - self._held.pop(holder, 0)
        if held:
            self._held[holder] = held
        while self._total > self._most:
            fullest = max(self._held, key=self._held.__getitem__)
            self.hold(fullest, 0)
            fullest.abort()


class Room:
    """The connections of one server.

    Beyond `most_connections` the connection that has waited longest is ended, or the new one if all others work.
    `budget` bounds the bytes held for all of them.
    """

    def __init__(self, most_connections: int = MOST_CONNECTIONS, budget: Budget | None = None) -> None:
        self._most_connections = most_connections
        self._budget = budget or Budget()
        self._open: set[Holder] = set()
        self._waiting: dict[Holder, None] = {}  # the one that has waited longest stands first

    def enter(self, connection: Holder) -> None:
        """Add a new connection, which waits."""
        self._open.add(connection)
        self._waiting[connection] = None
        if len(self._open) > self._most_connections:
            longest = next(iter(self._waiting))
            self.leave(longest)
            longest.abort()

    def waits(self, connection: Holder, held: int) -> None:
        """Note that a connection waits for its client, perhaps as before, and that `held` bytes are kept meanwhile."""
        if connection in self._open:
            self._waiting[connection] = None
            self._budget.hold(connection, held)

    def works(self, connection: Holder, held: int = 0) -> None:
        """Note that a connection has a request to answer; `held` bytes are kept of the requests behind it."""
        if connection in self._open:
            self._waiting.pop(connection, None)
            self._budget.hold(connection, held)

    def leave(self, connection: Holder) -> None:
        """Remove a connection that is closed or about to close."""
        self.works(connection)
        self._open.discard(connection)
