"""/mcp with sessions, which the conformance suite needs: admitted requests, the count of streams, and their end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest

from freshdesk_mcp_server.tools.kit.runtime import CallsUnderWay
from freshdesk_mcp_server.transports.http import HttpOptions
from freshdesk_mcp_server.transports.shutdown import Drain
from support.servers import PATIENCE_S, http_app, listening, server_over

pytestmark = pytest.mark.anyio

HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
PING = {"jsonrpc": "2.0", "id": 2, "method": "ping"}


@asynccontextmanager
async def web_client(options: HttpOptions, drain: Drain | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """Create a client of a server that keeps sessions, within one session."""
    async with (
        listening(http_app(server_over(), options, drain=drain)) as (url, _),
        httpx.AsyncClient(base_url=url, headers=HEADERS, timeout=PATIENCE_S, trust_env=False) as client,
    ):
        welcome = await client.post("/mcp", json=INITIALIZE)
        assert welcome.headers["Content-Type"] == "text/event-stream"
        client.headers["Mcp-Session-Id"] = welcome.headers["Mcp-Session-Id"]
        yield client


async def test_a_session_can_be_listened_to_and_ended() -> None:
    async with web_client(HttpOptions(has_sessions=True)) as client:
        async with client.stream("GET", "/mcp") as stream:
            assert stream.headers["Content-Type"] == "text/event-stream"
        assert (await client.delete("/mcp")).status_code == 200
        assert (await client.post("/mcp", json=PING)).status_code == 404


async def test_a_stream_of_a_session_is_counted() -> None:
    async with (
        web_client(HttpOptions(has_sessions=True, max_streams=1)) as client,
        client.stream("GET", "/mcp") as stream,
    ):
        assert stream.status_code == 200
        assert (await client.get("/mcp")).status_code == 503


async def test_a_stream_of_a_session_ends_at_shutdown() -> None:
    drain = Drain(CallsUnderWay(), grace_s=0)
    async with (
        web_client(HttpOptions(has_sessions=True), drain) as client,
        client.stream("GET", "/mcp") as stream,
    ):
        await drain.run()
        with anyio.fail_after(PATIENCE_S):
            assert await stream.aread() == b""
