"""GET a list of tickets: its parameters, and which tickets it holds.

Source: https://developers.freshdesk.com/api/#list_all_tickets.
Not here: pages (parameters.py), and how a ticket looks in the list (shapes.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.operation import Includes, Operation
from freshdesk_sandbox.parameters import PAGE_KEYS, Page, Reader
from freshdesk_sandbox.resources.agents import AGENT_ID
from freshdesk_sandbox.resources.companies import Companies
from freshdesk_sandbox.resources.contacts import AGENTS, Contact, Contacts, is_known
from freshdesk_sandbox.resources.ticket_fields import OPEN
from freshdesk_sandbox.resources.tickets.access import is_listed
from freshdesk_sandbox.resources.tickets.records import Ticket, Tickets
from freshdesk_sandbox.resources.tickets.shapes import list_row
from freshdesk_sandbox.resources.tickets.switches import TicketSwitches
from freshdesk_sandbox.wire import Answer, Request, json_answer

INCLUDES: Final = Includes(("stats", "requester", "description"), credits_each=2)  # company works on a view only
FILTERS: Final = ("new_and_my_open", "watching", "spam", "deleted")
ORDERS: Final = ("created_at", "due_by", "updated_at", "status")
DIRECTIONS: Final = ("asc", "desc")
_CONTACT_KEYS: Final = ("requester_id", "email", "unique_external_id")
_KNOWN: Final = frozenset(
    {"filter", *_CONTACT_KEYS, "company_id", "updated_since", "order_by", "order_type", "include", *PAGE_KEYS}
)
_RECENT: Final = timedelta(days=30)
_FAR: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Query:
    """The checked parameters of one list request."""

    order_by: str
    descending: bool
    include: frozenset[str]
    page: Page
    filter: str | None = None
    requester_id: int | None = None
    company_id: int | None = None
    updated_since: datetime | None = None


def list_tickets(account: Account, request: Request) -> Answer:
    """Return one page of tickets."""
    query = _parsed(request, account)
    tickets = _selected(query, account)
    rows = [list_row(ticket, account, include=query.include) for ticket in query.page.of(tickets)]
    return json_answer(200, rows, **query.page.next_link(request, total=len(tickets)))


def _parsed(request: Request, account: Account) -> _Query:
    reader = Reader(dict(request.query))
    reader.check_names(_KNOWN)
    query = _Query(
        order_by=reader.choice("order_by", ORDERS) or "created_at",
        descending=reader.choice("order_type", DIRECTIONS) != "asc",
        include=frozenset(reader.choices("include", INCLUDES.names)),
        page=reader.page(),
        filter=reader.choice("filter", FILTERS),
        requester_id=_requester_id(reader, account),
        company_id=_company_id(reader, account),
        updated_since=reader.time("updated_since"),
    )
    reader.finish()
    return query


def _selected(query: _Query, account: Account) -> list[Ticket]:
    switches, now, seconds = account.switches(TicketSwitches), account.now(), account.records.now()
    listed = [ticket for ticket in account.records[Tickets].values() if is_listed(ticket, switches, now)]
    found = [ticket for ticket in listed if _wanted(ticket, query, seconds)]
    return sorted(found, key=_sort_key(query.order_by), reverse=query.descending)


def _requester_id(reader: Reader, account: Account) -> int | None:
    # A contact who is not known is an error, not an empty list.
    wanted: int | None = None
    for name in _CONTACT_KEYS:
        if name in reader.values:
            wanted = _contact_id(reader, name, account)
    return wanted


def _contact_id(reader: Reader, name: str, account: Account) -> int | None:
    value = reader.number(name) if name == "requester_id" else reader.values[name]
    if value == 0 or any(problem.field == name for problem in reader.problems):
        return None
    contact = account.records[Contacts].with_value("id" if name == "requester_id" else name, value)
    if contact and name == "email" and not _is_known_by(str(value), contact, account):
        contact = None
    if contact is None:
        reader.reject(name, f"There is no contact matching the given {name}")
    return None if contact is None else contact.id


def _is_known_by(email: str, contact: Contact, account: Account) -> bool:
    """Return True if the filter `email` finds `contact`, who has that address, by it."""
    switches = account.switches(TicketSwitches)
    return (
        is_known(contact, switches, account.now())
        and (switches.filter_ignores_case or email == email.lower())
        and (switches.filter_knows_other_emails or email.lower() == (contact.email or "").lower())
        and (switches.filter_knows_agents or contact.id not in AGENTS)
    )


def _company_id(reader: Reader, account: Account) -> int | None:
    company_id = reader.number("company_id")
    if company_id and company_id not in account.records[Companies]:
        reader.reject("company_id", "There is no company matching the given company_id")
    return company_id


def _wanted(ticket: Ticket, query: _Query, now: datetime) -> bool:
    return (
        _in_filter(ticket, query.filter)
        and (query.requester_id is None or ticket.requester_id == query.requester_id)
        and (query.company_id is None or ticket.company_id == query.company_id)
        and _recent(ticket, query.updated_since, now)
    )


def _recent(ticket: Ticket, updated_since: datetime | None, now: datetime) -> bool:
    if updated_since is None:
        return ticket.created_at >= now - _RECENT
    return ticket.updated_at >= updated_since


def _in_filter(ticket: Ticket, name: str | None) -> bool:
    if name == "deleted":
        return ticket.deleted
    if name == "spam":
        return ticket.spam and not ticket.deleted
    if ticket.locked:
        return False
    if name == "watching":
        return ticket.watched
    return name is None or (ticket.status == OPEN and ticket.responder_id in {None, AGENT_ID})


def _sort_key(order_by: str) -> Callable[[Ticket], tuple[object, int]]:
    if order_by == "status":
        return lambda ticket: (ticket.status, ticket.id)
    return lambda ticket: (getattr(ticket, order_by) or _FAR, ticket.id)


OPERATIONS: Final = (Operation("GET", "/api/v2/tickets", list_tickets, limit="list", includes=INCLUDES),)
