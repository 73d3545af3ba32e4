"""What a person attaches or starts by hand: tickets and code tables as resources, and prompts about one ticket.

Both read through the gateway as the tools do, show tickets in the same words, and are there only where reading a ticket
is allowed.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.server.mcpserver.prompts import Prompt
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS
from pydantic import Field

from freshdesk_client.api.tickets import get_ticket
from freshdesk_mcp_server.errors import FreshdeskMCPError, NotFoundError
from freshdesk_mcp_server.gateway.operation import GET_TICKET
from freshdesk_mcp_server.gateway.translate import clean
from freshdesk_mcp_server.telemetry.events import TicketRead
from freshdesk_mcp_server.tools.kit.bounds import LONGEST_TONE
from freshdesk_mcp_server.tools.kit.error_result import error_shape
from freshdesk_mcp_server.tools.kit.runtime import ToolContext, observed_call, runtime_from
from freshdesk_mcp_server.tools.tickets.codes import PRIORITY_NAMES, SOURCE_NAMES, STATUS_NAMES
from freshdesk_mcp_server.tools.tickets.numbers import ticket_number
from freshdesk_mcp_server.tools.tickets.pages import ticket_url_of
from freshdesk_mcp_server.tools.tickets.results import ticket_text
from freshdesk_mcp_server.tools.tickets.showing import Showing, now_from

TICKET_URI = "freshdesk://tickets/{id}"
FIELDS_URI = "freshdesk://reference/fields"

PROMPTS = {
    "triage_ticket": "Triage a ticket",
    "summarise_ticket": "Summarise a ticket",
    "draft_reply": "Draft a reply",
}
"""Their names and titles."""
EMBEDDED = ("conversations", "requester")
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


def add_resources(server: MCPServer[Any]) -> None:
    """Offer tickets and code tables as resources."""
    server.resource(
        TICKET_URI,
        name="ticket",
        title="Ticket",
        description="One ticket with its requester and its oldest ten conversations",
        mime_type="text/plain",
    )(ticket_resource)
    server.resource(
        FIELDS_URI,
        name="fields",
        title="Codes of tickets",
        description="What the numbers for status, priority and source mean",
        mime_type="text/plain",
    )(fields_resource)


def add_prompts(server: MCPServer[Any]) -> None:
    """Offer the prompts about one ticket."""
    functions: list[Callable[..., Any]] = [triage_ticket, summarise_ticket, draft_reply]
    for function in functions:
        server.add_prompt(Prompt.from_function(function, title=PROMPTS[function.__name__]))


async def ticket_resource(id: str, ctx: ToolContext) -> str:  # noqa: A002  # the name in the URI
    """The ticket of that number, as `freshdesk_get_ticket` shows it."""
    number = ticket_number(id, ticket_url_of(runtime_from(ctx)))
    if number is None:
        raise ResourceNotFoundError("There is no such ticket: the number of a ticket is a whole number.")
    try:
        return await _read(number, ctx, "resource")
    except NotFoundError as error:
        raise ResourceNotFoundError(error.message) from None
    except FreshdeskMCPError as error:
        raise ResourceError(f"{error.message} {error.hint}") from None


def fields_resource() -> str:
    """The code tables, a line for each code."""
    tables = {"status": STATUS_NAMES, "priority": PRIORITY_NAMES, "source": SOURCE_NAMES}
    lines = [f"{name} {code}: {word}" for name, table in tables.items() for code, word in table.items()]
    return "\n".join([*lines, "An account may define further statuses and sources, with numbers of their own."])


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
        return f"{ONLY_OLDEST_TEN}\n{task}\n\n{await _read(number, ctx, prompt)}"
    except FreshdeskMCPError as error:
        code = INVALID_PARAMS if isinstance(error, NotFoundError) else INTERNAL_ERROR
        raise MCPError(code, f"{error.message} {error.hint}", error_shape(error)) from None


async def _read(ticket_id: int, ctx: ToolContext, way: str) -> str:
    runtime = runtime_from(ctx)
    with observed_call(ctx, partial(TicketRead, way)):
        reply = await runtime.gateway.call(
            GET_TICKET,
            lambda client: get_ticket.asyncio_detailed(ticket_id, client=client, include=",".join(EMBEDDED)),
        )
    return ticket_text(reply.value, ticket_url_of(runtime), Showing(now_from(reply.headers), asked=frozenset(EMBEDDED)))
