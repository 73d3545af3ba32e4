"""What a tool finds in its MCP context: the gateway, what an operator allows, and how a ticket's page is called."""

from dataclasses import dataclass, field
from typing import Any, Self, TypedDict

import anyio
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.mcpserver import Context

from freshdesk_mcp_server.gateway import AnyGateway
from freshdesk_mcp_server.gateway.translate import clean
from freshdesk_mcp_server.settings import Confirmation
from freshdesk_mcp_server.telemetry.events import Observer
from freshdesk_mcp_server.telemetry.tally import RequestsSent
from freshdesk_mcp_server.tools.views import TicketUrl

LONGEST_CLIENT = 60


class CallsUnderWay:
    """Counts the tool calls that run; each is a ``with`` block."""

    def __init__(self) -> None:
        self.count = 0
        self._none = anyio.Event()

    def __enter__(self) -> Self:
        self.count += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.count -= 1
        if not self.count:
            self._none.set()
            self._none = anyio.Event()

    async def wait_for_none(self) -> None:
        """Wait until no call runs."""
        while self.count:
            await self._none.wait()


@dataclass(frozen=True, slots=True)
class ToolPolicy:
    """What an operator lets the tools do.

    Attributes:
        confirm: Whether a person confirms a deletion.
        read_only: Whether there are only tools that read.
        allowed: The only tools there are, by name; empty for all.
    """

    confirm: Confirmation = Confirmation.ASK
    read_only: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Runtime:
    """What lives as long as the server: one gateway whatever the number of clients."""

    gateway: AnyGateway
    ticket_url: TicketUrl
    observer: Observer
    calls: CallsUnderWay = field(default_factory=CallsUnderWay)
    policy: ToolPolicy = field(default_factory=ToolPolicy)


class CallFacts(TypedDict):
    """Fields that the events of a tool call and of a ticket that was read have in common."""

    attempts: int
    freshdesk_request_id: str | None
    client: str | None
    caller: str | None


ToolContext = Context[Runtime, Any]


def runtime_from(context: ToolContext) -> Runtime:
    """The runtime that the lifespan of the server made."""
    return context.request_context.lifespan_context


def call_facts(context: ToolContext, sent: RequestsSent) -> CallFacts:
    """What is told of any call beside what it did: what it cost, and by whom it was made."""
    params = context.session.client_params
    token = get_access_token()
    return {
        "attempts": sent.count,
        "freshdesk_request_id": sent.last_id,
        "client": clean(params.client_info.name)[:LONGEST_CLIENT] or None if params else None,
        "caller": token.client_id if token else None,
    }
