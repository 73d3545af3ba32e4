"""The error of a failed answer or exchange: any status, header and body give exactly one."""

import json
from collections.abc import Iterator

import httpx
import pytest

from freshdesk_mcp_server.errors import (
    AccountSuspendedError,
    AgentLockedError,
    AuthenticationFailedError,
    BlockedError,
    ConflictError,
    FeatureUnavailableError,
    FieldProblem,
    ForbiddenError,
    ForeignReplyError,
    FreshdeskError,
    MethodNotAllowedError,
    NotFoundError,
    Outcome,
    RateLimitedError,
    ReplyLostError,
    ReplyTooLargeError,
    ServerFailureError,
    UnexpectedStatusError,
    UnreachableError,
    UnreadableReplyError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)
from freshdesk_mcp_server.gateway.attempt import Attempt
from freshdesk_mcp_server.gateway.body import BodyTooLargeError
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.operations.tickets import CREATE_TICKET, DELETE_TICKET, GET_TICKET, UPDATE_TICKET
from freshdesk_mcp_server.gateway.translate import (
    LONGEST_CHOICES,
    LONGEST_SENTENCES,
    LONGEST_TEXT,
    MOST_FIELDS,
    clean,
    error_from_answer,
    error_from_exception,
    request_id_from,
)

EFFECTS = [GET_TICKET, UPDATE_TICKET, CREATE_TICKET]
"""A READ, an IDEMPOTENT_WRITE and a WRITE."""


def error_of(
    status: int, body: object = b"", *, operation: AnyOperation = GET_TICKET, headers: dict[str, str] | None = None
) -> FreshdeskError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    attempt = Attempt(operation, 1, time_left_s=45.0, status=status)
    return error_from_answer(attempt, status, httpx.Headers(headers), content)


def error_after(
    error: Exception, *, operation: AnyOperation = GET_TICKET, status: int | None = None, content_type: str = ""
) -> FreshdeskError:
    headers = {"content-type": content_type} if content_type else {}
    translated = error_from_exception(Attempt(operation, 1, time_left_s=45.0, status=status, headers=headers), error)
    assert translated is not None
    return translated


def plain_error_of(status: int) -> FreshdeskError:
    """Return the error of the status alone."""
    return error_of(status)


@pytest.mark.parametrize(
    ("status", "error_class"),
    [
        (400, ValidationFailedError),
        (401, AuthenticationFailedError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (405, MethodNotAllowedError),
        (409, ConflictError),
        (415, UnsupportedMediaTypeError),
        (429, RateLimitedError),
        (500, ServerFailureError),
        (502, ServerFailureError),
        (503, ServerFailureError),
        (504, ServerFailureError),
        (520, ServerFailureError),
        (599, ServerFailureError),
        (999, ServerFailureError),
        (100, UnexpectedStatusError),
        (302, UnexpectedStatusError),
        (304, UnexpectedStatusError),
        (402, UnexpectedStatusError),
        (406, UnexpectedStatusError),
        (408, UnexpectedStatusError),
        (418, UnexpectedStatusError),
        (499, UnexpectedStatusError),
    ],
)
@pytest.mark.parametrize("operation", EFFECTS, ids=lambda operation: operation.name)
def test_every_status_has_its_class(operation: AnyOperation, status: int, error_class: type[FreshdeskError]) -> None:
    error = error_of(status, operation=operation)
    assert type(error) is error_class
    assert (error.status, error.operation, error.message) == (status, operation.name, error_class.summary)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 405, 406, 409, 415, 418, 429])
