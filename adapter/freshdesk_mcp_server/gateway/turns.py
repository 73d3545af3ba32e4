"""Turns: of equal calls, one goes after the other."""

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
        """How many keys are in use."""
        return len(self._locks)

    @asynccontextmanager
    async def turn(self, key: K, operation: str, deadline: float) -> AsyncIterator[None]:
        """Wait until nobody else has the turn of `key`, and have it for as long as the block lasts.

        Raises:
            OverloadedError: The turn did not come until `deadline` (of anyio's clock); nothing was sent.
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
            # A lock that somebody waited for is theirs already; one that was cancelled may be of an earlier round.
            if not lock.locked() and self._locks.get(key) is lock:
                del self._locks[key]
