"""The contract of a recovery: it finds out whether a write that failed was made all the same.

The loop around a call asks its recovery after each failure. Recoveries of single resources are in ``recoveries``.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

from freshdesk_client import Client
from freshdesk_client.models import ApiError
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import FreshdeskError
from freshdesk_mcp_server.gateway.operation import Operation
from freshdesk_mcp_server.gateway.reply import Reply

type Send[T] = Callable[[Client], Awaitable[Response[ApiError | T]]]
"""Calls the generated ``asyncio_detailed`` of an operation with the client it is handed; called once per attempt."""


class Ask(Protocol):
    """Sends a reading request on behalf of a call that is under way; the same loop, not counted as a call of its own.

    Raises a FreshdeskError as `Gateway.call` does.
    """

    async def __call__[T](
        self, operation: Operation, send: Send[T], deadline: float, may_repeat: Callable[[], bool] = lambda: True
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


class Recovery[T](Protocol):
    """Looks for the change of one call."""

    async def find(self, failure: Failure, deadline: float) -> Found[T] | Missing | None:
        """Find the change after `failure`, before `deadline`; None if `failure` says all there is to know."""


type AnyRecovery = Recovery[Any]
