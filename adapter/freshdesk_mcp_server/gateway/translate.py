"""Translation of a failed answer, or of a failed exchange, into one of our errors. No I/O and no state.

Answers of Freshdesk, and of the network in front of it, are untrusted: any status, header and body give exactly one
`FreshdeskError`. Its text consists of our own sentences and of single values cleaned by `clean`. The decision to repeat
is not here, but in ``retry``.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx

from freshdesk_mcp_server.errors import (
    ERROR_BY_CODE_OF_403,
    ERROR_BY_STATUS,
    BlockedError,
    FieldProblem,
    ForeignReplyError,
    FreshdeskError,
    Outcome,
    ReplyLostError,
    ReplyTooLargeError,
    ServerFailureError,
    UnexpectedStatusError,
    UnreachableError,
    UnreadableReplyError,
)
from freshdesk_mcp_server.gateway.attempt import Attempt
from freshdesk_mcp_server.gateway.body import BodyTooLargeError
from freshdesk_mcp_server.gateway.operation import Effect
from freshdesk_mcp_server.gateway.ratelimit import retry_after_s_from
from freshdesk_mcp_server.gateway.reasons import reason_of

LONGEST_TEXT = 200
LONGEST_NAME = 60
"""Characters of the name of a field, or of a code, at most."""
LONGEST_CHOICES = 4_000
"""Characters, at most, of a sentence that lists the choices of a field: an account may have hundreds."""
LONGEST_SENTENCES = 8_000
"""Characters of all sentences of one answer, at most; even beyond it, each may have `LONGEST_TEXT`."""
MOST_FIELDS = 20
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""The errors that httpx raises before it sends the first byte of a request."""

type Redact = Callable[[str], str]
"""Returns a text without its secrets."""

_CHOICES = re.compile(r"\b(?:one of|in the list)\b.{0,40}'", re.IGNORECASE)
_ABOUT_ADDRESS = re.compile(r"\bIP\b|(?i:white|allow)-?list")
_REQUEST_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)


def error_from_answer(
    attempt: Attempt, status: int, headers: Mapping[str, str], body: bytes, redact: Redact = str
) -> FreshdeskError:
    """Return the error of an answer with a status outside of 2xx; `redact` removes secrets from its texts.

    https://developers.freshdesk.com/api/#error. The body of a 400 is ``{"description", "errors": [{"field", "message",
    "code"}]}``, that of a 404 is blank, and others are ``{"code", "message"}``. The network in front of Freshdesk may
    send HTML.
    """
    told = _json_object(body)
    retry_after_s = retry_after_s_from(headers, now=datetime.now(UTC))
    error_class: type[FreshdeskError] = ERROR_BY_STATUS.get(status, UnexpectedStatusError)
    outcome = Outcome.REFUSED
    if status == 403:
        error_class = _class_of_403(told, is_page=body.lstrip()[:1] == b"<")
    if status >= 500:
        error_class, outcome = ServerFailureError, _if_write(attempt, Outcome.UNKNOWN)
    return error_class(
        attempt.operation.name,
        outcome=outcome,
        repeatable=_is_repeatable(attempt),
        status=status,
        request_id=attempt.request_id,
        retry_after_s=retry_after_s if error_class.transient else None,
        detail=_detail(told, redact),
        fields=_field_problems(told, redact),
    )


def error_from_exception(attempt: Attempt, error: Exception) -> FreshdeskError | None:
    """Return the error of a failed exchange, or None if `error` did not come from the exchange.

    A failure to build the request, say, is a defect of ours, not a failure of Freshdesk.
    """
    if attempt.status is not None and not attempt.is_answered_2xx:
        return error_from_answer(attempt, attempt.status, attempt.headers, b"")  # the status alone decides
    if isinstance(error, NEVER_SENT):
        return UnreachableError(
            attempt.operation.name,
            outcome=Outcome.NOT_SENT,
            repeatable=_is_repeatable(attempt),
            reason=reason_of(error),
        )
    if isinstance(error, BodyTooLargeError):
        return _error(ReplyTooLargeError, attempt, _if_write(attempt, _outcome_of_success(attempt)))
    if isinstance(error, httpx.DecodingError):
        return unreadable_reply(attempt)
    if isinstance(error, httpx.TransportError | TimeoutError):
        return _error(ReplyLostError, attempt, _if_write(attempt, _outcome_of_success(attempt)))
    # The generated parser fails in many ways, but only after a 2xx.
    return unreadable_reply(attempt) if attempt.is_answered_2xx else None


