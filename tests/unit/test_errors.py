"""The error tree: codes, sentences, and the effects of an outcome."""

import re
from collections.abc import Iterator

import pytest

from freshdesk_mcp_server import errors
from freshdesk_mcp_server.errors import (
    ERROR_BY_STATUS,
    HINT_REPEATABLE,
    ConfigurationError,
    ErrorCode,
    FieldProblem,
    ForeignReplyError,
    FreshdeskError,
    FreshdeskMCPError,
    Guidance,
    InternalError,
    InterruptedCallError,
    InvalidArgumentsError,
    NotFoundError,
    Outcome,
    OverloadedError,
    RateLimit,
    RateLimitedError,
    RefusedError,
    ReplyLostError,
    ServerFailureError,
    UnreachableError,
    UnreadableReplyError,
    ValidationFailedError,
)

GUIDANCE = Guidance("thing", check="Look first.", candidates="Read these.", applied="It was made.")


def classes_below(base: type[FreshdeskMCPError], depth: int = 0) -> Iterator[tuple[int, type[FreshdeskMCPError]]]:
    for found in base.__subclasses__():
        yield depth, found
        yield from classes_below(found, depth + 1)


ALL = list(classes_below(FreshdeskMCPError))
LEAVES = [found for _, found in ALL if not found.__subclasses__()]
OF_FRESHDESK = [found for found in LEAVES if issubclass(found, FreshdeskError)]
TRANSIENT = {
    InterruptedCallError,
    UnreachableError,
    OverloadedError,
    ReplyLostError,
    ServerFailureError,
    RateLimitedError,
}


