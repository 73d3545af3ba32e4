"""Outages: times in which no request is answered as it should be.

Here: their times and their faults. Not here: faults of single requests (faults.py), and the socket that an outage
closes (server.py).
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

import anyio
from pydantic import Field

from freshdesk_sandbox.faults import Body, Fault, When
from freshdesk_sandbox.switches import Seconds, Switches

_FAILURES: Final[tuple[tuple[int, Body], ...]] = ((502, "html"), (503, "real"), (504, "empty"))


class Outage(Switches):
    """An outage.

    Attributes:
        lasts_s: for how many seconds.
        starts_in_s: in how many seconds it begins, from when it is planned.
        how: "fails": 502, 503 and 504 are answered. "cuts": connections are cut before the answer. "refuses": no
            connection is let in, and open ones are cut without an effect. The control endpoints too are away. Where no
            server listens, as in a test without sockets, a request is cut.
        stored_share: the share of requests that have their effect all the same; never of those refused.
        seed: decides which requests those are, and which status is answered.
    """

    lasts_s: Seconds
    starts_in_s: Seconds = 0.0
    how: Literal["fails", "cuts", "refuses"] = "fails"
    stored_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    seed: Annotated[int, Field(ge=0)] = 0


class _Planned:
    """An outage, with its times by the clock of the sandbox, and its dice."""

    def __init__(self, outage: Outage, now: datetime) -> None:
        self.outage = outage
        self.starts_at = now + timedelta(seconds=outage.starts_in_s)
        self.ends_at = self.starts_at + timedelta(seconds=outage.lasts_s)
        self._dice = random.Random(outage.seed)  # noqa: S311 - a test that can be repeated, not a secret

    def is_on(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    def fault(self) -> Fault:
        when: When = "after" if self._is_stored() else "before"
        if self.outage.how == "fails":
            status, body = self._dice.choice(_FAILURES)
            return Fault(when=when, status=status, body=body)
        return Fault(when=when, drop="before_answer")

    def _is_stored(self) -> bool:
        return self.outage.how != "refuses" and self._dice.random() < self.outage.stored_share


class Outages:
    """The outages of one sandbox, past ones included until they are cleared."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._planned: list[_Planned] = []
        self._news = anyio.Event()

    def add(self, *outages: Outage) -> None:
        """Plan outages; where several are on at a time, the first one counts."""
        now = self._clock()
        self._planned += [_Planned(outage, now) for outage in outages]
        self._tell()

    def clear(self) -> None:
        """End them all."""
        self._planned.clear()
        self._tell()

    def fault(self) -> Fault | None:
        """Return the fault that a request meets now."""
        current = self._current()
        return None if current is None else current.fault()

    @property
    def refuses(self) -> bool:
        """True if no connection is let in now."""
        current = self._current()
        return current is not None and current.outage.how == "refuses"

    async def wait_until(self, *, refuses: bool) -> None:
        """Return once connections are refused, or once they are let in."""
        while self.refuses is not refuses:
            news = self._news
            with anyio.move_on_after(self._next_change_s()):
                await news.wait()

    def as_json(self) -> list[dict[str, object]]:
        """Return those that have not ended yet, with the seconds that are left of each."""
        now = self._clock()
        return [_left(one, now) for one in self._planned if now < one.ends_at]

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()

    def _current(self) -> _Planned | None:
        now = self._clock()
        return next((one for one in self._planned if one.is_on(now)), None)

    def _next_change_s(self) -> float | None:
        now = self._clock()
        times = [time for one in self._planned for time in (one.starts_at, one.ends_at) if time > now]
        return (min(times) - now).total_seconds() if times else None


def _left(planned: _Planned, now: datetime) -> dict[str, object]:
    starts_in_s = max(0.0, (planned.starts_at - now).total_seconds())
    lasts_s = (planned.ends_at - max(now, planned.starts_at)).total_seconds()
    return {**planned.outage.model_dump(), "starts_in_s": starts_in_s, "lasts_s": lasts_s}
