"""The five tools. Names and parameters are a contract; a docstring is what a model reads of the tool."""

from mcp_types import CallToolResult

from freshdesk_client.api.tickets import create_ticket, delete_ticket, get_ticket, list_tickets, update_ticket
from freshdesk_client.models import OrderType as WireOrderType
from freshdesk_client.models import TicketCreate, TicketPriority, TicketStatus, TicketUpdate
from freshdesk_client.types import UNSET, Unset
from freshdesk_mcp_server.errors import FieldProblem, InvalidArgumentsError, ValidationFailedError
from freshdesk_mcp_server.gateway.operation import (
    DELETE_TICKET,
    GET_TICKET,
    LIST_TICKETS,
    UPDATE_TICKET,
)
from freshdesk_mcp_server.gateway.pagination import next_page_from
from freshdesk_mcp_server.gateway.reconcile import Twin
from freshdesk_mcp_server.tools.arguments import (
    CcEmails,
    Description,
    EmailAddress,
    OrderType,
    Page,
    PerPage,
    Priority,
    Status,
    Subject,
    Tags,
    TicketId,
    UpdatedSince,
)
from freshdesk_mcp_server.tools.context import ToolContext, runtime_from
from freshdesk_mcp_server.tools.text import html_from_description
from freshdesk_mcp_server.tools.views import deleted_result, list_result, ticket_result

ONLY_30_DAYS = "Only tickets created in the last 30 days; give updated_since to reach further back."
NO_SUCH_REQUESTER = "Freshdesk knows no contact with this e-mail address, so it has no tickets."
NOTHING_TO_CHANGE = FieldProblem(
    "arguments", "nothing_to_change", "give at least one of subject, description, priority, status, cc_emails, tags"
)


async def freshdesk_create_ticket(
    subject: Subject,
    email: EmailAddress,
    ctx: ToolContext,
    description: Description | None = None,
    priority: Priority | None = None,
    status: Status | None = None,
    cc_emails: CcEmails | None = None,
    tags: Tags | None = None,
) -> CallToolResult:
    """Create a ticket for the requester with this e-mail address, who becomes a contact if new.

    Without a description the subject is used. Priority is 1 Low and status 2 Open unless given. If the result is an
    error with outcome "unknown", the ticket may exist: look before creating it again.
    """
    runtime = runtime_from(ctx)
    body = TicketCreate(
        subject=subject,
        email=email,
        # Freshdesk's default form refuses a ticket without a description (docs/decisions/0006).
        description=html_from_description(description or subject),
        priority=TicketPriority(priority or TicketPriority.LOW),
        status=status or TicketStatus.OPEN,
        cc_emails=_given(cc_emails),
        tags=_given(tags),
    )
    reply = await runtime.gateway.create_ticket(
        Twin.of(body), lambda client: create_ticket.asyncio_detailed(client=client, body=body)
    )
    return ticket_result(reply.value, runtime.ticket_url, lead="Created.", recovered=reply.recovered)


async def freshdesk_get_ticket(ticket_id: TicketId, ctx: ToolContext) -> CallToolResult:
    """Read one ticket with its description, custom fields and attachments."""
    runtime = runtime_from(ctx)
    reply = await runtime.gateway.call(GET_TICKET, lambda client: get_ticket.asyncio_detailed(ticket_id, client=client))
    return ticket_result(reply.value, runtime.ticket_url)


async def freshdesk_update_ticket(
    ticket_id: TicketId,
    ctx: ToolContext,
    subject: Subject | None = None,
    description: Description | None = None,
    priority: Priority | None = None,
    status: Status | None = None,
    cc_emails: CcEmails | None = None,
    tags: Tags | None = None,
) -> CallToolResult:
    """Change the given fields of a ticket; all others stay as they are. tags and cc_emails replace the whole list."""
    runtime = runtime_from(ctx)
    body = TicketUpdate(
        subject=_given(subject),
        description=UNSET if description is None else html_from_description(description),
        priority=UNSET if priority is None else TicketPriority(priority),
        status=_given(status),
        cc_emails=_given(cc_emails),
        tags=_given(tags),
    )
    if not body.to_dict():
        raise InvalidArgumentsError([NOTHING_TO_CHANGE])
    reply = await runtime.gateway.call(
        UPDATE_TICKET, lambda client: update_ticket.asyncio_detailed(ticket_id, client=client, body=body)
    )
    return ticket_result(reply.value, runtime.ticket_url, lead="Updated.")


async def freshdesk_delete_ticket(ticket_id: TicketId, ctx: ToolContext) -> CallToolResult:
    """Move a ticket to the trash, from which an agent can restore it in Freshdesk."""
    gateway = runtime_from(ctx).gateway
    reply = await gateway.call(DELETE_TICKET, lambda client: delete_ticket.asyncio_detailed(ticket_id, client=client))
    return deleted_result(ticket_id, recovered=reply.recovered)


async def freshdesk_list_tickets(
    ctx: ToolContext,
    email: EmailAddress | None = None,
    updated_since: UpdatedSince | None = None,
    per_page: PerPage = 30,
    page: Page = 1,
    order_type: OrderType = "desc",
) -> CallToolResult:
    """List tickets by creation time, newest first: those of one requester (email), those updated since a time, or all.

    Without updated_since only tickets created in the last 30 days are found. Deleted tickets and spam are left out.
    """
    runtime = runtime_from(ctx)
    notes = [] if updated_since else [ONLY_30_DAYS]
    try:
        reply = await runtime.gateway.call(
            LIST_TICKETS,
            lambda client: list_tickets.asyncio_detailed(
                client=client,
                email=_given(email),
                updated_since=_given(updated_since),
                per_page=per_page,
                page=page,
                order_type=WireOrderType(order_type),
            ),
        )
    except ValidationFailedError as error:
        # Its form was checked here, so no contact has it. Recorded: "There is no contact matching the given email".
        if not error.is_about("email", "invalid_value"):
            raise
        return list_result([], runtime.ticket_url, page=page, next_page=None, notes=[NO_SUCH_REQUESTER])
    next_page = next_page_from(reply.headers)
    return list_result(reply.value, runtime.ticket_url, page=page, next_page=next_page, notes=notes)


def _given[T](value: T | None) -> T | Unset:
    """A parameter that was left out is left out of the request too."""
    return UNSET if value is None else value
