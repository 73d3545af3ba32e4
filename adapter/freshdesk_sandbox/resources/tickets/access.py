"""The tickets that a request may see or write.

Here: lags, scope, trash, spam and the archive, which hide tickets. Not here: filters of a list (listing.py).

An account with an archive moves closed tickets there that nobody has touched for so many days. They can be read and
deleted for good, and never come back. Source: https://developers.freshdesk.com/api/#archive_tickets
"""

from datetime import datetime, timedelta
from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.plan import require
from freshdesk_sandbox.resources.agents import AGENT_ID
from freshdesk_sandbox.resources.groups import GROUP_IDS
from freshdesk_sandbox.resources.ticket_fields import CLOSED
from freshdesk_sandbox.resources.tickets.features import NAMES
from freshdesk_sandbox.resources.tickets.records import Ticket, Tickets
from freshdesk_sandbox.resources.tickets.switches import TicketSwitches
from freshdesk_sandbox.wire import Answer, Refused, Request, blank_answer, not_allowed, usual_error

ARCHIVED: Final = "/api/v2/tickets/archived/{id}"
_GLOBAL: Final = 1
_OWN_ONLY: Final = 3


def readable_ticket(account: Account, request: Request, number: int) -> Ticket:
    """Return the ticket that a request at a plain path reads.

    Raises:
        Refused: nobody has that number, the agent may not see it, or the account does not show archived tickets there.
    """
    ticket = _visible_ticket(account, number)
    if _is_archived_now(ticket, account):
        _refuse_plain_path(request, ticket, account.switches(TicketSwitches))
    return ticket


def writable_ticket(account: Account, request: Request, number: int) -> Ticket:
    """Return the ticket that a request writes.

    Raises:
        Refused: it cannot be read, or it lies in the trash, among spam or in the archive.
    """
    ticket = readable_ticket(account, request, number)
    if ticket.locked or _is_archived_now(ticket, account):
        raise Refused(not_allowed(request.method, ("GET",)))
    return ticket


def archived_ticket(account: Account, number: int) -> Ticket:
    """Return the ticket that a request at the path of the archive names.

    Raises:
        Refused: the account has no archive, or no such ticket lies there for this agent.
    """
    require("archive", NAMES["archive"], account.behaviour)
    ticket = _visible_ticket(account, number)
    if not _is_archived_now(ticket, account):
        raise Refused(blank_answer())
    return ticket


def is_archived(ticket: Ticket, switches: TicketSwitches, now: datetime) -> bool:
    """Return True if `ticket` lies in the archive by now."""
    old = now - timedelta(days=switches.archive.after_days)
    is_old = ticket.status == CLOSED and not ticket.locked and ticket.updated_at <= old
    return is_old and "archive" in switches.features


def is_listed(ticket: Ticket, switches: TicketSwitches, now: datetime) -> bool:
    """Return True if lists hold `ticket` by now, for this agent."""
    is_there = _has_passed(ticket.stored_at, switches.list_lag_s, now) and not is_archived(ticket, switches, now)
    return is_there and _is_in_scope(ticket, switches)


def _visible_ticket(account: Account, number: int) -> Ticket:
    switches = account.switches(TicketSwitches)
    ticket = account.records[Tickets].get(number)
    if ticket is None or not _has_passed(ticket.stored_at, switches.view_lag_s, account.now()):
        raise Refused(blank_answer())
    if not _is_in_scope(ticket, switches):
        raise Refused(blank_answer() if switches.hidden_status == 404 else usual_error(403))
    return ticket


def _is_archived_now(ticket: Ticket, account: Account) -> bool:
    return is_archived(ticket, account.switches(TicketSwitches), account.now())


def _refuse_plain_path(request: Request, ticket: Ticket, switches: TicketSwitches) -> None:
    answer = switches.archive.plain_answer
    if answer == 404 or (answer == 301 and request.method != "GET"):
        raise Refused(blank_answer())
    if answer == 301:
        raise Refused(Answer(301, b"", {"location": request.base_url + ARCHIVED.replace("{id}", str(ticket.id))}))


def _is_in_scope(ticket: Ticket, switches: TicketSwitches) -> bool:
    # That a ticket without a group is hidden from an agent of scope 2 is not established.
    if switches.ticket_scope == _GLOBAL or ticket.responder_id == AGENT_ID:
        return True
    return switches.ticket_scope != _OWN_ONLY and ticket.group_id in GROUP_IDS


def _has_passed(since: datetime | None, lag_s: float, now: datetime) -> bool:
    return since is None or now >= since + timedelta(seconds=lag_s)
