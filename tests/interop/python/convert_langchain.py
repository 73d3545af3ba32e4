"""langchain-google-genai: the tools that its MCP adapters load, in the form of LangChain's model of Gemini."""

from typing import Any

import anyio
from langchain_google_genai._function_utils import convert_to_genai_function_declarations
from langchain_mcp_adapters.client import MultiServerMCPClient

from interop.python.tour import job, say_schemas


def schema_of(tool: Any) -> Any:
    """Return the parameters in the form for a model."""
    (converted,) = convert_to_genai_function_declarations([tool])
    (told,) = converted.model_dump(mode="json", exclude_none=True)["function_declarations"]
    return told["parameters"]


async def main(work: dict[str, Any]) -> None:
    """List the tools and convert each."""
    client = MultiServerMCPClient({"freshdesk": {"transport": "streamable_http", "url": work["url"]}})
    say_schemas(await client.get_tools(), schema_of)


anyio.run(main, job())
