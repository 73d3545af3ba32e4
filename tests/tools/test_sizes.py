"""The cost for a model: bytes of the tool list and of a page of tickets, on the sandbox's own tickets."""

import json

import pytest
from mcp.client import Client

from freshdesk_sandbox import API_KEY, running_sandbox
from support.gateways import settings_for_tests
from support.servers import server_over
from support.tools import data_of, text_of

pytestmark = pytest.mark.anyio

LARGEST = {"tools/list": 5_000, "text of 30 tickets": 6_000, "whole result of 30 tickets": 16_500}


def size_of(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


async def test_the_tools_and_a_page_of_tickets_are_small(capsys: pytest.CaptureFixture[str]) -> None:
    async with running_sandbox() as url:
        settings = settings_for_tests(api_key=API_KEY, domain="sandbox", upstream_url=url)
        async with Client(server_over(settings=settings)) as client:
            tools = await client.list_tools()
            page = await client.call_tool("freshdesk_list_tickets", {})
    assert len(data_of(page)["tickets"]) == 30
    sizes = {
        "tools/list": size_of(tools.model_dump(mode="json", by_alias=True, exclude_none=True)),
        "text of 30 tickets": len(text_of(page).encode()),
        "whole result of 30 tickets": size_of(page.model_dump(mode="json", by_alias=True, exclude_none=True)),
    }
    with capsys.disabled():
        print("\n" + "\n".join(f"{name}: {size:,} of at most {LARGEST[name]:,} bytes" for name, size in sizes.items()))
    assert all(tool.output_schema for tool in tools.tools)
    assert {name: size for name, size in sizes.items() if size >= LARGEST[name]} == {}
