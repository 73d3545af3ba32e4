"""How many calls of an account may be under way at a time, and how many may wait for that.

Without a bound, a host that sends a thousand calls would have all of them time out; with it, the first ones are served
and the rest are told at once to come back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio

from freshdesk_mcp_server.errors import Outcome, OverloadedError


class Admission:
    """Lets `in_flight` requests run at a time, and `waiting` further calls exist beside them."""

    def __init__(self, *, in_flight: int, waiting: int) -> None:
        self._slots = anyio.Semaphore(in_flight)
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

    async def acquire(self, deadline: float) -> bool:
        """Take a slot for one request; False if none became free until `deadline` (of anyio's clock).

        Waits between requests do not hold one. `release` must follow.
        """
        with anyio.move_on_at(deadline) as scope:
            await self._slots.acquire()
        return not scope.cancelled_caught

    def release(self) -> None:
        """Give a slot back."""
        self._slots.release()
