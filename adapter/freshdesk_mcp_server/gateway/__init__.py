"""Calls to Freshdesk: requests, limits, repetition, recovery and errors.

Only this room imports httpx for Freshdesk, and `Gateway.call` is its only entrance. MCP is not here, and tools do not
see HTTP.
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
