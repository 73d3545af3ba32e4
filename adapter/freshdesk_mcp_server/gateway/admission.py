"""How many calls of an account may be under way at a time, and how many may wait for that.

Without a bound, a host that sends a thousand calls would have all of them time out; with it, the first ones are served
and the rest are told at once to come back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio

from freshdesk_mcp_server.errors import Outcome, OverloadedError

LOOKS_IN_FLIGHT = 5
"""Requests beside those of calls that look for a lost ticket: they must not wait behind further creates that hang."""


class Admission:
    """Lets `in_flight` requests of calls run at a time, and `waiting` further calls exist beside them."""

    def __init__(self, *, in_flight: int, waiting: int) -> None:
        self._slots = anyio.Semaphore(in_flight)
        self._slots_for_looks = anyio.Semaphore(LOOKS_IN_FLIGHT)
        self._most_calls = in_flight + waiting
        self._calls = 0

    @contextmanager
    def call(self, operation: str) -> Iterator[None]:
        """Be one of the calls, from its start to its end.

        Raises:
            OverloadedError: There are too many.
        """
        if self._calls >= self._most_calls:
            raise OverloadedError(operation, outcome=Outcome.NOT_SENT)
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1

    async def acquire(self, deadline: float, *, is_look: bool = False) -> bool:
        """Take a slot for one request; False if none became free until `deadline` (of anyio's clock).

        Waits between requests do not hold one. `release` must follow.
        """
        with anyio.move_on_at(deadline) as scope:
            await self._slots_of(is_look=is_look).acquire()
        return not scope.cancelled_caught

    def release(self, *, is_look: bool = False) -> None:
        """Give a slot back."""
        self._slots_of(is_look=is_look).release()

    def _slots_of(self, *, is_look: bool) -> anyio.Semaphore:
        return self._slots_for_looks if is_look else self._slots
