"""Whose key it is: the cheapest question that shows whether Freshdesk is reachable with it."""

from freshdesk_client.api.agents import get_current_agent
from freshdesk_client.models import Agent
from freshdesk_mcp_server.errors import RateLimit
from freshdesk_mcp_server.gateway.accounts import AnyGateway
from freshdesk_mcp_server.gateway.operations.agents import GET_CURRENT_AGENT
from freshdesk_mcp_server.gateway.ratelimit import rate_limit_from


async def current_agent(gateway: AnyGateway) -> tuple[Agent, RateLimit | None]:
    """The agent that the API key belongs to (https://developers.freshdesk.com/api/#me), and the account's rate limit.

    Raises:
        FreshdeskError: Freshdesk did not say.
    """
    reply = await gateway.call(GET_CURRENT_AGENT, lambda client: get_current_agent.asyncio_detailed(client=client))
    return reply.value, rate_limit_from(reply.headers)