@pytest.mark.parametrize("operation", EFFECTS, ids=lambda operation: operation.name)
def test_an_answer_below_500_says_that_nothing_was_changed(operation: AnyOperation, status: int) -> None:
    assert error_of(status, operation=operation).outcome is Outcome.REFUSED


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599])
@pytest.mark.parametrize(
    ("operation", "outcome", "retryable"),
    [
        (GET_TICKET, Outcome.REFUSED, True),
        (UPDATE_TICKET, Outcome.UNKNOWN, True),
        (CREATE_TICKET, Outcome.UNKNOWN, False),
    ],
    ids=["READ", "IDEMPOTENT_WRITE", "WRITE"],
)
def test_after_a_5xx_the_outcome_of_a_write_is_unknown(
    status: int, operation: AnyOperation, outcome: Outcome, *, retryable: bool
) -> None:
    error = error_of(status, operation=operation)
    assert (error.outcome, error.retryable) == (outcome, retryable)


def test_a_validation_error_has_its_fields() -> None:
    error = error_of(
        400,
        {
            "description": "Validation failed",
            "errors": [
                {"field": "email", "message": "There is no contact matching the given email", "code": "invalid_value"},
                {"field": "custom_fields.cf_plan", "message": "It should be one of these values: 'A,B'", "code": "x"},
            ],
        },
    )
    assert error.fields == (
        FieldProblem("email", "invalid_value", "There is no contact matching the given email"),
        FieldProblem("custom_fields.cf_plan", "x", "It should be one of these values: 'A,B'"),
    )
    assert error.message == ValidationFailedError.summary


def test_the_message_and_code_of_any_other_error_are_quoted() -> None:
    body = {"code": "access_denied", "message": "You are not authorized to perform this action."}
    assert error_of(403, body).message == (
        f'{ForbiddenError.summary} Freshdesk says: "You are not authorized to perform this action." (access_denied).'
    )


def test_a_message_without_a_code_is_quoted_alone() -> None:
    error = error_of(405, {"message": "PUT method is not allowed."})
    assert error.message == f'{MethodNotAllowedError.summary} Freshdesk says: "PUT method is not allowed.".'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b'[{"message": "marked-value"}]',
        b'"marked-value"',
        b"7",
        b"NaN",
        b"9" * 5000,
        b"{}",
        b'{"message": "marked-value"',
        b'{"message": 7, "code": ["marked-value"]}',
        b'{"message": {"marked-value": 1}}',
        b'{"code": "marked-value"}',
        b'{"errors": "marked-value"}',
        b'{"errors": {"field": "marked-value"}}',
        b'{"errors": ["marked-value", null, 7, []]}',
        b'{"description": "marked-value", "url": "https://acme.freshdesk.com/marked-value"}',
        b"<html><head><title>marked-value</title></head></html>",
        b"\xff\xfe marked-value",
        b'{"message": "marked-value \xff"}',
        b"[" * 100_000,
        b'{"errors":' * 100_000,
    ],
)
@pytest.mark.parametrize("status", [302, 400, 404, 429, 502])
def test_a_body_of_any_other_shape_says_nothing(status: int, body: bytes) -> None:
    error = error_of(status, body)
    assert type(error) is type(plain_error_of(status))
    assert (error.message, error.fields) == (plain_error_of(status).message, ())


def test_fields_of_the_wrong_type_are_blank_and_rows_of_the_wrong_type_left_out() -> None:
    error = error_of(400, {"errors": [{"field": 7, "message": None, "code": ["x"]}, "row", {}, {"field": "tags"}]})
    assert error.fields == (FieldProblem("", "", ""), FieldProblem("", "", ""), FieldProblem("tags", "", ""))


def test_no_more_fields_are_taken_than_a_reader_can_use_and_the_others_are_counted() -> None:
    rows = [{"field": f"f{number}", "message": "m", "code": "c"} for number in range(1000)]
    for count in (MOST_FIELDS, MOST_FIELDS + 1, 1000):
        *named, last = error_of(400, {"errors": rows[:count]}).fields
        told = named if count > MOST_FIELDS else [*named, last]
        assert [problem.field for problem in told] == [f"f{n}" for n in range(MOST_FIELDS)]
        if count > MOST_FIELDS:
            assert last == FieldProblem("errors", "more_problems", f"Freshdesk names {count - MOST_FIELDS} more")


