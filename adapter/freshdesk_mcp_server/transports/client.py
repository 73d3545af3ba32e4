"""The client's side, for the command line: one tool call, to a server in this process or to one behind a URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mcp.client import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import MCPServer
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp_types import CallToolResult, TextContent

from freshdesk_mcp_server.server import READ_SCOPE

TOKEN_VARIABLE = "FRESHDESK_MCP_SERVER_TOKEN"  # noqa: S105  # a name


class NoResultError(Exception):
    """The call gave no result, not even an error of the tool; the text is one line that says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gave: `data` for hosts that pass on structure, `text` for those that pass on text."""

    data: dict[str, Any]
    text: str
    is_error: bool


async def call_tool(
    target: MCPServer[Any] | str, tool: str, arguments: dict[str, Any], token: str | None = None
) -> Result:
    """Call one tool.

    `target` is a server, or the URL of one: a path that ends in /sse is spoken to by SSE, any other by streamable HTTP.
    A URL is shown `token`, if there is one.

    Raises:
        NoResultError: Nobody listens at the URL, or not an MCP server, or it lets nobody in so, or it went away.
    """
    refusals = _Refusals(has_token=token is not None)
    try:
        async with (
            _transport_to(target, token, refusals) as transport,
            Client(transport, raise_exceptions=False) as client,
        ):
            result = await client.call_tool(tool, arguments)
    except Exception as error:
        # The SDK lets through what its HTTP library raises, alone or in groups.
        whom = f"The MCP server at {target}" if isinstance(target, str) else "The MCP server"
        raise NoResultError(f"{whom} {refusals.last or f'gave no result: {_reason(error)}'}") from error
    text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
    return Result(_data_from(result, text), text, bool(result.is_error))


@asynccontextmanager
async def _transport_to(target: MCPServer[Any] | str, token: str | None, refusals: "_Refusals") -> AsyncIterator[Any]:
    if not isinstance(target, str):
        yield target
        return

    def create_http_client(headers: dict[str, str] | None = None, timeout: Any = None, auth: Any = None) -> Any:
        shown = {"Authorization": f"Bearer {token}"} if token is not None else {}
        client = create_mcp_http_client((headers or {}) | shown, timeout, auth)
        client.event_hooks["response"].append(refusals.note)
        return client

    if urlsplit(target).path.rstrip("/").endswith("/sse"):
        yield sse_client(target, httpx_client_factory=create_http_client)
        return
    async with create_http_client() as http_client:
        yield streamable_http_client(target, http_client=http_client)


class _Refusals:
    """The refusals of a server; `last` is the newest in one line, which goes on from the name of the server."""

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
    """The text of a JSON-RPC error, if the answer is one."""
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
