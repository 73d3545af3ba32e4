"""The rule of repetition, row by row, as a pure function; in the loop around a call it is tested in test_gateway."""

from typing import NamedTuple

import pytest

from freshdesk_mcp_server.errors import (
    ConflictError,
    FreshdeskError,
    NotFoundError,
    Outcome,
    OverloadedError,
    RateLimitedError,
    ReplyLostError,
    ServerFailureError,
    UnreachableError,
    UnreadableReplyError,
    ValidationFailedError,
)
from freshdesk_mcp_server.gateway.reconcile import Finding
from freshdesk_mcp_server.gateway.retry import (
    LONGEST_BACKOFF_S,
    MOST_UNSURE_CREATES,
    History,
    RetryDecision,
    decide,
)

ABSENT, NO_REQUESTER, NOT_KNOWN = Finding.ABSENT, Finding.NO_REQUESTER, Finding.NOT_KNOWN
NOT_SENT, REFUSED, UNKNOWN, APPLIED = Outcome.NOT_SENT, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.APPLIED


def decision_on(
    error: FreshdeskError, *, attempt: int = 1, time_left_s: float = 45.0, jitter: float = 1.0
) -> RetryDecision:
    return decide(error, History(attempts=attempt), max_attempts=4, time_left_s=time_left_s, jitter=jitter)


class Row(NamedTuple):
    """How an attempt ended and what was found; the outcome of the call after it, and whether it is repeated."""

    error_class: type[FreshdeskError]
    outcome: Outcome
    finding: Finding | None
    in_the_end: Outcome
    repeat: bool
    timed_out: bool = False


OF_A_CREATE = [
    Row(RateLimitedError, REFUSED, None, REFUSED, repeat=True),
    Row(RateLimitedError, NOT_SENT, None, NOT_SENT, repeat=True),
    Row(UnreachableError, NOT_SENT, None, NOT_SENT, repeat=True),
    Row(OverloadedError, NOT_SENT, None, NOT_SENT, repeat=True),
    Row(ServerFailureError, UNKNOWN, None, UNKNOWN, repeat=False),
    Row(ServerFailureError, UNKNOWN, ABSENT, UNKNOWN, repeat=True),
    Row(ServerFailureError, UNKNOWN, NO_REQUESTER, REFUSED, repeat=True),
    Row(ServerFailureError, UNKNOWN, NOT_KNOWN, UNKNOWN, repeat=False),
    Row(ReplyLostError, UNKNOWN, None, UNKNOWN, repeat=False),
    Row(ReplyLostError, UNKNOWN, ABSENT, UNKNOWN, repeat=False),
    Row(ReplyLostError, UNKNOWN, NO_REQUESTER, REFUSED, repeat=True),
    Row(ReplyLostError, UNKNOWN, NOT_KNOWN, UNKNOWN, repeat=False),
    Row(ReplyLostError, UNKNOWN, None, UNKNOWN, repeat=False, timed_out=True),
    Row(ReplyLostError, UNKNOWN, ABSENT, UNKNOWN, repeat=False, timed_out=True),
    Row(ReplyLostError, UNKNOWN, NO_REQUESTER, UNKNOWN, repeat=False, timed_out=True),
    Row(ReplyLostError, UNKNOWN, NOT_KNOWN, UNKNOWN, repeat=False, timed_out=True),
    *(Row(ReplyLostError, APPLIED, finding, APPLIED, repeat=False) for finding in (None, *Finding)),
    *(Row(UnreadableReplyError, APPLIED, finding, APPLIED, repeat=False) for finding in (None, *Finding)),
    Row(ValidationFailedError, REFUSED, None, REFUSED, repeat=False),
    Row(ConflictError, REFUSED, None, REFUSED, repeat=False),
]
OF_AN_UPDATE = [
    Row(RateLimitedError, REFUSED, None, REFUSED, repeat=True),
    Row(UnreachableError, NOT_SENT, None, NOT_SENT, repeat=True),
    Row(ServerFailureError, UNKNOWN, None, UNKNOWN, repeat=True),
    Row(ReplyLostError, UNKNOWN, None, UNKNOWN, repeat=True),
    Row(ReplyLostError, UNKNOWN, None, UNKNOWN, repeat=True, timed_out=True),
    Row(ReplyLostError, APPLIED, None, APPLIED, repeat=True),
    Row(UnreadableReplyError, APPLIED, None, APPLIED, repeat=False),
    Row(NotFoundError, REFUSED, None, REFUSED, repeat=False),
]
AFTER_AN_UNSURE_ATTEMPT_OF_A_CREATE = [
    Row(RateLimitedError, REFUSED, None, UNKNOWN, repeat=False),
    Row(UnreachableError, NOT_SENT, None, UNKNOWN, repeat=False),
    Row(OverloadedError, NOT_SENT, None, UNKNOWN, repeat=False),
    Row(ValidationFailedError, REFUSED, None, UNKNOWN, repeat=False),
    Row(ServerFailureError, UNKNOWN, ABSENT, UNKNOWN, repeat=False),
    Row(ServerFailureError, UNKNOWN, NO_REQUESTER, UNKNOWN, repeat=False),
    Row(ReplyLostError, UNKNOWN, ABSENT, UNKNOWN, repeat=False),
    Row(ReplyLostError, UNKNOWN, NO_REQUESTER, UNKNOWN, repeat=False),
    Row(UnreadableReplyError, APPLIED, ABSENT, APPLIED, repeat=False),
]
AFTER_AN_UNSURE_ATTEMPT_OF_AN_UPDATE = [
    Row(RateLimitedError, REFUSED, None, UNKNOWN, repeat=True),
    Row(UnreachableError, NOT_SENT, None, UNKNOWN, repeat=True),
    Row(ValidationFailedError, REFUSED, None, UNKNOWN, repeat=False),
    Row(ServerFailureError, UNKNOWN, None, UNKNOWN, repeat=True),
    Row(UnreadableReplyError, APPLIED, None, APPLIED, repeat=False),
]