def choices(count: int) -> str:
    return f"It should be one of these values: '{','.join(f'Choice {n:03}' for n in range(count))}'"


def message_of(message: str, **more: object) -> str:
    """Return our message for one field with Freshdesk's `message`."""
    (problem,) = error_of(
        400, {"errors": [{"field": "type", "message": message, "code": "invalid_value"} | more]}
    ).fields
    return problem.message


@pytest.mark.parametrize("before", ["", "Value set is of type String."])
def test_the_values_that_a_field_admits_are_told_whole(before: str) -> None:
    assert message_of(before + choices(300)) == before + choices(300)
    assert message_of("Should be a value in the list 'a,b'") == "Should be a value in the list 'a,b'"


def test_values_beyond_those_that_a_reader_can_use_are_counted() -> None:
    message = message_of(choices(1000))
    shown, more = message.split("… and ")
    kept = shown.count("Choice")
    assert LONGEST_CHOICES - 20 < len(message) < LONGEST_CHOICES + 20
    assert choices(1000).startswith(shown)
    assert more == f"{1000 - kept} more"


def test_the_values_of_many_fields_are_bounded_together() -> None:
    rows = [{"field": f"cf_{n}", "message": choices(300), "code": "invalid_value"} for n in range(MOST_FIELDS)]
    fields = error_of(400, {"errors": rows}).fields
    assert sum(len(problem.message) for problem in fields) < LONGEST_SENTENCES + MOST_FIELDS * (LONGEST_TEXT + 20)
    for problem in fields:
        left_out = int(problem.message.split(" and ")[1].removesuffix(" more")) if " more" in problem.message else 0
        assert problem.message.count("Choice") + left_out == 300


def test_a_long_sentence_without_values_is_cut() -> None:
    assert message_of("x" * 5000) == "x" * (LONGEST_TEXT - 1) + "…"
    assert len(message_of("It should be one of these values: '" + "x" * 50_000 + "'")) < LONGEST_CHOICES + 20


def test_the_holder_of_a_value_that_must_be_unique_is_told() -> None:
    info = {"additional_info": {"user_id": 7013}}
    assert message_of("It should be a unique value", **info) == (
        "It should be a unique value (contact or agent 7013 has it)"
    )
    for odd in ({"user_id": "7013"}, {"user_id": True}, {"user_id": 10**400}, ["x"], None):
        assert message_of("It should be a unique value", additional_info=odd) == "It should be a unique value"


@pytest.mark.parametrize(
    ("body", "error_class"),
    [
        ({"code": "access_denied", "message": "You are not authorized to perform this action."}, ForbiddenError),
        ({"code": "of_tomorrow", "message": "x"}, ForbiddenError),
        ({"code": ["x"], "message": 7}, ForbiddenError),
        ({}, ForbiddenError),
        (b"", ForbiddenError),
        (b" ", ForbiddenError),
        (
            {"code": "require_feature", "message": "The Surveys feature(s) is/are not supported."},
            FeatureUnavailableError,
        ),
        ({"code": "account_suspended"}, AccountSuspendedError),
        ({"code": "password_lockout"}, AgentLockedError),
        ({"code": "password_expired"}, AgentLockedError),
        (b"<!DOCTYPE html><html><title>Access denied</title></html>", BlockedError),
        (b"\n <html>", BlockedError),
        ({"message": "Your IP address is not allowed."}, BlockedError),
        ({"code": "access_denied", "message": "Not on the whitelist"}, BlockedError),
    ],
)
def test_a_403_asks_for_a_permission_only_where_one_is_missing(body: object, error_class: type[FreshdeskError]) -> None:
    error = error_of(403, body)
    assert type(error) is error_class
    assert error.outcome is Outcome.REFUSED
    assert ("grant the permission" in error.hint) is (error_class is ForbiddenError)


