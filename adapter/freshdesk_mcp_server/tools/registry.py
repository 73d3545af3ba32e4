"""Which tools there are, and what hosts are told of each."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, ToolAnnotations

from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.tools import tickets
from freshdesk_mcp_server.tools.boundary import StrictMetadata, StrictTool
from freshdesk_mcp_server.tools.context import ToolPolicy
from freshdesk_mcp_server.tools.schemas import DELETED_RESULT, LIST_RESULT, TICKET_RESULT, Schema


def create_tools(policy: ToolPolicy | None = None) -> list[Tool]:
    """The tools that `policy` allows. Hosts decide by the annotations what needs a person's approval.

    Raises:
        ConfigurationError: It names a tool that does not exist.
    """
    policy = policy or ToolPolicy()
    tools = [
        _create_tool(tickets.freshdesk_create_ticket, "Create ticket", TICKET_RESULT),
        _create_tool(tickets.freshdesk_get_ticket, "Get ticket", TICKET_RESULT, read_only=True),
        _create_tool(tickets.freshdesk_update_ticket, "Update ticket", TICKET_RESULT, idempotent=True),
        _create_tool(
            tickets.freshdesk_delete_ticket, "Delete ticket", DELETED_RESULT, idempotent=True, destructive=True
        ),
        _create_tool(tickets.freshdesk_list_tickets, "List tickets", LIST_RESULT, read_only=True),
    ]
    _refuse_unknown(policy.allowed, [tool.name for tool in tools])
    return [tool for tool in tools if _is_allowed(tool, policy)]


def is_reading(annotations: ToolAnnotations | None) -> bool:
    """Whether a tool with these hints changes nothing."""
    return annotations is not None and annotations.read_only_hint is True


def _refuse_unknown(allowed: Iterable[str], names: list[str]) -> None:
    unknown = sum(name not in names for name in allowed)
    if unknown:
        there_are = f"there are {', '.join(names)}"
        raise ConfigurationError([f"FRESHDESK_MCP_SERVER_TOOLS names {unknown} that do not exist; {there_are}."])


def _is_allowed(tool: Tool, policy: ToolPolicy) -> bool:
    return (not policy.allowed or tool.name in policy.allowed) and (
        not policy.read_only or is_reading(tool.annotations)
    )


def _create_tool(
    function: Callable[..., Awaitable[CallToolResult]],
    title: str,
    output: Schema,
    *,
    read_only: bool = False,
    idempotent: bool = False,
    destructive: bool = False,
) -> Tool:
    # What is left out is what hosts take for granted: a tool writes, and the other two speak of writing.
    annotations = ToolAnnotations(
        read_only_hint=read_only or None,
        destructive_hint=None if read_only else destructive,
        idempotent_hint=None if read_only else idempotent,
        open_world_hint=True,
    )
    description = " ".join((function.__doc__ or "").split())
    tool = StrictTool.from_function(function, title=title, description=description, annotations=annotations)
    # Advertised and, without an output model, not checked again: views.py makes what schemas.py says, and tests
    # compare.
    tool.fn_metadata = StrictMetadata(arg_model=tool.fn_metadata.arg_model, output_schema=output)
    tool.parameters = _slim(tool.parameters) | {"additionalProperties": False}
    return tool


def _slim(schema: Any) -> Any:
    """The same input schema in fewer tokens: no titles, no defaults of null, no "or null" where that means left out."""
    if isinstance(schema, list):
        return [_slim(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    slim = {name: _slim(value) for name, value in schema.items() if not _is_noise(name, value)}
    if "properties" in schema:
        slim["properties"] = {name: _slim(value) for name, value in schema["properties"].items()}
    return slim | _not_null(slim.pop("anyOf", None))


def _is_noise(name: str, value: object) -> bool:
    return (
        (name == "title" and isinstance(value, str))
        or (name == "default" and value is None)
        or (name == "additionalProperties" and value is True)
    )


def _not_null(options: list[Schema] | None) -> Schema:
    real = [option for option in options or [] if option != {"type": "null"}]
    if len(real) > 1:
        return {"anyOf": real}
    return real[0] if real else {}
