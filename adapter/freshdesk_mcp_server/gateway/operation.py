"""The contract of an operation: the effect of a repetition, the reader of its answer, and its texts for a caller.

The operations themselves are not here, but in ``operations``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Literal

from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import HINT_REPEATABLE, NO_GUIDANCE, Guidance


class Effect(Enum):
    """The effect of the same request if it reaches Freshdesk twice."""

    READ = auto()
    """Neither request changes anything."""
    IDEMPOTENT_WRITE = auto()
    """The second request changes nothing more."""
    WRITE = auto()
    """The second request makes a second change: Freshdesk has no idempotency key."""


class LimitedKind(Enum):
    """The kinds of request with a rate limit of their own, beside the limit of the account.

    https://developers.freshdesk.com/api/#ratelimit names the first four.
    """

    TICKET_CREATE = auto()
    TICKET_UPDATE = auto()
    TICKET_LIST = auto()
    CONTACT_LIST = auto()
    OTHER = auto()


type Read[T] = Callable[[Response[Any], int | None], T | None]
"""Returns the value of a parsed 2xx answer, or None if the answer breaks the specification.

It must check the type, since the generated parser passes other types on. It must also check the number of the resource,
since a cache or a proxy may mix requests up. It gets the number in the URL of the request, or None.
"""


@dataclass(frozen=True, slots=True)
class Operation[T]:
    """An operation of the specification, whose answers have a value of type T.

    Attributes:
        name: Its operationId.
        effect: The effect of a second equal request.
        read: The reader of its answers; `read_nothing` if its success is a 204 without a body.
        kind: The rate limit that it counts for.
        guidance: Its sentences for a caller whose call failed. A write must have them.
        sends: True if it sends the words of its caller to people. It is never sent again while its result is unknown.
    """

    name: str
    effect: Effect
    read: Read[T]
    kind: LimitedKind = LimitedKind.OTHER
    guidance: Guidance = NO_GUIDANCE
    sends: bool = False

    def __post_init__(self) -> None:
        """Raise a ValueError for a write without guidance, or with guidance that calls its repetition safe."""
        if self.effect is not Effect.READ and self.guidance is NO_GUIDANCE:
            raise ValueError(f"The operation {self.name} changes something, so it needs a guidance.")
        if self.effect is Effect.WRITE and HINT_REPEATABLE in (self.guidance.check, self.guidance.candidates):
            raise ValueError(f"A second {self.name} is another one, so its guidance needs check and candidates.")

    @property
    def has_no_content(self) -> bool:
        """True if its success is a 204 without a body."""
        return self.read is read_nothing


type AnyOperation = Operation[Any]


def read_nothing(response: Response[Any], _: int | None) -> Literal[True] | None:
    """Read the answer of an operation whose success has no content.

    Returns None if the answer has a body: such a success does not come from Freshdesk.
    """
    return None if response.content.strip() else True


def has_number(value: Any) -> bool:
    """Return True if the id of a model is a number; the generated parser does not check that."""
    return type(value.id) is int
