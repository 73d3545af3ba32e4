"""Pages of tickets in Freshdesk, where an agent sees them."""

from collections.abc import Callable

from freshdesk_mcp_server.tools.kit.runtime import Runtime

type TicketUrl = Callable[[int], str]
"""Returns the address of the page of a ticket, by its number."""


def ticket_url_of(runtime: Runtime) -> TicketUrl:
    """Return the addresses of pages in the account that the present request works on."""
    return lambda number: f"{runtime.portal_url()}/a/tickets/{number}"
