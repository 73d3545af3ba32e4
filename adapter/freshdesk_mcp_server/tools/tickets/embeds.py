"""Parts of a ticket as structure: people, times, files and conversations."""

from freshdesk_client.models import Attachment, Company, Conversation, DeliveryDetails, Requester, TicketStats
from freshdesk_mcp_server.tools.kit.untrusted import url_in_one_word
from freshdesk_mcp_server.tools.kit.values import View, plain, those, without_empty
from freshdesk_mcp_server.tools.tickets.codes import CONVERSATION_KINDS
from freshdesk_mcp_server.tools.tickets.showing import Showing

MOST_CONVERSATIONS = 10
"""Embedded in a ticket, the oldest first: https://developers.freshdesk.com/api/#view_a_ticket."""

_REQUESTER = ("id", "name", "email", "phone", "mobile")
_ROW_REQUESTER = ("id", "name", "email")
_STATS = (
    *("agent_responded_at", "requester_responded_at", "first_responded_at", "status_updated_at", "reopened_at"),
    *("resolved_at", "closed_at", "pending_since"),
)


def requester_view(requester: object, *, is_row: bool = False) -> View:
    """Return the requester; a row has no room for telephone numbers."""
    if not isinstance(requester, Requester):
        return {}
    names = _ROW_REQUESTER if is_row else _REQUESTER
    return without_empty({name: plain(getattr(requester, name, None)) for name in names})


def company_view(company: object) -> View:
    """Return the company of the requester."""
    if not isinstance(company, Company):
        return {}
    return without_empty({"id": plain(company.id), "name": plain(company.name)})


def stats_view(stats: object) -> View:
    """Return the times of events, None for one that has not happened; a time that Freshdesk omits is left out."""
    if not isinstance(stats, TicketStats):
        return {}
    times = {name: getattr(stats, name) for name in _STATS}
    return {name: plain(time) or None for name, time in times.items() if time is None or plain(time)}


def attachment_views(attachments: object, told: set[str] | None = None) -> list[View]:
    """Return files, each link once: `told` are the links that stand elsewhere in the same result."""
    told = set() if told is None else told
    views = []
    for item in those(attachments, Attachment):
        url = url_in_one_word(plain(item.attachment_url))
        view = {
            "name": plain(item.name),
            "content_type": plain(item.content_type),
            "size": plain(item.size) or plain(item.file_size),
            "url": None if url in told else url,
        }
        told |= {url} if url else set()
        views.append(without_empty(view))
    return views


def conversation_views(conversations: object, showing: Showing, told: set[str]) -> list[View]:
    """Return the conversations, and the addresses that each did not reach."""
    return [_conversation_view(one, showing, told) for one in those(conversations, Conversation)]


def conversation_name(number: object) -> str:
    """Return the name of a conversation in notes."""
    return f"conversation {number}" if isinstance(number, int) else "a conversation"


def _conversation_view(one: Conversation, showing: Showing, told: set[str]) -> View:
    return without_empty(
        {
            "id": plain(one.id),
            "kind": CONVERSATION_KINDS.get(one.source) if isinstance(one.source, int) else None,
            "visibility": "private" if one.private is True else "public" if one.private is False else None,
            "incoming": one.incoming is True,
            "user_id": plain(one.user_id),
            "from_email": plain(one.from_email),
            "to_emails": plain(one.to_emails),
            **_delivery_view(one),
            "created_at": plain(one.created_at),
            "attachments": attachment_views(one.attachments, told),
            **showing.text("body", conversation_name(one.id), one.body_text, one.body),
        }
    )


def _delivery_view(one: Conversation) -> View:
    details = one.delivery_details
    known = details if isinstance(details, DeliveryDetails) else DeliveryDetails()
    failed = plain(known.failed_emails)
    count = one.email_failure_count
    return {
        "failed_emails": failed,
        "pending_emails": plain(known.pending_emails),
        # The count adds something only where Freshdesk does not name the addresses.
        "email_failure_count": count if isinstance(count, int) and not failed else None,
    }
