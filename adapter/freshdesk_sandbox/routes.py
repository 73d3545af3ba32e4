"""The paths that the sandbox knows.

Here: templates, and which template a path is. Not here: what happens behind them (operations.py).
"""

import re
from dataclasses import dataclass
from typing import Final

TICKETS: Final = "/api/v2/tickets"
TICKET: Final = "/api/v2/tickets/{id}"
RESTORE: Final = "/api/v2/tickets/{id}/restore"
ARCHIVED: Final = "/api/v2/tickets/archived/{id}"
ME: Final = "/api/v2/agents/me"
CONTACTS: Final = "/api/v2/contacts"
OTHER: Final = "(other)"

TEMPLATES: Final = (TICKETS, TICKET, RESTORE, ARCHIVED, ME, CONTACTS)
METHODS: Final[dict[str, tuple[str, ...]]] = {
    TICKETS: ("GET", "POST"),
    TICKET: ("GET", "PUT", "PATCH", "DELETE"),
    RESTORE: ("PUT",),
    ARCHIVED: ("GET", "DELETE"),
    ME: ("GET",),
    CONTACTS: ("GET",),
}

_ID: Final = tuple(
    (template, re.compile(template.replace("{id}", "([0-9]{1,18})"))) for template in (TICKET, RESTORE, ARCHIVED)
)


@dataclass(frozen=True, slots=True)
class Route:
    """A path, understood: its template, and the ticket it names (0 where it names none)."""

    template: str
    ticket_id: int = 0


def route_from_path(path: str) -> Route:
    """Return the route of `path`; its template is `OTHER` when Freshdesk would answer a blank 404."""
    if path in {TICKETS, ME, CONTACTS}:
        return Route(path)
    for template, pattern in _ID:
        if match := pattern.fullmatch(path):
            return Route(template, int(match[1]))
    return Route(OTHER)
