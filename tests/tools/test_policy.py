"""The granted tools: a tool that an operator left out is the same as one that never existed."""

from typing import Any

import httpx
import pytest
from mcp.client import Client

from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_mcp_server.server import Server, create_server
from freshdesk_mcp_server.telemetry.events import Event, ToolCallFinished
from freshdesk_mcp_server.tools.kit.choice import EVERYTHING, Choice
from freshdesk_mcp_server.tools.kit.runtime import ToolPolicy
from freshdesk_mcp_server.tools.registry import create_tools, policy_from
from support.gateways import settings_for_tests
from support.tools import error_of

pytestmark = pytest.mark.anyio

READING = ["freshdesk_get_ticket", "freshdesk_list_tickets"]
ARGUMENTS: dict[str, Any] = {"ticket_id": 1, "subject": "x", "email": "ada@example.com"}


def no_upstream(request: httpx.Request) -> httpx.Response:
    pytest.fail(f"nothing here asks Freshdesk, but this was sent: {request.method}")


def server_with(choice: Choice, events: list[Event] | None = None) -> Server:
    settings = settings_for_tests()
    observer = (events if events is not None else []).append
    transport = httpx.MockTransport(no_upstream)
    return create_server(
        lambda: open_gateway(settings, observer, transport=transport),
        settings.portal_url,
        observer,
        policy=ToolPolicy(choice=choice),
    )


async def names_of(client: Client) -> list[str]:
    return [tool.name for tool in (await client.list_tools()).tools]


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        (Choice(read_only=True), READING),
        (Choice(tools=frozenset({"freshdesk_list_tickets"})), ["freshdesk_list_tickets"]),
        (Choice(tools=frozenset({"freshdesk_delete_ticket", "freshdesk_get_ticket"}), read_only=True), READING[:1]),
        (Choice(tools=frozenset({"freshdesk_delete_ticket"}), read_only=True), []),
    ],
)
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_tool_that_is_left_out_is_the_same_as_one_that_never_was(
    mode: str, choice: Choice, names: list[str]
) -> None:
    async with Client(server_with(choice), mode=mode) as client:
        assert await names_of(client) == names
        never_was = await client.call_tool("freshdesk_burn_ticket", ARGUMENTS)
        for tool in create_tools():
            if tool.name not in names:
                left_out = await client.call_tool(tool.name, ARGUMENTS)
                assert left_out.model_dump() == never_was.model_dump()
                assert error_of(left_out)["code"] == "unknown_tool"


async def test_the_name_that_a_caller_made_up_is_in_no_event() -> None:
    events: list[Event] = []
    async with Client(server_with(EVERYTHING, events)) as client:
        result = await client.call_tool("marked_tool", {"marked": "marked"})
    assert "marked" not in str(events)
    assert "marked" not in result.model_dump_json()
    assert [(event.tool, event.code) for event in events if isinstance(event, ToolCallFinished)] == [
        ("unknown", "unknown_tool")
    ]


async def test_prompts_and_resources_exist_only_with_the_reading_tool() -> None:
    async with Client(server_with(Choice(tools=frozenset({"freshdesk_list_tickets"})))) as client:
        assert (await client.list_prompts()).prompts == []
        assert (await client.list_resource_templates()).resource_templates == []
    async with Client(server_with(Choice(read_only=True))) as client:
        assert len((await client.list_prompts()).prompts) == 3
        assert len((await client.list_resource_templates()).resource_templates) == 1


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("tools", "freshdesk_get_ticket,freshdesk_burn_ticket", "names 1 that do not exist; did you mean freshdesk_"),
        ("exclude_tools", "x,y", "names 2 that do not exist; there are freshdesk_create_ticket, "),
        ("toolsets", "ticket", "names 1 that do not exist; did you mean tickets; there are tickets, all, support."),
    ],
)
def test_a_name_that_does_not_exist_is_no_choice(name: str, given: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        policy_from(settings_for_tests(**{name: given}))
    (problem,) = caught.value.problems
    assert problem.startswith(f"FRESHDESK_MCP_SERVER_{name.upper()} {told}")
