"""The contract of an operation: what a repetition would do, how its answer is read, and the sentences for its caller.

The operations themselves are in ``operations``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Literal

from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import NO_GUIDANCE, Guidance


class Effect(Enum):
    """What happens if the same request reaches Freshdesk twice."""

    READ = auto()
    """Nothing."""
    IDEMPOTENT_WRITE = auto()
    """The second changes nothing more."""
    WRITE = auto()
    """The second makes another thing: Freshdesk has no idempotency key."""


class LimitedKind(Enum):
    """The kinds of request that Freshdesk limits by themselves, beside the account as a whole.

    https://developers.freshdesk.com/api/#ratelimit names the first four.
    """

    TICKET_CREATE = auto()
    TICKET_UPDATE = auto()
    TICKET_LIST = auto()
    CONTACT_LIST = auto()
    OTHER = auto()


type Read[T] = Callable[[Response[Any], int | None], T | None]
"""Gives the value of a parsed 2xx answer, or None if the answer is not what the specification promises.

It must look: the generated parser hands a value of another type through, and a cache or a proxy may mix requests up. So
it also gets the number of the resource in the URL of the request, or None.
"""


@dataclass(frozen=True, slots=True)
class Operation[T]:
    """One operation of the specification, whose answers have a value of type T.

    Attributes:
        name: Its operationId.
        effect: What a second equal request would do.
        read: The reader of its answers; `read_nothing` for one whose success is a 204 without a body.
        kind: The rate limit that it counts for.
        guidance: Its sentences for a caller whose call failed. A write has them.
    """

    name: str
    effect: Effect
    read: Read[T]
    kind: LimitedKind = LimitedKind.OTHER
    guidance: Guidance = NO_GUIDANCE

    def __post_init__(self) -> None:
        """Refuse a write that leaves its caller without advice."""
        if self.effect is not Effect.READ and self.guidance is NO_GUIDANCE:
            raise ValueError(f"The operation {self.name} changes something, so it needs a guidance.")

    @property
    def has_no_content(self) -> bool:
        """True if its success is a 204 without a body."""
        return self.read is read_nothing


type AnyOperation = Operation[Any]


def read_nothing(response: Response[Any], _: int | None) -> Literal[True] | None:
    """Read the answer of an operation whose success has no content.

    A success with a page in it is from something that is not Freshdesk.
    """
    return None if response.content.strip() else True


def has_number(value: Any) -> bool:
    """True if the id of a model is a number, which the parser does not see to."""
    return type(value.id) is int
