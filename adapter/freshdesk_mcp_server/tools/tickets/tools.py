"""The five tools. Names and parameters are a contract; a docstring is what a model reads of the tool."""

from mcp_types import CallToolResult

from freshdesk_client.api.tickets import create_ticket, delete_ticket, get_ticket, list_tickets, update_ticket
from freshdesk_client.models import CustomFields as WireCustomFields
from freshdesk_client.models import OrderType as WireOrderType
from freshdesk_client.models import (
    Requester,
    TicketCreate,
    TicketFilter,
    TicketOrderBy,
    TicketPriority,
    TicketStatus,
    TicketUpdate,
)
from freshdesk_client.types import UNSET, Unset
from freshdesk_mcp_server.errors import FieldProblem, InvalidArgumentsError, ValidationFailedError
from freshdesk_mcp_server.gateway.operation import Effect
from freshdesk_mcp_server.gateway.operations.tickets import (
    CREATE_TICKET,
    DELETE_TICKET,
    GET_TICKET,
    LIST_TICKETS,
    UPDATE_TICKET,
)
from freshdesk_mcp_server.gateway.pagination import next_page_from
from freshdesk_mcp_server.gateway.recoveries.tickets import recover_creation, recover_deletion
from freshdesk_mcp_server.gateway.recoveries.twins import Twin
from freshdesk_mcp_server.tools.kit.arguments import EmailAddress, Kept, Maybe, Name
from freshdesk_mcp_server.tools.kit.asking import require_confirmation
from freshdesk_mcp_server.tools.kit.html import html_from_description
from freshdesk_mcp_server.tools.kit.runtime import ToolContext, runtime_from
from freshdesk_mcp_server.tools.kit.schemas import OBJECT, result_schema
from freshdesk_mcp_server.tools.kit.toolset import Toolset, ToolSpec
from freshdesk_mcp_server.tools.tickets.arguments import (
    DESCRIPTION_LIMIT,
    MOST_PAGES,
    AgentId,
    CcEmails,
    CompanyId,
    CustomFields,
    Description,
    DescriptionLimit,
    DueBy,
    Filter,
    GetInclude,
    GroupId,
    ListInclude,
    NewDescription,
    OrderBy,
    OrderType,
    Page,
    PerPage,
    Priority,
    RequesterId,
    Source,
    Status,
    Subject,
    Tags,
    TicketId,
    UpdatedSince,
)
from freshdesk_mcp_server.tools.tickets.confirmation import ConfirmedDeletion
from freshdesk_mcp_server.tools.tickets.notes import MAY_MAIL, NAME_OF_NEW, time_notes
from freshdesk_mcp_server.tools.tickets.pages import ticket_url_of
from freshdesk_mcp_server.tools.tickets.prompts import PROMPTS
from freshdesk_mcp_server.tools.tickets.resources import RESOURCES
from freshdesk_mcp_server.tools.tickets.results import (
    ECHO_LIMIT,
    ROW_LIMIT,
    changed_result,
    deleted_result,
    list_result,
    ticket_result,
)
from freshdesk_mcp_server.tools.tickets.showing import Showing, now_from

TICKET_RESULT = result_schema("ticket", OBJECT)
DELETED_RESULT = result_schema("deleted_ticket_id", {"type": "integer"})
LIST_RESULT = result_schema("tickets", {"type": "array", "items": OBJECT})
WITHOUT_SPAM = "Spam and trash are left out; filter shows them."
ONLY_30_DAYS = "Only tickets created in the last 30 days; give updated_since to reach further back."
BOTH = "Left out: spam, trash (see filter), tickets created over 30 days ago (give updated_since)."
NO_FURTHER_PAGE = "There are more, but Freshdesk shows 300 pages at most; give updated_since, or more per_page."
NO_SUCH_REQUESTER = "Freshdesk knows no contact with this e-mail address, so it has no tickets."