def test_a_404_of_a_ticket_says_that_it_may_be_archived() -> None:
    error = plain_error_of(404)
    error.speak_of(GET_TICKET.guidance)
    assert "archived" in error.message
    assert "archived" in error.hint


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("  two\r\n\tlines  ", "two lines"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul bell escape [31m"),
        ("next\x85line\u2028sep", "next line sep"),
        ("right\u202eto\u202cleft", "right to left"),
        ("zero\u200bwidth\ufeff", "zero width"),
        ("lone\ud800surrogate", "lone surrogate"),
        ("Grüße, 日本 🙂", "Grüße, 日本 🙂"),
        ("", ""),
        ("\n", ""),
        (None, ""),
        (7, ""),
        (True, ""),
        (["x"], ""),
        ({"x": 1}, ""),
    ],
)
def test_a_value_from_outside_becomes_one_line_of_printable_text(value: object, text: str) -> None:
    assert clean(value) == text


def test_a_text_is_cut_at_its_longest_and_shows_that_it_was() -> None:
    assert clean("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    assert clean("x" * (LONGEST_TEXT + 1)) == "x" * (LONGEST_TEXT - 1) + "…"
    assert len(clean("x" * 10_000_000)) == LONGEST_TEXT


def test_names_of_fields_and_codes_are_cut_shorter() -> None:
    name = "n" * 5000
    body = json.dumps({"message": "m", "code": name, "errors": [{"field": name, "message": "m", "code": name}]})
    error = error_from_answer(Attempt(GET_TICKET, 1, time_left_s=45.0, status=400), 400, {}, body.encode())
    assert name[:60] not in f"{error.message} {error.fields}"
    assert f"({name[:59]}…)" in error.message


def test_every_text_in_an_error_is_cleaned() -> None:
    dirty = "a\n\x1b" + "b" * 1000
    error = error_of(
        400, {"message": dirty, "code": dirty, "errors": [{"field": dirty, "message": dirty, "code": dirty}]}
    )
    (problem,) = error.fields
    for text in (error.message, problem.field, problem.message, problem.code):
        assert text.isprintable()
        assert "b" * LONGEST_TEXT not in text


def test_each_text_of_an_error_is_redacted_before_it_is_cut() -> None:
    told = {
        "message": "mA",
        "code": "cA",
        "errors": [{"field": "fA", "message": "x" * (LONGEST_TEXT - 2) + "A", "code": "A"}],
    }
    attempt = Attempt(GET_TICKET, 1, time_left_s=45.0, status=400)
    error = error_from_answer(
        attempt, 400, httpx.Headers(), json.dumps(told).encode(), lambda text: text.replace("A", "hidden")
    )
    (problem,) = error.fields
    assert error.message.endswith('"mhidden" (chidden).')
    assert (problem.field, problem.code) == ("fhidden", "hidden")
    assert problem.message == "x" * (LONGEST_TEXT - 2) + "h…"


def test_nothing_of_a_header_is_in_the_text() -> None:
    error = error_of(
        302, headers={"Location": "https://acme.freshdesk.com/login?marked-value", "Server": "marked-value"}
    )
    assert "marked-value" not in error.message + error.hint


@pytest.mark.parametrize("value", ["1f6d1c0e-8f0c-4d1c-9f6a-2f0b3c4d5e6f", "a", "a" * 64, "req_1:2.3-4"])
def test_a_request_id_that_looks_like_one_is_kept(value: str) -> None:
    assert request_id_from(httpx.Headers({"X-Request-Id": value})) == value


@pytest.mark.parametrize(
    "value",
    ["", " ", "a" * 65, "a b", "a\nb", "a\n", "<script>", "é", "https://evil.example/", "a@example.com", "\x00"],
)
def test_a_request_id_of_another_form_is_left_out(value: str) -> None:
    assert request_id_from({"x-request-id": value}) is None


def test_no_request_id_is_none() -> None:
    assert request_id_from(httpx.Headers()) is None


@pytest.mark.parametrize(("status", "retry_after_s"), [(429, 34.0), (503, 34.0), (403, None), (302, None), (400, None)])
def test_only_a_passing_failure_says_when_to_return(status: int, retry_after_s: float | None) -> None:
    assert error_of(status, headers={"Retry-After": "34"}).retry_after_s == retry_after_s


def exceptions_below(base: type[httpx.RequestError]) -> Iterator[type[httpx.RequestError]]:
    yield base
    for found in base.__subclasses__():
        yield from exceptions_below(found)


LOST = (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.UNKNOWN)
NOT_SENT = (Outcome.NOT_SENT,) * 3
BY_EXCEPTION: dict[type[Exception], tuple[type[FreshdeskError], tuple[Outcome, Outcome, Outcome]]] = {
    httpx.ConnectError: (UnreachableError, NOT_SENT),
    httpx.ConnectTimeout: (UnreachableError, NOT_SENT),
    httpx.PoolTimeout: (UnreachableError, NOT_SENT),
    httpx.ProxyError: (UnreachableError, NOT_SENT),
    httpx.UnsupportedProtocol: (UnreachableError, NOT_SENT),
    httpx.TransportError: (ReplyLostError, LOST),
    httpx.TimeoutException: (ReplyLostError, LOST),
    httpx.ReadTimeout: (ReplyLostError, LOST),
    httpx.WriteTimeout: (ReplyLostError, LOST),
    httpx.NetworkError: (ReplyLostError, LOST),
    httpx.ReadError: (ReplyLostError, LOST),
    httpx.WriteError: (ReplyLostError, LOST),
    httpx.CloseError: (ReplyLostError, LOST),
    httpx.ProtocolError: (ReplyLostError, LOST),
    httpx.LocalProtocolError: (ReplyLostError, LOST),
    httpx.RemoteProtocolError: (ReplyLostError, LOST),
    TimeoutError: (ReplyLostError, LOST),  # what the deadline of a call raises
}
AFTER_AN_ANSWER = {httpx.RequestError, httpx.DecodingError, BodyTooLargeError, httpx.TooManyRedirects}
"""The exceptions after an answer. The first is never raised itself, the last only where redirects are followed."""


def test_every_exception_of_an_exchange_is_known() -> None:
    assert set(exceptions_below(httpx.RequestError)) == BY_EXCEPTION.keys() - {TimeoutError} | AFTER_AN_ANSWER


@pytest.mark.parametrize("number", range(3), ids=["READ", "IDEMPOTENT_WRITE", "WRITE"])
@pytest.mark.parametrize("exception_class", BY_EXCEPTION)
def test_an_exchange_that_failed_without_an_answer(exception_class: type[Exception], number: int) -> None:
    error_class, outcomes = BY_EXCEPTION[exception_class]
    error = error_after(exception_class("marked-value"), operation=EFFECTS[number])
    assert type(error) is error_class
    assert (error.outcome, error.status) == (outcomes[number], None)
    assert "marked-value" not in error.message


@pytest.mark.parametrize("number", range(3), ids=["READ", "IDEMPOTENT_WRITE", "WRITE"])
@pytest.mark.parametrize(
    ("exception", "error_class"),
    [
        (httpx.ReadTimeout("x"), ReplyLostError),
        (httpx.ReadError("x"), ReplyLostError),
        (httpx.RemoteProtocolError("x"), ReplyLostError),
        (TimeoutError("x"), ReplyLostError),
        (httpx.DecodingError("x"), UnreadableReplyError),
        (BodyTooLargeError("x"), ReplyTooLargeError),
        (ValueError("x"), UnreadableReplyError),
        (KeyError("x"), UnreadableReplyError),
        (TypeError("x"), UnreadableReplyError),
        (AttributeError("x"), UnreadableReplyError),
        (RecursionError("x"), UnreadableReplyError),
    ],
)
def test_a_2xx_that_was_lost_or_cannot_be_read_means_that_a_write_was_applied(
    exception: Exception, error_class: type[FreshdeskError], number: int
) -> None:
    error = error_after(exception, operation=EFFECTS[number], status=200, content_type="application/json")
    assert type(error) is error_class
    assert error.outcome is (Outcome.REFUSED, Outcome.APPLIED, Outcome.APPLIED)[number]
    assert error.status == 200


@pytest.mark.parametrize("content_type", ["", "text/html"])
@pytest.mark.parametrize("number", range(3), ids=["READ", "IDEMPOTENT_WRITE", "WRITE"])
@pytest.mark.parametrize(
    ("exception", "error_class"),
    [
        (httpx.ReadError("x"), ReplyLostError),
        (httpx.DecodingError("x"), ForeignReplyError),
        (BodyTooLargeError("x"), ReplyTooLargeError),
        (ValueError("x"), ForeignReplyError),
    ],
)
def test_a_2xx_that_is_not_in_the_form_of_freshdesk_s_proves_nothing(
    exception: Exception, error_class: type[FreshdeskError], number: int, content_type: str
) -> None:
    error = error_after(exception, operation=EFFECTS[number], status=200, content_type=content_type)
    assert type(error) is error_class
    assert error.outcome is (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.UNKNOWN)[number]


@pytest.mark.parametrize(
    ("operation", "status", "content_type", "body", "is_done"),
    [
        (CREATE_TICKET, 201, "application/json", None, True),
        (CREATE_TICKET, 201, "application/json; charset=utf-8", b"{", True),
        (UPDATE_TICKET, 200, "application/vnd.freshdesk+json", b"{}", True),
        (CREATE_TICKET, 201, "application/json", b" \n", False),
        (CREATE_TICKET, 201, "application/json", b" <html>", False),
        (CREATE_TICKET, 201, "text/html", None, False),
        (CREATE_TICKET, 201, "application/jsonp", b"{}", False),
        (CREATE_TICKET, 201, "", b"{}", False),
        (CREATE_TICKET, 503, "application/json", b"{}", False),
        (CREATE_TICKET, None, "", None, False),
        (UPDATE_TICKET, 204, "application/json", b"", False),
        (DELETE_TICKET, 204, "", b"", True),
        (DELETE_TICKET, 204, "", None, True),
        (DELETE_TICKET, 204, "", b"<html>", False),
        (DELETE_TICKET, 200, "application/json", b"{}", False),
    ],
)
def test_an_answer_is_done_only_in_the_form_of_freshdesks_success(
    operation: AnyOperation, status: int | None, content_type: str, body: bytes | None, *, is_done: bool
) -> None:
    headers = {"content-type": content_type}
    assert Attempt(operation, 1, time_left_s=45.0, status=status, headers=headers, body=body).is_done is is_done


@pytest.mark.parametrize("status", [302, 404, 429, 502])
@pytest.mark.parametrize(
    "exception",
    [httpx.ReadTimeout("x"), httpx.DecodingError("x"), BodyTooLargeError("x"), TimeoutError(), ValueError()],
)
def test_an_error_status_says_enough_whatever_becomes_of_its_body(status: int, exception: Exception) -> None:
    error = error_after(exception, status=status)
    assert type(error) is type(plain_error_of(status))
    assert error.status == status


def test_the_headers_of_an_error_whose_body_was_lost_still_count() -> None:
    headers = httpx.Headers({"Retry-After": "34"})
    attempt = Attempt(GET_TICKET, 1, time_left_s=45.0, status=429, headers=headers, request_id="r-1")
    error = error_from_exception(attempt, httpx.ReadTimeout("x"))
    assert error is not None
    assert (error.retry_after_s, error.request_id) == (34.0, "r-1")


@pytest.mark.parametrize("exception", [TypeError("x"), AttributeError("x"), ValueError("x"), httpx.InvalidURL("x")])
def test_a_failure_to_build_the_request_is_no_error_of_freshdesk(exception: Exception) -> None:
    assert error_from_exception(Attempt(GET_TICKET, 1, time_left_s=45.0), exception) is None
