"""Bounds on the calls of an account: requests in flight, and calls that wait.

Without a bound, all of a thousand calls would time out. With it, the first calls are served, and the others are refused
at once. Pauses after a 429 or during an outage are not here, but in ``cooldown`` and ``outage``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio

from freshdesk_mcp_server.errors import Outcome, OverloadedError

LOOKS_IN_FLIGHT = 5
"""Further requests in flight that look for a lost ticket: they must not wait behind creates that hang."""


class Admission:
    """A bound of `in_flight` requests at a time, and of `waiting` calls beside them."""

    def __init__(self, *, in_flight: int, waiting: int) -> None:
        self._slots = anyio.Semaphore(in_flight)
        self._slots_for_looks = anyio.Semaphore(LOOKS_IN_FLIGHT)
        self._most_calls = in_flight + waiting
        self._calls = 0

    @contextmanager
    def call(self, operation: str) -> Iterator[None]:
        """Count a call as long as the block lasts.

        Raises:
            OverloadedError: Too many calls are under way.
        """
        if self._calls >= self._most_calls:
            raise OverloadedError(operation, outcome=Outcome.NOT_SENT)
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1

    async def acquire(self, deadline: float, *, is_look: bool = False) -> bool:
        """Take a slot for one request; return False if none is free before `deadline` (of anyio's clock).

        A call holds no slot while it waits between requests. `release` must follow a success.
        """
        with anyio.move_on_at(deadline) as scope:
            await self._slots_of(is_look=is_look).acquire()
        return not scope.cancelled_caught

    def release(self, *, is_look: bool = False) -> None:
        """Give a slot back."""
        self._slots_of(is_look=is_look).release()

    def _slots_of(self, *, is_look: bool) -> anyio.Semaphore:
        return self._slots_for_looks if is_look else self._slots
