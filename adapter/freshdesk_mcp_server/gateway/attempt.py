"""The state of one request to Freshdesk: its operation, its time left, and its answer so far.

A context variable holds the attempt for the hooks of the httpx client: the generated functions take neither deadlines
nor hooks. Concurrent calls run in separate tasks and never see each other's attempt. Sending is not here, but in
``gateway``.
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

    `status`, `headers` and `request_id` are empty until an answer begins. `body` is None until it was read completely.
    `asked_for` is the number of the resource in the URL of the sent request; None if the URL has none.
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
        """True if the status is a success, even if the body was lost."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_done(self) -> bool:
        """True if the answer proves that Freshdesk did it: a 2xx in JSON, or an empty 204 where that is the success."""
        if self.operation.has_no_content or self.status == 204:
            return self.operation.has_no_content and self.status == 204 and not (self.body or b"").strip()
        is_json = _JSON.match(self.headers.get("content-type", "").strip()) is not None
        return self.is_answered_2xx and is_json and (self.body is None or self.body.lstrip()[:1] not in (b"", b"<"))


_current: ContextVar[Attempt] = ContextVar("attempt")


@contextmanager
def attempt_in_progress(attempt: Attempt) -> Iterator[None]:
    """Make `attempt` the attempt of this task, for the hooks of the httpx client."""
    token = _current.set(attempt)
    try:
        yield
    finally:
        _current.reset(token)


def current_attempt() -> Attempt:
    """Return the attempt under way in this task.

    Raises:
        LookupError: No `Gateway.call` is under way in this task, which is a defect.
    """
    return _current.get()
