"""The number of a ticket as people give it: ``31``, ``#31``, or the address of the ticket's page in this account.

A page of another account, or on another host, has no number here: another ticket may have the same number.
"""

import re
from urllib.parse import urlsplit

from freshdesk_mcp_server.tools.kit.bounds import LONGEST_NUMBER, LONGEST_URI
from freshdesk_mcp_server.tools.tickets.pages import TicketUrl

_NUMBER = re.compile(r"#?\s*([0-9]{1,15})", re.ASCII)
_PAGE = re.compile(r"/(?:a|helpdesk|support)/tickets/([0-9]{1,15})(?:/.*)?", re.ASCII)


def ticket_number(text: str, ticket_url: TicketUrl) -> int | None:
    """Return the number that `text` gives, or None; `ticket_url` identifies the account."""
    given = text.strip() if len(text) <= LONGEST_URI else ""
    found = _NUMBER.fullmatch(given) if len(text) <= LONGEST_NUMBER else None
    path = _path_in_account(given, ticket_url)
    found = found or (_PAGE.fullmatch(path) if path else None)
    return int(found[1]) or None if found else None


def _path_in_account(url: str, ticket_url: TicketUrl) -> str | None:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        is_here = parts.scheme in ("http", "https") and parts.hostname == urlsplit(ticket_url(1)).hostname
    except ValueError:  # brackets that hold no IP address
        return None
    return parts.path if is_here else None
