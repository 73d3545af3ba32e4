"""Requests and answers as plain values, and the headers that every answer of Freshdesk carries.

Here: reading a request, building an answer. Not here: deciding about an answer (resources/), and sending it
(delivery.py).
"""

import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final, NoReturn

from starlette import requests
from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from freshdesk_sandbox.kinds import JsonObject

API_VERSION: Final = "x-freshdesk-api-version"
JSON_TYPE: Final = "application/json; charset=utf-8"

# Seen on every recorded answer, whatever the operation.
_ALWAYS: Final = {
    "x-xss-protection": "1; mode=block",
    "x-content-type-options": "nosniff",
    "pragma": "no-cache",
    "cache-control": "no-store",
    "expires": "Wed, 13 Oct 2010 00:00:00 UTC",
    "x-fw-ratelimiting-managed": "true",
    "server": "cloudflare",
    "cf-cache-status": "DYNAMIC",
}

# Code and message of errors that do not depend on the operation. The body of a 429 is attested to be empty
# (turned_away). The message is for an account that sends one all the same.
_USUAL_ERRORS: Final[dict[int, tuple[str | None, str]]] = {
    401: ("invalid_credentials", "You have to be logged in to perform this action."),
    403: ("access_denied", "You are not authorized to perform this action."),
    429: (None, "You have exceeded the limit of requests per minute."),
    500: (None, "We're sorry, but something went wrong."),  # attested with the code internal_error too
}


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, read in full."""

    method: str
    path: str
    base_url: str
    query: list[tuple[str, str]]
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. Header names are lower case; a body of None means that there is none, as with a 204."""

    status: int
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """Raised where a request is turned down; carries the answer to send."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Read the whole request.

    Raises:
        starlette.requests.ClientDisconnect: the caller went away before its body was complete.
    """
    request = requests.Request(scope, receive)
    base_url = f"{request.url.scheme}://{request.url.netloc}"
    query = request.query_params.multi_items()
    return Request(request.method, scope["path"], base_url, query, request.headers, await request.body())


def parse_body(body: bytes) -> JsonObject:
    """Return the JSON object of a request.

    Raises:
        Refused: 400 invalid_json; that a value which is no object is refused so too is not established.
    """
    try:
        value = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused(error_answer(400, "Request body has invalid json format", "invalid_json"))
    return value


def encoded(value: object) -> bytes:
    """Return `value` as compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_answer(status: int, value: object, **headers: str) -> Answer:
    """Return an answer with `value` as its JSON body."""
    return Answer(status, encoded(value), {"content-type": JSON_TYPE, **headers})


def blank_answer() -> Answer:
    """Return the 404 of Freshdesk: one space under a JSON content type."""
    return Answer(404, b" ", {"content-type": JSON_TYPE})


def error_answer(status: int, message: str, code: str | None = None, **headers: str) -> Answer:
    """Return an error of the single kind. Source: https://developers.freshdesk.com/api/#error."""
    body = {"message": message} if code is None else {"code": code, "message": message}
    return json_answer(status, body, **headers)


def usual_error(status: int, code: str | None = None) -> Answer:
    """Return the error of the single kind that goes with `status`, whatever the request was.

    A `code` takes the place of the usual one. The message beside most codes is not established.
    """
    usual, message = _USUAL_ERRORS.get(status, (None, f"Answered {status_line(status)}."))
    if code is not None and usual not in {None, code}:
        message = f"Answered {status_line(status)}: {code}."
    return error_answer(status, message, code or usual)


def not_allowed(method: str, allowed: tuple[str, ...]) -> Answer:
    """Return the 405; its Allow header is not established, but HTTP asks for one."""
    message = f"{method} method is not allowed. It should be one of these method(s): {', '.join(allowed)}"
    return error_answer(405, message, allow=", ".join(allowed))


def turned_away() -> Answer:
    """Return the 429 of Freshdesk: no body at all, under a JSON content type."""
    return Answer(429, b"", {"content-type": JSON_TYPE})


def status_line(status: int) -> str:
    """Return the value of the literal `status` header, such as `200 OK`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:  # 520 and its kind come from the edge and have no phrase
        return str(status)


def dressed(answer: Answer, *, method: str, rate_headers: dict[str, str], date: datetime | None) -> Answer:
    """Return `answer` with the headers that Freshdesk adds to each one; without a `date` it is not dated."""
    headers = {**answer.headers, **_ALWAYS, **rate_headers}
    if date is not None:
        headers["date"] = format_datetime(date, usegmt=True)
    headers["status"] = status_line(answer.status)
    headers["x-request-id"] = str(uuid.uuid4())
    if answer.status != 404:  # recorded without it
        headers[API_VERSION] = "latest=v2; requested=v2"
    if method == "GET":
        headers["vary"] = "accept-encoding"
    return replace(answer, headers=headers)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
