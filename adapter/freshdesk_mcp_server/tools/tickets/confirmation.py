"""The question to a person before a ticket is deleted."""

from typing import Annotated

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Elicit, Resolve
from pydantic import Field

from freshdesk_client.api.tickets import get_ticket
from freshdesk_client.models import Requester, Ticket
from freshdesk_mcp_server.gateway.operations.tickets import DELETE_TICKET, GET_TICKET
from freshdesk_mcp_server.tools.kit.asking import Decision, ask
from freshdesk_mcp_server.tools.kit.lines import one_line
from freshdesk_mcp_server.tools.kit.runtime import ToolContext, runtime_from
from freshdesk_mcp_server.tools.kit.untrusted import shortened, without_unseen

LONGEST_WORDS = 120


class Deletion(Decision):
    """The form for the confirmation of a deletion."""

    confirm: bool = Field(strict=True, title="Delete it", description="Move this ticket to the trash")


async def ask_before_deletion(ticket_id: int, ctx: ToolContext) -> Deletion | Elicit[Deletion]:
    """Return the decision about one ticket, or the question that names it, as `ask`."""
    return await ask(Deletion, lambda: _question(ticket_id, ctx), ctx, before=DELETE_TICKET)


async def _question(ticket_id: int, ctx: ToolContext) -> str:
    reply = await runtime_from(ctx).gateway.call(
        GET_TICKET, lambda client: get_ticket.asyncio_detailed(ticket_id, client=client, include="requester")
    )
    ticket = reply.value
    return (
        f"Delete ticket #{ticket_id}?\n"
        f"Subject: {_words(ticket.subject) or '(no subject)'}\n"
        f"Requester: {_requester(ticket)}\n"
        "It goes to the trash, from which an agent can restore it in Freshdesk."
    )


def _requester(ticket: Ticket) -> str:
    requester = ticket.requester
    if not isinstance(requester, Requester):
        return f"contact {ticket.requester_id}" if isinstance(ticket.requester_id, int) else "not known"
    email = _words(requester.email)
    return f"{_words(requester.name)} <{email}>" if email else _words(requester.name) or "not known"


def _words(value: object) -> str:
    text, _ = without_unseen(value[: 10 * LONGEST_WORDS] if isinstance(value, str) else "")
    return shortened(one_line(text), LONGEST_WORDS)


ConfirmedDeletion = Annotated[ElicitationResult[Deletion], Resolve(ask_before_deletion)]
"""The answer of the person; a tool hands it to ``kit.asking.require_confirmation``."""
