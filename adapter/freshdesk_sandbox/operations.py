"""What each operation does: a request in, an answer out.

Here: create, list, view, update, delete, restore, the archive, who am I, list contacts, and what each costs. Not here:
what comes before an operation, such as the rate limit and the login (app.py). Nothing here awaits: between the check of
a request and its effect no other request can come.
"""

from dataclasses import dataclass, replace
from typing import Final

from freshdesk_sandbox import contacts, listing
from freshdesk_sandbox.account import AGENT
from freshdesk_sandbox.archive import is_archived, refuse_plain_path
from freshdesk_sandbox.associations import associate
from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.edits import edited
from freshdesk_sandbox.features import require
from freshdesk_sandbox.files import FileHost
from freshdesk_sandbox.problems import Problem, one_of, refusal, unexpected
from freshdesk_sandbox.records import Contact, JsonObject, Ticket
from freshdesk_sandbox.routes import CONTACTS, TICKET, TICKETS, Route
from freshdesk_sandbox.rules import REQUESTER_KEYS, check_create, check_update, parse_body
from freshdesk_sandbox.shapes import Shapes
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.switches import RequestKind
from freshdesk_sandbox.visibility import is_found, is_in_scope
from freshdesk_sandbox.wire import Answer, Call, Refused, blank_answer, error_answer, json_answer, usual_error

# Keys that name other records, or that say how to read the request.
_NOT_VALUES: Final = {
    *(*REQUESTER_KEYS, "name"),
    *("parent_id", "related_ticket_ids", "attachments", "lookup_parameter"),
}
VIEW_INCLUDES: Final = ("conversations", "requester", "company", "stats")
# The price of each include: https://developers.freshdesk.com/api/#list_all_tickets and #view_a_ticket
_INCLUDE_PRICES: Final = {TICKETS: (listing.INCLUDES, 2), TICKET: (VIEW_INCLUDES, 1)}
_KINDS: Final[dict[tuple[str, str], RequestKind]] = {
    (TICKETS, "POST"): "create",
    (TICKET, "PUT"): "update",
    (TICKET, "PATCH"): "update",
    (TICKETS, "GET"): "list",
    (CONTACTS, "GET"): "contacts",
}


def price(call: Call, route: Route) -> int:
    """Return the credits that a request takes from the rate limit; one that is invalid costs too."""
    if call.method != "GET" or route.template not in _INCLUDE_PRICES:
        return 1
    known, each = _INCLUDE_PRICES[route.template]
    return 1 + each * len(set(listing.included(call)) & set(known))


def kind_of(call: Call, route: Route) -> RequestKind | None:
    """Return the kind of a request that a limit of its own may be for."""
    return _KINDS.get((route.template, call.method))


