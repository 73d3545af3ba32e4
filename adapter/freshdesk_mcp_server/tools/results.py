"""What a tool gives when all went well: the same data twice, as structure and as text.

Hosts show a model the structured content or the text, not always both, so each is complete: tickets, notes, the next
page, and which of it customers wrote.
"""

from collections.abc import Iterable, Sequence

from mcp_types import CallToolResult, TextContent

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.tools.arguments import DESCRIPTION_LIMIT, LARGEST_LIMIT
from freshdesk_mcp_server.tools.rendering import table, ticket_lines
from freshdesk_mcp_server.tools.untrusted import NOTE, UNTRUSTED_FIELDS, without_unseen
from freshdesk_mcp_server.tools.views import TicketUrl, View, cut_texts, row_view, ticket_view, without_empty

ECHO_LIMIT = 500
"""Characters of a text that are shown where the caller has just written the ticket."""
ROW_LIMIT = 200
"""The same in a list."""
MOST_CONVERSATIONS = 10

ONLY_OLDEST = "Freshdesk embeds the oldest ten conversations only; later ones are in Freshdesk."
IN_TRASH = "The ticket is in the trash; an agent can restore it in Freshdesk."
FOUND_AGAIN = "An answer was lost on the way, but the change was found to have been made, once."


def ticket_result(
    ticket: Ticket,
    ticket_url: TicketUrl,
    *,
    lead: str = "",
    recovered: bool = False,
    description_limit: int = DESCRIPTION_LIMIT,
) -> CallToolResult:
    """One ticket, whole; `lead` is a sentence that stands before it in the text."""
    view, shown_notes = _shown(ticket, ticket_url, description_limit)
    notes = [*_recovery_notes(recovered=recovered), *shown_notes]
    data = {
        "ticket": view,
        "recovered": recovered,
        "untrusted": _untrusted_in("ticket.", view),
        "notes": notes,
    }
    return result_from(data, [lead, *notes, *ticket_lines(view)])


def ticket_text(ticket: Ticket, ticket_url: TicketUrl, *, description_limit: int) -> str:
    """One ticket as text alone."""
    view, notes = _shown(ticket, ticket_url, description_limit)
    return "\n".join([*notes, *ticket_lines(view)])


def _shown(ticket: Ticket, ticket_url: TicketUrl, limit: int) -> tuple[View, list[str]]:
    """What is shown of a ticket, and what is to be said about that."""
    view, removed = without_unseen(ticket_view(ticket, ticket_url, limit))
    notes = [*_cut_notes(ticket, limit), *_removal_notes(removed)]
    if len(view.get("conversations", ())) >= MOST_CONVERSATIONS:
        notes.append(ONLY_OLDEST)
    return view, notes


def list_result(
    tickets: Sequence[Ticket], ticket_url: TicketUrl, *, page: int, next_page: int | None, notes: list[str]
) -> CallToolResult:
    """One page of tickets, a line each, and how to get the next."""
    rows, removed = without_unseen([row_view(ticket, ROW_LIMIT) for ticket in tickets])
    notes = [*notes, *_removal_notes(removed)]
    if any(cut_texts(ticket, ROW_LIMIT) for ticket in tickets):
        notes.append(f"Descriptions are cut at {ROW_LIMIT} characters; freshdesk_get_ticket shows more.")
    untrusted = sorted({name for row in rows for name in _untrusted_in("tickets[].", row)})
    data = {
        "tickets": rows,
        "page": page,
        "next_page": next_page,
        "ticket_url": f"{ticket_url(0)[:-1]}{{id}}",
        "untrusted": untrusted,
        "notes": notes,
    }
    more = f"More: page={next_page}." if next_page else "No further page."
    head = f"{len(rows)} ticket(s) on page {page}. {more} A ticket's page: {data['ticket_url']}"
    return result_from(data, [head, *notes, *(table(rows) if rows else [])], keep=("tickets",))


def deleted_result(ticket_id: int, *, recovered: bool = False) -> CallToolResult:
    """A deletion; it is soft, and the text says so."""
    notes = [*_recovery_notes(recovered=recovered), IN_TRASH]
    data = {"deleted_ticket_id": ticket_id, "recovered": recovered, "notes": notes}
    return result_from(data, [f"Deleted ticket {ticket_id}.", *notes])


def result_from(data: View, lines: Iterable[str], *, keep: tuple[str, ...] = ()) -> CallToolResult:
    """A success: `data`, without what is empty but for `keep`, and the lines of its text."""
    structure = {name: data[name] for name in keep} | without_empty(data)
    if "untrusted" in structure:
        structure["notes"] = [*structure.get("notes", ()), NOTE]
    return CallToolResult(content=[TextContent(text="\n".join(filter(None, lines)))], structured_content=structure)


def _recovery_notes(*, recovered: bool) -> list[str]:
    return [FOUND_AGAIN] if recovered else []


def _cut_notes(ticket: Ticket, limit: int) -> list[str]:
    cut = cut_texts(ticket, limit)
    if not cut:
        return []
    lengths = ", ".join(f"{name} ({length} characters)" for name, length in cut)
    longest = max(length for _, length in cut)
    enough = min(longest, LARGEST_LIMIT)
    how = f"freshdesk_get_ticket with description_limit={enough} shows {'all' if enough == longest else 'more'}."
    return [f"Cut at {limit} characters: {lengths}. {how}"]


def _removal_notes(removed: int) -> list[str]:
    return [f"{removed} invisible character(s) were removed from what people wrote."] if removed else []


def _untrusted_in(prefix: str, view: View) -> list[str]:
    return [f"{prefix}{name}" for name in UNTRUSTED_FIELDS if view.get(name)]
