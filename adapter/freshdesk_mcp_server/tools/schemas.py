"""The output schemas: hand-written, because each must also admit the error.

Some clients check ``structuredContent`` against the schema of the tool even when ``isError`` is true, so a schema that
knows only success would turn each structured error into a failure of the client.
"""

from typing import Any

type Schema = dict[str, Any]

_INTEGER: Schema = {"type": "integer"}
_STRING: Schema = {"type": "string"}
_STRINGS: Schema = {"type": "array", "items": _STRING}

ERROR: Schema = {
    "type": "object",
    "properties": {
        "code": _STRING,
        "message": _STRING,
        "status": _INTEGER,
        "retryable": {"type": "boolean"},
        "retry_after_s": {"type": "number"},
        "outcome": {"type": "string", "enum": ["not_sent", "refused", "unknown", "applied"]},
        "fields": {"type": "array", "items": {"type": "object"}},
        "request_id": _STRING,
        "attempts": _INTEGER,
        "rate_limit": {"type": "object"},
        "hint": _STRING,
    },
    "required": ["code", "message", "outcome"],
}

TICKET: Schema = {
    "type": "object",
    "properties": {
        "id": _INTEGER,
        "url": _STRING,
        "subject": _STRING,
        "status": _INTEGER,
        "status_name": _STRING,
        "priority": _INTEGER,
        "priority_name": _STRING,
        "requester_id": _INTEGER,
        "tags": _STRINGS,
        "created_at": _STRING,
        "updated_at": _STRING,
    },
    "required": ["id", "url"],
}


def result_schema(required: str, /, **properties: Schema) -> Schema:
    """The schema of an object that holds `required` and perhaps the other `properties`, or an error."""
    return {
        "type": "object",
        "properties": {**properties, "error": ERROR},
        "anyOf": [{"required": [required]}, {"required": ["error"]}],
    }


_RECOVERED: Schema = {"type": "boolean", "description": "Freshdesk's answer was lost; the change was found made"}

TICKET_RESULT = result_schema("ticket", ticket=TICKET, recovered=_RECOVERED)
DELETED_RESULT = result_schema("deleted_ticket_id", deleted_ticket_id=_INTEGER, note=_STRING, recovered=_RECOVERED)
LIST_RESULT = result_schema(
    "tickets",
    tickets={"type": "array", "items": TICKET},
    page=_INTEGER,
    next_page=_INTEGER,
    notes=_STRINGS,
)
