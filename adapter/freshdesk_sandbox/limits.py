"""The account's rate limit: so many credits a minute, shared by every caller.

Here: the counting. Not here: what an operation costs (operations.py).
Source: https://developers.freshdesk.com/api/#ratelimit
"""

import math
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(minutes=1)


class RateLimit:
    """A fixed window of one minute that opens with the first request after the last window ended.

    How Freshdesk cuts its minutes is not documented; a window that opens with a request makes the first Retry-After
    of a quiet account foreseeable.
    """

    def __init__(self, per_minute: int) -> None:
        if per_minute < 1:
            raise ValueError(f"the rate limit must be at least 1 request a minute, not {per_minute}")
        self.per_minute = per_minute
        self._opened: datetime | None = None
        self._used = 0

    def spend(self, cost: int, now: datetime) -> bool:
        """Take `cost` credits from the window of `now`; False when it does not hold that many, and nothing is taken."""
        if self._opened is None or now >= self._opened + WINDOW:
            self._opened, self._used = now, 0
        if self._used + cost > self.per_minute:
            return False
        self._used += cost
        return True

    def retry_after_s(self, now: datetime) -> int:
        """Return the whole seconds until the window ends, at least 1."""
        opened = self._opened or now
        return max(1, math.ceil((opened + WINDOW - now).total_seconds()))

    def headers(self, cost: int) -> dict[str, str]:
        """Return the three headers after a request of `cost` credits; two are decimals, as Freshdesk sends them."""
        return {
            "x-ratelimit-total": f"{self.per_minute}.0",
            "x-ratelimit-remaining": f"{self.per_minute - self._used}.0",
            "x-ratelimit-used-currentrequest": str(cost),
        }

    def reset(self) -> None:
        """Forget what was used."""
        self._opened, self._used = None, 0
