"""The contract of a recovery: it finds out whether a write that failed was made all the same.

The loop around a call asks its recovery after each failure. Recoveries of single resources are in ``recoveries``.
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
"""Calls the generated ``asyncio_detailed`` of an operation with the client it is handed; called once per attempt."""


class Ask(Protocol):
    """Sends a reading request on behalf of a call that is under way; the same loop, not counted as a call of its own.

    Raises a FreshdeskError as `Gateway.call` does.
    """

    async def __call__[T](
        self, operation: Operation[T], send: Send, deadline: float, may_repeat: Callable[[], bool] = lambda: True
    ) -> Reply[T]:
        """Give the answer to one question before `deadline` (of anyio's clock).

        `may_repeat` is asked before each request after the first.
        """


class Allowance:
    """The credits of the rate limit that one call may still spend on questions."""

    def __init__(self, credits_: int) -> None:
        self._left = credits_

    def take(self, credits_: int) -> bool:
        """Spend some, if so many are left."""
        if self._left < credits_:
            return False
        self._left -= credits_
        return True

    def give_back(self, credits_: int) -> None:
        """Take back what was spent."""
        self._left += credits_


class Finding(Enum):
    """What is known of a change whose success was not found."""

    ABSENT = auto()
    """It was looked for long enough by a key that would see it, and is not there."""
    PERHAPS = auto()
    """Something is there that may be it."""
    NOT_KNOWN = auto()
    """It could not be looked for well enough."""
    NOT_DONE = auto()
    """It was seen not to have been made."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A change that was not found. `told` is a sentence for the caller, `candidates` are ids that may be it."""

    finding: Finding
    told: str = ""
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Found[T]:
    """A change that was made; `value` is what its answer would have said."""

    value: T


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that failed, as a recovery sees it.

    Attributes:
        error: How it ended.
        headers: Those of its answer, if there was one.
        sent_at: When it was sent, of anyio's clock.
        may_resend: Whether the request would be sent again if the change is absent.
        is_in_doubt: Whether an earlier request of the call may have made the change.
    """

    error: FreshdeskError
    headers: Mapping[str, str]
    sent_at: float
    may_resend: bool
    is_in_doubt: bool


class Recovery[T]:
    """Looks for the change of one call. This one does not look; a subclass does, and may remember."""

    async def find(self, failure: Failure, deadline: float) -> Found[T] | Missing | None:
        """Find the change after `failure`, before `deadline`; None if `failure` says all there is to know."""
        del failure, deadline
        return None

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[Reply[T] | None]:
        """Wait for the turn of the call among equal ones, until it has ended; a reply stands for the call.

        Raises:
            FreshdeskError: The turn did not come until `deadline`; nothing was sent.
        """
        del deadline
        yield None

    def note_made(self, reply: Reply[T]) -> None:
        """Take in the success of the call."""

    def note_unsure(self) -> None:
        """Take in that the call ended without its caller knowing whether the change was made."""


class Memory(Protocol):
    """What the recoveries of one resource remember of an account; one for each gateway."""

    def note(self, operation: AnyOperation, reply: Reply[Any]) -> None:
        """Take in a reply to any call, or to a question."""


@dataclass(frozen=True, slots=True)
class Means:
    """The means that a gateway gives to recoveries.

    Attributes:
        ask: Asks Freshdesk a question on behalf of a call.
        can_afford: True if enough of the rate limit is left for questions.
        observer: Is told of what was found.
        memories: The memory of each class, for `memory`.
    """

    ask: Ask
    can_afford: Callable[[], bool]
    observer: Observer
    memories: dict[type[Any], Memory] = field(default_factory=dict)

    def memory[M](self, kind: type[M]) -> M:
        """The memory of that class, which is there from the first reply on."""
        memory = self.memories[kind]
        if not isinstance(memory, kind):
            raise TypeError(f"The memory of {kind.__name__} is another one.")
        return memory


type Begin[T] = Callable[[Means], Recovery[T]]
"""Begins the recovery of one call, with the means of its gateway."""
