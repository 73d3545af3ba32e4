"""The cost for a model: bytes of the tool list and of a page of tickets, on the sandbox's own tickets."""

import json

import pytest
from mcp.client import Client

from freshdesk_mcp_server.tools.registry import CATALOGUE
from freshdesk_sandbox import API_KEY, running_sandbox
from support.gateways import settings_for_tests
from support.servers import server_over
from support.tools import data_of, text_of

pytestmark = pytest.mark.anyio

LARGEST_TOOL = 1_700
"""Bytes of the definition of one tool."""
LARGEST_TOOLSET = {"tickets": 5_000}
"""The same of a toolset."""
LARGEST = {"text of 30 tickets": 6_000, "whole result of 30 tickets": 16_500}


def size_of(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


async def test_the_definitions_of_tools_are_small(capsys: pytest.CaptureFixture[str]) -> None:
    async with Client(server_over()) as client:
        tools = (await client.list_tools()).tools
    sizes = {tool.name: size_of(tool.model_dump(mode="json", by_alias=True, exclude_none=True)) for tool in tools}
    toolsets = {entry.name: sum(sizes[name] for name in entry.tools) for entry in CATALOGUE}
    with capsys.disabled():
        print("\n" + "\n".join(f"{name}: {size:,} bytes" for name, size in (toolsets | sizes).items()))
    assert [name for name, size in sizes.items() if size > LARGEST_TOOL] == []
    assert toolsets.keys() == LARGEST_TOOLSET.keys(), "give a new toolset its ceiling in LARGEST_TOOLSET"
    too_large = [name for name, size in toolsets.items() if size > LARGEST_TOOLSET[name]]
    assert too_large == [], "shorten the definitions, or raise the ceiling in LARGEST_TOOLSET on purpose"


async def test_a_page_of_tickets_is_small(capsys: pytest.CaptureFixture[str]) -> None:
    async with running_sandbox() as url:
        settings = settings_for_tests(api_key=API_KEY, domain="sandbox", upstream_url=url)
        async with Client(server_over(settings=settings)) as client:
            page = await client.call_tool("freshdesk_list_tickets", {})
    assert len(data_of(page)["tickets"]) == 30
    sizes = {
        "text of 30 tickets": len(text_of(page).encode()),
        "whole result of 30 tickets": size_of(page.model_dump(mode="json", by_alias=True, exclude_none=True)),
    }
    with capsys.disabled():
        print("\n" + "\n".join(f"{name}: {size:,} of at most {LARGEST[name]:,} bytes" for name, size in sizes.items()))
    assert {name: size for name, size in sizes.items() if size >= LARGEST[name]} == {}
