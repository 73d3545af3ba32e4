"""What happened, as frozen values handed to observers; logging is one of them (``telemetry.log``).

No event holds an argument, a subject, an address, a body or a secret: what is not in an event cannot leak from a log.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttemptFinished:
    """One request to Freshdesk ended, well (`code` None) or not (`code` an `ErrorCode`).

    `operation` is the operationId of the specification, `attempt` counts from 1, `status` and `request_id` are
    Freshdesk's (None without an answer), `rate_limit_remaining` what is left of the account's minute.
    """

    operation: str
    attempt: int
    duration_s: float
    status: int | None = None
    request_id: str | None = None
    code: str | None = None
    rate_limit_remaining: float | None = None


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
    """An unanswered create was looked for: found, absent, no_requester (so nothing was made) or not_known."""

    finding: str


@dataclass(frozen=True, slots=True)
class ToolCallFinished:
    """One tool call ended, well (`code` None) or not; `tool` is one of our own names, never the caller's text."""

    tool: str
    duration_s: float
    code: str | None = None


Event = AttemptFinished | RetryScheduled | CooldownBegan | CreateReconciled | ToolCallFinished
Observer = Callable[[Event], None]
"""Takes each event as it happens; must be quick and must not raise."""


def fan_out(*observers: Observer) -> Observer:
    """One observer that tells all of `observers`, in their order."""

    def tell(event: Event) -> None:
        for observer in observers:
            observer(event)

    return tell
