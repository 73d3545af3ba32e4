"""The client's side, for the command line: one tool call, to a server in this process or to one behind a URL."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from mcp.client import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, TextContent

from freshdesk_mcp_server.gateway import tls_context
from freshdesk_mcp_server.network import LOOPBACK_NAMES, Network

TIMEOUT = httpx2.Timeout(30.0, read=300.0)
"""Seconds; a stream may be silent as long as a call runs."""


class NoResultError(Exception):
    """The call gave no result, not even an error of the tool; the text is one line that says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gave: `data` for hosts that pass on structure, `text` for those that pass on text."""

    data: dict[str, Any]
    text: str
    is_error: bool


def is_beyond_this_machine(url: str) -> bool:
    """Whether a URL leads to another machine, as far as it is one."""
    try:
        return urlsplit(url).hostname not in (None, *LOOPBACK_NAMES)
    except ValueError:
        return False


async def call_tool(
    target: MCPServer[Any] | str, tool: str, arguments: dict[str, Any], network: Network | None = None
) -> Result:
    """Call one tool.

    `target` is a server, or the URL of one: a path that ends in /sse is spoken to by SSE, any other by streamable HTTP.
    `network` is the way there.

    Raises:
        NoResultError: Nobody listens at the URL, or not an MCP server, or it went away.
    """
    transport: Any = _transport_to(target, network or Network()) if isinstance(target, str) else target
    try:
        async with Client(transport, raise_exceptions=False) as client:
            result = await client.call_tool(tool, arguments)
    except Exception as error:
        # The SDK lets through what its HTTP library raises, alone or in groups.
        whom = f"The MCP server at {target}" if isinstance(target, str) else "The MCP server"
        raise NoResultError(f"{whom} gave no result: {_reason(error)}") from error
    text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
    return Result(_data_from(result, text), text, bool(result.is_error))


@asynccontextmanager
async def _transport_to(url: str, network: Network) -> AsyncIterator[Any]:
    """The transport to a URL; the SDK's own would read the environment, for this machine too."""
    address = urlsplit(url)

    def create(
        headers: dict[str, str] | None = None, timeout: httpx2.Timeout | None = None, auth: httpx2.Auth | None = None
    ) -> httpx2.AsyncClient:
        is_safe = address.scheme == "https"
        return httpx2.AsyncClient(
            headers=headers,
            timeout=timeout or TIMEOUT,
            auth=auth,
            proxy=network.proxy_to(address.hostname or "") if is_safe else None,
            verify=tls_context(network) if is_safe else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=False,
        )

    if address.path.rstrip("/").endswith("/sse"):
        async with sse_client(url, httpx_client_factory=create) as streams:
            yield streams
    else:
        async with create() as client, streamable_http_client(url, http_client=client) as streams:
            yield streams


def _reason(error: Exception) -> str:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return " ".join(str(error).split()) or type(error).__name__


def _data_from(result: CallToolResult, text: str) -> dict[str, Any]:
    if isinstance(result.structured_content, dict):
        return result.structured_content
    return {"error": {"message": text}} if result.is_error else {"text": text}
