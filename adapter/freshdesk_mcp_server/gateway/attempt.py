"""One request to Freshdesk: what is asked of it beforehand, and what has been seen of its answer so far.

The generated functions take neither a deadline nor a hook of their own, so the hooks of the one httpx client find the
attempt they belong to in a context variable. Concurrent calls run in tasks of their own and never see each other's.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from freshdesk_mcp_server.gateway.operation import AnyOperation

_JSON = re.compile(r"application/(?:[\w.-]+\+)?json\b", re.IGNORECASE)


@dataclass(slots=True)
class Attempt:
    """The `number`-th request of a call.

    `status`, `headers` and `request_id` are empty until an answer begins, `body` is None until a whole one is there.
    `asked_for` is the number of the resource in the URL of the request, once that is sent; None if there is none.
    """

    operation: AnyOperation
    number: int
    time_left_s: float
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    request_id: str | None = None
    asked_for: int | None = None
    body: bytes | None = None

    @property
    def is_answered_2xx(self) -> bool:
        """Whether a success was answered, whatever came of the body."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_done(self) -> bool:
        """True if Freshdesk has said that it did what was asked: in JSON, or by an empty 204 if that is its success."""
        if self.operation.has_no_content or self.status == 204:
            return self.operation.has_no_content and self.status == 204 and not (self.body or b"").strip()
        is_json = _JSON.match(self.headers.get("content-type", "").strip()) is not None
        return self.is_answered_2xx and is_json and (self.body is None or self.body.lstrip()[:1] not in (b"", b"<"))


_current: ContextVar[Attempt] = ContextVar("attempt")


@contextmanager
def attempt_in_progress(attempt: Attempt) -> Iterator[None]:
    """Make `attempt` the one that the hooks of the httpx client find, in this task."""
    token = _current.set(attempt)
    try:
        yield
    finally:
        _current.reset(token)


def current_attempt() -> Attempt:
    """The attempt under way in this task; a LookupError outside of `Gateway.call` is a defect."""
    return _current.get()
