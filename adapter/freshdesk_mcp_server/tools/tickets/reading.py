"""A ticket as text, for prompts and resources: read and shown as by the tools."""

from functools import partial

from freshdesk_client.api.tickets import get_ticket
from freshdesk_mcp_server.gateway.operations.tickets import GET_TICKET
from freshdesk_mcp_server.telemetry.events import TicketRead
from freshdesk_mcp_server.tools.kit.runtime import ToolContext, observed_call, runtime_from
from freshdesk_mcp_server.tools.tickets.pages import ticket_url_of
from freshdesk_mcp_server.tools.tickets.results import ticket_text
from freshdesk_mcp_server.tools.tickets.showing import Showing, now_from

EMBEDDED = ("conversations", "requester")


async def read_as_text(ticket_id: int, ctx: ToolContext, way: str) -> str:
    """Return the ticket, requester and oldest ten conversations; `way` names the prompt or resource in the log."""
    runtime = runtime_from(ctx)
    with observed_call(ctx, partial(TicketRead, way)):
        reply = await runtime.gateway.call(
            GET_TICKET,
            lambda client: get_ticket.asyncio_detailed(ticket_id, client=client, include=",".join(EMBEDDED)),
        )
    return ticket_text(reply.value, ticket_url_of(runtime), Showing(now_from(reply.headers), asked=frozenset(EMBEDDED)))
