"""Turns of equal calls: one runs after the other. The equality of calls is not decided here; callers give keys."""

from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

import anyio

from freshdesk_mcp_server.errors import Outcome, OverloadedError


class Turns[K: Hashable]:
    """A lock for each key that is in use."""

    def __init__(self) -> None:
        self._locks: dict[K, anyio.Lock] = {}

    @property
    def count(self) -> int:
        """The number of keys in use."""
        return len(self._locks)

    @asynccontextmanager
    async def turn(self, key: K, operation: str, deadline: float) -> AsyncIterator[None]:
        """Wait for the turn of `key`, and hold it as long as the block lasts.

        Raises:
            OverloadedError: The turn did not come before `deadline` (of anyio's clock); nothing was sent.
        """
        lock = self._locks.setdefault(key, anyio.Lock())
        try:
            with anyio.move_on_at(deadline) as scope:
                await lock.acquire()
            if scope.cancelled_caught:
                raise OverloadedError(operation, outcome=Outcome.NOT_SENT)
            try:
                yield
            finally:
                lock.release()
        finally:
            # A lock with waiters is locked again already. A cancelled wait may be for a lock of an earlier round.
            if not lock.locked() and self._locks.get(key) is lock:
                del self._locks[key]
