"""Notes beside a result: missing parts, the meaning of its words, and the call that shows more."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from freshdesk_client.models import CustomFields, Ticket
from freshdesk_mcp_server.tools.kit.arguments import Moment
from freshdesk_mcp_server.tools.kit.values import View, plain
from freshdesk_mcp_server.tools.tickets.arguments import LARGEST_LIMIT
from freshdesk_mcp_server.tools.tickets.codes import CLOSED, FLAG_MEANINGS, OUTBOUND_EMAIL, RESOLVED
from freshdesk_mcp_server.tools.tickets.embeds import MOST_CONVERSATIONS, conversation_name
from freshdesk_mcp_server.tools.tickets.showing import Showing

ONLY_OLDEST = "Freshdesk embeds the oldest ten conversations only; later ones are in Freshdesk."
IN_TRASH = "The ticket is in the trash; an agent can restore it in Freshdesk."
FOUND_AGAIN = "An answer was lost on the way, but the change was found to have been made, once."
LINKS_EXPIRE = "Links of attachments expire within minutes; reading the ticket again gives new ones."
MAY_MAIL = "Freshdesk may have e-mailed the requester about it, as the account's notifications are set."
NAME_OF_NEW = "The name counts only if the contact is new."
MAY_MOVE = "Freshdesk may still move due times, some seconds after this answer."
MOST_NAMED = 10
"""Values that a note names."""
_FIELD = re.compile(r"[. ]")
LOOSE = timedelta(minutes=1)
"""The largest distance between two times of one event."""


def ticket_notes(view: View, showing: Showing, removed: int) -> list[str]:
    """Return the notes on one whole ticket."""
    notes = [*cut_notes(showing), *left_out_notes(showing), *removal_notes(removed)]
    conversations = view.get("conversations", [])
    if len(conversations) >= MOST_CONVERSATIONS:
        notes.append(ONLY_OLDEST)
    if {"stats", "conversations"} <= showing.asked:
        itself = {"incoming": view.get("source") != OUTBOUND_EMAIL, "created_at": view.get("created_at")}
        notes += _unshown_notes(view.get("stats", {}), [itself, *conversations])
    notes += _delivery_notes(conversations)
    if any(one.get("url") for part in (view, *conversations) for one in part.get("attachments", ())):
        notes.append(LINKS_EXPIRE)
    return [*notes, *meaning_notes([view])]


def meaning_notes(views: Iterable[View]) -> list[str]:
    """Return the meanings of the flags that are set: Freshdesk's escalation is not the same as being overdue."""
    flags = {flag for view in views for flag in view.get("flags", ())}
    meanings = [f"{flag}: {meaning}" for flag, meaning in FLAG_MEANINGS.items() if flag in flags]
    return [f"{'; '.join(meanings)}."] if meanings else []


def cut_notes(showing: Showing) -> list[str]:
    """Return the note on cut texts, and the limit that shows them whole."""
    if not showing.cut:
        return []
    lengths = ", ".join(f"{name} ({length} characters)" for name, length in showing.cut)
    longest = max(length for _, length in showing.cut)
    enough = min(longest, LARGEST_LIMIT)
    how = f"freshdesk_get_ticket with description_limit={enough} shows {'all' if enough == longest else 'more'}."
    return [f"Cut at {showing.limit} characters: {lengths}. {how}"]


def left_out_notes(showing: Showing, fields: Collection[str] | None = None) -> list[str]:
    """Return the note on other values that are not shown whole; `fields` are the shown fields, None for all."""
    names = [one for one in showing.left_out.named if fields is None or _FIELD.split(one)[0] in fields]
    if not names:
        return []
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    named = ", ".join(" ".join(one.split()) for one in names[:MOST_NAMED])
    enough = min(showing.left_out.enough, LARGEST_LIMIT)
    how = f" freshdesk_get_ticket with description_limit={enough} shows more." if enough else ""
    return [f"Not shown whole: {named}{more}.{how}"]


