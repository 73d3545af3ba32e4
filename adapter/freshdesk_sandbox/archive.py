"""Archived tickets: which they are, and what a request for one at its plain path gets.

An account with an archive moves closed tickets there that nobody has touched for so many days. They can be read and
deleted for good, and never come back. Source: https://developers.freshdesk.com/api/#archive_tickets
"""

from datetime import datetime, timedelta
from typing import Final

from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.records import Ticket
from freshdesk_sandbox.routes import ARCHIVED
from freshdesk_sandbox.wire import Answer, Call, Refused, blank_answer

_CLOSED: Final = 5


def is_archived(ticket: Ticket, behaviour: Behaviour, now: datetime) -> bool:
    """Return True if `ticket` lies in the archive by now."""
    old = now - timedelta(days=behaviour.archive.after_days)
    is_old = ticket.status == _CLOSED and not ticket.locked and ticket.updated_at <= old
    return is_old and "archive" in behaviour.features


def refuse_plain_path(call: Call, ticket: Ticket, behaviour: Behaviour) -> None:
    """Raise Refused where the account does not answer for an archived ticket at its plain path."""
    answer = behaviour.archive.plain_answer
    if answer == 404 or (answer == 301 and call.method != "GET"):
        raise Refused(blank_answer())
    if answer == 301:
        raise Refused(Answer(301, b"", {"location": call.base_url + ARCHIVED.replace("{id}", str(ticket.id))}))
