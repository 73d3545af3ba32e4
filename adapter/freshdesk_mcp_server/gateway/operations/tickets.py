"""The operations on tickets, with their sentences: https://developers.freshdesk.com/api/#tickets.

Recoveries of tickets are not here, but in ``recoveries``.
"""

from dataclasses import replace
from typing import Any

from freshdesk_client.models import Ticket
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import ConflictError, ErrorCode, Guidance, Refusal
from freshdesk_mcp_server.gateway.operation import Effect, LimitedKind, Operation, has_number, read_nothing

_GONE = Refusal(
    "Freshdesk found nothing there: no such ticket, an archived one, or no such account.",
    "Check the number with freshdesk_list_tickets. A ticket that was closed and left alone for 120 days may be "
    "archived, where only people see it. If none is found at all, the domain in the settings of this server may be "
    "wrong.",
)
_NOT_ALLOWED = Refusal(
    "Freshdesk does not allow this on the ticket as it is; most likely it is in the trash or marked as spam.",
    "Read the ticket to see; an agent can restore it in Freshdesk.",
)
_CONFLICT = Refusal(ConflictError.summary, "Read the ticket and decide again.")
TICKET = Guidance(
    thing="ticket",
    applied="Do not repeat it: the change was made. Read the ticket to see its present state.",
    refusals={
        ErrorCode.NOT_FOUND: _GONE,
        ErrorCode.METHOD_NOT_ALLOWED: _NOT_ALLOWED,
        ErrorCode.CONFLICT: _CONFLICT,
    },
)
CREATION = replace(
    TICKET,
    check=(
        "Do not call again yet: the ticket may exist. List the requester's newest tickets with "
        "freshdesk_list_tickets(email), and create it only if it is not there."
    ),
    candidates=(
        "Do not call again yet: read the tickets named in possible_ticket_ids with freshdesk_get_ticket, and create "
        "the ticket again only if none of them is it."
    ),
)


def _read_ticket(response: Response[Any], asked_for: int | None) -> Ticket | None:
    ticket = response.parsed
    is_readable = isinstance(ticket, Ticket) and has_number(ticket) and asked_for in (None, ticket.id)
    return ticket if is_readable else None


def _read_tickets(response: Response[Any], _: int | None) -> list[Ticket] | None:
    tickets = response.parsed
    # The generated parser also parses {} and "" as an empty list.
    if not (response.content.lstrip().startswith(b"[") and isinstance(tickets, list)):
        return None
    return tickets if all(isinstance(ticket, Ticket) and has_number(ticket) for ticket in tickets) else None


CREATE_TICKET = Operation("create_ticket", Effect.WRITE, _read_ticket, LimitedKind.TICKET_CREATE, guidance=CREATION)
GET_TICKET = Operation("get_ticket", Effect.READ, _read_ticket, guidance=TICKET)
UPDATE_TICKET = Operation(
    "update_ticket", Effect.IDEMPOTENT_WRITE, _read_ticket, LimitedKind.TICKET_UPDATE, guidance=TICKET
)
DELETE_TICKET = Operation("delete_ticket", Effect.IDEMPOTENT_WRITE, read_nothing, guidance=TICKET)
LIST_TICKETS = Operation("list_tickets", Effect.READ, _read_tickets, LimitedKind.TICKET_LIST, guidance=TICKET)
