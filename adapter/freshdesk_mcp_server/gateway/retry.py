"""The decision to repeat a failed call, and the wait before that. No I/O, no clock, no randomness.

The rule follows from the effect of a repetition (docs/decisions/0004-repeating-a-call.md):

==================  =======================  ==================================  ==========================
effect              429, could not connect   5xx, answer lost                    unreadable 2xx
==================  =======================  ==================================  ==========================
read, update,       repeat                   repeat                              report
delete
create              repeat                   look; 5xx and absent: repeat once;  look; found: done; absent:
                                             else report as unknown              unknown; else applied
write to people     repeat                   look; absent: report as unknown     as create
==================  =======================  ==================================  ==========================
"""

from dataclasses import dataclass

from freshdesk_mcp_server.errors import FreshdeskError, Outcome, ServerFailureError
from freshdesk_mcp_server.gateway.recovery import Finding, Missing

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 8.0
MOST_UNSURE_ATTEMPTS = 2
"""Requests, at most, of a write that is not idempotent, while their results are unknown."""


@dataclass(slots=True)
class History:
    """The results of the attempts of one call so far.

    Attributes:
        attempts: The number of requests sent.
        unsure_attempts: The number of requests that may have made the change.
        may_resend: True if the change was absent after the last unsure attempt, and may be sent again.
        last_error: The error of the last attempt.
        is_sent_once: True if the change writes to people, and is not sent again while its result is unknown.
        patient_until: The end of the wait for the end of an outage, in anyio's clock; None before an outage.
    """

    attempts: int = 0
    unsure_attempts: int = 0
    may_resend: bool = False
    last_error: FreshdeskError | None = None
    is_sent_once: bool = False
    patient_until: float | None = None

    def allows_resend(self, error: FreshdeskError) -> bool:
        """Return True if a change that is absent after `error` may be sent again.

        After a 5xx Freshdesk has finished the request; after a lost answer it may still process it.
        """
        is_first = self.unsure_attempts < MOST_UNSURE_ATTEMPTS - 1
        return isinstance(error, ServerFailureError) and is_first and not self.is_sent_once

    def final(self, error: FreshdeskError) -> FreshdeskError:
        """Return `error`, which ends the call before a further request, as the error of the whole call."""
        error.attempts = self.attempts
        if self.unsure_attempts and error is not self.last_error:
            error.leave_open()
        return error

    def note(self, error: FreshdeskError, missing: Missing | None) -> None:
        """Note the error of the last attempt, and set the outcome of `error` to that of the whole call."""
        self.last_error = error
        finding = missing.finding if missing else None
        if error.is_unsure:
            self.may_resend = finding is Finding.ABSENT and self.allows_resend(error)
            self.unsure_attempts += 1
            if finding is Finding.ABSENT:
                error.outcome = Outcome.UNKNOWN  # a 2xx that is not Freshdesk's proves no change
        elif self.unsure_attempts and finding is not Finding.NOT_DONE:
            error.leave_open()
        if missing:
            error.add_finding(missing.told, missing.candidates)


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """The decision to repeat a call or not, and the seconds to wait before."""

    repeat: bool
    wait_s: float = 0.0


REPORT = RetryDecision(repeat=False)


def decide(
    error: FreshdeskError, history: History, *, max_attempts: int, time_left_s: float, jitter: float
) -> RetryDecision:
    """Decide if, and when, the call that failed with `error` may be sent again.

    The wait is exponential, half fixed and half jitter. A longer Retry-After of Freshdesk replaces it, plus a little
    jitter that spreads callers. A wait that does not fit into `time_left_s` is not begun.

    Args:
        error: The error of the last attempt.
        history: The results of all attempts, the last one included.
        max_attempts: The number of requests that the call may send.
        time_left_s: Seconds until the deadline of the whole call.
        jitter: A number from 0 to 1, drawn anew for each decision.
    """
    may_repeat = error.retryable or (error.transient and history.may_resend)
    if history.attempts >= max_attempts or not may_repeat:
        return REPORT
    wait_s = _wait_s(error.retry_after_s, history.attempts, jitter)
    return RetryDecision(repeat=True, wait_s=wait_s) if wait_s < time_left_s else REPORT


def backoff_s(attempts: int, jitter: float) -> float:
    """Return the seconds to wait after `attempts` failures in a row: doubling, half fixed and half by `jitter`."""
    # An unbounded exponent would overflow after many attempts.
    longest_s = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(max(attempts - 1, 0), 8))
    return longest_s * (1 + jitter) / 2


def _wait_s(retry_after_s: float | None, attempts: int, jitter: float) -> float:
    return max(backoff_s(attempts, jitter), (retry_after_s or 0.0) + jitter * FIRST_BACKOFF_S)
