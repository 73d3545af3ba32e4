"""POST a ticket. Source: https://developers.freshdesk.com/api/#create_ticket."""

from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.operation import Operation
from freshdesk_sandbox.problems import Problem, refuse
from freshdesk_sandbox.resources.tickets import form
from freshdesk_sandbox.resources.tickets.associations import associate, check_related
from freshdesk_sandbox.resources.tickets.edits import edited
from freshdesk_sandbox.resources.tickets.records import Tickets
from freshdesk_sandbox.resources.tickets.requesters import REQUESTER_KEYS, names_requester, requester_of
from freshdesk_sandbox.resources.tickets.rules import UPDATE_KEYS, check_keys, flawed, one_each, own_values
from freshdesk_sandbox.resources.tickets.shapes import created
from freshdesk_sandbox.resources.tickets.switches import TicketSwitches
from freshdesk_sandbox.wire import Answer, Request, json_answer, parse_body

PATH: Final = "/api/v2/tickets"
# That an update takes no lookup_parameter is not established.
_KEYS: Final = UPDATE_KEYS | {"cc_emails", "related_ticket_ids", "lookup_parameter"}


def create(account: Account, request: Request) -> Answer:
    """Make a ticket, and its requester where nobody has that address yet."""
    body = parse_body(request.body)
    _check(body, account)
    tickets = account.records[Tickets]
    values = edited(own_values(body), account.switches(TicketSwitches).edits)
    ticket = associate(tickets.add(requester_of(body, account), values, asked=body), body, tickets)
    tickets.made += 1
    return json_answer(201, created(ticket, account, asked=body), location=f"{request.base_url}{PATH}/{ticket.id}")


def _check(body: JsonObject, account: Account) -> None:
    check_keys(body, _KEYS, account)
    demands = account.switches(TicketSwitches).form
    lacking = [*form.missing(body, demands), *_no_requester(body), *form.null(body, demands)]
    refuse(one_each([*lacking, *flawed(body, None, account), *form.unfit_to_close(body, None, demands)]))
    check_related(body, account.records[Tickets])


def _no_requester(body: JsonObject) -> list[Problem]:
    if not names_requester(body):
        # Recorded in 2017; if today's text also names unique_external_id is not established.
        message = "Please fill at least 1 of requester_id, phone, email, twitter_id, facebook_id fields"
        return [Problem("requester_id", message, "missing_field")]
    if _phone_only(body) and not body.get("name"):
        return [Problem("name", "Mandatory attribute missing", "missing_field")]
    return []


def _phone_only(body: JsonObject) -> bool:
    return [key for key in REQUESTER_KEYS if body.get(key) is not None] == ["phone"]


OPERATIONS: Final = (Operation("POST", PATH, create, reads_json=True, limit="create"),)