@pytest.mark.parametrize(
    ("row", "repeatable", "unsure_attempts"),
    [
        *((row, False, 0) for row in OF_A_CREATE),
        *((row, True, 0) for row in OF_AN_UPDATE),
        *((row, False, 1) for row in AFTER_AN_UNSURE_ATTEMPT_OF_A_CREATE),
        *((row, True, 1) for row in AFTER_AN_UNSURE_ATTEMPT_OF_AN_UPDATE),
    ],
)
def test_the_rule(row: Row, unsure_attempts: int, *, repeatable: bool) -> None:
    operation = "update_ticket" if repeatable else "create_ticket"
    error = row.error_class(operation, outcome=row.outcome, repeatable=repeatable)
    if isinstance(error, ReplyLostError):
        error.timed_out = row.timed_out
    history = History(attempts=unsure_attempts + 1, unsure_attempts=unsure_attempts)
    history.note(error, row.finding)
    decision = decide(error, history, max_attempts=4, time_left_s=45.0, jitter=1.0, finding=row.finding)
    assert (error.outcome, decision.repeat) == (row.in_the_end, row.repeat)


@pytest.mark.parametrize(
    ("outcome", "finding", "unsure_attempts"),
    [
        (UNKNOWN, None, 1),
        (UNKNOWN, ABSENT, 1),
        (UNKNOWN, NOT_KNOWN, 1),
        (UNKNOWN, NO_REQUESTER, 0),
        (APPLIED, NO_REQUESTER, 1),
        (REFUSED, None, 0),
        (NOT_SENT, None, 0),
    ],
)
def test_an_attempt_that_may_have_made_the_change_is_counted(
    outcome: Outcome, finding: Finding | None, unsure_attempts: int
) -> None:
    history = History(attempts=1)
    history.note(ServerFailureError("create_ticket", outcome=outcome), finding)
    assert (history.attempts, history.unsure_attempts) == (1, unsure_attempts)


def test_an_attempt_that_changed_nothing_does_not_make_an_earlier_one_sure() -> None:
    history = History(attempts=1)
    for outcome in (UNKNOWN, REFUSED, NOT_SENT):
        error = ServerFailureError("update_ticket", outcome=outcome, repeatable=True)
        history.note(error, None)
        assert (error.outcome, history.unsure_attempts) == (UNKNOWN, 1)


def test_a_create_is_sent_no_more_than_twice_without_knowing_its_fate() -> None:
    history, repeats = History(), []
    for _ in range(3):
        history.attempts += 1
        error = ServerFailureError("create_ticket", outcome=UNKNOWN)
        history.note(error, ABSENT)
        repeats.append(decide(error, history, max_attempts=10, time_left_s=45, jitter=0, finding=ABSENT).repeat)
    assert repeats == [True, False, False]
    assert MOST_UNSURE_CREATES == 2


def test_the_last_attempt_of_a_create_is_not_repeated_either() -> None:
    error = ServerFailureError("create_ticket", outcome=UNKNOWN)
    history = History(attempts=4, unsure_attempts=1)
    assert not decide(error, history, max_attempts=4, time_left_s=45, jitter=0, finding=ABSENT).repeat
    assert decide(error, history, max_attempts=5, time_left_s=45, jitter=0, finding=ABSENT).repeat


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
        decide(error, History(attempts=attempt), max_attempts=2000, time_left_s=45, jitter=1.0).wait_s
        for attempt in (0, 1, 2, 3, 9, 1999)
    ]
    assert waits == [0.5, 0.5, 1.0, 2.0, LONGEST_BACKOFF_S, LONGEST_BACKOFF_S]


def test_backoff_is_jittered_down_to_nothing() -> None:
    error = UnreachableError("get_ticket", outcome=Outcome.NOT_SENT)
    assert decision_on(error, jitter=0.0) == RetryDecision(repeat=True, wait_s=0.0)