def removal_notes(removed: int) -> list[str]:
    """Return the note on invisible characters that were removed."""
    return [f"{removed} invisible character(s) were removed from what people wrote."] if removed else []


def time_notes(now: datetime, **times: str | None) -> list[str]:
    """Return the notes on times without an offset, and on a due time that is past."""
    notes = [
        f"{name} had no offset and was read as UTC: {time}."
        for name, time in times.items()
        if isinstance(time, Moment) and time.is_guessed
    ]
    due_by = times.get("due_by")
    if due_by and due_by < now.strftime("%Y-%m-%dT%H:%M:%SZ"):
        notes.append(f"due_by {due_by} is in the past.")
    return notes


def change_notes(ticket: Ticket, asked: Mapping[str, Any]) -> list[str]:
    """Return the notes on fields that differ from those asked for, and on people whom Freshdesk may tell."""
    other = [name for name, value in asked.items() if not _is_as_asked(name, value, ticket)]
    notes = [f"Not as asked for: {', '.join(other)}. A rule of the account may have set it."] if other else []
    if asked.get("status") in (RESOLVED, CLOSED):
        notes.append(MAY_MAIL)
    return [*notes, *([MAY_MOVE] if {"priority", "type", "group_id", "due_by"} & asked.keys() else [])]


def _is_as_asked(name: str, value: Any, ticket: Ticket) -> bool:
    now = getattr(ticket, "type_" if name == "type" else name, None)
    match name:
        case "description":  # Freshdesk rewrites HTML
            return True
        case "tags":
            return _folded(now) == _folded(value)
        case "cc_emails":
            return _addresses(now) == _addresses(value)
        case "custom_fields":
            fields = now.additional_properties if isinstance(now, CustomFields) else {}
            return all(_is_alike(fields.get(key), one) for key, one in value.items())
        case "subject":
            return isinstance(now, str) and now.split() == value.split()
    return bool(plain(now) == value)


def _is_alike(one: object, other: object) -> bool:
    """Return True if two values of a custom field are equal to people: Freshdesk writes ``124`` as ``"124.0"``."""
    if one == other or (one or None) == (other or None):
        return True
    try:
        return float(str(one)) == float(str(other))
    except ValueError:
        return str(one).strip().casefold() == str(other).strip().casefold()


def _folded(words: object) -> set[str]:
    return {str(word).strip().casefold() for word in words} if isinstance(words, list) else set()


def _addresses(emails: object) -> set[str]:
    """Return the bare addresses: Freshdesk may add names to them."""
    return {email.rpartition("<")[2].removesuffix(">") for email in _folded(emails)}


def _unshown_notes(stats: View, conversations: Collection[View]) -> list[str]:
    """Return the note on answers that have a time in the stats and that no conversation shows."""
    answered = max(filter(None, map(stats.get, ("first_responded_at", "agent_responded_at"))), default=None)
    told = {"an agent": (answered, False), "the requester": (stats.get("requester_responded_at"), True)}
    return [
        f"The stats say that {who} answered at {at}, which is none of the conversations shown."
        for who, (at, is_incoming) in told.items()
        if (moment := _moment(at)) and not any(_is_of(one, moment, is_incoming=is_incoming) for one in conversations)
    ]


def _is_of(conversation: View, at: datetime, *, is_incoming: bool) -> bool:
    """Return True if a conversation is of that side, public, and not older than `at`."""
    if conversation.get("incoming", False) is not is_incoming or conversation.get("visibility") == "private":
        return False
    written = _moment(conversation.get("created_at"))
    return written is not None and written >= at - LOOSE


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _delivery_notes(conversations: Iterable[View]) -> list[str]:
    failed = [one for one in conversations if one.get("failed_emails") or one.get("email_failure_count")]
    named = [conversation_name(one.get("id")) for one in failed]
    return [f"Not delivered to everybody: {', '.join(named)}."] if named else []
