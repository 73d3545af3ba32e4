"""When a failed call may be sent again, and after how long. Pure: no clock, no dice, no network.

The rule, from what repeating could do (docs/decisions/0004-repeating-a-call.md):

==================  =======================  ==================================  ======================
effect              429, could not connect   5xx, answer lost                    unreadable 2xx
==================  =======================  ==================================  ======================
read, update,       repeat                   repeat                              report
delete
create              repeat                   look; 5xx and absent: repeat once;  look; report as applied
                                             no requester: repeat; else report
==================  =======================  ==================================  ======================
"""

from dataclasses import dataclass

from freshdesk_mcp_server.errors import FreshdeskError, Outcome, ReplyLostError, ServerFailureError
from freshdesk_mcp_server.gateway.reconcile import Finding

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 8.0
MOST_UNSURE_CREATES = 2
"""How often one ticket is sent at most when no answer tells what became of it."""


@dataclass(slots=True)
class History:
    """What the attempts of one call so far leave known.

    `attempts` are the requests sent; `unsure_attempts` those that may have made the change.
    """

    attempts: int = 0
    unsure_attempts: int = 0

    def note(self, error: FreshdeskError, finding: Finding | None) -> None:
        """Take in how the last attempt ended, and make the outcome of `error` that of the call as a whole."""
        if finding is Finding.NO_REQUESTER and error.outcome is Outcome.UNKNOWN and _is_over(error):
            error.outcome = Outcome.REFUSED
        if error.is_unsure:
            self.unsure_attempts += 1
        elif self.unsure_attempts:
            error.leave_open()


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """Whether to send again and, if so, after how many seconds."""

    repeat: bool
    wait_s: float = 0.0


REPORT = RetryDecision(repeat=False)


def decide(
    error: FreshdeskError,
    history: History,
    *,
    max_attempts: int,
    time_left_s: float,
    jitter: float,
    finding: Finding | None = None,
) -> RetryDecision:
    """Say if, and when, the call that ended in `error` may be sent again.

    The wait is Freshdesk's Retry-After if it gave one, plus a little so that callers do not return in the same instant;
    otherwise exponential with full jitter. A wait that does not fit into `time_left_s` is not begun.

    Args:
        error: What the last attempt ended in.
        history: What is known of all attempts, the last one noted.
        max_attempts: How many requests may be sent in all.
        time_left_s: Seconds until the deadline of the whole call.
        jitter: A number from 0 to 1, drawn anew for each decision.
        finding: What looking for the ticket of a create has shown, if it was looked for.
    """
    if history.attempts >= max_attempts or not (error.retryable or _may_create_again(error, history, finding)):
        return REPORT
    wait_s = _wait_s(error.retry_after_s, history.attempts, jitter)
    return RetryDecision(repeat=True, wait_s=wait_s) if wait_s < time_left_s else REPORT


def _may_create_again(error: FreshdeskError, history: History, finding: Finding | None) -> bool:
    """Freshdesk has answered, so it is done with the request, and the ticket is not there."""
    return (
        isinstance(error, ServerFailureError)
        and finding is Finding.ABSENT
        and history.unsure_attempts < MOST_UNSURE_CREATES
    )


def _is_over(error: FreshdeskError) -> bool:
    """Whether Freshdesk cannot still be at work on the request: it failed, or the connection ended."""
    return isinstance(error, ServerFailureError) or (isinstance(error, ReplyLostError) and not error.timed_out)


def _wait_s(retry_after_s: float | None, attempts: int, jitter: float) -> float:
    if retry_after_s is not None:
        return retry_after_s + jitter * FIRST_BACKOFF_S
    # Bounded before it is raised, so that no number of attempts overflows.
    return jitter * min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(max(attempts - 1, 0), 8))
