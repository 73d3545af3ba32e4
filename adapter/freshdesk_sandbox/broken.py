"""The look of a faulty answer.

Here: turning the real answer into the one that a fault asks for. Not here: delays, drops and drips (delivery.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from freshdesk_sandbox.faults import Fault
from freshdesk_sandbox.problems import Problem, refusal
from freshdesk_sandbox.wire import API_VERSION, JSON_TYPE, Answer, blank_answer, status_line, turned_away, usual_error

HUGE: Final = 10_000_000
_WITHOUT_BODY: Final = frozenset({204, 304})
# Headers that belong to the real answer's status.
_OF_REAL: Final = frozenset({"location", "link", "allow", "retry-after"})
# In words of our own: none of these pages is recorded.
_PAGE: Final = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"
_FAILED: Final = ("Something went wrong", "The page could not be shown. Please try again later.")
_BLOCKED: Final = ("Access denied", "Your IP address is not allowed to reach this helpdesk.")


def disguised(real: Answer, fault: Fault) -> Answer:
    """Return the answer that `fault` makes of `real`."""
    status = fault.status or real.status
    body, content_headers = _content(real, status, fault)
    headers = {name: value for name, value in real.headers.items() if fault.status is None or name not in _OF_REAL}
    headers |= {"status": status_line(status), **content_headers}
    if status == 404:
        headers.pop(API_VERSION, None)
    if status in _WITHOUT_BODY:
        body = None
        headers = {name: value for name, value in headers.items() if not name.startswith("content-")}
    return Answer(status, body, _overridden(headers, fault.headers))


def _overridden(headers: dict[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    changed: dict[str, str | None] = {**headers, **{name.lower(): value for name, value in changes.items()}}
    return {name: value for name, value in changed.items() if value is not None}


def _content(real: Answer, status: int, fault: Fault) -> tuple[bytes | None, dict[str, str]]:
    if fault.code is not None:
        return _content_of(usual_error(status, fault.code))
    if fault.body == "real":
        return _content_of(real if status < 300 or status == real.status else error_of(status))
    body, headers = _MAKERS[fault.body](replace(real, status=status))
    return body, headers if fault.body == "huge" else {**headers, "content-length": str(len(body))}


def _content_of(answer: Answer) -> tuple[bytes | None, dict[str, str]]:
    return answer.body, {name: value for name, value in answer.headers.items() if name == "content-type"}


def error_of(status: int) -> Answer:
    """Return the error that Freshdesk sends with `status`, as far as it is known; else a message alone."""
    if status == 400:
        return refusal([Problem("subject", "It should not be blank as this is a mandatory field", "invalid_value")])
    if status == 404:
        return blank_answer()
    if status == 429:
        return turned_away()
    return usual_error(status)


type _Maker = Callable[[Answer], tuple[bytes, dict[str, str]]]


def _page(status: int) -> bytes:
    return _PAGE.format(*(_BLOCKED if status == 403 else _FAILED)).encode()


def _wrong_shape(real: Answer) -> bytes:
    # An object where a list belongs, a list where an object does.
    return b'{"unexpected":true}' if (real.body or b"").startswith(b"[") else b'["unexpected"]'


def _json(body: bytes) -> tuple[bytes, dict[str, str]]:
    return body, {"content-type": JSON_TYPE}


_MAKERS: Final[Mapping[str, _Maker]] = {
    "json": lambda real: _json(usual_error(real.status).body or b""),
    "html": lambda real: (_page(real.status), {"content-type": "text/html; charset=utf-8"}),
    "empty": lambda _: _json(b""),
    "blank": lambda _: _json(b" "),
    "truncated": lambda real: _json((real.body or b"")[: len(real.body or b"") // 2]),
    "not_json": lambda _: _json(b"This is not JSON."),
    "wrong_shape": lambda real: _json(_wrong_shape(real)),
    "broken_gzip": lambda _: (b"This is not gzip.", {"content-type": JSON_TYPE, "content-encoding": "gzip"}),
    "huge": lambda _: _json(b'{"id":1,"subject":"' + b"x" * (HUGE - 21) + b'"}'),
    "invalid_utf8": lambda _: _json(b'{"id":1,"subject":"\xff\xfe"}'),
}
