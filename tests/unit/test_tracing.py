"""Spans: one for each request to Freshdesk, and nothing in it that a caller or a customer has written."""

import sys
from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from structlog.testing import capture_logs

from freshdesk_mcp_server.telemetry import tracing
from freshdesk_mcp_server.telemetry.tracing import exporting_spans
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
async def test_each_request_is_one_span_that_says_how_it_ended(spans: InMemorySpanExporter) -> None:
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
    with capture_logs() as logs, exporting_spans():
        pass
    assert [(line["event"], line["log_level"]) for line in logs] == [("spans_not_exported", "warning")]
