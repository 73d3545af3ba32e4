"""GET and DELETE an archived ticket. Not here: the choice of archived tickets (access.py)."""

from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.operation import Operation
from freshdesk_sandbox.resources.tickets.access import ARCHIVED, archived_ticket
from freshdesk_sandbox.resources.tickets.records import Tickets
from freshdesk_sandbox.resources.tickets.shapes import viewed
from freshdesk_sandbox.resources.tickets.viewing import parse_includes
from freshdesk_sandbox.wire import Answer, Request, json_answer


def view_archived(account: Account, request: Request, number: int) -> Answer:
    """Return one archived ticket."""
    ticket = archived_ticket(account, number)
    return json_answer(200, viewed(ticket, account, include=parse_includes(request)))


def delete_archived(account: Account, _request: Request, number: int) -> Answer:
    """Delete one archived ticket for good."""
    account.records[Tickets].drop(archived_ticket(account, number))
    return Answer(204)


OPERATIONS: Final = (Operation("GET", ARCHIVED, view_archived), Operation("DELETE", ARCHIVED, delete_archived))
