"""The seal on the state of a question that is asked in one call and answered in the next.

The SDK binds a state to caller, tool, arguments and time, and would open it as often as it comes. Here a process opens
it once: an answer that deleted a ticket does not delete it again after somebody has restored it. Replicas share keys
and nothing else, so that each of them opens a state once.
"""

import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Sequence

from mcp.server.request_state import AESGCMRequestStateCodec, InvalidRequestState, RequestStateSecurity

CLOCKS_APART_S = 60.0
"""How far the clocks of replicas may be apart, as the SDK has it."""


class OpenedOnce(AESGCMRequestStateCodec):
    """Seals with the first of `keys`, and opens what was sealed with any of them, each state once.

    What was opened is remembered for `keep_s` seconds, as a digest.
    """

    def __init__(self, keys: Sequence[bytes], *, keep_s: float) -> None:
        super().__init__(keys)
        self._keep_s = keep_s
        self._opened: OrderedDict[bytes, float] = OrderedDict()

    def __len__(self) -> int:
        """How many states are remembered."""
        return len(self._opened)

    def unseal(self, token: str) -> bytes:
        """Open a state.

        Raises:
            InvalidRequestState: It was opened before, or is none that was sealed with one of the keys.
        """
        payload = super().unseal(token)
        now, digest = time.monotonic(), hashlib.sha256(token.encode()).digest()
        while self._opened and next(iter(self._opened.values())) + self._keep_s <= now:
            self._opened.popitem(last=False)
        if digest in self._opened:
            raise InvalidRequestState("opened before")
        self._opened[digest] = now
        return payload


def sealed_for(seconds: float, keys: Sequence[bytes]) -> RequestStateSecurity:
    """States that count for so many seconds and once, sealed with `keys`, or with a key that only this process has."""
    codec = OpenedOnce(keys or [os.urandom(32)], keep_s=seconds + CLOCKS_APART_S)
    return RequestStateSecurity(codec=codec, ttl=seconds)
