"""DELETE one ticket, and PUT it back."""

from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.operation import Operation
from freshdesk_sandbox.resources.tickets.access import readable_ticket, writable_ticket
from freshdesk_sandbox.resources.tickets.records import Tickets
from freshdesk_sandbox.wire import Answer, Request


def delete(account: Account, request: Request, number: int) -> Answer:
    """Put one ticket into the trash."""
    account.records[Tickets].trash(writable_ticket(account, request, number), deleted=True)
    return Answer(204)


def restore(account: Account, request: Request, number: int) -> Answer:
    """Take one ticket out of the trash; for one that is not there nothing changes (not established)."""
    ticket = readable_ticket(account, request, number)
    if ticket.deleted:
        account.records[Tickets].trash(ticket, deleted=False)
    return Answer(204)


OPERATIONS: Final = (
    Operation("DELETE", "/api/v2/tickets/{id}", delete),
    Operation("PUT", "/api/v2/tickets/{id}/restore", restore),
)
