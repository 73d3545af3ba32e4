"""The record of a ticket, and the table of tickets.

Here: keeping, finding and changing tickets. Not here: rules for a change (rules.py), and the look of a ticket in an
answer (shapes.py).
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from freshdesk_sandbox.files import Attachment
from freshdesk_sandbox.kinds import JsonObject, decimal_text
from freshdesk_sandbox.resources.contacts import Contact
from freshdesk_sandbox.resources.conversations.records import Conversation, conversation_from_row
from freshdesk_sandbox.resources.email_configs import EMAIL_CONFIG_ID
from freshdesk_sandbox.resources.products import PRODUCT_ID
from freshdesk_sandbox.resources.ticket_fields import CLOSED, CUSTOM_FIELDS, FORM_ID, PENDING, PORTAL
from freshdesk_sandbox.store import Records, Table, in_seconds
from freshdesk_sandbox.times import parse_time

PARENT: Final = 1
CHILD: Final = 2
TRACKER: Final = 3
RELATED: Final = 4

# Hours until the first response and until the resolution are due, by priority.
_SLA_HOURS: Final = {1: (24, 72), 2: (12, 48), 3: (4, 24), 4: (1, 4)}
_DONE: Final = frozenset({4, CLOSED})
_STATS: Final = (
    "agent_responded_at",
    "requester_responded_at",
    "first_responded_at",
    "status_updated_at",
    "reopened_at",
    "resolved_at",
    "closed_at",
    "pending_since",
)


@dataclass(slots=True)
class Ticket:
    """A ticket, with every value that any answer shows. Times are in UTC.

    Two values are for the sandbox alone. `asked` is the body of the create as it was sent, and `stored_at` the time to
    the microsecond. Both are None for a ticket of the seed, and `asked` for one that no request made.
    """

    id: int
    subject: str | None
    description: str | None
    requester_id: int
    created_at: datetime
    updated_at: datetime
    status: int = 2
    priority: int = 1
    source: int = PORTAL
    type: str | None = None
    responder_id: int | None = None
    group_id: int | None = None
    internal_agent_id: int | None = None
    internal_group_id: int | None = None
    company_id: int | None = None
    product_id: int | None = PRODUCT_ID
    email_config_id: int | None = EMAIL_CONFIG_ID
    support_email: str | None = None
    to_emails: list[str] | None = None
    cc_emails: list[str] | None = field(default_factory=list)
    fwd_emails: list[str] | None = field(default_factory=list)
    reply_cc_emails: list[str] | None = field(default_factory=list)
    ticket_cc_emails: list[str] | None = field(default_factory=list)
    ticket_bcc_emails: list[str] | None = field(default_factory=list)
    spam: bool = False
    deleted: bool = False
    fr_escalated: bool = False
    nr_escalated: bool = False
    is_escalated: bool = False
    due_by: datetime | None = None
    fr_due_by: datetime | None = None
    nr_due_by: datetime | None = None
    custom_fields: JsonObject = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    stats: dict[str, datetime | None] = field(default_factory=dict)
    association_type: int | None = None
    associated_tickets_list: list[int] = field(default_factory=list)
    form_id: int | None = FORM_ID
    sentiment_score: int | None = 50
    initial_sentiment_score: int | None = 50
    watched: bool = False
    asked: JsonObject | None = None
    stored_at: datetime | None = None

    def __post_init__(self) -> None:
        self.custom_fields = dict.fromkeys(CUSTOM_FIELDS) | {
            name: _kept(name, value) for name, value in self.custom_fields.items()
        }
        self.stats = dict.fromkeys(_STATS) | self.stats

    @property
    def associated_tickets_count(self) -> int | None:
        """The number of its children or related tickets, as a list tells it of a parent or a tracker."""
        return len(self.associated_tickets_list) if self.association_type in {PARENT, TRACKER} else None

    @property
    def locked(self) -> bool:
        """True if the ticket lies in the trash or among spam, where it can be read but not written."""
        return self.deleted or self.spam


class Tickets(Table[Ticket]):
    """The tickets by number."""

    seed = "tickets"

    def __init__(self, records: Records) -> None:
        self._last_id = 0
        super().__init__(records)

    def record(self, row: dict[str, Any]) -> Ticket:
        """Return the ticket of a row of the seed."""
        files = [Attachment(**one) for one in row.get("attachments", [])]
        conversations = [conversation_from_row(one, row["id"]) for one in row.get("conversations", [])]
        return Ticket(**row | {"attachments": files, "conversations": conversations})

    def keep(self, record: Ticket) -> Ticket:
        """Put a ticket among the others, in the place of the one with its number."""
        self._last_id = max(self._last_id, record.id)
        return super().keep(record)

    def add(
        self, requester: Contact, values: JsonObject, *, asked: JsonObject | None = None, at: datetime | None = None
    ) -> Ticket:
        """Make a ticket of `requester` from checked `values`. The same values twice make two tickets.

        Its number is one above the last. `asked` is the request it came with, `at` its time if that is not now.
        """
        stored_at = at or self.records.clock()
        now = in_seconds(stored_at)
        blank = Ticket(self._last_id + 1, None, None, requester.id, now, now, company_id=requester.company_id)
        blank.asked, blank.stored_at = asked, stored_at
        return self.keep(replace(blank, **_due_times(now, blank.priority) | _changes(blank, values, now)))

    def change(self, ticket: Ticket, values: JsonObject) -> Ticket:
        """Change `ticket` as checked `values` say; lists are replaced whole, custom fields one by one.

        Where nothing changes, `updated_at` stays too, as recorded.
        """
        now = self.records.now()
        changed = replace(ticket, **_changes(ticket, values, now))
        return ticket if changed == ticket else self.keep(replace(changed, updated_at=now))

    def trash(self, ticket: Ticket, *, deleted: bool) -> Ticket:
        """Put `ticket` into the trash, or take it out."""
        return self.keep(replace(ticket, deleted=deleted, updated_at=self.records.now()))

    def drop(self, ticket: Ticket) -> None:
        """Take `ticket` out for good; its number is not used again."""
        del self[ticket.id]


def _kept(name: str, value: object) -> object:
    is_decimal = CUSTOM_FIELDS[name].kind == "decimal"
    return decimal_text(value) if is_decimal and isinstance(value, int | float | str) else value


def _changes(ticket: Ticket, values: JsonObject, now: datetime) -> dict[str, Any]:
    """Return the attributes that `values` change; a new priority brings new due times unless they are given too."""
    priority = values.get("priority")
    changes = {}
    if isinstance(priority, int) and priority != ticket.priority:
        changes = _due_times(ticket.created_at, priority)
    if values.get("status", ticket.status) != ticket.status:
        changes["stats"] = _stats_after(ticket, values["status"], now)
    for name, value in values.items():
        changes |= _attributes(ticket, name, value)
    return changes


def _attributes(ticket: Ticket, name: str, value: object) -> dict[str, Any]:
    match name, value:
        case "custom_fields", dict():
            return {name: ticket.custom_fields | value}
        case "cc_emails", list():
            return {key: list(value) for key in ("cc_emails", "reply_cc_emails", "ticket_cc_emails")}
        case (("due_by" | "fr_due_by"), str()):
            return {name: parse_time(value)}
        case _:
            return {name: value}


def _due_times(created_at: datetime, priority: int) -> dict[str, Any]:
    first_hours, last_hours = _SLA_HOURS[priority]
    return {
        "fr_due_by": created_at + timedelta(hours=first_hours),
        "due_by": created_at + timedelta(hours=last_hours),
    }


def _stats_after(ticket: Ticket, status: object, now: datetime) -> dict[str, datetime | None]:
    was_done, is_done = ticket.status in _DONE, status in _DONE
    return ticket.stats | {
        "status_updated_at": now,
        "reopened_at": now if was_done and not is_done else ticket.stats["reopened_at"],
        "pending_since": now if status == PENDING else None,
        "resolved_at": (ticket.stats["resolved_at"] or now) if is_done else None,
        "closed_at": now if status == CLOSED else None,
    }
