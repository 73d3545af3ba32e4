"""The common part of the Python SDKs 1.x and 2.x: opening the streams to a server."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client


def streams_to(work: dict[str, Any], create_http_client: Callable[..., Any]) -> AbstractAsyncContextManager[Any]:
    """Open the streams to the server; `create_http_client` is that of the HTTP library below the SDK."""
    if work["transport"] == "stdio":
        command, *arguments = work["command"]
        return stdio_client(StdioServerParameters(command=command, args=arguments))
    if work["transport"] == "sse":
        return sse_client(work["url"], headers=work["headers"])
    return streamable_http_client(work["url"], http_client=create_http_client(headers=work["headers"], timeout=180))
