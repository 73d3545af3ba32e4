"""All that lies between a tool and the wire; the only room that knows httpx.

One way in: `Gateway.call`. Nothing here knows MCP, and no tool knows HTTP.
"""

from freshdesk_mcp_server.gateway.accounts import (
    AccountsGateway,
    AnyGateway,
    account_in_use,
    current_account,
    open_accounts_gateway,
)
from freshdesk_mcp_server.gateway.client import open_gateway
from freshdesk_mcp_server.gateway.gateway import Gateway
from freshdesk_mcp_server.gateway.identity import current_agent
from freshdesk_mcp_server.gateway.reply import Reply
from freshdesk_mcp_server.gateway.route import Route, tls_context

__all__ = [
    "AccountsGateway",
    "AnyGateway",
    "Gateway",
    "Reply",
    "Route",
    "account_in_use",
    "current_account",
    "current_agent",
    "open_accounts_gateway",
    "open_gateway",
    "tls_context",
]
