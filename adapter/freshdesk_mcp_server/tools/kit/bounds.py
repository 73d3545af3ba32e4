"""Bounds of arguments, and their checks, which precede any look at a part of a value.

Bounds keep one call from holding up all others. They are generous: within them, Freshdesk judges. They are not in the
schemas, where they would cost a model more than they say.
"""

from collections.abc import Collection

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

MOST_ITEMS = 200
"""Items of a list of addresses, or of tags."""
LONGEST_ADDRESS = 320
"""Characters: 64, the at sign and 255 (https://www.rfc-editor.org/rfc/rfc3696#section-3)."""
LONGEST_SUBJECT = 2_000
LONGEST_DESCRIPTION = 256_000
"""Bytes of UTF-8."""
LONGEST_NAME = 1_000
"""Characters of a tag, of a type, of the name of a contact."""
LONGEST_WORDS = 200
"""Characters of several words in one string."""
LONGEST_TIME = 64
LONGEST_NUMBER = 32
"""Characters of a number that comes as text."""
LONGEST_JSON = 256_000
"""Characters of a list or an object that comes as JSON text; bytes of custom fields as JSON."""
MOST_VALUES = 1_000
"""Values in custom fields, on all levels together."""
MOST_LEVELS = 5
LONGEST_TONE = 200
LONGEST_URI = 200


def characters(limit: int) -> BeforeValidator:
    """Refuse a string of more characters."""
    return BeforeValidator(lambda value: check_length(value, limit))


def encoded(limit: int) -> BeforeValidator:
    """Refuse a string of more bytes in UTF-8."""
    return BeforeValidator(lambda value: check_encoded(value, limit, "bytes of UTF-8"))


def items(limit: int) -> BeforeValidator:
    """Refuse a list of more items, and JSON text that is too long to be read for one."""
    return BeforeValidator(lambda value: _check_items(value, limit))


def check_length(value: object, limit: int, unit: str = "characters") -> object:
    """Return `value`, unless it is a string of more characters."""
    if isinstance(value, str) and len(value) > limit:
        raise _beyond("too_long", limit, unit)
    return value


def check_encoded(value: object, limit: int, unit: str) -> object:
    """Return `value`, unless it is a string of more bytes in UTF-8."""
    check_length(value, limit, unit)  # first, since a string has no fewer bytes
    if isinstance(value, str) and len(value.encode(errors="surrogatepass")) > limit:
        raise _beyond("too_long", limit, unit)
    return value


def check_values(value: object) -> object:
    """Return `value`, unless it has more values or levels than custom fields may have."""
    count, level = 0, [value]
    for _ in range(MOST_LEVELS):
        parts = [*filter(None, map(_parts, level))]
        count += sum(map(len, parts))
        if count > MOST_VALUES:
            raise _beyond("too_many", MOST_VALUES, "values")
        level = [one for part in parts for one in part]
    if any(isinstance(one, dict | list) for one in level):
        raise _beyond("too_deep", MOST_LEVELS, "levels")
    return check_length(value, LONGEST_JSON, "characters as JSON text")


def _check_items(value: object, limit: int) -> object:
    if isinstance(value, list) and len(value) > limit:
        raise _beyond("too_many", limit, "items")
    return check_length(value, LONGEST_JSON, "characters as JSON text")


def _parts(value: object) -> Collection[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _beyond(code: str, limit: int, unit: str) -> PydanticCustomError:
    return PydanticCustomError(
        code,
        "Input should have at most {limit} {unit}",
        {"limit": f"{limit:,}", "unit": unit},
    )