@dataclass(frozen=True, slots=True)
class Operations:
    """The operations on one store."""

    store: Store
    behaviour: Behaviour
    files: FileHost

    def create(self, call: Call, _route: Route) -> Answer:
        """Make a ticket, and its requester where nobody has that address yet."""
        body = parse_body(call.body)
        check_create(body, self.store, self.behaviour)
        values = edited(_own_values(body), self.behaviour.edits)
        ticket = associate(self.store.add_ticket(self._requester(body), values, asked=body), body, self.store)
        self.store.tickets_made += 1
        location = f"{call.base_url}{TICKETS}/{ticket.id}"
        return json_answer(201, self._shapes.created(ticket, asked=body), location=location)

    def list(self, call: Call, _route: Route) -> Answer:
        """Return one page of tickets."""
        query = listing.parse_list_query(call, self.store, self.behaviour)
        tickets = listing.select(query, self.store, self.behaviour)
        rows = [self._shapes.list_row(ticket, include=query.include) for ticket in query.page.of(tickets)]
        return json_answer(200, rows, **query.page.next_link(call, total=len(tickets)))

    def view(self, call: Call, route: Route) -> Answer:
        """Return one ticket; one in the trash is still shown, marked as deleted."""
        ticket = self._ticket(call, route)
        include = _view_includes(call)
        return json_answer(200, self._shapes.viewed(ticket, include=include))

    def update(self, call: Call, route: Route) -> Answer:
        """Change one ticket."""
        ticket = self._writable_ticket(call, route)
        body = parse_body(call.body)
        check_update(body, ticket, self.store, self.behaviour)
        values = _own_values(body)
        if any(body.get(key) is not None for key in REQUESTER_KEYS):
            values["requester_id"] = self._requester(body).id
        changed = associate(self.store.change_ticket(ticket, values), body, self.store)
        return json_answer(200, self._shapes.updated(changed, before=ticket, asked=body))

    def delete(self, call: Call, route: Route) -> Answer:
        """Put one ticket into the trash."""
        self.store.trash(self._writable_ticket(call, route), deleted=True)
        return Answer(204)

    def restore(self, call: Call, route: Route) -> Answer:
        """Take one ticket out of the trash; for one that is not there nothing changes (not established)."""
        ticket = self._ticket(call, route)
        if ticket.deleted:
            self.store.trash(ticket, deleted=False)
        return Answer(204)

    def view_archived(self, call: Call, route: Route) -> Answer:
        """Return one archived ticket."""
        ticket = self._archived_ticket(route)
        return json_answer(200, self._shapes.viewed(ticket, include=_view_includes(call)))

    def delete_archived(self, _call: Call, route: Route) -> Answer:
        """Delete one archived ticket for good."""
        self.store.drop_ticket(self._archived_ticket(route))
        return Answer(204)

    def who_am_i(self, _call: Call, _route: Route) -> Answer:
        """Return the agent whose key it is."""
        return json_answer(200, AGENT | {"ticket_scope": self.behaviour.ticket_scope})

    def list_contacts(self, call: Call, _route: Route) -> Answer:
        """Return one page of contacts."""
        query = contacts.parse_contacts_query(call)
        found = contacts.select(query, self.store, self.behaviour)
        rows = [contacts.row(contact) for contact in query.page.of(found)]
        return json_answer(200, rows, **query.page.next_link(call, total=len(found)))

    def on_copy(self) -> "Operations":
        """Return the same operations on a copy of the store, whose changes are seen by nobody."""
        return replace(self, store=self.store.copy())

    @property
    def _shapes(self) -> Shapes:
        return Shapes(self.store, self.behaviour, self.files)

    def _ticket(self, call: Call, route: Route) -> Ticket:
        ticket = self._visible_ticket(route)
        if is_archived(ticket, self.behaviour, self.store.clock()):
            refuse_plain_path(call, ticket, self.behaviour)
        return ticket

    def _archived_ticket(self, route: Route) -> Ticket:
        require("archive", self.behaviour)
        ticket = self._visible_ticket(route)
        if not is_archived(ticket, self.behaviour, self.store.clock()):
            raise Refused(blank_answer())
        return ticket

    def _visible_ticket(self, route: Route) -> Ticket:
        ticket = self.store.tickets.get(route.ticket_id)
        if ticket is None or not is_found(ticket, self.behaviour, self.store.clock()):
            raise Refused(blank_answer())
        if not is_in_scope(ticket, self.behaviour):
            raise Refused(blank_answer() if self.behaviour.hidden_status == 404 else usual_error(403))
        return ticket

    def _writable_ticket(self, call: Call, route: Route) -> Ticket:
        ticket = self._ticket(call, route)
        if ticket.locked or is_archived(ticket, self.behaviour, self.store.clock()):
            raise Refused(not_allowed(call.method, ("GET",)))
        return ticket

    def _requester(self, body: JsonObject) -> Contact:
        # Which one counts where several are given is not documented; this is the order of the documentation.
        key = next(key for key in REQUESTER_KEYS if body.get(key) is not None)
        found = self.store.contact_with("id" if key == "requester_id" else key, body[key])
        return found or self._new_contact(body)

    def _new_contact(self, body: JsonObject) -> Contact:
        self.store.contacts_made += 1
        return self.store.add_contact(**_contact_values(body))


def not_allowed(method: str, allowed: tuple[str, ...]) -> Answer:
    """Return the 405; that it names the methods in an Allow header too is not established, but what HTTP asks for."""
    message = f"{method} method is not allowed. It should be one of these method(s): {', '.join(allowed)}"
    return error_answer(405, message, allow=", ".join(allowed))


def _own_values(body: JsonObject) -> JsonObject:
    return {key: value for key, value in body.items() if key not in _NOT_VALUES}


def _contact_values(body: JsonObject) -> dict[str, str]:
    keys = ("name", "email", "phone", "twitter_id", "unique_external_id")
    return {key: value for key in keys if isinstance(value := body.get(key), str)}


def _view_includes(call: Call) -> frozenset[str]:
    # Refusing an unknown parameter is recorded for the list only; a view is taken to do the same.
    if names := [name for name, _ in call.query if name != "include"]:
        raise Refused(refusal(unexpected(name) for name in names))
    asked = frozenset(listing.included(call))
    if not asked <= set(VIEW_INCLUDES):
        raise Refused(refusal([Problem("include", one_of(VIEW_INCLUDES), "invalid_value")]))
    return asked
