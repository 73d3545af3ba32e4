"""A timer of an event loop that can be restarted and stopped."""

import asyncio
from collections.abc import Callable


class Timer:
    """Runs one action, once, after a delay."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handle: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """True if an action is still to be run."""
        return self._handle is not None

    def start(self, after_s: float, action: Callable[[], None]) -> None:
        """Run `action` after `after_s` seconds, in place of the action from before."""
        self.stop()
        self._handle = self._loop.call_later(after_s, self._do, action)

    def stop(self) -> None:
        """Drop the action."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _do(self, action: Callable[[], None]) -> None:
        self._handle = None
        action()
