"""The pauses after a 429, shared by all calls of an account.

https://developers.freshdesk.com/api/#ratelimit: the limit counts for the account, refused requests included, so
further requests prolong it. Some kinds of request have a limit of their own: a 429 with quota left concerns that kind
alone. Low quota delays nothing. Headers are parsed in ``ratelimit``, not here.
"""

import math
import random

import anyio

from freshdesk_mcp_server.errors import RateLimit
from freshdesk_mcp_server.gateway.gate import Gate
from freshdesk_mcp_server.gateway.operation import LimitedKind
from freshdesk_mcp_server.gateway.retry import backoff_s

DEFAULT_S = 1.0
"""Seconds of the pause after a 429 without a Retry-After."""
LONGEST_S = 120.0
"""Seconds of a pause at most; one request probes after a longer Retry-After. Freshdesk's window is a minute."""


class Pause(Gate):
    """A gate that a 429 closes, and the time that Freshdesk gave for its end."""

    def __init__(self) -> None:
        super().__init__()
        self._told_until = -math.inf
        self._in_a_row = 0

    @property
    def told_s(self) -> float:
        """Seconds left of the longest Retry-After, even beyond `LONGEST_S`."""
        return max(0.0, self._told_until - anyio.current_time())

    def begin(self, retry_after_s: float | None) -> None:
        """Close for `retry_after_s`, but at most for `LONGEST_S`, and at least for the backoff.

        The backoff grows with each pause that a 429 follows. `told_s` is the longest Retry-After since the last pause
        ended.
        """
        told_s = DEFAULT_S if retry_after_s is None else retry_after_s
        if self.remaining_s == 0:
            self._told_until = -math.inf
            self._in_a_row += 1
        self._told_until = max(self._told_until, anyio.current_time() + told_s)
        least_s = backoff_s(self._in_a_row, random.random())  # noqa: S311  # spreads callers in time; nothing secret
        self.close(min(max(told_s, least_s), LONGEST_S), wants_probe=told_s > LONGEST_S or self._in_a_row > 1)

    def end_if_probed(self) -> None:
        """Note an answer other than a 429; one after the end of the pause opens the gate."""
        if self.remaining_s > 0:
            return
        self._in_a_row = 0
        if not self.is_open:
            self._told_until = -math.inf
            self.open()


class Cooldown:
    """The pause for the account, and one for each kind of request with a limit of its own."""

    def __init__(self) -> None:
        self._account = Pause()
        self._kinds = {kind: Pause() for kind in LimitedKind}

    def pauses_of(self, kind: LimitedKind) -> tuple[Pause, Pause]:
        """Return the pauses that a request of `kind` waits for."""
        return self._account, self._kinds[kind]

    def begin(self, kind: LimitedKind, retry_after_s: float | None, limit: RateLimit | None) -> None:
        """Begin the pause after a 429 to a request of `kind`; `limit` is the account's, from its headers."""
        pause = self._kinds[kind] if limit is not None and limit.remaining >= 1 else self._account
        pause.begin(retry_after_s)
