"""Tickets and code tables as resources, which a person attaches."""

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from freshdesk_mcp_server.errors import FreshdeskMCPError, NotFoundError
from freshdesk_mcp_server.tools.kit.runtime import ToolContext, runtime_from
from freshdesk_mcp_server.tools.kit.toolset import ResourceSpec
from freshdesk_mcp_server.tools.tickets.codes import PRIORITY_NAMES, SOURCE_NAMES, STATUS_NAMES
from freshdesk_mcp_server.tools.tickets.numbers import ticket_number
from freshdesk_mcp_server.tools.tickets.pages import ticket_url_of
from freshdesk_mcp_server.tools.tickets.reading import read_as_text

TICKET_URI = "freshdesk://tickets/{id}"
FIELDS_URI = "freshdesk://reference/fields"


async def ticket_resource(id: str, ctx: ToolContext) -> str:  # noqa: A002  # the name in the URI
    """The ticket of that number, as `freshdesk_get_ticket` shows it."""
    number = ticket_number(id, ticket_url_of(runtime_from(ctx)))
    if number is None:
        raise ResourceNotFoundError("There is no such ticket: the number of a ticket is a whole number.")
    try:
        return await read_as_text(number, ctx, "resource")
    except NotFoundError as error:
        raise ResourceNotFoundError(error.message) from None
    except FreshdeskMCPError as error:
        raise ResourceError(f"{error.message} {error.hint}") from None


def fields_resource() -> str:
    """The code tables, a line for each code."""
    tables = {"status": STATUS_NAMES, "priority": PRIORITY_NAMES, "source": SOURCE_NAMES}
    lines = [f"{name} {code}: {word}" for name, table in tables.items() for code, word in table.items()]
    return "\n".join([*lines, "An account may define further statuses and sources, with numbers of their own."])


RESOURCES = (
    ResourceSpec(
        TICKET_URI,
        ticket_resource,
        "ticket",
        "Ticket",
        "One ticket with its requester and its oldest ten conversations",
        needs="freshdesk_get_ticket",
    ),
    ResourceSpec(
        FIELDS_URI,
        fields_resource,
        "fields",
        "Codes of tickets",
        "What the numbers for status, priority and source mean",
        needs="freshdesk_get_ticket",
    ),
)
