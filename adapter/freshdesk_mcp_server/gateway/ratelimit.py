"""Parsing of Freshdesk's headers about the rate limit and the time. Pure.

https://developers.freshdesk.com/api/#ratelimit. Values are decimals today (``50.0``), and were integers before. Missing
and invalid values give None, since they may not fail a call. Pauses are not here, but in ``cooldown``.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from freshdesk_mcp_server.errors import RateLimit
from freshdesk_mcp_server.gateway.times import with_zone

_DECIMAL = re.compile(r"\d{1,9}(\.\d{1,9})?")


def retry_after_s_from(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return the seconds of the Retry-After header, or None if it is missing or invalid.

    The header has two forms (RFC 9110, section 10.2.3): seconds, which Freshdesk sends, and a date. A date is compared
    with the answer's own Date header, or else with `now`: the clock here may be wrong. A date in the past gives 0.
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
    """Return the rate limit of the X-RateLimit headers, or None if they are missing or invalid."""
    total, remaining = (headers.get(f"x-ratelimit-{name}", "").strip() for name in ("total", "remaining"))
    if not (_DECIMAL.fullmatch(total) and _DECIMAL.fullmatch(remaining)):
        return None
    return RateLimit(float(total), float(remaining))


def date_from(headers: Mapping[str, str]) -> datetime | None:
    """Return the time of the answer by Freshdesk's clock, or None if the Date header is missing or invalid."""
    return _parse_date(headers.get("date", ""))


def _parse_date(value: str) -> datetime | None:
    try:
        return with_zone(parsedate_to_datetime(value))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
