"""The client's side, for the command line: one tool call, to a server in this process or to one behind a URL."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mcp.client import Client
from mcp.client.sse import sse_client
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, TextContent


class NoResultError(Exception):
    """The call gave no result, not even an error of the tool; the text is one line that says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gave: `data` for hosts that pass on structure, `text` for those that pass on text."""

    data: dict[str, Any]
    text: str
    is_error: bool


async def call_tool(target: MCPServer[Any] | str, tool: str, arguments: dict[str, Any]) -> Result:
    """Call one tool.

    `target` is a server, or the URL of one: a path that ends in /sse is spoken to by SSE, any other by streamable HTTP.

    Raises:
        NoResultError: Nobody listens at the URL, or not an MCP server, or it went away.
    """
    try:
        async with Client(_transport_to(target), raise_exceptions=False) as client:
            result = await client.call_tool(tool, arguments)
    except Exception as error:
        # The SDK lets through what its HTTP library raises, alone or in groups.
        whom = f"The MCP server at {target}" if isinstance(target, str) else "The MCP server"
        raise NoResultError(f"{whom} gave no result: {_reason(error)}") from error
    text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
    return Result(_data_from(result, text), text, bool(result.is_error))


def _transport_to(target: MCPServer[Any] | str) -> Any:
    if isinstance(target, str) and urlsplit(target).path.rstrip("/").endswith("/sse"):
        return sse_client(target)
    return target


def _reason(error: Exception) -> str:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return " ".join(str(error).split()) or type(error).__name__


def _data_from(result: CallToolResult, text: str) -> dict[str, Any]:
    if isinstance(result.structured_content, dict):
        return result.structured_content
    return {"error": {"message": text}} if result.is_error else {"text": text}
