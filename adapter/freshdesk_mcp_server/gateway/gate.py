"""A gate that requests wait at: closed for a time, then open again.

``cooldown`` closes gates after a 429, ``outage`` after failures; the rules for that are there. A gate may want a probe
before it opens. Then one request passes alone, and its end opens the gate or closes it again. Times are in seconds of
anyio's clock.
"""

import math
import random
from enum import Enum, auto

import anyio

SPREAD_S = 0.25
"""Seconds over which waiting requests start again: all at once would cause the next 429."""


class Passage(Enum):
    """The result of a wait at a gate."""

    OPEN = auto()
    """The gate is open."""
    PROBE = auto()
    """The gate is closed to all but this request; `Gate.end_probe` must follow."""
    NONE = auto()
    """The gate does not open in time."""


class Gate:
    """A gate, open at first. `close` closes it for a time, and `open` opens it early."""

    def __init__(self) -> None:
        self._closed_until = -math.inf
        self._wants_probe = False
        self._has_probe = False
        self._changed = anyio.Event()

    @property
    def is_open(self) -> bool:
        """True if every request may pass now."""
        return not self._wants_probe and anyio.current_time() >= self._closed_until

    @property
    def remaining_s(self) -> float:
        """Seconds until the earliest request may pass; 0 if one may now."""
        return max(0.0, self._closed_until - anyio.current_time())

    def close(self, pause_s: float, *, wants_probe: bool) -> None:
        """Close for `pause_s`; a longer pause under way stays."""
        until = anyio.current_time() + pause_s
        if until >= self._closed_until:
            self._closed_until, self._wants_probe = until, wants_probe
        self._announce()

    def open(self) -> None:
        """Open at once."""
        self._closed_until, self._wants_probe = -math.inf, False
        self._announce()

    def end_probe(self) -> None:
        """End a probe. If it has not opened the gate, the next waiting request probes."""
        self._has_probe = False
        self._announce()

    async def enter(self, deadline: float) -> Passage:
        """Wait until the request may pass, but begin no wait that cannot end before `deadline`."""
        while not self.is_open:
            if not self._has_probe and self.remaining_s == 0:
                self._has_probe = True
                return Passage.PROBE
            opens_at = math.inf if self._has_probe else self._closed_until
            if deadline <= opens_at + SPREAD_S < math.inf:
                return Passage.NONE
            await self._wait_for_change(min(opens_at, deadline))
            if anyio.current_time() >= deadline:
                return Passage.NONE
        return Passage.OPEN

    async def _wait_for_change(self, until: float) -> None:
        with anyio.move_on_at(until):
            await self._changed.wait()
        await anyio.sleep(random.uniform(0, SPREAD_S))  # noqa: S311  # spreads requests; nothing secret

    def _announce(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()
