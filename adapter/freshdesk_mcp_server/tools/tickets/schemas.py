"""The output schemas: hand-written, because each must also admit the error, and short, because a model pays for them.

Some clients check ``structuredContent`` against the schema of the tool even when ``isError`` is true, so a schema that
knows only success would turn each structured error into a failure of the client. What is in a ticket is said by the
result itself; what is in an error by docs/errors.md.
"""

from typing import Any

type Schema = dict[str, Any]

_OBJECT: Schema = {"type": "object"}


def result_schema(name: str, schema: Schema) -> Schema:
    """The schema of an object that holds `name` or an error, and perhaps more."""
    return {"type": "object", "properties": {name: schema, "error": _OBJECT}}


TICKET_RESULT = result_schema("ticket", _OBJECT)
DELETED_RESULT = result_schema("deleted_ticket_id", {"type": "integer"})
LIST_RESULT = result_schema("tickets", {"type": "array", "items": _OBJECT})
