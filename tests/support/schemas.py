"""The subset of JSON Schema that hosts can convert for the APIs of models.

`scripts/interop.sh` runs converters of three such hosts; these rules also hold the refusals of their APIs later on.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

OF_ALL = {"type", "description", "default"}
OF_TYPE = {
    "string": {"enum"},
    "integer": {"minimum", "maximum"},
    "array": {"items"},
    "object": {"properties", "required"},
}
"""Words that may stand beside a type. `additionalProperties` ends google-genai, Gemini refuses most values of `format`,
OpenAI `pattern`; `const`, `$ref`, `anyOf` and all words beside it are dropped or refused by some."""
OF_OUTPUT = {"additionalProperties", "anyOf", "const", "enum", "format"}
"""Words that only an output schema may have: no model is told of it, and clients check results by it."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def faults_in_input(schema: object, place: str = "input") -> Iterator[str]:
    """Yield each part of the input schema of a tool that some host does not take."""
    if not isinstance(schema, Mapping):
        yield f"{place} is {schema}, no object"
    elif not (isinstance(schema.get("type"), str) and schema["type"] in OF_TYPE):
        yield f"{place} has the type {schema.get('type')}"
    else:
        if unknown := set(schema) - OF_ALL - OF_TYPE[schema["type"]]:
            yield f"{place} has {sorted(unknown)}"
        yield from _faults_in_parts(schema, place)


def _faults_in_parts(schema: Mapping[str, Any], place: str) -> Iterator[str]:
    if schema["type"] == "array":
        yield from faults_in_input(schema.get("items"), f"{place}[]")
    if schema["type"] == "object":
        yield from _faults_in_object(schema, place)
    if not all(isinstance(word, str) for word in schema.get("enum", [])):
        yield f"{place} has an enum of other things than strings"


def _faults_in_object(schema: Mapping[str, Any], place: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    if not properties:
        yield f"{place} names no properties"
    if missing := set(schema.get("required", [])) - set(properties):
        yield f"{place} requires {sorted(missing)}, which it does not have"
    for name, part in properties.items():
        if not _NAME.fullmatch(name):
            yield f"{place} has a property named {name}"
        yield from faults_in_input(part, f"{place}.{name}")


def faults_in_output(schema: object, place: str = "output") -> Iterator[str]:
    """Yield each part of the output schema of a tool that some client does not take."""
    known = OF_ALL.union(OF_OUTPUT, *OF_TYPE.values())
    if not isinstance(schema, Mapping):
        yield f"{place} is {schema}, no object"
        return
    if unknown := set(schema) - known:
        yield f"{place} has {sorted(unknown)}"
    if not isinstance(schema.get("type", ""), str):
        yield f"{place} has more types than one"
    for word, part in _parts_of_output(schema):
        yield from faults_in_output(part, f"{place}.{word}")


def _parts_of_output(schema: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield from schema.get("properties", {}).items()
    yield from ((str(number), part) for number, part in enumerate(schema.get("anyOf", [])))
    yield from ((word, schema[word]) for word in ("items",) if word in schema)
