"""How a ticket looks in each kind of answer.

Here: which keys an answer has, in which order. Not here: where values come from (store.py). The key sets are those of
recorded answers: a list row, a view, the answer to a create and the answer to an update each leave out others.
Source: https://developers.freshdesk.com/api/#tickets
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from freshdesk_sandbox import conversations
from freshdesk_sandbox.archive import is_archived
from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.files import FileHost
from freshdesk_sandbox.markup import text_from_html
from freshdesk_sandbox.records import Contact, Conversation, JsonObject, Ticket
from freshdesk_sandbox.store import Store
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


@dataclass(frozen=True, slots=True)
class Shapes:
    """The looks of tickets in one account."""

    store: Store
    behaviour: Behaviour
    files: FileHost

    def list_row(self, ticket: Ticket, *, include: frozenset[str]) -> JsonObject:
        """Return a ticket of a list; `include` may name stats, requester and description."""
        row = self._shaped(ticket, _LIST)
        if "description" in include:
            row |= self._texts(ticket)
        return row | self._included(ticket, include)

    def viewed(self, ticket: Ticket, *, include: frozenset[str]) -> JsonObject:
        """Return a ticket read by its id; `include` may name conversations, requester, company and stats."""
        shown = self._whole(ticket, _VIEW) | self._included(ticket, include)
        if is_archived(ticket, self.behaviour, self.store.clock()):
            shown["archived"] = True
        return shown

    def created(self, ticket: Ticket, *, asked: JsonObject) -> JsonObject:
        """Return the answer to a create: Freshdesk sets due times seconds later, so they are null unless asked for."""
        shown = self._whole(ticket, _CREATED)
        return shown | {key: None for key in _DUE if key not in asked}

    def updated(self, ticket: Ticket, *, before: Ticket, asked: JsonObject) -> JsonObject:
        """Return the answer to an update of what `before` was."""
        shown = self._whole(ticket, _UPDATED)
        if self.behaviour.update_shows_old_due_times:
            shown |= _picked(before, tuple(key for key in _DUE if key not in asked))
        return shown

    def _whole(self, ticket: Ticket, keys: tuple[str, ...]) -> JsonObject:
        files = [self.files.shown(file) for file in ticket.attachments]
        return self._shaped(ticket, keys) | self._texts(ticket) | {"attachments": files} | _associations(ticket)

    def _shaped(self, ticket: Ticket, keys: tuple[str, ...]) -> JsonObject:
        shown = _picked(ticket, keys)
        if "shared_ownership" in self.behaviour.features:
            shown |= _picked(ticket, _SHARED)
        if ticket.form_id is not None:
            shown["form_id"] = ticket.form_id
        if ticket.deleted:  # documented, and absent from every recorded ticket that is not in the trash
            shown["deleted"] = True
        return shown

    def _included(self, ticket: Ticket, include: frozenset[str]) -> JsonObject:
        parts: JsonObject = {}
        if "requester" in include:
            parts["requester"] = _requester(self.store.people[ticket.requester_id])
        if "stats" in include:
            parts["stats"] = {key: _plain(value) for key, value in ticket.stats.items()}
        if "company" in include:
            parts["company"] = _company(ticket.company_id, self.store)
        if "conversations" in include:  # the oldest ten only
            parts["conversations"] = [self._conversation(one) for one in ticket.conversations[:10]]
        return parts

    def _conversation(self, one: Conversation) -> JsonObject:
        text = text_from_html(one.body, keeps_lines=self.behaviour.text_keeps_lines)
        shown = conversations.shown(one, body_text=text, now=self.store.clock(), mail=self.behaviour.mail)
        return shown | {"attachments": [self.files.shown(file) for file in one.attachments]}

    def _texts(self, ticket: Ticket) -> JsonObject:
        html = ticket.description
        text = None if html is None else text_from_html(html, keeps_lines=self.behaviour.text_keeps_lines)
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


def _company(company_id: int | None, store: Store) -> JsonObject | None:
    # What a ticket without a company shows is not established; null is how Freshdesk shows other blanks.
    if company_id is None:
        return None
    return {"id": company_id, "name": store.companies.get(company_id)}
