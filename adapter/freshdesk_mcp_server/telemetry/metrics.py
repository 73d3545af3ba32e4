"""Prometheus metrics, counted from the logged events. Labels are our own words, never a caller's."""

from collections.abc import Callable
from typing import assert_never

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from freshdesk_mcp_server.telemetry.events import (
    AttemptFinished,
    CooldownBegan,
    CreateReconciled,
    Event,
    RetryScheduled,
    TicketRead,
    ToolCallFinished,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45)


class Metrics:
    """An observer that counts, one for each process, with a registry of its own.

    `in_flight` counts running calls. The opener of an SSE stream counts it in `sse_streams`.
    """

    def __init__(self, in_flight: Callable[[], int] = lambda: 0) -> None:
        self._registry = CollectorRegistry()
        Gauge("tool_calls_in_flight", "Tool calls under way", registry=self._registry).set_function(in_flight)
        self.sse_streams = Gauge("sse_streams", "SSE streams that are open", registry=self._registry)
        self._calls = self._counter(
            "tool_calls", "Tool calls by tool and outcome (ok or an error code)", "tool", "code"
        )
        self._call_s = self._histogram("tool_call_duration_seconds", "Duration of tool calls", "tool")
        self._requests = self._counter(
            "freshdesk_requests",
            "Requests to Freshdesk by operation and status (none without an answer)",
            "operation",
            "status",
        )
        self._unreachable = self._counter(
            "freshdesk_unreachable", "Requests for which no connection was made, by reason", "reason"
        )
        self._request_s = self._histogram("freshdesk_request_duration_seconds", "Duration of requests", "operation")
        self._retries = self._counter("freshdesk_retries", "Requests that were scheduled again", "operation")
        self._cooldowns = self._counter("freshdesk_cooldowns", "Pauses of an account after a 429")
        self._reconciled = self._counter(
            "freshdesk_creates_reconciled", "Unanswered creates that were looked for, by finding", "finding"
        )
        self._limit_left = Gauge(
            "freshdesk_rate_limit_remaining",
            "Calls left in the account's minute, as Freshdesk said last",
            registry=self._registry,
        )

    def __call__(self, event: Event) -> None:
        """Count one event."""
        match event:
            case ToolCallFinished():
                self._calls.labels(event.tool, event.code or "ok").inc()
                self._call_s.labels(event.tool).observe(event.duration_s)
            case AttemptFinished():
                self._count_attempt(event)
            case RetryScheduled():
                self._retries.labels(event.operation).inc()
            case CooldownBegan():
                self._cooldowns.inc()
            case CreateReconciled():
                self._reconciled.labels(event.finding).inc()
            case TicketRead():
                pass  # no tool call
            case _:
                assert_never(event)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self._registry)

    def _count_attempt(self, event: AttemptFinished) -> None:
        self._requests.labels(event.operation, event.status or "none").inc()
        self._request_s.labels(event.operation).observe(event.duration_s)
        if event.reason is not None:
            self._unreachable.labels(event.reason).inc()
        if event.rate_limit_remaining is not None:
            self._limit_left.set(event.rate_limit_remaining)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, registry=self._registry)

    def _histogram(self, name: str, meaning: str, *labels: str) -> Histogram:
        return Histogram(name, meaning, labels, registry=self._registry, buckets=_SECONDS)
