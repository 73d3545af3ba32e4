"""Results of successful calls: the same data twice, as structure and as text.

Hosts show a model the structured content or the text, not always both. So each is complete: tickets, notes, the next
page, and a mark on the words of customers.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mcp_types import CallToolResult

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.tools.kit.results import result_from
from freshdesk_mcp_server.tools.kit.untrusted import UNTRUSTED_FIELDS, without_unseen
from freshdesk_mcp_server.tools.kit.values import View
from freshdesk_mcp_server.tools.tickets.lines import changed_lines, table, ticket_lines
from freshdesk_mcp_server.tools.tickets.notes import (
    FOUND_AGAIN,
    IN_TRASH,
    change_notes,
    cut_notes,
    left_out_notes,
    meaning_notes,
    removal_notes,
    ticket_notes,
)
from freshdesk_mcp_server.tools.tickets.pages import TicketUrl
from freshdesk_mcp_server.tools.tickets.showing import Showing
from freshdesk_mcp_server.tools.tickets.views import changed_view, row_view, ticket_view

ECHO_LIMIT = 500
"""Characters of a text that are shown if the caller has just written the ticket."""
ROW_LIMIT = 200
"""Characters of a text that are shown in a list."""
MOST_ROWS = 100
"""The largest page: https://developers.freshdesk.com/api/#pagination."""


def ticket_result(
    ticket: Ticket,
    ticket_url: TicketUrl,
    showing: Showing | None = None,
    *,
    lead: str = "",
    notes: Iterable[str] = (),
    recovered: bool = False,
) -> CallToolResult:
    """Return one ticket, whole; `lead` is a sentence that stands before it in the text."""
    showing = showing or Showing()
    view, shown_notes = _shown(ticket, ticket_url, showing)
    notes = [*_recovery_notes(recovered=recovered), *notes, *shown_notes]
    data = _ticket_data(view, notes, showing) | {"recovered": recovered}
    return result_from(data, [lead, *notes, *ticket_lines(view, showing.time)], keep=("ticket",))


def changed_result(
    ticket: Ticket, ticket_url: TicketUrl, showing: Showing, *, asked: Mapping[str, Any], notes: Iterable[str] = ()
) -> CallToolResult:
    """Return the present values of the fields `asked` for, by the names of an update; earlier values are unknown."""
    view, removed = without_unseen(changed_view(ticket_view(ticket, ticket_url, showing), dict(asked)))
    cut = [*(cut_notes(showing) if "description" in asked else []), *left_out_notes(showing, view)]
    notes = [*notes, *change_notes(ticket, asked), *cut, *removal_notes(removed)]
    data = _ticket_data(view, notes, showing) | {"asked_for": [*asked]}
    return result_from(data, ["Updated.", *notes, *changed_lines(view, asked, showing.time)], keep=("ticket",))


def ticket_text(ticket: Ticket, ticket_url: TicketUrl, showing: Showing) -> str:
    """Return one ticket as text alone."""
    view, notes = _shown(ticket, ticket_url, showing)
    return "\n".join([*notes, *ticket_lines(view, showing.time)])


def list_result(
    tickets: Sequence[Ticket],
    ticket_url: TicketUrl,
    showing: Showing | None = None,
    *,
    page: int,
    next_page: int | None,
    notes: list[str],
) -> CallToolResult:
    """Return one page of tickets, a line each, and the call for the next page."""
    showing = showing or Showing(limit=ROW_LIMIT)
    rows, removed = without_unseen([row_view(ticket, showing) for ticket in tickets[:MOST_ROWS]])
    if len(tickets) > MOST_ROWS:
        notes = [*notes, f"Freshdesk sent {len(tickets):,} tickets, of which {MOST_ROWS} are shown."]
    notes = [*notes, *left_out_notes(showing), *removal_notes(removed), *meaning_notes(rows)]
    if showing.cut:
        notes.append(f"Descriptions are cut at {showing.limit} characters; freshdesk_get_ticket shows more.")
    data = {
        "tickets": rows,
        "page": page,
        "next_page": next_page,
        "now": showing.time,
        "ticket_url": f"{ticket_url(0)[:-1]}{{id}}",
        "untrusted": sorted({name for row in rows for name in _untrusted_in("tickets[].", row)}),
        "notes": notes,
    }
    more = f"More: page={next_page}." if next_page else "No further page."
    head = f"{len(rows)} ticket(s) on page {page}, now {showing.time}. {more} A ticket's page: {data['ticket_url']}"
    return result_from(data, [head, *notes, *(table(rows) if rows else [])], keep=("tickets",))


def deleted_result(ticket_id: int, *, recovered: bool = False) -> CallToolResult:
    """Return a deletion; the text says that it is soft."""
    notes = [*_recovery_notes(recovered=recovered), IN_TRASH]
    data = {"deleted_ticket_id": ticket_id, "recovered": recovered, "notes": notes}
    return result_from(data, [f"Deleted ticket {ticket_id}.", *notes])


def _shown(ticket: Ticket, ticket_url: TicketUrl, showing: Showing) -> tuple[View, list[str]]:
    """Return the view of a ticket, and the notes on it."""
    view, removed = without_unseen(ticket_view(ticket, ticket_url, showing))
    return view, ticket_notes(view, showing, removed)


def _ticket_data(view: View, notes: list[str], showing: Showing) -> View:
    return {"ticket": view, "now": showing.time, "untrusted": _untrusted_in("ticket.", view), "notes": notes}


def _recovery_notes(*, recovered: bool) -> list[str]:
    return [FOUND_AGAIN] if recovered else []


def _untrusted_in(prefix: str, view: View) -> list[str]:
    return [f"{prefix}{name}" for name in UNTRUSTED_FIELDS if view.get(name)]
