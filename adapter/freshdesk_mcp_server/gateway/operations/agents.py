"""The operations on agents: https://developers.freshdesk.com/api/#agents."""

from typing import Any

from freshdesk_client.models import Agent
from freshdesk_client.types import Response
from freshdesk_mcp_server.gateway.operation import Effect, Operation, has_number


def _read_agent(response: Response[Any], _: int | None) -> Agent | None:
    agent = response.parsed
    return agent if isinstance(agent, Agent) and has_number(agent) else None


GET_CURRENT_AGENT = Operation("get_current_agent", Effect.READ, _read_agent)
