"""Operations on tickets: https://developers.freshdesk.com/api/#tickets."""

from typing import Any

from freshdesk_client.models import Ticket
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import Doubt
from freshdesk_mcp_server.gateway.operation import Effect, LimitedKind, Operation, has_number, read_nothing

CREATION = Doubt(
    thing="ticket",
    check=(
        "Do not call again yet: the ticket may exist. List the requester's newest tickets with "
        "freshdesk_list_tickets(email), and create it only if it is not there."
    ),
    candidates=(
        "Do not call again yet: read the tickets named in possible_ticket_ids with freshdesk_get_ticket, and create "
        "the ticket again only if none of them is it."
    ),
    applied="Do not repeat it: the change was made. Read the ticket to see its present state.",
)
CHANGE = Doubt(thing="ticket", applied=CREATION.applied)


def _read_ticket(response: Response[Any], asked_for: int | None) -> Ticket | None:
    ticket = response.parsed
    is_readable = isinstance(ticket, Ticket) and has_number(ticket) and asked_for in (None, ticket.id)
    return ticket if is_readable else None


def _read_tickets(response: Response[Any], _: int | None) -> list[Ticket] | None:
    tickets = response.parsed
    # The generated parser makes an empty list of {} and "" too.
    if not (response.content.lstrip().startswith(b"[") and isinstance(tickets, list)):
        return None
    return tickets if all(isinstance(ticket, Ticket) and has_number(ticket) for ticket in tickets) else None


CREATE_TICKET = Operation("create_ticket", Effect.WRITE, _read_ticket, LimitedKind.TICKET_CREATE, doubt=CREATION)
GET_TICKET = Operation("get_ticket", Effect.READ, _read_ticket)
UPDATE_TICKET = Operation(
    "update_ticket", Effect.IDEMPOTENT_WRITE, _read_ticket, LimitedKind.TICKET_UPDATE, doubt=CHANGE
)
DELETE_TICKET = Operation("delete_ticket", Effect.IDEMPOTENT_WRITE, read_nothing, doubt=CHANGE)
LIST_TICKETS = Operation("list_tickets", Effect.READ, _read_tickets, LimitedKind.TICKET_LIST)
