"""The agent of the API key: the cheapest request that proves Freshdesk reachable with the key.

Texts about the agent for a person are not here, but in the command line.
"""

from freshdesk_client.api.agents import get_current_agent
from freshdesk_client.models import Agent
from freshdesk_mcp_server.errors import RateLimit
from freshdesk_mcp_server.gateway.accounts import AnyGateway
from freshdesk_mcp_server.gateway.operations.agents import GET_CURRENT_AGENT
from freshdesk_mcp_server.gateway.ratelimit import rate_limit_from


async def current_agent(gateway: AnyGateway) -> tuple[Agent, RateLimit | None]:
    """Return the agent of the API key (https://developers.freshdesk.com/api/#me), and the account's rate limit.

    Raises:
        FreshdeskError: The call failed.
    """
    reply = await gateway.call(GET_CURRENT_AGENT, lambda client: get_current_agent.asyncio_detailed(client=client))
    return reply.value, rate_limit_from(reply.headers)
