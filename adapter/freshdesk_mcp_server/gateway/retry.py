"""When a failed call may be sent again, and after how long. Pure: no clock, no dice, no network.

The rule, from what repeating could do (docs/decisions/0004-repeating-a-call.md):

======================  =====================  ==================  =========  =================
effect                  429, could not connect  5xx, answer lost    other 4xx  unreadable 2xx
======================  =====================  ==================  =========  =================
READ, IDEMPOTENT_WRITE  repeat                  repeat              report     report
WRITE                   repeat                  report as unknown   report     report as applied
======================  =====================  ==================  =========  =================
"""

from dataclasses import dataclass

from freshdesk_mcp_server.errors import FreshdeskError

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 8.0


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """Whether to send again and, if so, after how many seconds."""

    repeat: bool
    wait_s: float = 0.0


REPORT = RetryDecision(repeat=False)


def decide(
    error: FreshdeskError, *, attempt: int, max_attempts: int, time_left_s: float, jitter: float
) -> RetryDecision:
    """Say if, and when, the call that ended in `error` may be sent again.

    A call is repeated only if its failure is passing and a second request cannot make a second ticket
    (`FreshdeskError.retryable`). The wait is Freshdesk's Retry-After if it gave one, plus up to `FIRST_BACKOFF_S` so
    that callers do not return in the same instant; otherwise exponential with full jitter
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). A wait that does not fit into
    `time_left_s` is not begun.

    Args:
        error: What the last attempt ended in.
        attempt: How many requests have been sent, from 1.
        max_attempts: How many may be sent in all.
        time_left_s: Seconds until the deadline of the whole call.
        jitter: A number from 0 to 1, drawn anew for each decision.
    """
    if not error.retryable or attempt >= max_attempts:
        return REPORT
    wait_s = _wait_s(error.retry_after_s, attempt, jitter)
    if wait_s >= time_left_s:
        return REPORT
    return RetryDecision(repeat=True, wait_s=wait_s)


def _wait_s(retry_after_s: float | None, attempt: int, jitter: float) -> float:
    if retry_after_s is not None:
        return retry_after_s + jitter * FIRST_BACKOFF_S
    # Bounded before it is raised, so that no number of attempts overflows.
    return jitter * min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(attempt - 1, 8))
