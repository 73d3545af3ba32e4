"""openai-agents: the tools in its form for OpenAI, unchanged and in strict mode."""

from typing import Any

import anyio
from agents.mcp import MCPServerStreamableHttp
from agents.mcp.util import MCPUtil

from interop.python.tour import job, say_schemas


def schema_of(tool: Any, server: MCPServerStreamableHttp, *, strict: bool) -> Any:
    """Return the parameters in the form for a model; the library falls back where it cannot make them strict."""
    converted = MCPUtil.to_function_tool(tool, server, strict)
    if converted.strict_json_schema is not strict:
        raise ValueError("it is not strict")
    return converted.params_json_schema


async def main(work: dict[str, Any]) -> None:
    """List the tools and convert each."""
    async with MCPServerStreamableHttp({"url": work["url"]}, client_session_timeout_seconds=180) as server:
        tools = await server.list_tools()
        say_schemas(tools, lambda tool: schema_of(tool, server, strict=work["mode"] == "strict"))


anyio.run(main, job())
