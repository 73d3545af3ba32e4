"""google-genai: the tools in the form that its client sends to Gemini, or to the Agent Platform."""

from typing import Any

import anyio
import mcp
from google.genai._mcp_utils import mcp_to_gemini_tools
from mcp.client.streamable_http import streamable_http_client

from interop.python.tour import job, say_schemas


def schema_of(tool: Any, mode: str) -> Any:
    """Return the parameters in the form for a model."""
    (converted,) = mcp_to_gemini_tools([tool], mode == "Agent Platform")
    (told,) = converted.model_dump(mode="json", exclude_none=True)["function_declarations"]
    return told.get("parameters") or told["parameters_json_schema"]


async def main(work: dict[str, Any]) -> None:
    """List the tools and convert each."""
    async with streamable_http_client(work["url"]) as (read, write, *_), mcp.ClientSession(read, write) as session:
        await session.initialize()
        say_schemas((await session.list_tools()).tools, lambda tool: schema_of(tool, work["mode"]))


anyio.run(main, job())
