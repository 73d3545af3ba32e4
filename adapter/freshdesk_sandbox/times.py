"""Times as Freshdesk writes and reads them. Not here: the clock of a sandbox (store.py).

Source: https://developers.freshdesk.com/api/#schema
"""

import re
from datetime import UTC, date, datetime

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def utc_now() -> datetime:
    """Return the time of day, in UTC."""
    return datetime.now(UTC)


def time_text(time: datetime) -> str:
    """Return `time` as `YYYY-MM-DDTHH:MM:SSZ`."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_time(text: str) -> datetime | None:
    """Return the time that `text` says, or None; `YYYY-MM-DD`, with or without a time, no zone meaning UTC."""
    if not _TIME.fullmatch(text):
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def is_date(text: str) -> bool:
    """Return True if `text` is a day, `YYYY-MM-DD`, which is all that a custom date field takes."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
