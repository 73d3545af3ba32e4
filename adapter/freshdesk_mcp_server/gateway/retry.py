"""When a failed call may be sent again, and after how long. Pure: no clock, no dice, no network.

The rule, from what repeating could do (docs/decisions/0004-repeating-a-call.md):

==================  =======================  ==================================  ==========================
effect              429, could not connect   5xx, answer lost                    unreadable 2xx
==================  =======================  ==================================  ==========================
read, update,       repeat                   repeat                              report
delete
create              repeat                   look; 5xx and absent: repeat once;  look; found: done; absent:
                                             else report as unknown              unknown; else applied
==================  =======================  ==================================  ==========================
"""

from dataclasses import dataclass

from freshdesk_mcp_server.errors import FreshdeskError, Outcome, ServerFailureError
from freshdesk_mcp_server.gateway.recovery import Finding, Missing

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 8.0
MOST_UNSURE_ATTEMPTS = 2
"""How often a write is sent at most that makes another change each time, when no answer tells what became of it."""


@dataclass(slots=True)
class History:
    """What the attempts of one call so far leave known.

    Attributes:
        attempts: Requests sent.
        unsure_attempts: Those that may have made the change.
        may_resend: Whether the change was looked for after the last of them, and may be asked for again.
        last_error: How the last attempt ended.
        patient_until: When the call no longer waits for the end of an outage, of anyio's clock; None before one.
    """

    attempts: int = 0
    unsure_attempts: int = 0
    may_resend: bool = False
    last_error: FreshdeskError | None = None
    patient_until: float | None = None

    def allows_resend(self, error: FreshdeskError) -> bool:
        """Whether a change that `error` leaves open may be asked for again once it is known to be absent.

        After a 5xx Freshdesk is done with the request; after a lost answer it may still be at work.
        """
        return isinstance(error, ServerFailureError) and self.unsure_attempts < MOST_UNSURE_ATTEMPTS - 1

    def final(self, error: FreshdeskError) -> FreshdeskError:
        """`error`, which ends the call before a further request, as the error of the call as a whole."""
        error.attempts = self.attempts
        if self.unsure_attempts and error is not self.last_error:
            error.leave_open()
        return error

    def note(self, error: FreshdeskError, missing: Missing | None) -> None:
        """Take in how the last attempt ended, and make the outcome of `error` that of the call as a whole."""
        self.last_error = error
        finding = missing.finding if missing else None
        if error.is_unsure:
            self.may_resend = finding is Finding.ABSENT and self.allows_resend(error)
            self.unsure_attempts += 1
            if finding is Finding.ABSENT:
                error.outcome = Outcome.UNKNOWN  # a 2xx that is not Freshdesk's made nothing, it seems
        elif self.unsure_attempts and finding is not Finding.NOT_DONE:
            error.leave_open()
        if missing:
            error.add_finding(missing.told, missing.candidates)


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """Whether to send again and, if so, after how many seconds."""

    repeat: bool
    wait_s: float = 0.0


REPORT = RetryDecision(repeat=False)


def decide(
    error: FreshdeskError, history: History, *, max_attempts: int, time_left_s: float, jitter: float
) -> RetryDecision:
    """Say if, and when, the call that ended in `error` may be sent again.

    The wait is exponential, half fixed and half jitter, or Freshdesk's Retry-After if that is longer, plus a little so
    that callers do not return in the same instant. A wait that does not fit into `time_left_s` is not begun.

    Args:
        error: How the last attempt ended.
        history: What is known of all attempts, the last one noted.
        max_attempts: How many requests may be sent in all.
        time_left_s: Seconds until the deadline of the whole call.
        jitter: A number from 0 to 1, drawn anew for each decision.
    """
    may_repeat = error.retryable or (error.transient and history.may_resend)
    if history.attempts >= max_attempts or not may_repeat:
        return REPORT
    wait_s = _wait_s(error.retry_after_s, history.attempts, jitter)
    return RetryDecision(repeat=True, wait_s=wait_s) if wait_s < time_left_s else REPORT


def backoff_s(attempts: int, jitter: float) -> float:
    """Seconds to wait after `attempts` failures in a row: doubling, half of it fixed and half by `jitter`."""
    # Bounded before it is raised, so that no number of attempts overflows.
    longest_s = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(max(attempts - 1, 0), 8))
    return longest_s * (1 + jitter) / 2


def _wait_s(retry_after_s: float | None, attempts: int, jitter: float) -> float:
    return max(backoff_s(attempts, jitter), (retry_after_s or 0.0) + jitter * FIRST_BACKOFF_S)
