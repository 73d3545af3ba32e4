"""The contract of a recovery, which looks for the change of a write whose answer was lost.

The loop in ``gateway`` calls the recovery after each failure. Recoveries of single resources are not here, but in
``recoveries``.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Protocol

from freshdesk_client import Client
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import FreshdeskError
from freshdesk_mcp_server.gateway.operation import AnyOperation, Operation
from freshdesk_mcp_server.gateway.reply import Reply
from freshdesk_mcp_server.telemetry.events import Observer

type Send = Callable[[Client], Awaitable[Response[Any]]]
"""Calls the generated ``asyncio_detailed`` of an operation with the given client; called once for each attempt."""


class Ask(Protocol):
    """Sends a reading request on behalf of a call under way; the request does not count as a call."""

    async def __call__[T](
        self, operation: Operation[T], send: Send, deadline: float, may_repeat: Callable[[], bool] = lambda: True
    ) -> Reply[T]:
        """Return the answer to one question before `deadline` (of anyio's clock).

        `may_repeat` is called before each request after the first, and may forbid it.

        Raises:
            FreshdeskError: The question failed, as with `Gateway.call`.
        """


class Allowance:
    """The credits of the rate limit that one call may spend on questions."""

    def __init__(self, credits_: int) -> None:
        self._left = credits_

    def take(self, credits_: int) -> bool:
        """Spend `credits_` and return True, or return False if fewer are left."""
        if self._left < credits_:
            return False
        self._left -= credits_
        return True

    def give_back(self, credits_: int) -> None:
        """Return spent credits to the allowance."""
        self._left += credits_


class Finding(Enum):
    """The result of a look that did not find the change."""

    ABSENT = auto()
    """The change is absent: the look took long enough, and the key would see it."""
    PERHAPS = auto()
    """A candidate exists that may be the change."""
    NOT_KNOWN = auto()
    """The look was not complete."""
    NOT_DONE = auto()
    """The resource shows that the change was not made."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A change that was not found. `told` is a sentence for the caller; `candidates` are ids that may be the change."""

    finding: Finding
    told: str = ""
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Found[T]:
    """A change that was made; `value` stands for the value of the lost answer."""

    value: T


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that failed, as a recovery sees it.

    Attributes:
        error: The error of the request.
        headers: The headers of its answer; empty without one.
        sent_at: The time of sending, in anyio's clock.
        may_resend: True if the request will be sent again should the change be absent.
        is_in_doubt: True if an earlier request of the call may have made the change.
    """

    error: FreshdeskError
    headers: Mapping[str, str]
    sent_at: float
    may_resend: bool
    is_in_doubt: bool


class Recovery[T]:
    """Looks for the change of one call. This class finds nothing; subclasses look, and may remember."""

    async def find(self, failure: Failure, deadline: float) -> Found[T] | Missing | None:
        """Look for the change after `failure`, until `deadline`; return None if `failure` leaves nothing open."""
        del failure, deadline
        return None

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[Reply[T] | None]:
        """Wait for the turn of the call among equal calls, and hold it as long as the block lasts.

        Yields None, or a reply that replaces the call.

        Raises:
            FreshdeskError: The turn did not come before `deadline`; nothing was sent.
        """
        del deadline
        yield None

    def note_made(self, reply: Reply[T]) -> None:
        """Note the success of the call."""

    def note_unsure(self) -> None:
        """Note that the call ended with an unknown outcome."""


class Memory:
    """The state that the recoveries of one resource share in a gateway. This one forgets; a subclass may remember."""

    def __init__(self, means: "Means") -> None:
        """Begin without any record; `means` are those of the gateway."""

    def note(self, operation: AnyOperation, reply: Reply[Any]) -> None:
        """Take in a reply to a call, or to a question."""


@dataclass(frozen=True, slots=True)
class Means:
    """The means that a gateway gives to recoveries.

    Attributes:
        ask: Sends a question to Freshdesk on behalf of a call.
        can_afford: Returns True if enough of the rate limit is left for questions.
        observer: Receives the events of recoveries.
        memories: The memory of each class, for `memory`.
    """

    ask: Ask
    can_afford: Callable[[], bool]
    observer: Observer
    memories: dict[type[Any], Memory] = field(default_factory=dict)

    def memory[M: Memory](self, kind: type[M]) -> M:
        """Return the memory of that class, which is made when it is first asked for, if not with the gateway."""
        memory = self.memories.get(kind)
        if not isinstance(memory, kind):
            memory = self.memories[kind] = kind(self)
        return memory


type Begin[T] = Callable[[Means], Recovery[T]]
"""Begins the recovery of one call, with the means of its gateway."""
