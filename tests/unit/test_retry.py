import pytest

from freshdesk_mcp_server.errors import (
    FreshdeskError,
    NotFoundError,
    Outcome,
    RateLimitedError,
    ReplyLostError,
    ServerFailureError,
    UnreachableError,
    UnreadableReplyError,
)
from freshdesk_mcp_server.gateway.retry import LONGEST_BACKOFF_S, RetryDecision, decide


def decision_on(
    error: FreshdeskError, *, attempt: int = 1, time_left_s: float = 45.0, jitter: float = 1.0
) -> RetryDecision:
    return decide(error, attempt=attempt, max_attempts=4, time_left_s=time_left_s, jitter=jitter)


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize(
    ("error_class", "outcome"), [(RateLimitedError, Outcome.REFUSED), (UnreachableError, Outcome.NOT_SENT)]
)
def test_what_freshdesk_did_not_act_on_is_repeated_whatever_the_effect(
    error_class: type[FreshdeskError], outcome: Outcome, *, repeatable: bool
) -> None:
    assert decision_on(error_class("create_ticket", outcome=outcome, repeatable=repeatable)).repeat


@pytest.mark.parametrize("error_class", [ServerFailureError, ReplyLostError])
def test_a_create_of_unknown_fate_is_not_repeated(error_class: type[FreshdeskError]) -> None:
    assert not decision_on(error_class("create_ticket", outcome=Outcome.UNKNOWN, repeatable=False)).repeat


@pytest.mark.parametrize("error_class", [ServerFailureError, ReplyLostError])
def test_an_idempotent_call_of_unknown_fate_is_repeated(error_class: type[FreshdeskError]) -> None:
    assert decision_on(error_class("update_ticket", outcome=Outcome.UNKNOWN, repeatable=True)).repeat


@pytest.mark.parametrize(
    "error",
    [
        UnreadableReplyError("get_ticket", outcome=Outcome.REFUSED, repeatable=True),
        NotFoundError("get_ticket", outcome=Outcome.REFUSED, repeatable=True),
    ],
)
def test_what_would_end_the_same_again_is_not_repeated(error: FreshdeskError) -> None:
    assert not decision_on(error).repeat


def test_the_last_attempt_is_not_repeated() -> None:
    error = UnreachableError("get_ticket", outcome=Outcome.NOT_SENT)
    assert decision_on(error, attempt=3).repeat
    assert not decision_on(error, attempt=4).repeat


@pytest.mark.parametrize(("retry_after_s", "wait_s"), [(0.0, 0.5), (7.0, 7.5), (7.25, 7.75)])
def test_retry_after_is_waited_for_and_never_cut_short(retry_after_s: float, wait_s: float) -> None:
    error = RateLimitedError("list_tickets", outcome=Outcome.REFUSED, retry_after_s=retry_after_s)
    assert decision_on(error) == RetryDecision(repeat=True, wait_s=wait_s)


def test_a_wait_that_does_not_fit_the_deadline_is_not_begun() -> None:
    error = RateLimitedError("list_tickets", outcome=Outcome.REFUSED, retry_after_s=60.0)
    assert not decision_on(error, time_left_s=60.0).repeat
    assert decision_on(error, time_left_s=61.0).repeat


def test_backoff_grows_and_is_bounded() -> None:
    error = UnreachableError("get_ticket", outcome=Outcome.NOT_SENT)
    waits = [
        decide(error, attempt=attempt, max_attempts=2000, time_left_s=45, jitter=1.0).wait_s
        for attempt in (1, 2, 3, 9, 1999)
    ]
    assert waits == [0.5, 1.0, 2.0, LONGEST_BACKOFF_S, LONGEST_BACKOFF_S]


def test_backoff_is_jittered_down_to_nothing() -> None:
    error = UnreachableError("get_ticket", outcome=Outcome.NOT_SENT)
    assert decision_on(error, jitter=0.0) == RetryDecision(repeat=True, wait_s=0.0)
