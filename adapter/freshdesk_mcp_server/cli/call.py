"""The command ``call``: one tool call, to a server in this process or to one behind a URL."""

import json
import os
import re
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import click
import httpx2
from mcp.client import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, TextContent

from freshdesk_mcp_server import app
from freshdesk_mcp_server.gateway import tls_context
from freshdesk_mcp_server.network import Network
from freshdesk_mcp_server.settings import Settings
from freshdesk_mcp_server.tools.kit.toolset import READ_SCOPE

TIMEOUT = httpx2.Timeout(30.0, read=300.0)
"""Seconds; a stream may be silent as long as a call runs."""
TOKEN_VARIABLE = "FRESHDESK_MCP_SERVER_TOKEN"  # noqa: S105  # a name


type _CreateClient = Callable[..., httpx2.AsyncClient]


class NoResultError(Exception):
    """The call gave no result, not even an error of the tool; the text gives the reason on one line."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a tool: `data` for hosts that pass on structure, `text` for hosts that pass on text."""

    data: dict[str, Any]
    text: str
    is_error: bool


async def call_tool(
    target: MCPServer[Any] | str,
    tool: str,
    arguments: dict[str, Any],
    network: Network | None = None,
    token: str | None = None,
) -> Result:
    """Call one tool.

    `target` is a server, or the URL of one: a path that ends in /sse is called by SSE, any other by streamable HTTP.
    `network` is the network to a URL, which gets `token`, if there is one.

    Raises:
        NoResultError: No MCP server listens at the URL, or it refuses this client, or the connection ended.
    """
    refusals = _Refusals(has_token=token is not None)
    try:
        create_http_client = _http_clients(str(target), network or Network(), token, refusals)
        async with (
            _transport_to(target, create_http_client) as transport,
            Client(transport, raise_exceptions=False) as client,
        ):
            result = await client.call_tool(tool, arguments)
    except Exception as error:
        # The SDK passes on exceptions of its HTTP library, alone or in groups.
        whom = f"The MCP server at {target}" if isinstance(target, str) else "The MCP server"
        raise NoResultError(f"{whom} {refusals.last or f'gave no result: {_reason(error)}'}") from error
    text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
    return Result(_data_from(result, text), text, bool(result.is_error))


@asynccontextmanager
async def _transport_to(target: MCPServer[Any] | str, create_http_client: _CreateClient) -> AsyncIterator[Any]:
    if not isinstance(target, str):
        yield target
    elif urlsplit(target).path.rstrip("/").endswith("/sse"):
        yield sse_client(target, httpx_client_factory=create_http_client)
    else:
        async with create_http_client() as http_client:
            yield streamable_http_client(target, http_client=http_client)


def _http_clients(url: str, network: Network, token: str | None, refusals: "_Refusals") -> _CreateClient:
    """Create HTTP clients for a URL. The SDK's own would read the environment, even for this machine."""
    address = urlsplit(url)
    shown = {"Authorization": f"Bearer {token}"} if token is not None else {}

    def create(
        headers: dict[str, str] | None = None, timeout: httpx2.Timeout | None = None, auth: httpx2.Auth | None = None
    ) -> httpx2.AsyncClient:
        is_safe = address.scheme == "https"
        return httpx2.AsyncClient(
            headers=(headers or {}) | shown,
            timeout=timeout or TIMEOUT,
            auth=auth,
            proxy=network.proxy_to(address.hostname or "") if is_safe else None,
            verify=tls_context(network) if is_safe else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=False,
            event_hooks={"response": [refusals.note]},
        )

    return create


class _Refusals:
    """The refusals of a server; `last` is the newest, on one line that goes on from the name of the server."""

    def __init__(self, *, has_token: bool) -> None:
        self._has_token = has_token
        self.last = ""

    async def note(self, response: Any) -> None:
        """Take an answer of the server."""
        if response.status_code not in (401, 403, 421):
            return
        await response.aread()
        self.last = self._said_by(response.status_code, _message_in(response))

    def _said_by(self, status: int, message: str) -> str:
        how = f"with --token, or in {TOKEN_VARIABLE}"
        if message or status == 421:
            return f"refused the call ({status}): {message or 'it does not know itself by this name.'}"
        if status == 403:
            return f"does not let this token call (403): it needs the scope {READ_SCOPE}. Give another one {how}."
        if self._has_token:
            return f"does not accept this token (401): it is wrong, or has expired. Give another one {how}."
        return f"wants a token (401). Give one {how}."


def _message_in(response: Any) -> str:
    """Return the text of a JSON-RPC error, if the answer is one."""
    try:
        return " ".join(str(response.json()["error"]["message"]).split())
    except (ValueError, TypeError, KeyError):
        return ""


def _reason(error: Exception) -> str:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return " ".join(str(error).split()) or type(error).__name__


def _data_from(result: CallToolResult, text: str) -> dict[str, Any]:
    if isinstance(result.structured_content, dict):
        return result.structured_content
    return {"error": {"message": text}} if result.is_error else {"text": text}


def parse_arguments(text: str) -> dict[str, Any]:
    """Parse the arguments of a call from a JSON object."""
    try:
        arguments = json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="JSON") from error
    if not isinstance(arguments, dict):
        raise click.BadParameter('give an object such as {"ticket_id": 7}', param_hint="JSON")
    return arguments


def token_from(option: str | None) -> str | None:
    """Return the token of the option, of standard input or of the environment. No error text holds it."""
    if option == "-":
        option = sys.stdin.buffer.readline().decode("ascii", "replace").strip()
    token = os.environ.get(TOKEN_VARIABLE) or None if option is None else option
    # A header takes no other characters, and the header's error text would repeat the whole token.
    if token is not None and not re.fullmatch(r"[!-~]+", token):
        raise click.BadParameter("a token has letters, digits and signs of ASCII only.", param_hint="--token")
    return token


async def call_here(settings: Settings, tool: str, arguments: dict[str, Any], *, sandbox: bool) -> Result:
    """Call a tool of a server in this process."""
    async with app.server_in_process(settings, sandbox=sandbox) as server:
        return await call_tool(server, tool, arguments)


async def call_url(
    url: str, tool: str, arguments: dict[str, Any], network: Network | None, token: str | None
) -> Result:
    """Call a tool of the server at a URL."""
    try:
        return await call_tool(url, tool, arguments, network, token)
    except NoResultError as error:
        raise click.ClickException(str(error)) from None
