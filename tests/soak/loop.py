"""Time that passes only while all tasks wait: an event loop for both ends of real sockets.

The loop is here, and the clock of a sandbox on it. A soak takes only the time of its computing, for waits and deadlines
of any length. A busy machine changes no figure. That is right as long as both ends of each socket live in this process.
Then bytes sent over loopback are readable at once at the other end. So no bytes are on the way when nothing is ready.
The server reads the clock of this machine for a Retry-After that is a date, and for answers without a Date. The sandbox
is ahead of that clock by the time that was jumped over since the clock was made.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import anyio
import uvloop

GRACE_S: Final = 0.002
"""Real seconds without input after which all tasks count as waiting; generous against loopback."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer as soon as nothing is left to do. It starts at 0."""

    def __init__(self) -> None:
        self._elapsed_s = 0.0
        super().__init__(_JumpingSelector(self._jump))

    def time(self) -> float:
        """Return the seconds since the loop was made."""
        return self._elapsed_s

    def _jump(self, seconds: float) -> None:
        self._elapsed_s += seconds


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, jump: Callable[[float], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(None if timeout is None else min(timeout, GRACE_S))
        if not ready and timeout:
            self._jump(timeout)
        return ready


def run[T](main: Coroutine[Any, Any, T], *, real_time: bool) -> T:
    """Return the result of `main`, on an event loop of its own."""
    return asyncio.run(main, loop_factory=uvloop.new_event_loop if real_time else VirtualTimeLoop)


def clock_of_loop() -> Callable[[], datetime]:
    """Return a clock that shows the time of day now, and goes on as the running loop does."""
    start = datetime.now(UTC) - timedelta(seconds=anyio.current_time())
    return lambda: start + timedelta(seconds=anyio.current_time())
