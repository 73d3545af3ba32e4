"""What a tool finds in its MCP context: the gateway, and how a ticket's page is called."""

from dataclasses import dataclass
from typing import Any

from mcp.server.mcpserver import Context

from freshdesk_mcp_server.gateway import Gateway
from freshdesk_mcp_server.telemetry.events import Observer
from freshdesk_mcp_server.tools.views import TicketUrl


@dataclass(frozen=True, slots=True)
class Runtime:
    """What lives as long as the server: one gateway whatever the number of clients."""

    gateway: Gateway
    ticket_url: TicketUrl
    observer: Observer


ToolContext = Context[Runtime, Any]


def runtime_from(context: ToolContext) -> Runtime:
    """The runtime that the lifespan of the server made."""
    return context.request_context.lifespan_context
