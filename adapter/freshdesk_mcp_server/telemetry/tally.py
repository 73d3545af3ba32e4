"""The number of requests to Freshdesk for one tool call, which is logged with it.

The gateway sends the requests, and the tools report the call. Neither passes the other anything else, so the count is
in a context variable. Concurrent calls run in tasks of their own and never see each other's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class RequestsSent:
    """The requests sent to Freshdesk so far for one tool call."""

    count: int = 0
    last_id: str | None = None


_requests_sent: ContextVar[RequestsSent | None] = ContextVar("requests_sent", default=None)


@contextmanager
def counting_requests() -> Iterator[RequestsSent]:
    """Count the requests that `note_request` reports in this task and the tasks that it starts."""
    sent = RequestsSent()
    token = _requests_sent.set(sent)
    try:
        yield sent
    finally:
        _requests_sent.reset(token)


def note_request(freshdesk_request_id: str | None) -> None:
    """Note that a request has been sent, and the id that Freshdesk gave it, if any."""
    if sent := _requests_sent.get():
        sent.count += 1
        sent.last_id = freshdesk_request_id or sent.last_id
