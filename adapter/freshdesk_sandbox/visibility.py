"""The tickets and contacts that a request can see: not yet, not by this agent, not by this address.

Here: what the switches of behaviour.py hide. Not here: filters that a caller asks for (listing.py).
"""

from datetime import datetime, timedelta
from typing import Final

from freshdesk_sandbox.account import AGENT_ID, GROUP_IDS
from freshdesk_sandbox.archive import is_archived
from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.records import Contact, Ticket
from freshdesk_sandbox.store import Store

_GLOBAL: Final = 1
_OWN_ONLY: Final = 3


def is_in_scope(ticket: Ticket, behaviour: Behaviour) -> bool:
    """Whether the key's agent may see `ticket`.

    That a ticket without a group is hidden from an agent of scope 2 is not established.
    """
    if behaviour.ticket_scope == _GLOBAL or ticket.responder_id == AGENT_ID:
        return True
    return behaviour.ticket_scope != _OWN_ONLY and ticket.group_id in GROUP_IDS


def is_listed(ticket: Ticket, behaviour: Behaviour, now: datetime) -> bool:
    """Whether lists hold `ticket` by now, for this agent."""
    is_there = _has_passed(ticket.stored_at, behaviour.list_lag_s, now) and not is_archived(ticket, behaviour, now)
    return is_there and is_in_scope(ticket, behaviour)


def is_found(ticket: Ticket, behaviour: Behaviour, now: datetime) -> bool:
    """Whether `ticket` can be asked for by its number by now."""
    return _has_passed(ticket.stored_at, behaviour.view_lag_s, now)


def is_known(contact: Contact, behaviour: Behaviour, now: datetime) -> bool:
    """Whether lists know `contact` by now."""
    return _has_passed(contact.stored_at, behaviour.contact_lag_s, now)


def is_known_by(email: str, contact: Contact, store: Store, behaviour: Behaviour) -> bool:
    """Whether the filter `email` of the list of tickets finds `contact`, who has that address, by it."""
    return (
        is_known(contact, behaviour, store.clock())
        and (behaviour.filter_ignores_case or email == email.lower())
        and (behaviour.filter_knows_other_emails or email.lower() == (contact.email or "").lower())
        and (behaviour.filter_knows_agents or contact.id not in store.agents)
    )


def _has_passed(since: datetime | None, lag_s: float, now: datetime) -> bool:
    return since is None or now >= since + timedelta(seconds=lag_s)
