"""The rule of repetition, row by row. The loop around a call is in test_repetition."""

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
from freshdesk_mcp_server.gateway.recovery import Finding, Missing
from freshdesk_mcp_server.gateway.retry import (
    LONGEST_BACKOFF_S,
    History,
    RetryDecision,
    backoff_s,
    decide,
)

ABSENT, PERHAPS, NOT_KNOWN, NOT_DONE = Finding.ABSENT, Finding.PERHAPS, Finding.NOT_KNOWN, Finding.NOT_DONE
NOT_SENT, REFUSED, UNKNOWN, APPLIED = Outcome.NOT_SENT, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.APPLIED


def decision_on(
    error: FreshdeskError, *, attempt: int = 1, time_left_s: float = 45.0, jitter: float = 1.0
) -> RetryDecision:
    return decide(error, History(attempts=attempt), max_attempts=4, time_left_s=time_left_s, jitter=jitter)


class Row(NamedTuple):
    """The error of an attempt, the finding of the look, the outcome of the call, and the decision to repeat."""

    error_class: type[FreshdeskError]
    outcome: Outcome
    finding: Finding | None
    in_the_end: Outcome
    repeat: bool


OF_A_CREATE = [
    Row(RateLimitedError, REFUSED, None, REFUSED, repeat=True),
    Row(RateLimitedError, NOT_SENT, None, NOT_SENT, repeat=True),
    Row(UnreachableError, NOT_SENT, None, NOT_SENT, repeat=True),
    Row(OverloadedError, NOT_SENT, None, NOT_SENT, repeat=True),
    Row(ServerFailureError, NOT_SENT, None, NOT_SENT, repeat=True),  # the probe before it failed
    Row(ServerFailureError, UNKNOWN, None, UNKNOWN, repeat=False),
    Row(ServerFailureError, UNKNOWN, ABSENT, UNKNOWN, repeat=True),
    Row(ServerFailureError, UNKNOWN, PERHAPS, UNKNOWN, repeat=False),
    Row(ServerFailureError, UNKNOWN, NOT_KNOWN, UNKNOWN, repeat=False),
    *(Row(ReplyLostError, UNKNOWN, finding, UNKNOWN, repeat=False) for finding in (None, ABSENT, PERHAPS, NOT_KNOWN)),
    *(
        Row(error_class, APPLIED, finding, in_the_end, repeat=False)
        for error_class in (ReplyLostError, UnreadableReplyError)
        for finding, in_the_end in ((None, APPLIED), (ABSENT, UNKNOWN), (PERHAPS, APPLIED), (NOT_KNOWN, APPLIED))
    ),
    Row(ValidationFailedError, REFUSED, None, REFUSED, repeat=False),
    Row(ConflictError, REFUSED, None, REFUSED, repeat=False),
]
OF_AN_UPDATE = [
    Row(RateLimitedError, REFUSED, None, REFUSED, repeat=True),
    Row(UnreachableError, NOT_SENT, None, NOT_SENT, repeat=True),
    Row(ServerFailureError, UNKNOWN, None, UNKNOWN, repeat=True),
    Row(ReplyLostError, UNKNOWN, None, UNKNOWN, repeat=True),
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
    Row(ReplyLostError, UNKNOWN, ABSENT, UNKNOWN, repeat=False),
    Row(UnreadableReplyError, APPLIED, NOT_KNOWN, APPLIED, repeat=False),
]
AFTER_AN_UNSURE_ATTEMPT_OF_AN_UPDATE = [
    Row(RateLimitedError, REFUSED, None, UNKNOWN, repeat=True),
    Row(UnreachableError, NOT_SENT, None, UNKNOWN, repeat=True),
    Row(ValidationFailedError, REFUSED, None, UNKNOWN, repeat=False),
    Row(NotFoundError, REFUSED, NOT_DONE, REFUSED, repeat=False),
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
    history = History(attempts=unsure_attempts + 1, unsure_attempts=unsure_attempts)
    history.note(error, Missing(row.finding) if row.finding else None)
    decision = decide(error, history, max_attempts=4, time_left_s=45.0, jitter=1.0)
    assert (error.outcome, decision.repeat) == (row.in_the_end, row.repeat)


@pytest.mark.parametrize(("outcome", "unsure_attempts"), [(UNKNOWN, 1), (APPLIED, 1), (REFUSED, 0), (NOT_SENT, 0)])
def test_an_attempt_that_may_have_made_the_change_is_counted(outcome: Outcome, unsure_attempts: int) -> None:
    for missing in (None, Missing(ABSENT), Missing(NOT_KNOWN)):
        history = History(attempts=1)
        history.note(ServerFailureError("create_ticket", outcome=outcome), missing)
        assert (history.attempts, history.unsure_attempts) == (1, unsure_attempts)


def test_an_attempt_that_changed_nothing_does_not_make_an_earlier_one_sure() -> None:
    history = History(attempts=1)
    for outcome in (UNKNOWN, REFUSED, NOT_SENT):
        error = ServerFailureError("update_ticket", outcome=outcome, repeatable=True)
        history.note(error, None)
        assert (error.outcome, history.unsure_attempts) == (UNKNOWN, 1)


def test_a_create_is_sent_no_more_than_twice_while_its_result_is_unknown() -> None:
    history, repeats = History(), []
    for _ in range(3):
        history.attempts += 1
        error = ServerFailureError("create_ticket", outcome=UNKNOWN)
        history.note(error, Missing(ABSENT))
        repeats.append(decide(error, history, max_attempts=10, time_left_s=45, jitter=0).repeat)
    assert repeats == [True, False, False]


def test_a_create_that_may_be_sent_again_and_meets_a_429_may_be_sent_once_more() -> None:
    history = History(attempts=1)
    history.note(ServerFailureError("create_ticket", outcome=UNKNOWN), Missing(ABSENT))
    for error in (
        RateLimitedError("create_ticket", outcome=REFUSED),
        UnreachableError("create_ticket", outcome=NOT_SENT),
        ServerFailureError("create_ticket", outcome=NOT_SENT),
    ):
        history.note(error, None)
        assert error.outcome is UNKNOWN  # of the call as a whole, if it were to end now
        assert decide(error, history, max_attempts=10, time_left_s=45, jitter=0).repeat
    history.note(ServerFailureError("create_ticket", outcome=UNKNOWN), Missing(ABSENT))
    assert not history.may_resend


def test_the_finding_of_a_look_is_told() -> None:
    error = ServerFailureError("create_ticket", outcome=UNKNOWN)
    History(attempts=1).note(error, Missing(PERHAPS, "#7 is new.", (7,)))
    assert error.message.endswith("#7 is new.")
    assert error.candidates == (7,)


def test_the_error_that_ends_a_call_without_a_further_request_is_that_of_the_call() -> None:
    turned_away = RateLimitedError("create_ticket", outcome=NOT_SENT)
    assert History(attempts=3).final(turned_away) is turned_away
    assert (turned_away.outcome, turned_away.attempts) == (NOT_SENT, 3)

    History(attempts=3, unsure_attempts=1).final(turned_away)
    assert turned_away.outcome is UNKNOWN

    last = ServerFailureError("update_ticket", outcome=UNKNOWN, repeatable=True)
    history = History(attempts=1)
    history.note(last, None)
    assert history.final(last).message == ServerFailureError.summary


def test_the_last_attempt_of_a_create_is_not_repeated_either() -> None:
    error = ServerFailureError("create_ticket", outcome=UNKNOWN)
    history = History(attempts=4)
    history.note(error, Missing(ABSENT))
    assert not decide(error, history, max_attempts=4, time_left_s=45, jitter=0).repeat
    assert decide(error, history, max_attempts=5, time_left_s=45, jitter=0).repeat


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


def test_half_of_a_backoff_is_fixed_and_half_is_jitter() -> None:
    assert [backoff_s(3, jitter) for jitter in (0.0, 0.5, 1.0)] == [1.0, 1.5, 2.0]


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 15.75), (1.0, 31.5)])
def test_eight_attempts_reach_beyond_an_outage_of_ten_seconds(jitter: float, seconds: float) -> None:
    assert sum(backoff_s(attempts, jitter) for attempts in range(1, 8)) == seconds


@pytest.mark.parametrize(("is_sent_once", "may_resend"), [(False, True), (True, False)])
def test_a_write_to_people_is_not_sent_again_while_its_result_is_unknown(
    *, is_sent_once: bool, may_resend: bool
) -> None:
    error = ServerFailureError("create_ticket", outcome=Outcome.UNKNOWN)
    assert History(is_sent_once=is_sent_once).allows_resend(error) is may_resend
