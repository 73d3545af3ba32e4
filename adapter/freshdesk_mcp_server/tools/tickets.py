"""The five tools. Names and parameters are a contract; a docstring is what a model reads of the tool."""

from mcp_types import CallToolResult

from freshdesk_client.api.tickets import create_ticket, delete_ticket, get_ticket, list_tickets, update_ticket
from freshdesk_client.models import CustomFields as WireCustomFields
from freshdesk_client.models import OrderType as WireOrderType
from freshdesk_client.models import (
    TicketCreate,
    TicketFilter,
    TicketOrderBy,
    TicketPriority,
    TicketStatus,
    TicketUpdate,
)
from freshdesk_client.types import UNSET, Unset
from freshdesk_mcp_server.errors import FieldProblem, InvalidArgumentsError, ValidationFailedError
from freshdesk_mcp_server.gateway.operation import (
    CREATE_TICKET,
    GET_TICKET,
    LIST_TICKETS,
    UPDATE_TICKET,
)
from freshdesk_mcp_server.gateway.pagination import next_page_from
from freshdesk_mcp_server.gateway.recoveries.twins import Twin
from freshdesk_mcp_server.tools.arguments import (
    DESCRIPTION_LIMIT,
    MOST_PAGES,
    CcEmails,
    CustomFields,
    Description,
    DescriptionLimit,
    DueBy,
    EmailAddress,
    Filter,
    GetInclude,
    Id,
    ListInclude,
    Name,
    OrderBy,
    OrderType,
    Page,
    PerPage,
    Priority,
    Source,
    Status,
    Subject,
    Tags,
    TicketId,
    UpdatedSince,
)
from freshdesk_mcp_server.tools.confirmation import ConfirmedDeletion, require_confirmation
from freshdesk_mcp_server.tools.context import ToolContext, runtime_from
from freshdesk_mcp_server.tools.results import (
    ECHO_LIMIT,
    deleted_result,
    list_result,
    ticket_result,
)
from freshdesk_mcp_server.tools.text import html_from_description

ONLY_30_DAYS = "Only tickets created in the last 30 days; give updated_since to reach further back."
NO_FURTHER_PAGE = "There are more, but Freshdesk shows 300 pages at most; give updated_since, or more per_page."
NO_SUCH_REQUESTER = "Freshdesk knows no contact with this e-mail address, so it has no tickets."


