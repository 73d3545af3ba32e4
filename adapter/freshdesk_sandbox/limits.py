"""The account's rate limit: so many credits a minute, shared by every caller, and limits of some kinds beside it.

Here: the counting. Not here: the costs of an operation (operation.py).
Source: https://developers.freshdesk.com/api/#ratelimit
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta


class RateLimit:
    """A fixed window, which opens with the first request after the last window ended, as recorded answers show."""

    def __init__(self, per_minute: int, *, window_s: float = 60) -> None:
        if per_minute < 1:
            raise ValueError(f"the rate limit must be at least 1 request a minute, not {per_minute}")
        self.per_minute = per_minute
        self.window_s = window_s
        self._opened: datetime | None = None
        self._used = 0

    @property
    def remaining(self) -> int:
        """The credits that the window still holds."""
        return self.per_minute - self._used

    def holds(self, cost: int, now: datetime) -> bool:
        """Return True if the window of `now` still holds `cost` credits."""
        if self._opened is None or now >= self._end(self._opened):
            self._opened, self._used = now, 0
        return cost <= self.remaining

    def spend(self, cost: int) -> None:
        """Take `cost` credits, which the window holds."""
        self._used += cost

    def retry_after_s(self, now: datetime) -> int:
        """Return the whole seconds until the window ends, at least 1."""
        return max(1, math.ceil((self._end(self._opened or now) - now).total_seconds()))

    def reset(self) -> None:
        """Forget what was used."""
        self._opened, self._used = None, 0

    def _end(self, opened: datetime) -> datetime:
        return opened + timedelta(seconds=self.window_s)


class Limits:
    """The limit of the account in credits, and those of some kinds in requests.

    Three points about limits of one kind are not established. Here each has a window of its own, an embed costs
    nothing, and headers tell of the account alone.
    """

    def __init__(self, per_minute: int) -> None:
        self._account = RateLimit(per_minute)
        self._by_kind: dict[str, RateLimit] = {}

    def configure(self, window_s: float, sub_limits: Mapping[str, int | None]) -> None:
        """Take over the seconds of a window, and the limits of one kind, which begin anew."""
        self._account.window_s = window_s
        self._by_kind = {
            kind: RateLimit(most, window_s=window_s) for kind, most in sub_limits.items() if most is not None
        }

    def spend(self, cost: int, kind: str | None, now: datetime) -> RateLimit | None:
        """Take `cost` credits, or return the limit that does not hold them; then nothing is taken."""
        own = None if kind is None else self._by_kind.get(kind)
        if not self._account.holds(cost, now):
            return self._account
        if own is not None and not own.holds(1, now):
            return own
        self._account.spend(cost)
        if own is not None:
            own.spend(1)
        return None

    def headers(self, cost: int) -> dict[str, str]:
        """Return the three headers after a request of `cost` credits; two are decimals, as Freshdesk sends them."""
        return {
            "x-ratelimit-total": f"{self._account.per_minute}.0",
            "x-ratelimit-remaining": f"{self._account.remaining}.0",
            "x-ratelimit-used-currentrequest": str(cost),
        }

    def reset(self) -> None:
        """Forget what was used."""
        for limit in (self._account, *self._by_kind.values()):
            limit.reset()
