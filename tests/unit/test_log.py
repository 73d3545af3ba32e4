"""Logs: one JSON line for each event, on standard error and nowhere else."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from freshdesk_mcp_server.telemetry.events import (
    AttemptFinished,
    CooldownBegan,
    CreateReconciled,
    Event,
    RetryScheduled,
    ToolCallFinished,
)
from freshdesk_mcp_server.telemetry.log import configure_logging, log_event

LIBRARIES = [
    "httpx",
    "httpcore",
    "httpcore.http11",
    "mcp.server.lowlevel.server",
    "sse_starlette.sse",
    "uvicorn.access",
]


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    loggers = [logging.getLogger(), *map(logging.getLogger, ["httpx", "httpcore", "mcp", "sse_starlette"])]
    levels = [(logger, logger.level) for logger in [*loggers, *map(logging.getLogger, LIBRARIES)]]
    handlers = logging.getLogger().handlers[:]
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.getLogger().handlers[:] = handlers
    for logger, level in levels:
        logger.setLevel(level)


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    """Return a function that returns the lines since its last call; standard output must be empty."""

    def look() -> list[dict[str, Any]]:
        written = capsys.readouterr()
        assert written.out == ""
        return [json.loads(line) for line in written.err.splitlines()]

    return look


def facts(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("timestamp", "logger", "level")}


@pytest.mark.parametrize(
    ("event", "level", "line"),
    [
        (
            AttemptFinished("get_ticket", 1, 0.1234567, status=200, freshdesk_request_id="r-1"),
            "info",
            {
                "event": "freshdesk_request",
                "operation": "get_ticket",
                "attempt": 1,
                "status": 200,
                "freshdesk_request_id": "r-1",
            }
            | {"ms": 123.5},
        ),
        (
            AttemptFinished("create_ticket", 2, 1.0, status=429, code="rate_limited", rate_limit_remaining=0.0),
            "warning",
            {"event": "freshdesk_request", "operation": "create_ticket", "attempt": 2, "status": 429}
            | {"code": "rate_limited", "rate_limit_remaining": 0.0, "ms": 1000.0},
        ),
        (
            AttemptFinished("create_ticket", 1, 0.0, code="unreachable"),
            "warning",
            {"event": "freshdesk_request", "operation": "create_ticket", "attempt": 1}
            | {"code": "unreachable", "ms": 0.0},
        ),
        (
            RetryScheduled("create_ticket", 2, 34.25),
            "info",
            {"event": "freshdesk_retry", "operation": "create_ticket", "attempt": 2, "wait_s": 34.25},
        ),
        (CooldownBegan(34.0), "info", {"event": "freshdesk_cooldown", "wait_s": 34.0}),
        (
            CreateReconciled("no_requester"),
            "info",
            {"event": "freshdesk_create_reconciled", "finding": "no_requester"},
        ),
        (
            ToolCallFinished("freshdesk_get_ticket", 0.25),
            "info",
            {"event": "tool_call", "tool": "freshdesk_get_ticket", "code": "ok", "attempts": 0, "ms": 250.0},
        ),
        (
            ToolCallFinished("freshdesk_get_ticket", 0.25, "not_found", 2, "r-2", client="host", caller="token-1"),
            "info",
            {"event": "tool_call", "tool": "freshdesk_get_ticket", "code": "not_found", "attempts": 2, "ms": 250.0}
            | {"freshdesk_request_id": "r-2", "client": "host", "caller": "token-1"},
        ),
    ],
)
def test_an_event_is_one_line_of_what_is_known(
    logged: Callable[[], list[dict[str, Any]]], event: Event, level: str, line: dict[str, Any]
) -> None:
    configure_logging("INFO")
    log_event(event)
    (written,) = logged()
    assert facts(written) == line
    assert (written["level"], written["logger"]) == (level, "freshdesk_mcp_server")
    assert written["timestamp"].endswith("Z")


def test_a_level_leaves_out_what_is_below_it(logged: Callable[[], list[dict[str, Any]]]) -> None:
    configure_logging("WARNING")
    log_event(AttemptFinished("get_ticket", 1, 0.1, status=200))
    log_event(ToolCallFinished("freshdesk_get_ticket", 0.1))
    assert logged() == []
    log_event(AttemptFinished("get_ticket", 1, 0.1, code="reply_lost"))
    assert len(logged()) == 1


def test_lines_of_libraries_have_the_same_form(logged: Callable[[], list[dict[str, Any]]]) -> None:
    configure_logging("INFO")
    logging.getLogger("uvicorn.error").info("listening on %s", "127.0.0.1\nforged")
    (written,) = logged()
    assert facts(written) == {"event": "listening on 127.0.0.1\nforged"}
    assert (written["level"], written["logger"]) == ("info", "uvicorn.error")


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_that_log_urls_or_arguments_are_quiet(
    logged: Callable[[], list[dict[str, Any]]], name: str, level: str
) -> None:
    configure_logging(level)
    logging.getLogger(name).debug("GET https://acme.freshdesk.com/?email=ada@example.com")
    logging.getLogger(name).info("GET https://acme.freshdesk.com/?email=ada@example.com")
    assert logged() == []


@pytest.mark.parametrize("name", ["mcp", "asyncio", "somebody.elses", "freshdesk_mcp_server_not"])
def test_only_the_place_of_a_librarys_message_is_logged(logged: Callable[[], list[dict[str, Any]]], name: str) -> None:
    configure_logging("INFO")
    logging.getLogger(name).warning("invalid host: %s", "marked.example")
    (written,) = logged()
    assert written["event"] == "library_message"
    assert __file__ in written["place"]
    assert "marked" not in json.dumps(written)


def test_configuring_again_does_not_double_the_lines(logged: Callable[[], list[dict[str, Any]]]) -> None:
    configure_logging("INFO")
    configure_logging("INFO")
    log_event(ToolCallFinished("freshdesk_get_ticket", 0.1))
    assert len(logged()) == 1


@pytest.mark.parametrize("name", ["uvicorn.error", "mcp.server.sse"])
def test_type_and_places_of_an_exception_are_logged_and_no_text_or_variable(
    logged: Callable[[], list[dict[str, Any]]], name: str
) -> None:
    configure_logging("INFO")

    def fail() -> None:
        key = "marked-" + "value"
        raise ValueError(key)

    try:
        fail()
    except ValueError:
        logging.getLogger(name).exception("failed")
    (written,) = logged()
    assert written["exception"] == "ValueError"
    assert written["places"][-1].endswith(" fail")
    assert "marked-value" not in json.dumps(written)


def test_our_own_exception_is_logged_by_type_and_place_too(logged: Callable[[], list[dict[str, Any]]]) -> None:
    def fail() -> None:
        raise ValueError("marked")

    configure_logging("INFO")
    try:
        fail()
    except ValueError:
        structlog.stdlib.get_logger("freshdesk_mcp_server").exception("failed")
    (written,) = logged()
    assert written["exception"] == "ValueError"
    assert "marked" not in json.dumps(written)


def test_values_bound_to_the_context_are_in_the_line(logged: Callable[[], list[dict[str, Any]]]) -> None:
    configure_logging("INFO")
    with structlog.contextvars.bound_contextvars(call="c-1"):
        log_event(ToolCallFinished("freshdesk_get_ticket", 0.1))
    assert logged()[0]["call"] == "c-1"


def test_nothing_is_logged_at_critical_by_a_command_that_prints_its_own_result(
    logged: Callable[[], list[dict[str, Any]]],
) -> None:
    configure_logging("CRITICAL")
    log_event(AttemptFinished("get_ticket", 1, 0.1, code="reply_lost"))
    assert logged() == []
