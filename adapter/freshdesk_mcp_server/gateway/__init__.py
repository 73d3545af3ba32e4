"""All that lies between a tool and the wire; the only room that knows httpx.

One way in: `Gateway.call`. Nothing here knows MCP, and no tool knows HTTP.
"""

from freshdesk_mcp_server.gateway.call import Gateway, Reply
from freshdesk_mcp_server.gateway.client import open_gateway

__all__ = ["Gateway", "Reply", "open_gateway"]