async def freshdesk_create_ticket(
    subject: Subject,
    email: EmailAddress,
    ctx: ToolContext,
    description: Description | None = None,
    priority: Priority | None = None,
    status: Status | None = None,
    cc_emails: CcEmails | None = None,
    tags: Tags | None = None,
    name: Name | None = None,
    type: Name | None = None,  # noqa: A002  # Freshdesk's name
    source: Source | None = None,
    responder_id: Id | None = None,
    group_id: Id | None = None,
    due_by: DueBy | None = None,
    custom_fields: CustomFields | None = None,
) -> CallToolResult:
    """Create a ticket. An unknown email becomes a contact called name.

    Defaults: description = subject, priority 1, status 2. After outcome "unknown" look for it before creating it again.
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
        name=_given(name),
        type_=_given(type),
        source=_given(source),
        responder_id=_given(responder_id),
        group_id=_given(group_id),
        due_by=_given(due_by),
        custom_fields=_custom_fields(custom_fields),
    )
    reply = await runtime.undelivered.once(
        CREATE_TICKET.name,
        body.to_dict(),
        lambda kept: runtime.gateway.create_ticket(
            Twin.of(body), lambda client: create_ticket.asyncio_detailed(client=client, body=body), kept=kept
        ),
    )
    return ticket_result(
        reply.value, runtime.ticket_url, lead="Created.", recovered=reply.recovered, description_limit=ECHO_LIMIT
    )


async def freshdesk_get_ticket(
    ticket_id: TicketId,
    ctx: ToolContext,
    include: GetInclude | None = None,
    description_limit: DescriptionLimit = DESCRIPTION_LIMIT,
) -> CallToolResult:
    """Read a ticket; include adds its oldest 10 conversations and more."""
    runtime = runtime_from(ctx)
    embedded = _given(",".join(include) if include else None)
    reply = await runtime.gateway.call(
        GET_TICKET, lambda client: get_ticket.asyncio_detailed(ticket_id, client=client, include=embedded)
    )
    return ticket_result(reply.value, runtime.ticket_url, description_limit=description_limit)


async def freshdesk_update_ticket(
    ticket_id: TicketId,
    ctx: ToolContext,
    subject: Subject | None = None,
    description: Description | None = None,
    priority: Priority | None = None,
    status: Status | None = None,
    cc_emails: CcEmails | None = None,
    tags: Tags | None = None,
    type: Name | None = None,  # noqa: A002  # Freshdesk's name
    source: Source | None = None,
    responder_id: Id | None = None,
    group_id: Id | None = None,
    due_by: DueBy | None = None,
    custom_fields: CustomFields | None = None,
) -> CallToolResult:
    """Change the given fields only. tags and cc_emails replace the list."""
    runtime = runtime_from(ctx)
    body = TicketUpdate(
        subject=_given(subject),
        description=UNSET if description is None else html_from_description(description),
        priority=UNSET if priority is None else TicketPriority(priority),
        status=_given(status),
        cc_emails=_given(cc_emails),
        tags=_given(tags),
        type_=_given(type),
        source=_given(source),
        responder_id=_given(responder_id),
        group_id=_given(group_id),
        due_by=_given(due_by),
        custom_fields=_custom_fields(custom_fields),
    )
    if not body.to_dict():
        raise InvalidArgumentsError([_nothing_to_change()])
    reply = await runtime.gateway.call(
        UPDATE_TICKET, lambda client: update_ticket.asyncio_detailed(ticket_id, client=client, body=body)
    )
    return ticket_result(reply.value, runtime.ticket_url, lead="Updated.", description_limit=ECHO_LIMIT)


async def freshdesk_delete_ticket(ticket_id: TicketId, ctx: ToolContext, answer: ConfirmedDeletion) -> CallToolResult:
    """Move a ticket to the trash; an agent can restore it in Freshdesk."""
    require_confirmation(answer)
    gateway = runtime_from(ctx).gateway
    reply = await gateway.delete_ticket(
        ticket_id, lambda client: delete_ticket.asyncio_detailed(ticket_id, client=client)
    )
    return deleted_result(ticket_id, recovered=reply.recovered)


async def freshdesk_list_tickets(
    ctx: ToolContext,
    email: EmailAddress | None = None,
    updated_since: UpdatedSince | None = None,
    per_page: PerPage = 30,
    page: Page = 1,
    order_type: OrderType = "desc",
    order_by: OrderBy | None = None,
    filter: Filter | None = None,  # noqa: A002  # Freshdesk's name
    requester_id: Id | None = None,
    company_id: Id | None = None,
    include: ListInclude | None = None,
) -> CallToolResult:
    """List tickets, newest first. Without updated_since only those created in the last 30 days.

    There is no filter by status or agent: read the rows.
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
                order_by=UNSET if order_by is None else TicketOrderBy(order_by),
                filter_=UNSET if filter is None else TicketFilter(filter),
                requester_id=_given(requester_id),
                company_id=_given(company_id),
                include=_given(",".join(include) if include else None),
            ),
        )
    except ValidationFailedError as error:
        # Its form was checked here, so no contact has it. Recorded: "There is no contact matching the given email".
        if not error.is_about("email", "invalid_value"):
            raise
        return list_result([], runtime.ticket_url, page=page, next_page=None, notes=[NO_SUCH_REQUESTER])
    next_page = next_page_from(reply.headers)
    if next_page and next_page > MOST_PAGES:
        next_page, notes = None, [*notes, NO_FURTHER_PAGE]
    return list_result(reply.value, runtime.ticket_url, page=page, next_page=next_page, notes=notes)


def _given[T](value: T | None) -> T | Unset:
    """A parameter that was left out is left out of the request too."""
    return UNSET if value is None else value


def _custom_fields(values: CustomFields | None) -> WireCustomFields | Unset:
    return WireCustomFields.from_dict(values) if values else UNSET


def _nothing_to_change() -> FieldProblem:
    names = [name for name in freshdesk_update_ticket.__annotations__ if name not in ("ticket_id", "ctx", "return")]
    return FieldProblem("arguments", "nothing_to_change", f"give at least one of {', '.join(names)}")
