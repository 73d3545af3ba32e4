"""Results of writes that did not reach their caller, kept for an equal call.

A host whose connection breaks during a call repeats the call, and would make a second ticket. Digests of caller and
arguments are kept with the result, for a minute, and for one call only.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

import anyio
from mcp.server.auth.middleware.auth_context import get_access_token

from freshdesk_mcp_server.errors import FreshdeskError
from freshdesk_mcp_server.gateway import Reply

KEPT_S = 60.0
MOST_KEPT = 1_000

type Ending = Reply[Any] | FreshdeskError
type Take[T] = Callable[[], Reply[T] | None]


@dataclass(slots=True)
class Delivery:
    """The delivery of one answer to its client; `is_open` tells whether the client still waits for it."""

    is_open: Callable[[], bool]
    _on_loss: list[Callable[[], None]] = field(default_factory=list)

    def keep_if_lost(self, keep: Callable[[], None]) -> None:
        """Register `keep`, which is called if the answer does not reach the client."""
        self._on_loss.append(keep)

    def end(self) -> None:
        """Note that the last byte has been sent, if the client is still there."""
        if not self.is_open():
            for keep in self._on_loss:
                keep()


_delivery: ContextVar[Delivery | None] = ContextVar("delivery", default=None)


@contextmanager
def delivered_by(delivery: Delivery) -> Iterator[None]:
    """Deliver the answer to the request under way by `delivery`; at the end of the block it has been sent."""
    token = _delivery.set(delivery)
    try:
        yield
    finally:
        _delivery.reset(token)
        delivery.end()


class Undelivered:
    """The results of one process that nobody received."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Ending]] = OrderedDict()

    async def once[T](
        self, operation: str, arguments: Mapping[str, Any], call: Callable[[Take[T]], Awaitable[Reply[T]]]
    ) -> Reply[T]:
        """Make `call`, or return the undelivered result of an equal call by the same caller.

        `call` gets a function that takes the kept result. It asks when no equal call is under way any more, and makes
        nothing if there is a result.

        Raises:
            FreshdeskError: As `call`; also that of an equal call, if it may have made the change.
        """
        key = _key_of(operation, arguments)
        ending = await _ending_of(lambda: call(lambda: self._take(key)))
        # Without an await before it: an equal call that waits for its turn would go on first.
        if anyio.current_effective_deadline() == float("-inf"):
            self._keep(key, ending)
            await anyio.lowlevel.checkpoint_if_cancelled()
        self._watch(key, ending)
        if isinstance(ending, FreshdeskError):
            raise ending
        return ending

    def _watch(self, key: str, ending: Ending) -> None:
        """Keep `ending` if its client has left, now or before it has been sent."""
        delivery = _delivery.get()
        if delivery is None:
            return
        if delivery.is_open():
            delivery.keep_if_lost(lambda: self._keep(key, ending))
        else:
            self._keep(key, ending)

    def _keep(self, key: str, ending: Ending) -> None:
        if isinstance(ending, FreshdeskError) and not ending.is_unsure:
            return  # the error itself advises another call
        self._kept[key] = (anyio.current_time(), ending)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _take(self, key: str) -> Reply[Any] | None:
        """Take out the ending that is kept for `key`; raise it if it is an error."""
        kept_at, ending = self._kept.pop(key, (float("-inf"), None))
        if ending is None or anyio.current_time() - kept_at > KEPT_S:
            return None
        if isinstance(ending, FreshdeskError):
            raise ending
        return replace(ending, recovered=True)


async def _ending_of(call: Callable[[], Awaitable[Ending]]) -> Ending:
    try:
        return await call()
    except FreshdeskError as error:
        return error


def _key_of(operation: str, arguments: Mapping[str, Any]) -> str:
    """Return a digest of the call and its caller: a token's name and subject, with the account; none over stdio."""
    token = get_access_token()
    caller = (token.client_id, token.subject) if token else None
    text = json.dumps([operation, caller, arguments], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
