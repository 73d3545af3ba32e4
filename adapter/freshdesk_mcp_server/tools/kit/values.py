"""Values from the wire as JSON that everybody can write.

The generated parser passes unexpected values on unchanged, so each value is examined.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

CUSTOM = "Custom"
"""The name of an unknown code."""

type View = dict[str, Any]
"""A record as a model sees it, as structure."""


def plain(value: object) -> Any:
    """Return a value as JSON, times in UTC; None for a value that cannot be shown."""
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, list):
        return [writable(item) for item in value if isinstance(item, str | int)]
    return writable(value) if isinstance(value, str | int | float) else None


def coded(name: str, code: object, names: Mapping[int, str]) -> View:
    """Return a code with its name. A code of the account's own gets a neutral name: only the account knows it."""
    return {name: int(code), f"{name}_name": names.get(code, CUSTOM)} if isinstance(code, int) else {}


def those[T](items: object, kind: type[T]) -> list[T]:
    """Return the items of a list that are of `kind`."""
    return [item for item in items if isinstance(item, kind)] if isinstance(items, list) else []


def without_empty(view: View) -> View:
    """Return `view` without its empty values."""
    return {name: value for name, value in view.items() if value not in (None, "", [], {}, False)}


def writable(value: Any) -> Any:
    """Return `value` without numbers that Python reads from JSON and nobody can write: NaN and infinity.

    Halves of surrogate pairs were replaced when the answer was read (``gateway.characters``).
    """
    match value:
        case float() if not math.isfinite(value):
            return None
        case list():
            return [writable(item) for item in value]
        case dict():
            return {str(name): writable(item) for name, item in value.items()}
    return value


def in_utc(value: datetime) -> datetime:
    """Return `value` in UTC; a time without a zone counts as UTC.

    Raises:
        OverflowError: It is on the first or the last day of the calendar, in another zone.
    """
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def to_the_minute(time: str) -> str:
    """Return a time of `plain` without its seconds; any other text stays as it is."""
    return f"{time[:16]}Z" if len(time) == 20 and time.endswith("Z") else time


def _time(value: datetime) -> str:
    try:
        return in_utc(value).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return value.isoformat()
