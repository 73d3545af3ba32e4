"""The list of tickets: its parameters, which tickets it holds, and the link to the next page.

Source: https://developers.freshdesk.com/api/#list_all_tickets and #pagination.
Not here: how a ticket looks in the list (shapes.py).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from freshdesk_sandbox.account import AGENT_ID
from freshdesk_sandbox.rules import Problem, one_of, refusal, unexpected
from freshdesk_sandbox.store import Store, Ticket
from freshdesk_sandbox.times import parse_time
from freshdesk_sandbox.wire import Call, Refused

INCLUDES: Final = ("stats", "requester", "description")  # company works on a view only
FILTERS: Final = ("new_and_my_open", "watching", "spam", "deleted")
ORDERS: Final = ("created_at", "due_by", "updated_at", "status")
DIRECTIONS: Final = ("asc", "desc")
_CONTACT_KEYS: Final = ("requester_id", "email", "unique_external_id")
_KNOWN: Final = frozenset(
    {"filter", *_CONTACT_KEYS, "company_id", "updated_since", "order_by", "order_type", "include", "page", "per_page"}
)
_RECENT: Final = timedelta(days=30)
_LAST_PAGE: Final = 300
_OPEN: Final = 2
_FAR: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The checked parameters of one list request."""

    order_by: str
    descending: bool
    include: frozenset[str]
    page: int
    per_page: int
    filter: str | None = None
    requester_id: int | None = None
    company_id: int | None = None
    updated_since: datetime | None = None


def included(call: Call) -> list[str]:
    """Return what the request asks to embed."""
    text = dict(call.query).get("include")
    return [] if text is None else text.split(",")


def parse_list_query(call: Call, store: Store) -> ListQuery:
    """Return the parameters of a list.

    Raises:
        Refused: a parameter is unknown, or its value is none that Freshdesk takes.
    """
    reader = _Reader(dict(call.query))
    reader.check_names(_KNOWN)
    query = ListQuery(
        order_by=reader.choice("order_by", ORDERS) or "created_at",
        descending=reader.choice("order_type", DIRECTIONS) != "asc",
        include=frozenset(reader.choices("include", INCLUDES)),
        page=reader.page(),
        per_page=reader.number("per_page", most=100) or 30,
        filter=reader.choice("filter", FILTERS),
        requester_id=_requester_id(reader, store),
        company_id=_company_id(reader, store),
        updated_since=reader.time("updated_since"),
    )
    reader.finish()
    return query


def select(query: ListQuery, store: Store) -> list[Ticket]:
    """Return every ticket that `query` asks for, in order; cutting it into pages is left to the caller."""
    now = store.now()
    found = [ticket for ticket in store.tickets.values() if _wanted(ticket, query, now)]
    return sorted(found, key=_sort_key(query.order_by), reverse=query.descending)


def page_of(tickets: list[Ticket], query: ListQuery) -> list[Ticket]:
    """Return one page; a page past the end is empty (presumed, no recording shows one)."""
    start = (query.page - 1) * query.per_page
    return tickets[start : start + query.per_page]


def next_link(call: Call, query: ListQuery, *, total: int) -> dict[str, str]:
    """Return the `link` header, which is sent only when there is a next page."""
    if query.page * query.per_page >= total:
        return {}
    kept = [(name, value) for name, value in call.query if name != "page"]
    target = urlencode([*kept, ("page", str(query.page + 1))])
    return {"link": f'<{call.base_url}{call.path}?{target}>; rel="next"'}


class _Reader:
    """Reads query parameters, and gathers what is wrong with them."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.problems: list[Problem] = []

    def check_names(self, known: Collection[str]) -> None:
        self.problems = [unexpected(name) for name in self.values if name not in known]
        self.finish()

    def finish(self) -> None:
        if self.problems:
            raise Refused(refusal(self.problems))

    def reject(self, name: str, message: str) -> None:
        self.problems.append(Problem(name, message, "invalid_value"))

    def choices(self, name: str, allowed: tuple[str, ...]) -> list[str]:
        text = self.values.get(name)
        parts = [] if text is None else text.split(",")
        if not set(parts) <= set(allowed):
            self.reject(name, one_of(allowed))
        return parts

    def choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self.values.get(name)
        if value is not None and value not in allowed:
            self.reject(name, one_of(allowed))
        return value

    def number(self, name: str, *, most: int | None = None) -> int | None:
        text = self.values.get(name)
        if text is None:
            return None
        value = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
        if value < 1 or (most is not None and value > most):
            # The code is documented; the words of Freshdesk for this are not established.
            self.reject(name, f"It should be a positive integer{'' if most is None else f' up to {most}'}")
        return value

    def page(self) -> int:
        page = self.number("page")
        if page is not None and page > _LAST_PAGE:
            text = "You cannot access tickets beyond the 300th page. Please provide a smaller page number."
            self.reject("page", text)
        return 1 if page is None else page

    def time(self, name: str) -> datetime | None:
        text = self.values.get(name)
        time = None if text is None else parse_time(text)
        if text is not None and time is None:
            self.reject(name, "It should be a valid ISO 8601 date and time")  # words not established
        return time


def _requester_id(reader: _Reader, store: Store) -> int | None:
    """Return the contact that the list is about. One who is not known is an error, not an empty list."""
    wanted: int | None = None
    for name in _CONTACT_KEYS:
        if name in reader.values:
            wanted = _contact_id(reader, name, store)
    return wanted


def _contact_id(reader: _Reader, name: str, store: Store) -> int | None:
    value = reader.number(name) if name == "requester_id" else reader.values[name]
    if value == 0 or any(problem.field == name for problem in reader.problems):
        return None
    contact = store.contact_with("id" if name == "requester_id" else name, value)
    if contact is None:
        reader.reject(name, f"There is no contact matching the given {name}")
    return None if contact is None else contact.id


def _company_id(reader: _Reader, store: Store) -> int | None:
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
