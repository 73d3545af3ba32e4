"""The schemas of the tools use only what every host takes."""

from typing import Any

import httpx
import pytest

from support.schemas import faults_in_input, faults_in_output
from support.tools import client_over

pytestmark = pytest.mark.anyio

STRING = {"type": "string"}


def of(part: object, **more: object) -> dict[str, Any]:
    """Return the schema of a tool with one parameter."""
    return {"type": "object", "properties": {"one": part}, **more}


NOT_IN_INPUT: list[object] = [
    of(STRING, additionalProperties=False),
    of(STRING | {"format": "email"}),
    of(STRING | {"pattern": "a+"}),
    of(STRING | {"const": "a"}),
    of({"type": ["string", "null"]}),
    of({"$ref": "#/$defs/One"}, **{"$defs": {"One": STRING}}),
    of({}),
    of({"description": "anything"}),
    of(True),
    of({"anyOf": [STRING, {"type": "integer"}]}),
    of({"anyOf": [STRING], "description": "beside"}),
    of({"type": "array"}),
    of({"type": "array", "items": {}}),
    of({"type": "array", "items": True}),
    of({"type": "array", "items": STRING | {"format": "email"}}),
    of({"type": "object"}),
    of({"type": "object", "properties": {}}),
    of({"type": "object", "properties": {"inner": STRING | {"nullable": True}}}),
    of({"type": "integer", "enum": [1, 2]}),
    of({"type": "string", "enum": ["a", None]}),
    of(STRING, required=["other"]),
    {"type": "object", "properties": {"no-name": STRING}},
    {"type": "object"},
    {"properties": {"one": STRING}},
    True,
]
NOT_IN_OUTPUT: list[object] = [
    of({"$ref": "#"}),
    of({"type": ["string", "null"]}),
    of(True),
    of({"type": "array", "items": True}),
    of({"anyOf": [True]}),
    of(STRING | {"pattern": "a+"}),
]
ONLY_IN_OUTPUT: list[object] = [
    of({"type": "object"}),
    of({}),
    of(STRING | {"format": "email"}, additionalProperties=False),
    of({"anyOf": [STRING, {"type": "object"}]}),
    of({"const": 1}),
]


@pytest.mark.parametrize("schema", [*NOT_IN_INPUT, *ONLY_IN_OUTPUT], ids=str)
def test_a_part_that_some_host_does_not_take_is_found_in_an_input_schema(schema: object) -> None:
    assert [*faults_in_input(schema)]


@pytest.mark.parametrize("schema", NOT_IN_OUTPUT, ids=str)
def test_a_part_that_some_client_does_not_take_is_found_in_an_output_schema(schema: object) -> None:
    assert [*faults_in_output(schema)]


@pytest.mark.parametrize("schema", ONLY_IN_OUTPUT, ids=str)
def test_an_output_schema_may_have_parts_that_an_input_schema_may_not(schema: object) -> None:
    assert [*faults_in_output(schema)] == []


async def test_the_schemas_of_all_tools_have_only_what_every_host_takes() -> None:
    async with client_over(lambda _: httpx.Response(500)) as client:
        tools = (await client.list_tools()).tools
    assert [fault for tool in tools for fault in faults_in_input(tool.input_schema, tool.name)] == []
    assert [fault for tool in tools for fault in faults_in_output(tool.output_schema, tool.name)] == []
    assert {tool.output_schema["type"] for tool in tools if tool.output_schema} == {"object"}
