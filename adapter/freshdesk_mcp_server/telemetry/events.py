"""What happened, as frozen values handed to observers; logging is one of them (``telemetry.log``).

No event holds an argument, a subject, an address, a body or a secret: what is not in an event cannot leak from a log.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttemptFinished:
    """One request to Freshdesk ended, well (`code` None) or not (`code` an `ErrorCode`).

    `operation` is the operationId of the specification, `attempt` counts from 1, `status` and `request_id` are
    Freshdesk's (None without an answer), `retry_in_s` is the wait before the next attempt (None if there is none).
    """

    operation: str
    attempt: int
    duration_s: float
    status: int | None = None
    request_id: str | None = None
    code: str | None = None
    retry_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class ToolCallFinished:
    """One tool call ended, well (`code` None) or not; `tool` is one of our own names, never the caller's text."""

    tool: str
    duration_s: float
    code: str | None = None


Event = AttemptFinished | ToolCallFinished
Observer = Callable[[Event], None]
"""Takes each event as it happens; must be quick and must not raise."""