def test_the_tree_is_the_one_that_is_drawn() -> None:
    drawn = re.findall(r"^    ([| ]*)[|`]- (\w+Error)", errors.__doc__ or "", re.MULTILINE)
    assert [(len(indent) // 3, name) for indent, name in drawn] == [(depth, found.__name__) for depth, found in ALL]


def test_every_leaf_has_a_code_of_its_own_and_every_code_a_leaf() -> None:
    assert sorted(leaf.code for leaf in LEAVES) == sorted(ErrorCode)


@pytest.mark.parametrize("leaf", OF_FRESHDESK)
def test_every_error_of_freshdesk_has_sentences_of_its_own(leaf: type[FreshdeskError]) -> None:
    for text in (leaf.summary, leaf.advice):
        assert text.endswith((".", ")."))
        assert text.isprintable()
    assert "advice" in vars(leaf)
    assert "summary" in vars(leaf)
    assert len({other.summary for other in OF_FRESHDESK}) == len(OF_FRESHDESK)


@pytest.mark.parametrize("leaf", OF_FRESHDESK)
def test_the_text_of_an_error_is_its_summary_and_then_the_detail(leaf: type[FreshdeskError]) -> None:
    assert leaf("get_ticket", outcome=Outcome.REFUSED).message == leaf.summary
    assert str(leaf("get_ticket", outcome=Outcome.REFUSED, detail="More.")) == f"{leaf.summary} More."


def test_the_statuses_with_a_class_of_their_own_are_refusals() -> None:
    assert sorted(ERROR_BY_STATUS) == [400, 401, 403, 404, 405, 409, 415, 429]
    assert len(set(ERROR_BY_STATUS.values())) == len(ERROR_BY_STATUS)
    assert all(issubclass(found, RefusedError) for found in ERROR_BY_STATUS.values())


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("leaf", OF_FRESHDESK)
def test_only_a_passing_failure_whose_repetition_does_no_harm_is_retryable(
    leaf: type[FreshdeskError], outcome: Outcome, *, repeatable: bool
) -> None:
    error = leaf("create_ticket", outcome=outcome, repeatable=repeatable)
    harmless = repeatable or outcome in (Outcome.NOT_SENT, Outcome.REFUSED)
    assert error.retryable is (leaf in TRANSIENT and harmless)


@pytest.mark.parametrize("leaf", OF_FRESHDESK)
@pytest.mark.parametrize(
    ("outcome", "repeatable", "hint"),
    [
        (Outcome.UNKNOWN, True, HINT_REPEATABLE),
        (Outcome.UNKNOWN, False, GUIDANCE.check),
        (Outcome.APPLIED, True, GUIDANCE.applied),
        (Outcome.APPLIED, False, GUIDANCE.applied),
        (Outcome.NOT_SENT, False, None),
        (Outcome.REFUSED, True, None),
    ],
)
def test_the_hint_follows_from_the_outcome_where_a_change_may_have_been_made(
    leaf: type[FreshdeskError], outcome: Outcome, hint: str | None, *, repeatable: bool
) -> None:
    problem = FieldProblem("subject", "invalid_value", "x")
    error = leaf("create_ticket", outcome=outcome, repeatable=repeatable, fields=[problem])
    error.speak_of(GUIDANCE)
    also = f" {leaf.advice}" if leaf is ForeignReplyError and hint else ""
    assert error.hint == (hint or leaf.advice) + also


def test_errors_do_not_share_their_hints() -> None:
    ReplyLostError("create_ticket", outcome=Outcome.UNKNOWN)
    assert ReplyLostError("get_ticket", outcome=Outcome.REFUSED).hint == ReplyLostError.advice


def test_an_error_of_freshdesk_holds_the_facts_of_the_call() -> None:
    problem = FieldProblem("email", "invalid_value", "no such contact")
    error = NotFoundError(
        "get_ticket",
        outcome=Outcome.REFUSED,
        status=404,
        request_id="r-1",
        retry_after_s=2.5,
        rate_limit=RateLimit(50.0, 49.0),
        fields=[problem],
    )
    assert (error.operation, error.status, error.request_id, error.retry_after_s) == ("get_ticket", 404, "r-1", 2.5)
    assert (error.fields, error.attempts, error.rate_limit) == ((problem,), 0, RateLimit(50.0, 49.0))


def test_a_configuration_error_has_a_line_for_each_problem() -> None:
    error = ConfigurationError(["one", "two"])
    assert (error.problems, str(error), error.retryable) == (("one", "two"), "one\ntwo", False)


def test_refused_arguments_say_that_nothing_was_sent_and_what_to_correct() -> None:
    error = InvalidArgumentsError([FieldProblem("email", "email", "should be an address")])
    assert str(error) == "The arguments were not accepted, and nothing was sent."
    assert [problem.message for problem in error.fields] == ["should be an address"]
    assert (error.outcome, error.retryable, error.retry_after_s) == (Outcome.NOT_SENT, False, None)
    assert error.hint.startswith("Correct the arguments")


@pytest.mark.parametrize("leaf", LEAVES)
def test_no_hint_speaks_of_a_part_of_the_structure_that_a_text_may_lack(leaf: type[FreshdeskMCPError]) -> None:
    assert " fields" not in leaf.advice


def test_a_refusal_that_names_no_value_does_not_speak_of_any() -> None:
    unnamed = ValidationFailedError("create_ticket", outcome=Outcome.REFUSED)
    named = ValidationFailedError("create_ticket", outcome=Outcome.REFUSED, fields=[FieldProblem("type", "x", "y")])
    assert "does not say which" in unnamed.hint
    assert named.hint == ValidationFailedError.advice


def test_a_defect_of_ours_does_not_claim_to_know_what_was_changed() -> None:
    error = InternalError()
    assert (error.outcome, error.retryable) == (Outcome.UNKNOWN, False)
    assert error.hint.startswith("Do not call again")


def test_an_unreadable_reply_is_never_sent_again_by_itself() -> None:
    assert not UnreadableReplyError("get_ticket", outcome=Outcome.REFUSED, repeatable=True).retryable


@pytest.mark.parametrize("outcome", Outcome)
def test_a_change_is_unsure_if_it_may_have_been_made(outcome: Outcome) -> None:
    error = ReplyLostError("create_ticket", outcome=outcome)
    assert error.is_unsure is (outcome in (Outcome.UNKNOWN, Outcome.APPLIED))


@pytest.mark.parametrize(("repeatable", "hint"), [(True, HINT_REPEATABLE), (False, GUIDANCE.check)])
def test_a_refusal_that_says_nothing_of_an_earlier_attempt_leaves_the_change_open(
    hint: str, *, repeatable: bool
) -> None:
    error = RateLimitedError("create_ticket", outcome=Outcome.REFUSED, repeatable=repeatable, detail="More.")
    error.speak_of(GUIDANCE)
    error.leave_open()
    assert (error.outcome, error.hint) == (Outcome.UNKNOWN, hint)
    assert error.retryable is repeatable
    assert error.message == (
        f"{RateLimitedError.summary} More. "
        "This was the last attempt; an earlier attempt of the same call may have made the change."
    )
    assert str(error) == error.message


@pytest.mark.parametrize(
    ("fields", "is_about"),
    [
        ([("email", "invalid_value")], True),
        ([], False),
        ([("email", "missing_field")], False),
        ([("page", "invalid_value")], False),
        ([("email", "invalid_value"), ("page", "invalid_value")], False),
        ([("email", "invalid_value"), ("email", "invalid_value")], False),
    ],
)
def test_an_error_is_about_a_field_if_it_names_that_alone(fields: list[tuple[str, str]], *, is_about: bool) -> None:
    problems = [FieldProblem(field, code, "x") for field, code in fields]
    error = ValidationFailedError("list_tickets", outcome=Outcome.REFUSED, fields=problems)
    assert error.is_about("email", "invalid_value") is is_about
