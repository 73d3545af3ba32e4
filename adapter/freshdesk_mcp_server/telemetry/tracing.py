"""Spans: one for each request to Freshdesk, inside the one that the SDK makes for each MCP message.

Only the API of OpenTelemetry is needed for that, and it does nothing until somebody installs a provider:
`exporting_spans`, which needs the extra ``otel``, or a program that this server is a part of. As with events, no span
of ours holds an argument, a subject, an address, a body or a secret; ``export`` sees to those of the SDK.
"""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode

from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.telemetry.events import AttemptFinished

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

__all__ = ["Span", "attempt_span", "describe_attempt", "exporting_spans"]

SCOPE = "freshdesk_mcp_server"
LAST_SPANS_S = 0.5
"""How long the end of the process waits for the last spans to be taken."""

log = structlog.get_logger(__name__)

_tracer = trace.get_tracer(SCOPE, __version__)


@contextmanager
def attempt_span(operation: str) -> Iterator[Span]:
    """The span of one request to Freshdesk; `describe_attempt` says how it ended."""
    with _tracer.start_as_current_span(
        f"freshdesk {operation}", kind=SpanKind.CLIENT, record_exception=False, set_status_on_exception=False
    ) as span:
        yield span


def describe_attempt(span: Span, event: AttemptFinished) -> None:
    """Say in `span` what `event` says, in the words of OpenTelemetry where it has some (semantic conventions, HTTP)."""
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


@contextmanager
def exporting_spans(words: Collection[str]) -> Iterator[None]:
    """Export all spans by OTLP over HTTP as long as the context lasts, to where OpenTelemetry's own variables say.

    `words` are the names that may stand in a span: methods of the protocol, tools, prompts. Without the extra ``otel``,
    or with variables that make no sense, there is a warning and nothing else: they are often set for a whole machine.
    """
    try:
        provider = _create_provider(words)
    except ImportError:
        log.warning("spans_not_exported", because="freshdesk-mcp-server[otel] is not installed")
    except Exception as error:  # noqa: BLE001  # OpenTelemetry has no error of its own for a wrong variable
        log.warning("spans_not_exported", because="a variable OTEL_... is wrong", exception=type(error).__name__)
    else:
        with _installed(provider):
            yield
        return
    yield


def _create_provider(words: Collection[str]) -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # the extra
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    from freshdesk_mcp_server.telemetry.export import DiscreetExporter  # noqa: PLC0415

    ours = Resource({"service.name": "freshdesk-mcp-server", "service.version": __version__})
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(DiscreetExporter(OTLPSpanExporter(), words)))
    return provider


@contextmanager
def _installed(provider: "TracerProvider") -> Iterator[None]:
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        # In a thread, because it tries for many seconds to reach a collector that is not there.
        ending = threading.Thread(target=provider.shutdown, daemon=True)
        ending.start()
        ending.join(LAST_SPANS_S)
