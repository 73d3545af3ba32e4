"""Whose key it is: the cheapest question that shows whether Freshdesk is reachable with it."""

from freshdesk_client.api.agents import get_current_agent
from freshdesk_client.models import Agent
from freshdesk_mcp_server.gateway.operation import GET_CURRENT_AGENT
from freshdesk_mcp_server.gateway.tenants import AnyGateway


async def current_agent(gateway: AnyGateway) -> Agent:
    """The agent that the API key belongs to (https://developers.freshdesk.com/api/#me).

    Raises:
        FreshdeskError: Freshdesk did not say.
    """
    return (
        await gateway.call(GET_CURRENT_AGENT, lambda client: get_current_agent.asyncio_detailed(client=client))
    ).value