def unreadable_reply(attempt: Attempt) -> FreshdeskError:
    """Return the error of a 2xx answer that breaks the specification, or that does not come from Freshdesk."""
    error_class = UnreadableReplyError if attempt.is_done else ForeignReplyError
    return _error(error_class, attempt, _if_write(attempt, _outcome_of_success(attempt)))


def request_id_from(headers: Mapping[str, str]) -> str | None:
    """Return the X-Request-Id of a message, or None if it is missing or invalid: it goes into logs."""
    value = headers.get("x-request-id", "")
    return value if _REQUEST_ID.fullmatch(value) else None


def clean(value: object, redact: Redact = str, limit: int = LONGEST_TEXT) -> str:
    """Return an untrusted value as one line of printable text, at most `limit` characters, without secrets."""
    text = redact(value) if isinstance(value, str) else ""  # redacted after the cut, a part of a secret could be left
    return _cut(_line(text, limit), limit)


def _line(text: str, limit: int) -> str:
    # The body may be large, and each step costs time.
    return " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _sentence(value: object, redact: Redact, limit: int) -> str:
    """Return Freshdesk's message about a field, cleaned, with all its choices or the number of those left out."""
    text = redact(value) if isinstance(value, str) else ""
    line = _line(text, limit)
    if not _CHOICES.search(line[:LONGEST_TEXT]):
        return _cut(line, LONGEST_TEXT)
    if len(line) <= limit:
        return line
    shown = line[:limit].rpartition(",")[0] or line[: limit - 1]
    return f"{shown}… and {text.count(',') - shown.count(','):,} more"


def _error[E: FreshdeskError](error_class: type[E], attempt: Attempt, outcome: Outcome) -> E:
    return error_class(
        attempt.operation.name,
        outcome=outcome,
        repeatable=_is_repeatable(attempt),
        status=attempt.status,
        request_id=attempt.request_id,
    )


def _outcome_of_success(attempt: Attempt) -> Outcome:
    """Return APPLIED only if Freshdesk itself answered: the 2xx of another program proves nothing."""
    return Outcome.APPLIED if attempt.is_done else Outcome.UNKNOWN


def _is_repeatable(attempt: Attempt) -> bool:
    return attempt.operation.effect is not Effect.WRITE


def _if_write(attempt: Attempt, outcome: Outcome) -> Outcome:
    """Return `outcome` for a write; a read changes nothing, so it is REFUSED."""
    return Outcome.REFUSED if attempt.operation.effect is Effect.READ else outcome


def _json_object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _detail(told: Mapping[str, object], redact: Redact) -> str:
    message, code = clean(told.get("message"), redact), clean(told.get("code"), redact, LONGEST_NAME)
    if not message:
        return ""
    return f'Freshdesk says: "{message}"' + (f" ({code})." if code else ".")


def _class_of_403(told: Mapping[str, object], *, is_page: bool) -> type[FreshdeskError]:
    code, message = told.get("code"), told.get("message")
    if is_page or (isinstance(message, str) and _ABOUT_ADDRESS.search(message[:LONGEST_TEXT])):
        return BlockedError
    return ERROR_BY_CODE_OF_403.get(code, ERROR_BY_STATUS[403]) if isinstance(code, str) else ERROR_BY_STATUS[403]


def _field_problems(told: Mapping[str, object], redact: Redact) -> list[FieldProblem]:
    errors = told.get("errors")
    rows = [row for row in errors if isinstance(row, dict)] if isinstance(errors, list) else []
    left = LONGEST_SENTENCES
    problems = []
    for row in rows[:MOST_FIELDS]:
        message = _sentence(row.get("message"), redact, max(LONGEST_TEXT, min(LONGEST_CHOICES, left)))
        left -= len(message)
        field, code = (clean(row.get(name), redact, LONGEST_NAME) for name in ("field", "code"))
        problems.append(FieldProblem(field, code, message + _holder(row)))
    more = len(rows) - len(problems)
    return [*problems, FieldProblem("errors", "more_problems", f"Freshdesk names {more:,} more")] if more else problems


def _holder(row: Mapping[str, object]) -> str:
    """Return the contact or agent that has a value that must be unique, if the answer names one."""
    info = row.get("additional_info")
    user_id = info.get("user_id") if isinstance(info, dict) else None
    return f" (contact or agent {user_id} has it)" if type(user_id) is int and abs(user_id) < 2**63 else ""
