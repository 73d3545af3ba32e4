"""The paths that the sandbox knows.

Here: templates, and which template a path is. Not here: what happens behind them (operations.py).
"""

import re
from dataclasses import dataclass
from typing import Final

TICKETS: Final = "/api/v2/tickets"
TICKET: Final = "/api/v2/tickets/{id}"
RESTORE: Final = "/api/v2/tickets/{id}/restore"
ME: Final = "/api/v2/agents/me"
CONTACTS: Final = "/api/v2/contacts"
OTHER: Final = "(other)"

TEMPLATES: Final = (TICKETS, TICKET, RESTORE, ME, CONTACTS)
METHODS: Final[dict[str, tuple[str, ...]]] = {
    TICKETS: ("GET", "POST"),
    TICKET: ("GET", "PUT", "PATCH", "DELETE"),
    RESTORE: ("PUT",),
    ME: ("GET",),
    CONTACTS: ("GET",),
}

_ID = re.compile(r"/api/v2/tickets/([0-9]{1,18})(/restore)?")


@dataclass(frozen=True, slots=True)
class Route:
    """A path, understood: its template, and the ticket it names (0 where it names none)."""

    template: str
    ticket_id: int = 0


def route_from_path(path: str) -> Route:
    """Return the route of `path`; its template is `OTHER` when Freshdesk would answer a blank 404."""
    if path in {TICKETS, ME, CONTACTS}:
        return Route(path)
    if match := _ID.fullmatch(path):
        return Route(RESTORE if match[2] else TICKET, int(match[1]))
    return Route(OTHER)
