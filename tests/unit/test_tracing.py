"""Spans: one for each request to Freshdesk, without words of a caller or a customer."""

import sys
from collections.abc import Iterator, Sequence

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    TraceState,
)
from structlog.testing import capture_logs

from freshdesk_mcp_server.telemetry import tracing
from freshdesk_mcp_server.telemetry.discreet import DiscreetExporter
from freshdesk_mcp_server.telemetry.export import exporting_spans
from support.tickets import ticket_body
from support.tools import client_over


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("tests"))
    yield exporter
    provider.shutdown()


def facts(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


@pytest.mark.anyio
async def test_each_request_is_one_span_that_names_its_end(spans: InMemorySpanExporter) -> None:
    answers = iter(
        [
            httpx.Response(503, headers={"Retry-After": "0", "X-Request-Id": "r-1"}),
            httpx.Response(200, json=ticket_body(), headers={"X-Request-Id": "r-2"}),
        ]
    )
    async with client_over(lambda _: next(answers)) as client:
        await client.call_tool("freshdesk_get_ticket", {"ticket_id": 17})
    first, second = spans.get_finished_spans()
    assert (first.name, first.kind) == ("freshdesk get_ticket", SpanKind.CLIENT)
    assert facts(first) == {
        "freshdesk.operation": "get_ticket",
        "freshdesk.request_id": "r-1",
        "http.response.status_code": 503,
        "error.type": "server_failure",
    }
    assert first.status.status_code is StatusCode.ERROR
    assert facts(second) == {
        "freshdesk.operation": "get_ticket",
        "freshdesk.request_id": "r-2",
        "http.request.resend_count": 1,
        "http.response.status_code": 200,
    }
    assert second.status.status_code is StatusCode.UNSET


@pytest.mark.anyio
async def test_a_span_tells_nothing_of_an_exception_but_its_code(spans: InMemorySpanExporter) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"marked {request.url}", request=request)

    async with client_over(answer, max_attempts=1) as client:
        await client.call_tool("freshdesk_list_tickets", {"email": "marked@example.com"})
    (span,) = spans.get_finished_spans()
    assert facts(span) == {"freshdesk.operation": "list_tickets", "error.type": "unreachable"}
    assert (span.events, span.status.description) == ((), None)
    assert "marked" not in span.to_json()


def test_without_the_extra_there_is_a_warning_and_no_export(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with capture_logs() as logs, exporting_spans(()):
        pass
    assert [(line["event"], line["log_level"]) for line in logs] == [("spans_not_exported", "warning")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_BSP_SCHEDULE_DELAY", "0"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "x"),
    ],
)
def test_a_variable_that_makes_no_sense_is_a_warning_and_no_crash(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with capture_logs() as logs, exporting_spans(()):
        pass
    (line,) = [line for line in logs if line["log_level"] == "warning"]
    assert (line["event"], line["because"]) == ("spans_not_exported", "a variable OTEL_... is wrong")


@pytest.fixture
def exported() -> Iterator[tuple[Tracer, InMemorySpanExporter]]:
    """Return a tracer like the SDK's, and the spans that leave the process."""
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(DiscreetExporter(memory, {"tools/call", "freshdesk_get_ticket"})))
    yield provider.get_tracer("mcp-python-sdk"), memory
    provider.shutdown()


@pytest.mark.parametrize(
    ("name", "exported_as"),
    [
        ("tools/call freshdesk_get_ticket", "tools/call freshdesk_get_ticket"),
        ("tools/call marked", "tools/call other"),
        ("marked ada@example.com", "other other"),
        ("MCP send marked", "MCP send other"),
    ],
)
def test_a_name_leaves_only_if_it_is_one_of_ours(
    exported: tuple[Tracer, InMemorySpanExporter], name: str, exported_as: str
) -> None:
    tracer, memory = exported
    with tracer.start_as_current_span(name):
        pass
    assert [span.name for span in memory.get_finished_spans()] == [exported_as]


def test_only_harmless_parts_of_a_span_of_the_sdk_leave(
    exported: tuple[Tracer, InMemorySpanExporter],
) -> None:
    tracer, memory = exported
    state = TraceState([("marked", "marked")])
    parent = SpanContext(0x1234, 0x56, is_remote=True, trace_flags=TraceFlags(1), trace_state=state)
    attributes = {
        "mcp.method.name": "tools/call",
        "mcp.protocol.version": "2026-07-28",
        "gen_ai.tool.name": "marked",
        "jsonrpc.request.id": "marked",
        "rpc.response.status_code": "-32602",
        "error.type": "ValueError",
        "marked": "marked",
    }
    context = trace.set_span_in_context(NonRecordingSpan(parent))
    links = [Link(parent, {"marked": "marked"})]
    with tracer.start_as_current_span("tools/call", context=context, attributes=attributes, links=links) as span:
        span.record_exception(ValueError("marked"))
        span.set_status(StatusCode.ERROR, "marked")
    (left,) = memory.get_finished_spans()
    assert facts(left) == {
        "mcp.method.name": "tools/call",
        "mcp.protocol.version": "2026-07-28",
        "gen_ai.tool.name": "other",
        "rpc.response.status_code": "-32602",
        "error.type": "ValueError",
    }
    assert (left.context and left.context.trace_id, left.parent and left.parent.span_id) == (0x1234, 0x56)
    assert left.status.status_code is StatusCode.ERROR
    assert "marked" not in left.to_json()


def test_a_collector_that_takes_nothing_is_one_line() -> None:
    class Failing(InMemorySpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            del spans
            return SpanExportResult.FAILURE

    with capture_logs() as logs:
        DiscreetExporter(Failing(), ()).export([])
    assert [line["event"] for line in logs] == ["spans_not_exported"]
