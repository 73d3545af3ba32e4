"""Requests that see fewer tools than the operator grants, by the headers X-MCP-*."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
import pytest
from mcp.client import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from freshdesk_mcp_server.tools.registry import TOOL_NAMES
from freshdesk_mcp_server.transports.http import HttpOptions
from support.gateways import settings_for_tests
from support.servers import PATIENCE_S, app_of, http_app, listening, server_over
from support.tools import error_of

pytestmark = pytest.mark.anyio

READING = ["freshdesk_get_ticket", "freshdesk_list_tickets"]
CREATE, GET, UPDATE, DELETE, LIST = (
    f"freshdesk_{name}" for name in ("create_ticket", "get_ticket", "update_ticket", "delete_ticket", "list_tickets")
)
ALL = [*TOOL_NAMES]
NARROWED = {
    "read only": ({"X-MCP-Readonly": "true"}, READING),
    "read only, in another form": ({"x-mcp-readonly": "ON"}, READING),
    "not read only": ({"X-MCP-Readonly": "false"}, ALL),
    "one tool": ({"X-MCP-Tools": GET}, [GET]),
    "two tools": ({"X-MCP-Tools": f"{GET.upper()} ,{CREATE},"}, [CREATE, GET]),
    "a toolset": ({"X-MCP-Toolsets": "tickets"}, ALL),
    "all toolsets": ({"X-MCP-Toolsets": "all"}, ALL),
    "without one": ({"X-MCP-Exclude-Tools": DELETE}, [name for name in ALL if name != DELETE]),
    "all of it": ({"X-MCP-Tools": f"{GET},{CREATE}", "X-MCP-Exclude-Tools": GET, "X-MCP-Readonly": "1"}, []),
    "nothing said": ({"X-MCP-Tools": ", ,", "X-MCP-Toolsets": ""}, ALL),
}
REFUSED = {
    "unknown tool": ({"X-MCP-Tools": "freshdesk_burn_marked"}, "x-mcp-tools names 1 that do not exist"),
    "unknown toolset": ({"X-MCP-Toolsets": "marked"}, "x-mcp-toolsets names 1 that do not exist; there are tickets"),
    "unknown exclusion": ({"X-MCP-Exclude-Tools": f"{GET},marked"}, "x-mcp-exclude-tools names 1 that do not exist"),
    "no truth": ({"X-MCP-Readonly": "marked"}, "x-mcp-readonly is true or false"),
    "both": ({"X-MCP-Tools": GET, "X-MCP-Toolsets": "tickets"}, "X-MCP-Tools says which tools there are"),
}


@asynccontextmanager
async def client_with(url: str, way: str, headers: Mapping[str, str]) -> AsyncIterator[Client]:
    """Connect a client whose every request has `headers`; over SSE only the one that opens the stream has them."""

    async def strip(request: httpx2.Request) -> None:
        for name in headers if request.method == "POST" and way == "/sse" else ():
            del request.headers[name]

    def create(headers_of_sdk: dict[str, str] | None = None, **options: Any) -> httpx2.AsyncClient:
        merged = {**(headers_of_sdk or {}), **headers}
        given: dict[str, Any] = {"timeout": PATIENCE_S, "event_hooks": {"request": [strip]}} | options
        return httpx2.AsyncClient(headers=merged, trust_env=False, **given)

    if way == "/sse":
        factory: Any = lambda headers=None, **options: create(headers, **options)  # noqa: E731
        async with Client(sse_client(f"{url}/sse", httpx_client_factory=factory), mode="legacy") as client:
            yield client
        return
    async with create() as http_client:
        mode = "legacy" if way == "/mcp, older" else "auto"
        async with Client(streamable_http_client(f"{url}/mcp", http_client=http_client), mode=mode) as client:
            yield client


@pytest.mark.parametrize("way", ["/mcp", "/mcp, older", "/sse"])
@pytest.mark.parametrize("case", NARROWED)
async def test_a_request_sees_and_calls_the_tools_of_its_choice_only(way: str, case: str) -> None:
    headers, names = NARROWED[case]
    async with listening(http_app(server_over())) as (url, _), client_with(url, way, headers) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == names
        for name in {*ALL} - {*names}:
            assert error_of(await client.call_tool(name, {"ticket_id": 7}))["code"] == "unknown_tool"
        has_get = GET in names
        assert bool((await client.list_prompts()).prompts) is has_get
        assert bool((await client.list_resources()).resources) is has_get
        assert bool((await client.list_resource_templates()).resource_templates) is has_get
        if not has_get:
            with pytest.raises(MCPError, match="There is no such prompt"):
                await client.get_prompt("triage_ticket", {"ticket_id": "7"})
            with pytest.raises(MCPError, match="There is no such resource"):
                await client.read_resource("freshdesk://reference/fields")


async def test_a_choice_narrows_what_the_operator_grants_and_no_more() -> None:
    app = app_of(settings_for_tests(tools=f"{LIST},{UPDATE}"))
    async with listening(app) as (url, _):
        async with client_with(url, "/mcp", {"X-MCP-Tools": f"{GET},{LIST}"}) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == [LIST]
        async with client_with(url, "/mcp", {}) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == [UPDATE, LIST]


async def test_a_narrowed_list_is_private_and_not_cached() -> None:
    async with listening(http_app(server_over())) as (url, _):
        async with client_with(url, "/mcp", {}) as client:
            whole: Any = await client.list_tools()
        async with client_with(url, "/mcp", {"X-MCP-Readonly": "true"}) as client:
            narrowed: list[Any] = [
                await client.list_tools(),
                await client.list_prompts(),
                await client.list_resources(),
            ]
    assert (whole.cache_scope, whole.ttl_ms) == ("public", 3_600_000)
    assert {(one.cache_scope, one.ttl_ms) for one in narrowed} == {("private", 0)}


async def test_the_instructions_name_the_toolsets_that_are_on() -> None:
    async with listening(http_app(server_over())) as (url, _):
        for way in ("/mcp", "/mcp, older", "/sse"):
            async with client_with(url, way, {}) as client:
                assert "Toolsets that are on: tickets (" in f"{client.instructions}"
            async with client_with(url, way, {"X-MCP-Readonly": "1", "X-MCP-Exclude-Tools": f"{GET},{LIST}"}) as client:
                assert "No toolset is on.\nOff, until an operator turns them on: tickets (" in (
                    client.instructions or ""
                )


@pytest.mark.parametrize("path", ["/mcp", "/sse"])
@pytest.mark.parametrize("case", REFUSED)
async def test_a_choice_that_cannot_be_read_is_refused_without_its_words(path: str, case: str) -> None:
    headers, told = REFUSED[case]
    app = http_app(server_over())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000") as client:
        answer = await client.request("POST" if path == "/mcp" else "GET", path, headers=headers)
    assert answer.status_code == 400
    assert told in answer.json()["error_description"]
    assert "marked" not in answer.text


async def test_a_caller_without_a_token_is_not_told_which_tools_there_are() -> None:
    app = http_app(server_over(), HttpOptions(needs_token=True))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000") as client:
        answer = await client.post("/mcp", headers={"X-MCP-Tools": "marked"})
    assert answer.status_code == 401


async def test_a_web_page_may_send_a_choice() -> None:
    app = http_app(server_over(), HttpOptions(allowed_origins=("https://app.example.com",)))
    asked = "x-mcp-toolsets, x-mcp-tools, x-mcp-exclude-tools, x-mcp-readonly"
    headers = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000") as client:
        answer = await client.options("/mcp", headers=headers)
    assert answer.status_code == 200
    assert set(asked.split(", ")) <= set(answer.headers["access-control-allow-headers"].lower().split(", "))
