"""The records of an account as plain values: contacts, files, conversations and tickets.

Not here: how they are kept and changed (store.py), and how they look in an answer (shapes.py, conversations.py,
files.py, contacts.py).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from freshdesk_sandbox.account import CUSTOM_FIELDS, EMAIL_CONFIG_ID, FORM_ID, PORTAL, PRODUCT_ID
from freshdesk_sandbox.kinds import decimal_text

type JsonObject = dict[str, object]
type ConversationKind = Literal["reply", "mail", "note", "incoming_note", "forward", "survey"]

PARENT: Final = 1
CHILD: Final = 2
TRACKER: Final = 3
RELATED: Final = 4

STATS: Final = (
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
class Contact:
    """Somebody who asks for help. `stored_at` is None for one who was there from the start."""

    id: int
    name: str
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    company_id: int | None = None
    twitter_id: str | None = None
    facebook_id: str | None = None
    unique_external_id: str | None = None
    other_emails: tuple[str, ...] = ()
    stored_at: datetime | None = None

    @property
    def emails(self) -> list[str]:
        """Every address, the first one first."""
        return [*([] if self.email is None else [self.email]), *self.other_emails]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a ticket or a conversation; `size` is in bytes."""

    id: int
    name: str
    content_type: str
    size: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """One entry in the thread of a ticket. `failed_emails` are those of its addresses that cannot be reached."""

    id: int
    ticket_id: int
    kind: ConversationKind
    body: str
    user_id: int | None
    created_at: datetime
    private: bool = False
    from_email: str | None = None
    to_emails: list[str] = field(default_factory=list)
    cc_emails: list[str] = field(default_factory=list)
    bcc_emails: list[str] = field(default_factory=list)
    failed_emails: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    last_edited_at: datetime | None = None
    last_edited_user_id: int | None = None


@dataclass(slots=True)
class Ticket:
    """One ticket, with every value that any answer shows. Times are in UTC.

    Two values are for the sandbox alone: `asked`, the body of the create as it was sent, and `stored_at`, the time to
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
        self.stats = dict.fromkeys(STATS) | self.stats

    @property
    def associated_tickets_count(self) -> int | None:
        """The number of its children or related tickets, as a list tells it of a parent or a tracker."""
        return len(self.associated_tickets_list) if self.association_type in {PARENT, TRACKER} else None

    @property
    def locked(self) -> bool:
        """Whether it lies in the trash or among spam, where it can be read but not written."""
        return self.deleted or self.spam


def _kept(name: str, value: object) -> object:
    is_decimal = CUSTOM_FIELDS[name].kind == "decimal"
    return decimal_text(value) if is_decimal and isinstance(value, int | float | str) else value
