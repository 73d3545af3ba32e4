"""Events as frozen values for observers; logging is one of them (``telemetry.log``).

No event holds an argument, a subject, an address, a body or a secret. So no log can leak one from an event.
"""

from collections.abc import Callable
from dataclasses import dataclass

CANCELLED = "cancelled"
"""The code of an attempt or a call that ended because nobody waits for it, or because this server ends."""


@dataclass(frozen=True, slots=True)
class AttemptFinished:
    """A request to Freshdesk ended, well (`code` None) or not (`code` an `ErrorCode`, or `CANCELLED`).

    `operation` is the operationId of the specification, and `attempt` counts from 1. `status` and
    `freshdesk_request_id` are Freshdesk's, None without an answer. `rate_limit_remaining` is the rest of the account's
    limit for the minute. `reason` is an `Unreachable` if no connection was made.
    """

    operation: str
    attempt: int
    duration_s: float
    status: int | None = None
    freshdesk_request_id: str | None = None
    code: str | None = None
    rate_limit_remaining: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """A call will be sent again in `wait_s` seconds, after `attempt` requests."""

    operation: str
    attempt: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class CooldownBegan:
    """A 429 makes all calls of the account wait for `wait_s` seconds."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class CreateReconciled:
    """The search for an unanswered create ended: found, absent, perhaps (a new ticket may be it) or not_known."""

    finding: str


@dataclass(frozen=True, slots=True)
class ToolCallFinished:
    """A tool call ended, well (`code` None) or not; `tool` is one of our own names, never the caller's text.

    `attempts` counts the requests sent to Freshdesk for it, and `freshdesk_request_id` is Freshdesk's for the last one.
    `client` is the name that the client's software gives itself, and `caller` the stable name of its token.
    """

    tool: str
    duration_s: float
    code: str | None = None
    attempts: int = 0
    freshdesk_request_id: str | None = None
    client: str | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True)
class TicketRead:
    """A person had a ticket read, as a resource or for the prompt that `way` names; the rest is as for a tool call."""

    way: str
    duration_s: float
    code: str | None = None
    attempts: int = 0
    freshdesk_request_id: str | None = None
    client: str | None = None
    caller: str | None = None


Event = AttemptFinished | RetryScheduled | CooldownBegan | CreateReconciled | ToolCallFinished | TicketRead
Observer = Callable[[Event], None]
"""Takes each event as it happens; must be quick and must not raise."""


def fan_out(*observers: Observer) -> Observer:
    """Return one observer that tells all of `observers`, in their order."""

    def tell(event: Event) -> None:
        for observer in observers:
            observer(event)

    return tell
