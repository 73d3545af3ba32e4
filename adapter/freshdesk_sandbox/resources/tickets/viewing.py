"""GET one ticket. Source: https://developers.freshdesk.com/api/#view_a_ticket."""

from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.operation import Includes, Operation, included
from freshdesk_sandbox.problems import Problem, one_of, refusal, unexpected
from freshdesk_sandbox.resources.tickets.access import readable_ticket
from freshdesk_sandbox.resources.tickets.shapes import viewed
from freshdesk_sandbox.wire import Answer, Refused, Request, json_answer

INCLUDES: Final = Includes(("conversations", "requester", "company", "stats"), credits_each=1)


def view(account: Account, request: Request, number: int) -> Answer:
    """Return one ticket; one in the trash is still shown, marked as deleted."""
    ticket = readable_ticket(account, request, number)
    return json_answer(200, viewed(ticket, account, include=parse_includes(request)))


def parse_includes(request: Request) -> frozenset[str]:
    """Return the values of `include`, the one parameter of a view.

    Raises:
        Refused: there is another parameter, or another value.
    """
    # Refusing an unknown parameter is recorded for the list only; a view is taken to do the same.
    if names := [name for name, _ in request.query if name != "include"]:
        raise Refused(refusal(unexpected(name) for name in names))
    asked = frozenset(included(request))
    if not asked <= set(INCLUDES.names):
        raise Refused(refusal([Problem("include", one_of(INCLUDES.names), "invalid_value")]))
    return asked


OPERATIONS: Final = (Operation("GET", "/api/v2/tickets/{id}", view, includes=INCLUDES),)
