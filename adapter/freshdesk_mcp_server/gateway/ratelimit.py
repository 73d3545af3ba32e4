"""What Freshdesk's headers say about the rate limit, read tolerantly.

https://developers.freshdesk.com/api/#ratelimit. Values are decimals today (``50.0``), were integers, and may be missing
or nonsense; none of that may fail a call.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from freshdesk_mcp_server.errors import RateLimit
from freshdesk_mcp_server.gateway.times import with_zone

_DECIMAL = re.compile(r"\d{1,9}(\.\d{1,9})?")


def retry_after_s_from(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds to wait by the Retry-After header, or None if there is none that makes sense.

    Both forms of RFC 9110, section 10.2.3: seconds (Freshdesk's), and a date, taken against the answer's own Date
    header where it has one, so that a wrong clock here does not matter. A date in the past is no wait.
    """
    value = headers.get("retry-after", "").strip()
    if _DECIMAL.fullmatch(value):
        return float(value)
    until = _parse_date(value)
    if until is None:
        return None
    since = date_from(headers) or now
    return max(0.0, (until - since).total_seconds())


def rate_limit_from(headers: Mapping[str, str]) -> RateLimit | None:
    """What the X-RateLimit headers say, or None if they are missing or nonsense."""
    total, remaining = (headers.get(f"x-ratelimit-{name}", "").strip() for name in ("total", "remaining"))
    if not (_DECIMAL.fullmatch(total) and _DECIMAL.fullmatch(remaining)):
        return None
    return RateLimit(float(total), float(remaining))


def date_from(headers: Mapping[str, str]) -> datetime | None:
    """When the answer was made, by Freshdesk's clock."""
    return _parse_date(headers.get("date", ""))


def _parse_date(value: str) -> datetime | None:
    try:
        return with_zone(parsedate_to_datetime(value))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
