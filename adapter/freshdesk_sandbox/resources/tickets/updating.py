"""PUT or PATCH one ticket. Source: https://developers.freshdesk.com/api/#update_ticket."""

from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.operation import Operation
from freshdesk_sandbox.problems import Problem, refuse
from freshdesk_sandbox.resources.ticket_fields import OUTBOUND
from freshdesk_sandbox.resources.tickets import form
from freshdesk_sandbox.resources.tickets.access import writable_ticket
from freshdesk_sandbox.resources.tickets.associations import associate
from freshdesk_sandbox.resources.tickets.records import Ticket, Tickets
from freshdesk_sandbox.resources.tickets.requesters import names_requester, requester_of
from freshdesk_sandbox.resources.tickets.rules import UPDATE_KEYS, check_keys, flawed, one_each, own_values
from freshdesk_sandbox.resources.tickets.shapes import updated
from freshdesk_sandbox.resources.tickets.switches import TicketSwitches
from freshdesk_sandbox.wire import Answer, Request, json_answer, parse_body

PATH: Final = "/api/v2/tickets/{id}"
_FIXED_WHEN_OUTBOUND: Final = ("subject", "description")


def update(account: Account, request: Request, number: int) -> Answer:
    """Change one ticket."""
    ticket = writable_ticket(account, request, number)
    body = parse_body(request.body)
    _check(body, ticket, account)
    values = own_values(body)
    if names_requester(body):
        values["requester_id"] = requester_of(body, account).id
    tickets = account.records[Tickets]
    changed = associate(tickets.change(ticket, values), body, tickets)
    return json_answer(200, updated(changed, account, before=ticket, asked=body))


def _check(body: JsonObject, ticket: Ticket, account: Account) -> None:
    switches = account.switches(TicketSwitches)
    check_keys(body, UPDATE_KEYS | {"cc_emails"} if switches.accept_cc_on_update else UPDATE_KEYS, account)
    if not body:  # that this is refused, and with these words, is not established
        refuse([Problem("request", "Please fill at least 1 field to update", "missing_field")])
    problems = [*_fixed(body, ticket), *flawed(body, ticket, account)]
    refuse(one_each([*problems, *form.unfit_to_close(body, ticket, switches.form)]))


def _fixed(body: JsonObject, ticket: Ticket) -> list[Problem]:
    # The rule for outbound tickets is documented, its words and code are not established.
    if ticket.source != OUTBOUND:
        return []
    message = "It cannot be changed in an outbound ticket"
    return [Problem(key, message, "incompatible_field") for key in _FIXED_WHEN_OUTBOUND if key in body]


OPERATIONS: Final = (
    Operation("PUT", PATH, update, reads_json=True, limit="update"),
    Operation("PATCH", PATH, update, reads_json=True, limit="update"),  # undocumented, and answered all the same
)
