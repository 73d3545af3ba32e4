"""The seal on the state of a question that is asked in one call and answered in the next.

The SDK binds a state to caller, tool, arguments and time, and opens it any number of times. Here an answer is used
once. So an answer that deleted a ticket does not delete it again after somebody has restored it. Replicas share keys
and nothing else, so an answer may be used once in each of them.
"""

import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextvars import ContextVar

from mcp.server.request_state import AESGCMRequestStateCodec, RequestStateSecurity

CLOCKS_APART_S = 60.0
"""Seconds that the clocks of replicas may differ, as the SDK has it."""


class UsedStates:
    """Digests of the states whose answers were used, each for `keep_s` seconds."""

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        self._used_at: OrderedDict[bytes, float] = OrderedDict()

    def __len__(self) -> int:
        """Return the number of remembered digests."""
        return len(self._used_at)

    def use(self, digest: bytes) -> bool:
        """Use a digest; return True if this is its first use."""
        now = time.monotonic()
        while self._used_at and next(iter(self._used_at.values())) + self._keep_s <= now:
            self._used_at.popitem(last=False)
        if digest in self._used_at:
            return False
        self._used_at[digest] = now
        return True


_opened: ContextVar[tuple[UsedStates, bytes]] = ContextVar("opened")


class _Codec(AESGCMRequestStateCodec):
    """Seals as the SDK does, and notes which state the request under way has brought."""

    def __init__(self, keys: Sequence[bytes], keep_s: float) -> None:
        super().__init__(keys)
        self._used = UsedStates(keep_s)

    def unseal(self, token: str) -> bytes:
        payload = super().unseal(token)
        # Not used yet: the SDK has still to check that it belongs to this caller and this call.
        _opened.set((self._used, hashlib.sha256(token.encode()).digest()))
        return payload


def sealed_for(seconds: float, keys: Sequence[bytes]) -> RequestStateSecurity:
    """Seal states that count for `seconds` with the first of `keys`, or with a key of this process alone."""
    codec = _Codec(keys or [os.urandom(32)], seconds + CLOCKS_APART_S)
    return RequestStateSecurity(codec=codec, ttl=seconds)


def use_answer() -> bool:
    """Use the answer in the request under way, which brought the state of its question; return True the first time."""
    used, digest = _opened.get()
    return used.use(digest)
