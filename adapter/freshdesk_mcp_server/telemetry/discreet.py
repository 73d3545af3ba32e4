"""Spans for export, without the words of callers and customers. Needs the extra ``otel``.

The SDK's spans carry words of callers: names of tools and prompts, ids of requests, the trace state. They also carry
texts of errors and of exceptions. Here only words from a known list stay; every other word is replaced.
"""

import re
from collections.abc import Collection, Mapping, Sequence

import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanContext, Status

from freshdesk_mcp_server.telemetry.tracing import SCOPE

OTHER = "other"
_OF_THE_SDK = frozenset(
    {
        *("mcp.method.name", "mcp.protocol.version", "gen_ai.operation.name", "gen_ai.tool.name", "gen_ai.prompt.name"),
        *("error.type", "rpc.response.status_code"),
    }
)
_WORDS_OF_THE_SDK = frozenset({"MCP", "send", "execute_tool", "tool_error"})
_CODE_OR_DATE = re.compile(r"-?[0-9][0-9-]{0,11}")
_NAME_IN_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,63}")

log = structlog.get_logger(__name__)


class DiscreetExporter(SpanExporter):
    """Exports spans through `inner`, cut to known words; `words` are the names that may stand in a span."""

    def __init__(self, inner: SpanExporter, words: Collection[str]) -> None:
        self._inner = inner
        self._words = _WORDS_OF_THE_SDK.union(words)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export copies, and log a failure in one line of our own."""
        result = self._inner.export([self._discreet(span) for span in spans])
        if result is not SpanExportResult.SUCCESS:
            log.warning("spans_not_exported", count=len(spans), because="the collector did not take them")
        return result

    def shutdown(self) -> None:
        """Export nothing more."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Wait for the exports under way."""
        return self._inner.force_flush(timeout_millis)

    def _discreet(self, span: ReadableSpan) -> ReadableSpan:
        is_ours = span.instrumentation_scope is not None and span.instrumentation_scope.name == SCOPE
        attributes = span.attributes or {}
        return ReadableSpan(
            name=span.name if is_ours else " ".join(map(self._word, span.name.split(" ")[:3])),
            context=_bare(span.context),
            parent=_bare(span.parent),
            resource=span.resource,
            attributes=attributes if is_ours else self._attributes(attributes),
            links=[Link(bare) for link in span.links if (bare := _bare(link.context))],
            kind=span.kind,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )

    def _attributes(self, attributes: Mapping[str, object]) -> dict[str, str]:
        return {
            name: self._word(str(value)) if name != "error.type" else self._type(str(value))
            for name, value in attributes.items()
            if name in _OF_THE_SDK
        }

    def _word(self, word: str) -> str:
        return word if word in self._words or _CODE_OR_DATE.fullmatch(word) else OTHER

    def _type(self, name: str) -> str:
        """Return the class of an exception, which is a name in somebody's code."""
        return name if _NAME_IN_CODE.fullmatch(name) else self._word(name)


def _bare(context: SpanContext | None) -> SpanContext | None:
    """Return the same place in the trace, without the state that a caller may have added."""
    if context is None:
        return None
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)
