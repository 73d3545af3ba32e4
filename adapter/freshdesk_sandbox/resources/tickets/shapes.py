"""The look of a ticket in each kind of answer.

Here: the keys of an answer, in their order. Not here: their values (records.py). The key sets are recorded. A row of a
list, a view and the answers to a create and an update each leave out others.
Source: https://developers.freshdesk.com/api/#tickets
"""

from datetime import datetime
from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.markup import text_from_html
from freshdesk_sandbox.resources.companies import Companies
from freshdesk_sandbox.resources.contacts import Contact, Contacts
from freshdesk_sandbox.resources.conversations.shapes import listed
from freshdesk_sandbox.resources.tickets.access import is_archived
from freshdesk_sandbox.resources.tickets.records import Ticket
from freshdesk_sandbox.resources.tickets.switches import TicketSwitches
from freshdesk_sandbox.times import time_text

_ADDRESSES: Final = ("cc_emails", "fwd_emails", "reply_cc_emails", "ticket_cc_emails", "ticket_bcc_emails")
_LIST: Final = (
    *_ADDRESSES,
    "fr_escalated",
    "spam",
    "email_config_id",
    "group_id",
    "priority",
    "requester_id",
    "responder_id",
    "source",
    "company_id",
    "status",
    "subject",
    "association_type",
    "support_email",
    "to_emails",
    "product_id",
    "id",
    "type",
    "due_by",
    "fr_due_by",
    "is_escalated",
    "custom_fields",
    "created_at",
    "updated_at",
    "associated_tickets_count",
    "tags",
    "source_info",
    "structured_description",
    "sentiment_score",
    "initial_sentiment_score",
    "nr_due_by",
    "nr_escalated",
)
_DUE: Final = ("due_by", "fr_due_by")
# Recorded of creates and updates of an account that has the feature.
_SHARED: Final = ("internal_agent_id", "internal_group_id")
_VIEW: Final = (
    *(key for key in _LIST if key != "associated_tickets_count"),
    "source_additional_info",
)
_CREATED_LACKS: Final = {
    "association_type",
    "source_additional_info",
    "sentiment_score",
    "initial_sentiment_score",
}
_UPDATED_LACKS: Final = {"association_type", "source_additional_info", "initial_sentiment_score"}
_CREATED: Final = tuple(key for key in _VIEW if key not in _CREATED_LACKS)
_UPDATED: Final = tuple(key for key in _VIEW if key not in _UPDATED_LACKS)


def list_row(ticket: Ticket, account: Account, *, include: frozenset[str]) -> JsonObject:
    """Return a ticket of a list; `include` may name stats, requester and description."""
    row = _shaped(ticket, account, _LIST)
    if "description" in include:
        row |= _texts(ticket, account)
    return row | _included(ticket, account, include)


def viewed(ticket: Ticket, account: Account, *, include: frozenset[str]) -> JsonObject:
    """Return a ticket read by its id; `include` may name conversations, requester, company and stats."""
    shown = _whole(ticket, account, _VIEW) | _included(ticket, account, include)
    if is_archived(ticket, account.switches(TicketSwitches), account.now()):
        shown["archived"] = True
    return shown


def created(ticket: Ticket, account: Account, *, asked: JsonObject) -> JsonObject:
    """Return the answer to a create.

    Freshdesk sets due times seconds later, so they are null unless `asked`, the request, names them.
    """
    shown = _whole(ticket, account, _CREATED)
    return shown | {key: None for key in _DUE if key not in asked}


def updated(ticket: Ticket, account: Account, *, before: Ticket, asked: JsonObject) -> JsonObject:
    """Return the answer to an update of what `before` was."""
    shown = _whole(ticket, account, _UPDATED)
    if account.switches(TicketSwitches).update_shows_old_due_times:
        shown |= _picked(before, tuple(key for key in _DUE if key not in asked))
    return shown


def _whole(ticket: Ticket, account: Account, keys: tuple[str, ...]) -> JsonObject:
    files = [account.files.shown(file) for file in ticket.attachments]
    shown = _shaped(ticket, account, keys) | _texts(ticket, account)
    return shown | {"attachments": files} | _associations(ticket)


def _shaped(ticket: Ticket, account: Account, keys: tuple[str, ...]) -> JsonObject:
    shown = _picked(ticket, keys)
    if "shared_ownership" in account.behaviour.features:
        shown |= _picked(ticket, _SHARED)
    if ticket.form_id is not None:
        shown["form_id"] = ticket.form_id
    if ticket.deleted:  # documented, and absent from every recorded ticket that is not in the trash
        shown["deleted"] = True
    return shown


def _included(ticket: Ticket, account: Account, include: frozenset[str]) -> JsonObject:
    parts: JsonObject = {}
    if "requester" in include:
        parts["requester"] = _requester(account.records[Contacts].people[ticket.requester_id])
    if "stats" in include:
        parts["stats"] = {key: _plain(value) for key, value in ticket.stats.items()}
    if "company" in include:
        parts["company"] = _company(ticket.company_id, account.records[Companies])
    if "conversations" in include:  # the oldest ten only
        parts["conversations"] = [listed(one, account) for one in ticket.conversations[:10]]
    return parts


def _texts(ticket: Ticket, account: Account) -> JsonObject:
    html = ticket.description
    text = None if html is None else text_from_html(html, keeps_lines=account.behaviour.text_keeps_lines)
    return {"description": html, "description_text": text}


def _associations(ticket: Ticket) -> JsonObject:
    # Recorded of creates and updates: both keys where a ticket is associated, and neither where it is not.
    if ticket.association_type is None:
        return {}
    return _picked(ticket, ("association_type", "associated_tickets_list"))


def _picked(ticket: Ticket, keys: tuple[str, ...]) -> JsonObject:
    # Keys without an attribute (source_info and the like) are null in every recorded answer.
    return {key: _plain(getattr(ticket, key, None)) for key in keys}


def _plain(value: object) -> object:
    return time_text(value) if isinstance(value, datetime) else value


def _requester(contact: Contact) -> JsonObject:
    return {key: getattr(contact, key) for key in ("id", "name", "email", "mobile", "phone")}


def _company(company_id: int | None, companies: Companies) -> JsonObject | None:
    # The answer for a ticket without a company is not established; null is how Freshdesk shows other blanks.
    if company_id is None:
        return None
    company = companies.get(company_id)
    return {"id": company_id, "name": None if company is None else company.name}
