"""Which tools there are, and what hosts are told of each."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, ToolAnnotations

from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.tools.kit.runtime import ToolPolicy
from freshdesk_mcp_server.tools.kit.strict_tool import StrictMetadata, StrictTool
from freshdesk_mcp_server.tools.tickets import tools as tickets
from freshdesk_mcp_server.tools.tickets.schemas import DELETED_RESULT, LIST_RESULT, TICKET_RESULT, Schema


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool as it is offered: its function, what people and programs are told of it, and what it does to a ticket."""

    function: Callable[..., Awaitable[CallToolResult]]
    title: str
    output: Schema
    read_only: bool = False
    idempotent: bool = False
    destructive: bool = False

    @property
    def name(self) -> str:
        """What the tool is called."""
        return self.function.__name__


OFFERS = (
    Offer(tickets.freshdesk_create_ticket, "Create ticket", TICKET_RESULT),
    Offer(tickets.freshdesk_get_ticket, "Get ticket", TICKET_RESULT, read_only=True),
    Offer(tickets.freshdesk_update_ticket, "Update ticket", TICKET_RESULT, idempotent=True),
    Offer(tickets.freshdesk_delete_ticket, "Delete ticket", DELETED_RESULT, idempotent=True, destructive=True),
    Offer(tickets.freshdesk_list_tickets, "List tickets", LIST_RESULT, read_only=True),
)
TOOL_NAMES = tuple(offer.name for offer in OFFERS)


def create_tools(policy: ToolPolicy | None = None) -> list[Tool]:
    """The tools that `policy` allows. Hosts decide by the annotations what needs a person's approval.

    Raises:
        ConfigurationError: It names a tool that does not exist.
    """
    policy = policy or ToolPolicy()
    check_tool_names(policy.allowed)
    return [_create_tool(offer) for offer in OFFERS if _is_allowed(offer, policy)]


def check_tool_names(allowed: Iterable[str]) -> None:
    """Refuse names of tools that do not exist.

    Raises:
        ConfigurationError: There are some.
    """
    unknown = sum(name not in TOOL_NAMES for name in allowed)
    if unknown:
        there_are = f"there are {', '.join(TOOL_NAMES)}"
        raise ConfigurationError([f"FRESHDESK_MCP_SERVER_TOOLS names {unknown} that do not exist; {there_are}."])


def is_reading(annotations: ToolAnnotations | None) -> bool:
    """Whether a tool with these hints changes nothing."""
    return annotations is not None and annotations.read_only_hint is True


def _is_allowed(offer: Offer, policy: ToolPolicy) -> bool:
    return (not policy.allowed or offer.name in policy.allowed) and (not policy.read_only or offer.read_only)


def _create_tool(offer: Offer) -> Tool:
    # What is left out is what hosts take for granted: a tool writes, and the other two speak of writing.
    annotations = ToolAnnotations(
        read_only_hint=offer.read_only or None,
        destructive_hint=None if offer.read_only else offer.destructive,
        idempotent_hint=None if offer.read_only else offer.idempotent,
        open_world_hint=True,
    )
    description = " ".join((offer.function.__doc__ or "").split())
    tool = StrictTool.from_function(offer.function, title=offer.title, description=description, annotations=annotations)
    # Advertised and, without an output model, not checked again: views.py makes what schemas.py says, and tests
    # compare.
    tool.fn_metadata = StrictMetadata(arg_model=tool.fn_metadata.arg_model, output_schema=offer.output)
    # Without additionalProperties, which some hosts cannot read: StrictMetadata refuses what the schema does not name.
    tool.parameters = _slim(tool.parameters)
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
