"""Structured logs on standard error: one JSON line for each event, or a readable one when a person is looking.

Nothing is ever logged but what an event holds (``telemetry.events``) and what modules say of themselves; no arguments.
"""

import dataclasses
import logging
import sys
from typing import Any

import structlog
from structlog.typing import Processor

from freshdesk_mcp_server.telemetry.events import (
    AttemptFinished,
    CooldownBegan,
    CreateReconciled,
    Event,
    RetryScheduled,
    ToolCallFinished,
)

_QUIET = ("httpx", "httpx2", "httpcore", "httpcore2", "mcp", "sse_starlette", "uvicorn.access")
"""Loggers of libraries that put URLs, arguments or a line for each request into their texts at INFO."""


_NAMES: dict[type[Event], str] = {
    RetryScheduled: "freshdesk_retry",
    CooldownBegan: "freshdesk_cooldown",
    CreateReconciled: "freshdesk_create_reconciled",
}


def configure_logging(level: str) -> None:
    """Send every log line of this process, our own and the libraries', to standard error in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering()],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def log_event(event: Event) -> None:
    """The observer that logs: attempts that failed stand out, and tool calls are the record of what was done."""
    log = structlog.stdlib.get_logger("freshdesk_mcp_server")
    facts: dict[str, Any] = {name: value for name, value in dataclasses.asdict(event).items() if value is not None}
    if "duration_s" in facts:
        facts["ms"] = round(facts.pop("duration_s") * 1000, 1)
    match event:
        case AttemptFinished():
            log.log(logging.INFO if event.code is None else logging.WARNING, "freshdesk_request", **facts)
        case ToolCallFinished():
            log.info("tool_call", **{"code": "ok"} | facts)
        case RetryScheduled() | CooldownBegan() | CreateReconciled():
            log.info(_NAMES[type(event)], **facts)


def _rendering() -> list[Processor]:
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    # Without local variables: they hold arguments, and the key.
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer()]
