"""Spans: one for each request to Freshdesk, inside the span that the SDK makes for each MCP message.

Only the API of OpenTelemetry is used here. It does nothing until somebody installs a provider: ``export``, or a program
that this server is a part of. No span of ours holds an argument, a subject, an address, a body or a secret.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode

from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.telemetry.events import AttemptFinished

__all__ = ["SCOPE", "Span", "attempt_span", "describe_attempt"]

SCOPE = "freshdesk_mcp_server"

_tracer = trace.get_tracer(SCOPE, __version__)


@contextmanager
def attempt_span(operation: str) -> Iterator[Span]:
    """Open the span of one request to Freshdesk; `describe_attempt` records its end."""
    with _tracer.start_as_current_span(
        f"freshdesk {operation}", kind=SpanKind.CLIENT, record_exception=False, set_status_on_exception=False
    ) as span:
        yield span


def describe_attempt(span: Span, event: AttemptFinished) -> None:
    """Record `event` in `span`, by OpenTelemetry's names where it has some (semantic conventions, HTTP)."""
    known = {
        "freshdesk.operation": event.operation,
        "freshdesk.request_id": event.freshdesk_request_id,
        "http.request.resend_count": event.attempt - 1 or None,
        "http.response.status_code": event.status,
        "error.type": event.code and str(event.code),
    }
    span.set_attributes({name: value for name, value in known.items() if value is not None})
    if event.code is not None:
        span.set_status(StatusCode.ERROR)
