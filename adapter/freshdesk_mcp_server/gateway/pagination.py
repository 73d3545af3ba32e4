"""The Link header of a list that has a next page. Pure.

https://developers.freshdesk.com/api/#pagination. The header is the only sign of a next page: Freshdesk gives no total.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

# The documentation prints a blank after "<" and none before "rel"; recorded answers do the opposite.
_NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel=(?:"next"|next\b)')


def next_page_from(headers: Mapping[str, str]) -> int | None:
    """Return the number of the next page, or None after the last one. Only the number is used, never the URL."""
    link = _NEXT.search(headers.get("link", ""))
    if link is None:
        return None
    try:
        pages = parse_qs(urlsplit(link[1].strip()).query).get("page", [])
    except ValueError:
        return None
    return int(pages[0]) if pages and re.fullmatch(r"[1-9]\d{0,5}", pages[0]) else None
