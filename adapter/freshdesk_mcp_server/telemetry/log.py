"""Structured logs on standard error: one JSON line for each event, or a readable line on a terminal.

Log lines hold fields of events (``telemetry.events``) and fixed texts of modules, never arguments. A library's message,
or the text of an exception, may hold words of callers or customers. Of both only the place is logged, and of an
exception also its type.
"""

import dataclasses
import logging
import sys
import traceback
import uuid
from contextlib import AbstractContextManager, nullcontext
from typing import Any, assert_never

import structlog
from structlog.typing import EventDict, Processor

from freshdesk_mcp_server.telemetry.events import (
    AttemptFinished,
    CooldownBegan,
    CreateReconciled,
    Event,
    RetryScheduled,
    TicketRead,
    ToolCallFinished,
)

_QUIET = ("httpx", "httpx2", "httpcore", "httpcore2", "mcp", "sse_starlette", "uvicorn.access")
"""Loggers of libraries that have a line for each request at INFO."""
_SILENT = ("mcp.server.transport_security", "opentelemetry.exporter")
"""Loggers of libraries whose reports ``transports.edge`` and ``telemetry.discreet`` give in one line."""
_TRUSTED = ("freshdesk_mcp_server", "freshdesk_sandbox", "uvicorn")
"""Loggers whose texts hold no words of callers or customers."""
MOST_PLACES = 8

_NAMES: dict[type[Event], str] = {
    ToolCallFinished: "tool_call",
    TicketRead: "ticket_read",
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
            foreign_pre_chain=[_place_of_a_library, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering()],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def log_event(event: Event) -> None:
    """Log an event. Failed attempts stand out, and tool calls are the record of the work done."""
    log = structlog.stdlib.get_logger("freshdesk_mcp_server")
    facts: dict[str, Any] = {name: value for name, value in dataclasses.asdict(event).items() if value is not None}
    if "duration_s" in facts:
        facts["ms"] = round(facts.pop("duration_s") * 1000, 1)
    match event:
        case AttemptFinished():
            log.log(logging.INFO if event.code is None else logging.WARNING, "freshdesk_request", **facts)
        case ToolCallFinished() | TicketRead():
            log.info(_NAMES[type(event)], **{"code": "ok"} | facts)
        case RetryScheduled() | CooldownBegan() | CreateReconciled():
            log.info(_NAMES[type(event)], **facts)
        case _:
            assert_never(event)


def named_request() -> AbstractContextManager[object]:
    """Bind one id to all log lines of a request: that of the HTTP request, or over stdio a new one."""
    if "request_id" in structlog.contextvars.get_contextvars():
        return nullcontext()
    return structlog.contextvars.bound_contextvars(request_id=uuid.uuid4().hex)


def crash_facts(crash: BaseException) -> dict[str, Any]:
    """Return the loggable facts of an exception: its type and its places, without its text and without variables."""
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(crash.__traceback__)]
    return {"exception": type(crash).__qualname__, "places": places[-MOST_PLACES:]}


def _place_of_a_library(_: object, __: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    if record.name.split(".")[0] not in _TRUSTED:
        event["event"] = "library_message"
        event["place"] = f"{record.pathname}:{record.lineno} {record.funcName}"
    return event


def _without_text_of_exception(_: object, __: str, event: EventDict) -> EventDict:
    crash = event.pop("exc_info", None)
    if crash is True:
        crash = sys.exc_info()
    if isinstance(crash, tuple):
        crash = crash[1]
    if isinstance(crash, BaseException):
        event.update(crash_facts(crash))
    return event


def _rendering() -> list[Processor]:
    if sys.stderr.isatty():
        return [_without_text_of_exception, structlog.dev.ConsoleRenderer()]
    return [_without_text_of_exception, structlog.processors.JSONRenderer()]
