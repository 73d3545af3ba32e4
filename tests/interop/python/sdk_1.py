"""The Python SDK 1.x."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import anyio
import httpx
from mcp import ClientSession, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from interop.python.tour import Result, job, say, take_steps


def transport_of(work: dict[str, Any]) -> AbstractAsyncContextManager[Any]:
    """The streams to the server."""
    if work["transport"] == "stdio":
        command, *arguments = work["command"]
        return stdio_client(StdioServerParameters(command=command, args=arguments))
    if work["transport"] == "sse":
        return sse_client(work["url"], headers=work["headers"])
    return streamable_http_client(work["url"], http_client=httpx.AsyncClient(headers=work["headers"], timeout=30))


async def main(work: dict[str, Any]) -> None:
    """Take the tour."""
    async with transport_of(work) as (read, write, *_), ClientSession(read, write) as session:
        welcome = await session.initialize()
        say(did="connect", protocol=welcome.protocolVersion, server=welcome.serverInfo.name)
        tools = (await session.list_tools()).tools
        say(did="list tools", tools=[tool.model_dump(mode="json", exclude_none=True) for tool in tools])

        async def call(tool: str, arguments: dict[str, Any]) -> Result:
            result = await session.call_tool(tool, arguments)
            return result.isError, result.structuredContent, result.content[0].text

        await take_steps(work, call)


anyio.run(main, job())