async def freshdesk_create_ticket(
    subject: Subject,
    email: EmailAddress,
    ctx: ToolContext,
    description: Description | None = None,
    priority: Maybe[Priority] = None,
    status: Maybe[Status] = None,
    cc_emails: Maybe[CcEmails] = None,
    tags: Maybe[Tags] = None,
    name: Name | None = None,
    type: Maybe[Name] = None,  # noqa: A002  # Freshdesk's name
    source: Maybe[Source] = None,
    responder_id: Maybe[AgentId] = None,
    group_id: Maybe[GroupId] = None,
    due_by: Maybe[DueBy] = None,
    custom_fields: Maybe[CustomFields] = None,
) -> CallToolResult:
    """Create a ticket; Freshdesk may e-mail the requester. An unknown email becomes a contact called name.

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
        lambda kept: runtime.gateway.call(
            CREATE_TICKET,
            lambda client: create_ticket.asyncio_detailed(client=client, body=body),
            recovery=recover_creation(Twin.of(body), kept),
        ),
    )
    ticket, showing = reply.value, Showing(now_from(reply.headers), ECHO_LIMIT)
    if not isinstance(ticket.requester, Requester):  # the answer to a create has the number alone
        ticket.requester = Requester(id=ticket.requester_id, name=_given(name), email=email)
    notes = [*time_notes(showing.now, due_by=due_by), MAY_MAIL, *([NAME_OF_NEW] if name else [])]
    return ticket_result(
        ticket, ticket_url_of(runtime), showing, lead="Created.", notes=notes, recovered=reply.recovered
    )


async def freshdesk_get_ticket(
    ticket_id: TicketId,
    ctx: ToolContext,
    include: Maybe[GetInclude] = None,
    description_limit: DescriptionLimit = DESCRIPTION_LIMIT,
) -> CallToolResult:
    """Read a ticket; include adds its oldest 10 conversations and more."""
    runtime = runtime_from(ctx)
    embedded = _given(",".join(include) if include else None)
    reply = await runtime.gateway.call(
        GET_TICKET, lambda client: get_ticket.asyncio_detailed(ticket_id, client=client, include=embedded)
    )
    showing = Showing(now_from(reply.headers), description_limit, frozenset(include or ()))
    return ticket_result(reply.value, ticket_url_of(runtime), showing)


async def freshdesk_update_ticket(
    ticket_id: TicketId,
    ctx: ToolContext,
    subject: Subject | None = None,
    description: NewDescription | None = None,
    priority: Maybe[Priority] = None,
    status: Maybe[Status] = None,
    cc_emails: Maybe[CcEmails] = None,
    tags: Maybe[Tags] = None,
    type: Kept[Name] = None,  # noqa: A002  # Freshdesk's name
    source: Maybe[Source] = None,
    responder_id: Kept[AgentId] = None,
    group_id: Kept[GroupId] = None,
    due_by: Kept[DueBy] = None,
    custom_fields: Maybe[CustomFields] = None,
) -> CallToolResult:
    """Change the given fields only; null clears nothing. tags and cc_emails replace the list."""
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
    asked = body.to_dict()
    if not asked:
        raise InvalidArgumentsError([_nothing_to_change()])
    reply = await runtime.gateway.call(
        UPDATE_TICKET, lambda client: update_ticket.asyncio_detailed(ticket_id, client=client, body=body)
    )
    showing = Showing(now_from(reply.headers), ECHO_LIMIT)
    notes = time_notes(showing.now, due_by=due_by)
    return changed_result(reply.value, ticket_url_of(runtime), showing, asked=asked, notes=notes)


async def freshdesk_delete_ticket(ticket_id: TicketId, ctx: ToolContext, answer: ConfirmedDeletion) -> CallToolResult:
    """Move a ticket to the trash; an agent can restore it in Freshdesk."""
    require_confirmation(answer, ctx)
    gateway = runtime_from(ctx).gateway
    reply = await gateway.call(
        DELETE_TICKET,
        lambda client: delete_ticket.asyncio_detailed(ticket_id, client=client),
        recovery=recover_deletion(ticket_id),
    )
    return deleted_result(ticket_id, recovered=reply.recovered)


async def freshdesk_list_tickets(
    ctx: ToolContext,
    email: Maybe[EmailAddress] = None,
    updated_since: Maybe[UpdatedSince] = None,
    per_page: PerPage = 30,
    page: Page = 1,
    order_type: OrderType = "desc",
    order_by: Maybe[OrderBy] = None,
    filter: Maybe[Filter] = None,  # noqa: A002  # Freshdesk's name
    requester_id: Maybe[RequesterId] = None,
    company_id: Maybe[CompanyId] = None,
    include: Maybe[ListInclude] = None,
) -> CallToolResult:
    """List tickets, newest first. Without updated_since only those created in the last 30 days.

    There is no filter by status or agent: read the rows.
    """
    runtime = runtime_from(ctx)
    asked = frozenset(include or ())
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
        # Recorded: "There is no contact matching the given email". Other words would be about its form.
        if not (error.is_about("email", "invalid_value") and "contact" in error.fields[0].message):
            raise
        return list_result([], ticket_url_of(runtime), page=page, next_page=None, notes=[NO_SUCH_REQUESTER])
    showing = Showing(now_from(reply.headers), ROW_LIMIT, asked)
    notes = [*_left_out(filter, updated_since), *time_notes(showing.now, updated_since=updated_since)]
    next_page = next_page_from(reply.headers)
    if next_page and next_page > MOST_PAGES:
        next_page, notes = None, [*notes, NO_FURTHER_PAGE]
    return list_result(reply.value, ticket_url_of(runtime), showing, page=page, next_page=next_page, notes=notes)


def _left_out(view: Filter | None, updated_since: str | None) -> list[str]:
    """Return the note on tickets that a list omits: https://developers.freshdesk.com/api/#list_all_tickets."""
    if view is None:
        return [WITHOUT_SPAM if updated_since else BOTH]
    return [] if updated_since else [ONLY_30_DAYS]


def _given[T](value: T | None) -> T | Unset:
    """Return a parameter for a request, which omits it if the caller did."""
    return UNSET if value is None else value


def _custom_fields(values: CustomFields | None) -> WireCustomFields | Unset:
    return WireCustomFields.from_dict(values) if values else UNSET


def _nothing_to_change() -> FieldProblem:
    names = [name for name in freshdesk_update_ticket.__annotations__ if name not in ("ticket_id", "ctx", "return")]
    return FieldProblem("arguments", "nothing_to_change", f"give at least one of {', '.join(names)}")


TOOLSET = Toolset(
    "tickets",
    (
        ToolSpec(freshdesk_create_ticket, "Create ticket", TICKET_RESULT, Effect.WRITE),
        ToolSpec(freshdesk_get_ticket, "Get ticket", TICKET_RESULT, Effect.READ),
        ToolSpec(freshdesk_update_ticket, "Update ticket", TICKET_RESULT, Effect.IDEMPOTENT_WRITE),
        ToolSpec(freshdesk_delete_ticket, "Delete ticket", DELETED_RESULT, Effect.IDEMPOTENT_WRITE, destroys=True),
        ToolSpec(freshdesk_list_tickets, "List tickets", LIST_RESULT, Effect.READ),
    ),
    prompts=PROMPTS,
    resources=RESOURCES,
)
