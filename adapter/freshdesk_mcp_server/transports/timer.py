"""A timer of an event loop that can be put off and dropped."""

import asyncio
from collections.abc import Callable


class Timer:
    """Does one thing, once, after a while."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handle: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Something is still to be done."""
        return self._handle is not None

    def start(self, after_s: float, action: Callable[[], None]) -> None:
        """Do `action` then, in place of what was to be done before."""
        self.stop()
        self._handle = self._loop.call_later(after_s, self._do, action)

    def stop(self) -> None:
        """Do nothing."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _do(self, action: Callable[[], None]) -> None:
        self._handle = None
        action()
