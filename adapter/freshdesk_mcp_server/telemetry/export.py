"""Exports spans by OTLP where OpenTelemetry's own variables ask for it. Needs the extra ``otel`` once it is used.

``discreet`` decides which words of a span may leave this process.
"""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from opentelemetry import trace

from freshdesk_mcp_server import __version__

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

LAST_SPANS_S = 0.5
"""Seconds that the end of the process waits for the export of the last spans."""

log = structlog.get_logger(__name__)


@contextmanager
def exporting_spans(words: Collection[str]) -> Iterator[None]:
    """Export all spans by OTLP over HTTP as long as the context lasts, to where OpenTelemetry's own variables say.

    `words` are the names that may stand in a span: methods of the protocol, tools, prompts. Without the extra ``otel``,
    or with invalid variables, log a warning and export nothing. Such variables are often set for a whole machine.
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

    from freshdesk_mcp_server.telemetry.discreet import DiscreetExporter  # noqa: PLC0415

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
