"""Schemas: result schemas from parts, and argument schemas made short.

A result schema must also admit the error: some clients check ``structuredContent`` even when ``isError`` is true. It is
short, because a model pays for it. docs/errors.md describes the parts of an error.
"""

from typing import Any

type Schema = dict[str, Any]

OBJECT: Schema = {"type": "object"}


def result_schema(name: str, schema: Schema) -> Schema:
    """Return the schema of an object that holds `name` or an error, and perhaps more."""
    return {"type": "object", "properties": {name: schema, "error": OBJECT}}


def slim(schema: Any) -> Any:
    """Return the same input schema in fewer tokens: no titles, no default of null, no "or null" that means left out."""
    if isinstance(schema, list):
        return [slim(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: slim(value) for name, value in schema.items() if not _is_noise(name, value)}
    if "properties" in schema:
        kept["properties"] = {name: slim(value) for name, value in schema["properties"].items()}
    return kept | _not_null(kept.pop("anyOf", None))


def _is_noise(name: str, value: object) -> bool:
    return (
        (name == "title" and isinstance(value, str))
        or (name == "default" and value is None)
        # Some hosts cannot read it, and StrictMetadata refuses names that the schema does not have.
        or (name == "additionalProperties" and value is True)
    )


def _not_null(options: list[Schema] | None) -> Schema:
    real = [option for option in options or [] if option != {"type": "null"}]
    if len(real) > 1:
        return {"anyOf": real}
    return real[0] if real else {}
