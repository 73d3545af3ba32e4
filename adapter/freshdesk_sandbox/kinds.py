"""Kinds of JSON values as JSON has them: unlike in Python, true is no number.

Not here: checks of values (checks.py).
"""

import math
import re
from decimal import Decimal
from typing import Final, TypeGuard

type JsonObject = dict[str, object]

_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_NAMES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "Boolean"),
    (int, "Integer"),
    (float, "Float"),
    (str, "String"),
    (list, "Array"),
    (dict, "Object"),
)


def is_integer(value: object) -> TypeGuard[int]:
    """Return True if `value` is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[int | float]:
    """Return True if `value` is a number, whole or not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_finite_number(value: object) -> TypeGuard[int | float]:
    """Return True if `value` is a number, and none that only Python reads from JSON."""
    return is_number(value) and math.isfinite(value)


def is_decimal_text(value: object) -> TypeGuard[str]:
    """Return True if `value` is a text that writes a decimal."""
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


def decimal_text(value: float | str) -> str:
    """Return a decimal as Freshdesk answers it, as recorded: `124.0` for 124."""
    whole, _, fraction = format(Decimal(str(value)), "f").partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def kind_name(value: object) -> str:
    """Return the name of the kind of a JSON value, as refusals give it; recorded is `String` alone."""
    return next((name for kind, name in _NAMES if isinstance(value, kind)), "Null")
