"""The Python SDK 2.x, which knows both eras of the protocol."""

from typing import Any

import anyio
import httpx2
from mcp.client import Client
from mcp_types import TextContent

from interop.python.sdk import streams_to
from interop.python.tour import Result, job, say, take_steps


async def main(work: dict[str, Any]) -> None:
    """Take the tour."""
    async with Client(streams_to(work, httpx2.AsyncClient), mode=work["mode"]) as client:
        say(did="connect", protocol=client.protocol_version, server=client.server_info and client.server_info.name)
        listed = await client.list_tools()
        say(
            did="list tools",
            tools=[tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed.tools],
        )

        async def call(tool: str, arguments: dict[str, Any]) -> Result:
            result = await client.call_tool(tool, arguments)
            first = result.content[0]
            return (
                bool(result.is_error),
                result.structured_content,
                first.text if isinstance(first, TextContent) else None,
            )

        await take_steps(work, call)


anyio.run(main, job())
