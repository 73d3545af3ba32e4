"""The one shape in which an error reaches a model: whole in the structure, and whole in the text."""

import dataclasses
import json
from typing import Any

from mcp_types import CallToolResult, TextContent

from freshdesk_mcp_server.errors import FreshdeskError, FreshdeskMCPError


def error_result(error: FreshdeskMCPError) -> CallToolResult:
    """Return the result that stands for `error`."""
    shape = error_shape(error)
    return CallToolResult(
        is_error=True, content=[TextContent(text=_error_text(shape))], structured_content={"error": shape}
    )


def error_shape(error: FreshdeskMCPError) -> dict[str, Any]:
    """Return the one machine-readable shape of an error; unknown facts are left out."""
    shape: dict[str, Any] = {"code": str(error.code), "message": error.message}
    if isinstance(error, FreshdeskError):
        shape |= {"status": error.status, "request_id": error.request_id, "attempts": error.attempts}
        shape |= {"reason": error.reason and str(error.reason)}
        shape |= {"rate_limit": dataclasses.asdict(error.rate_limit) if error.rate_limit else None}
        shape |= {f"possible_{error.guidance.thing}_ids": [*error.candidates] or None}
    shape |= {
        "retryable": error.retryable,
        "retry_after_s": error.retry_after_s,
        "outcome": str(error.outcome),
        "fields": [{"field": p.field, "code": p.code, "message": p.message} for p in error.fields] or None,
        "hint": error.hint or None,
    }
    return {name: value for name, value in shape.items() if value is not None}


def _error_text(shape: dict[str, Any]) -> str:
    facts = ", ".join(
        f"{name}: {_as_text(shape[name])}" for name in shape if name not in ("code", "message", "fields", "hint")
    )
    fields = [f"- {p['field']}: {p['message']} ({p['code']})" for p in shape.get("fields", [])]
    hint = [shape["hint"]] if "hint" in shape else []
    return "\n".join([f"Error {shape['code']}: {shape['message']}", *fields, *hint, f"({facts})"])


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
