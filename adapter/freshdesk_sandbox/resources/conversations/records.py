"""The record of a conversation. Not here: its look in an answer (shapes.py)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from freshdesk_sandbox.files import Attachment

type ConversationKind = Literal["reply", "mail", "note", "incoming_note", "forward", "survey"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """An entry in the thread of a ticket. `failed_emails` are those of its addresses that cannot be reached."""

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


def conversation_from_row(row: dict[str, Any], ticket_id: int) -> Conversation:
    """Return the conversation of a row of the seed."""
    files = [Attachment(**one) for one in row.get("attachments", [])]
    return Conversation(**row | {"ticket_id": ticket_id, "attachments": files})
