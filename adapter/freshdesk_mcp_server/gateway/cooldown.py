"""The pauses that a 429 makes, shared by all calls of an account.

https://developers.freshdesk.com/api/#ratelimit: the limit counts for the account, refused requests included, so a
request that goes on meanwhile only makes it worse. Beside it stand limits of single kinds of request: a 429 with quota
left is of the kind alone. What the headers say is in ``ratelimit``; quota that is merely low delays nothing.
"""

import math
import random

import anyio

from freshdesk_mcp_server.errors import RateLimit
from freshdesk_mcp_server.gateway.gate import Gate
from freshdesk_mcp_server.gateway.operation import LimitedKind
from freshdesk_mcp_server.gateway.retry import backoff_s

DEFAULT_S = 1.0
"""For a 429 that does not say how long."""
LONGEST_S = 120.0
"""A Retry-After counts up to here; then one request probes. Freshdesk's window is a minute."""


class Pause(Gate):
    """A gate that a 429 closes, and until when by Freshdesk's own word."""

    def __init__(self) -> None:
        super().__init__()
        self._told_until = -math.inf
        self._in_a_row = 0

    @property
    def told_s(self) -> float:
        """Seconds that are left of the longest Retry-After, however long it is."""
        return max(0.0, self._told_until - anyio.current_time())

    def begin(self, retry_after_s: float | None) -> None:
        """Close for `retry_after_s`, within reason: at least for the usual backoff, which grows with pauses in vain.

        What Freshdesk said last is told; of the 429s before a pause ends, the longest.
        """
        told_s = DEFAULT_S if retry_after_s is None else retry_after_s
        if self.remaining_s == 0:
            self._told_until = -math.inf
            self._in_a_row += 1
        self._told_until = max(self._told_until, anyio.current_time() + told_s)
        least_s = backoff_s(self._in_a_row, random.random())  # noqa: S311  # spreads callers in time; nothing secret
        self.close(min(max(told_s, least_s), LONGEST_S), wants_probe=told_s > LONGEST_S or self._in_a_row > 1)

    def end_if_probed(self) -> None:
        """Take in an answer other than a 429: if the time is over, it is the probe that was waited for."""
        if self.remaining_s > 0:
            return
        self._in_a_row = 0
        if not self.is_open:
            self._told_until = -math.inf
            self.open()


class Cooldown:
    """One pause for the account, and one for each kind of request with a limit of its own."""

    def __init__(self) -> None:
        self._account = Pause()
        self._kinds = {kind: Pause() for kind in LimitedKind}

    def pauses_of(self, kind: LimitedKind) -> tuple[Pause, Pause]:
        """The pauses that a request of `kind` waits for."""
        return self._account, self._kinds[kind]

    def begin(self, kind: LimitedKind, retry_after_s: float | None, limit: RateLimit | None) -> None:
        """Take in a 429 to a request of `kind`, with what its headers say of the account's `limit`."""
        pause = self._kinds[kind] if limit is not None and limit.remaining >= 1 else self._account
        pause.begin(retry_after_s)
