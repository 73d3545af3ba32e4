"""The pause that one 429 makes for a whole account, shared by all of its calls.

https://developers.freshdesk.com/api/#ratelimit: the limit counts for the account, refused requests included, so a call
that goes on meanwhile only makes it worse. What the headers say is in ``ratelimit``; a call is never delayed because
quota is merely low.
"""

import random

import anyio

DEFAULT_S = 1.0
"""For a 429 that does not say how long."""
LONGEST_S = 3600.0
"""What a broken Retry-After can do at most to the other calls."""
SPREAD_S = 0.25
"""Over how many seconds the waiting calls start again: all at once would meet the next 429."""


class Cooldown:
    """Closed for a time after a 429, otherwise open. Times are of anyio's clock, in seconds."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self, retry_after_s: float | None) -> None:
        """Pause for `retry_after_s`, or for longer if that is already so."""
        pause_s = DEFAULT_S if retry_after_s is None else min(retry_after_s, LONGEST_S)
        self._until = max(self._until, anyio.current_time() + pause_s)

    @property
    def remaining_s(self) -> float:
        """Seconds until calls may go on; 0 if they may now."""
        return max(0.0, self._until - anyio.current_time())

    async def wait(self, deadline: float) -> bool:
        """Wait until it is over, a little apart from the other calls.

        False, and no wait at all, if it is not over before `deadline`.
        """
        while self.remaining_s > 0:
            if self._until + SPREAD_S >= deadline:
                return False
            await anyio.sleep(self.remaining_s + random.uniform(0, SPREAD_S))  # noqa: S311  # spreads, does not hide
        return True
