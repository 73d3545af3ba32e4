"""The Link header by which Freshdesk says that a list goes on.

https://developers.freshdesk.com/api/#pagination. It is there only if there is a next page, and it is the only sign of
one: Freshdesk gives no total.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

# The documentation prints a blank after "<" and none before "rel"; recorded answers are the other way round.
_NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel=(?:"next"|next\b)')


def next_page_from(headers: Mapping[str, str]) -> int | None:
    """The number of the next page, or None if this is the last. Only the number is taken: no URL is ever followed."""
    link = _NEXT.search(headers.get("link", ""))
    if link is None:
        return None
    try:
        pages = parse_qs(urlsplit(link[1].strip()).query).get("page", [])
    except ValueError:
        return None
    return int(pages[0]) if pages and re.fullmatch(r"[1-9]\d{0,5}", pages[0]) else None
