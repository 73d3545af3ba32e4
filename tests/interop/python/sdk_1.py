"""The Python SDK 1.x."""

from typing import Any

import anyio
import httpx
from mcp import ClientSession

from interop.python.sdk import streams_to
from interop.python.tour import Result, job, say, take_steps


async def main(work: dict[str, Any]) -> None:
    """Take the tour."""
    async with streams_to(work, httpx.AsyncClient) as (read, write, *_), ClientSession(read, write) as session:
        welcome = await session.initialize()
        say(did="connect", protocol=welcome.protocolVersion, server=welcome.serverInfo.name)
        tools = (await session.list_tools()).tools
        say(did="list tools", tools=[tool.model_dump(mode="json", exclude_none=True) for tool in tools])

        async def call(tool: str, arguments: dict[str, Any]) -> Result:
            result = await session.call_tool(tool, arguments)
            return result.isError, result.structuredContent, result.content[0].text

        await take_steps(work, call)


anyio.run(main, job())
