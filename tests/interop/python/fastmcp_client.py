"""The client of fastmcp, which also knows both eras of the protocol."""

from typing import Any

import anyio
from fastmcp import Client
from fastmcp.client.transports import ClientTransport, SSETransport, StdioTransport, StreamableHttpTransport

from interop.python.tour import Result, job, say, take_steps


def transport_of(work: dict[str, Any]) -> ClientTransport:
    """Return the transport to the server."""
    if work["transport"] == "stdio":
        command, *arguments = work["command"]
        return StdioTransport(command, arguments)
    if work["transport"] == "sse":
        return SSETransport(work["url"], headers=work["headers"])
    return StreamableHttpTransport(work["url"], headers=work["headers"])


async def main(work: dict[str, Any]) -> None:
    """Take the tour."""
    async with Client(transport_of(work), mode=work["mode"]) as client:
        say(did="connect", protocol=client.protocol_version, server=client.server_info.name)
        tools = await client.list_tools()
        say(did="list tools", tools=[tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools])

        async def call(tool: str, arguments: dict[str, Any]) -> Result:
            result = await client.call_tool(tool, arguments, raise_on_error=False)
            return result.is_error, result.structured_content, result.content[0].text

        await take_steps(work, call)


anyio.run(main, job())
