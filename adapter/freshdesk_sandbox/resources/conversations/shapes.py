"""Conversations as answers show them, and the delivery of their mails.

Here: the keys and values that recorded lists of conversations show for each kind. Not here: the record (records.py),
and the choice of conversations for an answer.
Source: https://developers.freshdesk.com/api/#list_all_ticket_notes. Category, delivery_details and the keys that are
always null stand in recordings alone. No recording has a customer's mail; it is shown like a reply that comes in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.markup import text_from_html
from freshdesk_sandbox.resources.conversations.records import Conversation, ConversationKind
from freshdesk_sandbox.resources.conversations.switches import ConversationSwitches, Mail
from freshdesk_sandbox.resources.email_configs import SENDER, SUPPORT_EMAIL
from freshdesk_sandbox.times import time_text

_BLANK: Final = (
    *("outgoing_failures", "thread_id", "thread_message_id", "automation_id", "automation_type_id"),
    *("threading_type", "source_additional_info"),
)


@dataclass(frozen=True, slots=True)
class _Kind:
    source: int
    incoming: bool = False
    is_sent: bool = False
    category: int = 3
    private_category: int = 2


_KINDS: Final[Mapping[ConversationKind, _Kind]] = {
    "reply": _Kind(0, is_sent=True),
    "mail": _Kind(0, incoming=True),
    "note": _Kind(2),
    "incoming_note": _Kind(2, incoming=True),
    "forward": _Kind(8, is_sent=True),
    "survey": _Kind(6, incoming=True, category=7),
}
_BY_MAIL: Final = frozenset({"reply", "mail", "forward"})


def listed(one: Conversation, account: Account) -> JsonObject:
    """Return a conversation as a list of them holds it."""
    kind = _KINDS[one.kind]
    switches = account.switches(ConversationSwitches)
    return {
        "body": one.body,
        "body_text": text_from_html(one.body, keeps_lines=switches.text_keeps_lines),
        "id": one.id,
        "incoming": kind.incoming,
        "private": one.private,
        "user_id": one.user_id,
        "source": kind.source,
        "category": kind.private_category if one.private else kind.category,
        **_addresses(one),
        **_delivery(one, account.now(), switches.mail),
        **dict.fromkeys(_BLANK),
        "auto_response": False,
        "ticket_id": one.ticket_id,
        "created_at": time_text(one.created_at),
        "updated_at": time_text(one.created_at),  # an edit does not move it
        "last_edited_at": None if one.last_edited_at is None else time_text(one.last_edited_at),
        "last_edited_user_id": one.last_edited_user_id,
        "attachments": [account.files.shown(file) for file in one.attachments],
    }


def _addresses(one: Conversation) -> JsonObject:
    by_mail = one.kind in _BY_MAIL
    is_sent = _KINDS[one.kind].is_sent
    return {
        "support_email": SUPPORT_EMAIL if by_mail else None,
        "from_email": SENDER if is_sent else one.from_email,
        "to_emails": None if one.kind == "survey" else one.to_emails,
        "cc_emails": one.cc_emails,
        "bcc_emails": one.bcc_emails if is_sent else None,
    }


def _delivery(one: Conversation, now: datetime, mail: Mail) -> JsonObject:
    is_sent = _KINDS[one.kind].is_sent
    is_known = now >= one.created_at + timedelta(seconds=mail.delivery_lag_s)
    failed = one.failed_emails if is_known else []
    pending = [*one.to_emails, *one.cc_emails, *one.bcc_emails] if is_sent and not is_known else []
    return {
        "email_failure_count": len(failed) if failed and mail.counts_failures else None,
        "delivery_details": {"failed_emails": failed, "pending_emails": pending},
    }
