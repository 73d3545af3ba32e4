"""The list of tickets: its parameters, and which tickets it holds.

Source: https://developers.freshdesk.com/api/#list_all_tickets.
Not here: pages (parameters.py), and how a ticket looks in the list (shapes.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from freshdesk_sandbox.account import AGENT_ID
from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.parameters import PAGE_KEYS, Page, Reader
from freshdesk_sandbox.records import Ticket
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.visibility import is_known_by, is_listed
from freshdesk_sandbox.wire import Call

INCLUDES: Final = ("stats", "requester", "description")  # company works on a view only
FILTERS: Final = ("new_and_my_open", "watching", "spam", "deleted")
ORDERS: Final = ("created_at", "due_by", "updated_at", "status")
DIRECTIONS: Final = ("asc", "desc")
_CONTACT_KEYS: Final = ("requester_id", "email", "unique_external_id")
_KNOWN: Final = frozenset(
    {"filter", *_CONTACT_KEYS, "company_id", "updated_since", "order_by", "order_type", "include", *PAGE_KEYS}
)
_RECENT: Final = timedelta(days=30)
_OPEN: Final = 2
_FAR: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The checked parameters of one list request."""

    order_by: str
    descending: bool
    include: frozenset[str]
    page: Page
    filter: str | None = None
    requester_id: int | None = None
    company_id: int | None = None
    updated_since: datetime | None = None


def included(call: Call) -> list[str]:
    """Return what the request asks to embed."""
    text = dict(call.query).get("include")
    return [] if text is None else text.split(",")


def parse_list_query(call: Call, store: Store, behaviour: Behaviour) -> ListQuery:
    """Return the parameters of a list.

    Raises:
        Refused: a parameter is unknown, or its value is none that Freshdesk takes.
    """
    reader = Reader(dict(call.query))
    reader.check_names(_KNOWN)
    query = ListQuery(
        order_by=reader.choice("order_by", ORDERS) or "created_at",
        descending=reader.choice("order_type", DIRECTIONS) != "asc",
        include=frozenset(reader.choices("include", INCLUDES)),
        page=reader.page(),
        filter=reader.choice("filter", FILTERS),
        requester_id=_requester_id(reader, store, behaviour),
        company_id=_company_id(reader, store),
        updated_since=reader.time("updated_since"),
    )
    reader.finish()
    return query


def select(query: ListQuery, store: Store, behaviour: Behaviour) -> list[Ticket]:
    """Return every ticket that `query` asks for, in order; cutting it into pages is left to the caller."""
    now, seconds = store.clock(), store.now()
    listed = [ticket for ticket in store.tickets.values() if is_listed(ticket, behaviour, now)]
    found = [ticket for ticket in listed if _wanted(ticket, query, seconds)]
    return sorted(found, key=_sort_key(query.order_by), reverse=query.descending)


def _requester_id(reader: Reader, store: Store, behaviour: Behaviour) -> int | None:
    """Return the contact that the list is about. One who is not known is an error, not an empty list."""
    wanted: int | None = None
    for name in _CONTACT_KEYS:
        if name in reader.values:
            wanted = _contact_id(reader, name, store, behaviour)
    return wanted


def _contact_id(reader: Reader, name: str, store: Store, behaviour: Behaviour) -> int | None:
    value = reader.number(name) if name == "requester_id" else reader.values[name]
    if value == 0 or any(problem.field == name for problem in reader.problems):
        return None
    contact = store.contact_with("id" if name == "requester_id" else name, value)
    if contact and name == "email" and not is_known_by(str(value), contact, store, behaviour):
        contact = None
    if contact is None:
        reader.reject(name, f"There is no contact matching the given {name}")
    return None if contact is None else contact.id


def _company_id(reader: Reader, store: Store) -> int | None:
    company_id = reader.number("company_id")
    if company_id and company_id not in store.companies:
        reader.reject("company_id", "There is no company matching the given company_id")
    return company_id


def _wanted(ticket: Ticket, query: ListQuery, now: datetime) -> bool:
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
    return name is None or (ticket.status == _OPEN and ticket.responder_id in {None, AGENT_ID})


def _sort_key(order_by: str) -> Callable[[Ticket], tuple[object, int]]:
    if order_by == "status":
        return lambda ticket: (ticket.status, ticket.id)
    return lambda ticket: (getattr(ticket, order_by) or _FAR, ticket.id)
