"""Prompts about one ticket, which a person starts by hand."""

from typing import Annotated

from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS
from pydantic import Field

from freshdesk_mcp_server.errors import FreshdeskMCPError, NotFoundError
from freshdesk_mcp_server.gateway.translate import clean
from freshdesk_mcp_server.tools.kit.bounds import LONGEST_TONE
from freshdesk_mcp_server.tools.kit.error_result import error_shape
from freshdesk_mcp_server.tools.kit.runtime import ToolContext, runtime_from
from freshdesk_mcp_server.tools.kit.toolset import PromptSpec
from freshdesk_mcp_server.tools.tickets.numbers import ticket_number
from freshdesk_mcp_server.tools.tickets.pages import ticket_url_of
from freshdesk_mcp_server.tools.tickets.reading import read_as_text

ONLY_OLDEST_TEN = (
    "You see the oldest ten conversations of this ticket at most. Where ten are shown, newer ones may be missing: say "
    "so, and do not take the last one shown for the present state."
)
TRIAGE = (
    "Triage the support ticket below. Say, with one reason each: its priority (1 Low, 2 Medium, 3 High, 4 Urgent), its "
    "type, tags if any, who or which group should take it, and the next step. Propose changes and wait for my "
    "decision; change nothing yourself."
)
SUMMARISE = (
    "Summarise the support ticket below in at most five sentences: what the customer wants, what has been done, what "
    "is open, and who has to act next. Name what is not known instead of guessing."
)
DRAFT = (
    "Draft a reply to the customer of the support ticket below, in the language in which the customer wrote. Answer "
    "what was asked, promise nothing that the ticket does not show, and mark with [...] what an agent has to fill in. "
    "Give only the text of the reply; an agent will send it."
)

NO_NUMBER = "ticket_id should be the number of a ticket, such as 17 or #17, or the URL of its page in this account."

TicketNumber = Annotated[str, Field(description="Number of the ticket, or the URL of its page")]
"""Arguments of a prompt are strings."""


async def triage_ticket(ticket_id: TicketNumber, ctx: ToolContext) -> str:
    """Propose priority, type, assignment and next step for a ticket."""
    return await _about(TRIAGE, ticket_id, ctx, "triage_ticket")


async def summarise_ticket(ticket_id: TicketNumber, ctx: ToolContext) -> str:
    """Say in a few sentences what a ticket is about and where it stands."""
    return await _about(SUMMARISE, ticket_id, ctx, "summarise_ticket")


async def draft_reply(
    ticket_id: TicketNumber, ctx: ToolContext, tone: Annotated[str, Field(description="Such as formal")] = ""
) -> str:
    """Write a reply to the customer of a ticket, for an agent to check and send."""
    if len(tone) > LONGEST_TONE:
        raise MCPError(INVALID_PARAMS, f"tone should have at most {LONGEST_TONE} characters.")
    wish = f" Tone: {words}." if (words := clean(tone)) else ""
    return await _about(DRAFT + wish, ticket_id, ctx, "draft_reply")


async def _about(task: str, ticket_id: str, ctx: ToolContext, prompt: str) -> str:
    number = ticket_number(ticket_id, ticket_url_of(runtime_from(ctx)))
    if number is None:
        raise MCPError(INVALID_PARAMS, NO_NUMBER)
    try:
        return f"{ONLY_OLDEST_TEN}\n{task}\n\n{await read_as_text(number, ctx, prompt)}"
    except FreshdeskMCPError as error:
        code = INVALID_PARAMS if isinstance(error, NotFoundError) else INTERNAL_ERROR
        raise MCPError(code, f"{error.message} {error.hint}", error_shape(error)) from None


PROMPTS = (
    PromptSpec(triage_ticket, "Triage a ticket", needs="freshdesk_get_ticket"),
    PromptSpec(summarise_ticket, "Summarise a ticket", needs="freshdesk_get_ticket"),
    PromptSpec(draft_reply, "Draft a reply", needs="freshdesk_get_ticket"),
)
