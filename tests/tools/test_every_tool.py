"""The rules for all tools, seen through a client.

The schemas are kept as files, so that a review sees each change of one.
"""

import json
import os
from pathlib import Path

import httpx
import pytest
from mcp_types import Tool

from freshdesk_mcp_server.tools.registry import TOOL_NAMES, create_tools, policy_from
from support.gateways import settings_for_tests
from support.tools import client_over

SCHEMAS = Path(__file__).parent / "schemas"
NAMES = [
    "freshdesk_create_ticket",
    "freshdesk_get_ticket",
    "freshdesk_update_ticket",
    "freshdesk_delete_ticket",
    "freshdesk_list_tickets",
]
PARAMETERS = {
    "freshdesk_create_ticket": (
        "subject email",
        "description priority status cc_emails tags name type source responder_id group_id due_by custom_fields",
    ),
    "freshdesk_get_ticket": ("ticket_id", "include description_limit"),
    "freshdesk_update_ticket": (
        "ticket_id",
        "subject description priority status cc_emails tags type source responder_id group_id due_by custom_fields",
    ),
    "freshdesk_delete_ticket": ("ticket_id", ""),
    "freshdesk_list_tickets": (
        "",
        "email updated_since per_page page order_type order_by filter requester_id company_id include",
    ),
}
# Read-only, destructive, idempotent. None is the default of the protocol, or has no meaning for a tool that reads.
HINTS = {
    "freshdesk_create_ticket": (None, False, False),
    "freshdesk_get_ticket": (True, None, None),
    "freshdesk_update_ticket": (None, False, True),
    "freshdesk_delete_ticket": (None, True, True),
    "freshdesk_list_tickets": (True, None, None),
}

pytestmark = pytest.mark.anyio


async def listed_tools() -> dict[str, Tool]:
    async with client_over(lambda _: httpx.Response(500)) as client:
        return {tool.name: tool for tool in (await client.list_tools()).tools}


def test_exactly_these_tools_are_on_unless_an_operator_grants_others() -> None:
    assert [tool.name for tool in create_tools(policy_from(settings_for_tests()).choice)] == NAMES


async def test_all_toolsets_together_have_all_tools() -> None:
    assert list(await listed_tools()) == [*TOOL_NAMES]


@pytest.mark.parametrize("name", NAMES)
async def test_a_tool_has_these_parameters(name: str) -> None:
    schema = (await listed_tools())[name].input_schema
    required, optional = (set(words.split()) for words in PARAMETERS[name])
    assert set(schema.get("required", [])) == required
    assert set(schema["properties"]) == required | optional


@pytest.mark.parametrize("name", TOOL_NAMES)
async def test_a_tool_is_listed_as_its_snapshot_says(name: str) -> None:
    tool = (await listed_tools())[name]
    listed = json.dumps(tool.model_dump(mode="json", by_alias=True, exclude_none=True), indent=2, ensure_ascii=False)
    snapshot = SCHEMAS / f"{name}.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot.write_text(listed + "\n", encoding="utf-8")
    known = snapshot.read_text(encoding="utf-8") if snapshot.exists() else ""
    assert listed + "\n" == known, "UPDATE_SNAPSHOTS=1 scripts/test.sh tests/tools accepts it"


def test_there_is_no_snapshot_of_a_tool_that_does_not_exist() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == {*TOOL_NAMES}


@pytest.mark.parametrize("name", NAMES)
async def test_hosts_are_told_what_a_tool_may_do(name: str) -> None:
    hints = (await listed_tools())[name].annotations
    assert hints is not None
    assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint) == HINTS[name]
    assert hints.open_world_hint is True


@pytest.mark.parametrize("name", TOOL_NAMES)
async def test_an_output_schema_admits_the_error(name: str) -> None:
    schema = (await listed_tools())[name].output_schema
    assert schema is not None
    assert schema["properties"]["error"] == {"type": "object"}
    assert "required" not in schema
