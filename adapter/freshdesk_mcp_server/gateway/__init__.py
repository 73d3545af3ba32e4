"""All that lies between a tool and the wire; the only room that knows httpx.

One way in: `Gateway.call`. Nothing here knows MCP, and no tool knows HTTP.
"""

from freshdesk_mcp_server.gateway.call import Gateway
from freshdesk_mcp_server.gateway.client import open_gateway
from freshdesk_mcp_server.gateway.identity import current_agent
from freshdesk_mcp_server.gateway.reply import Reply
from freshdesk_mcp_server.gateway.route import Route, tls_context
from freshdesk_mcp_server.gateway.tenants import (
    AnyGateway,
    TenantGateway,
    account_in_use,
    current_account,
    open_tenant_gateway,
)

__all__ = [
    "AnyGateway",
    "Gateway",
    "Reply",
    "Route",
    "TenantGateway",
    "account_in_use",
    "current_account",
    "current_agent",
    "open_gateway",
    "open_tenant_gateway",
    "tls_context",
]
