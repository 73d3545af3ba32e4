"""Kinds of JSON values, as everybody but Python sees them: true is no number.

Not here: rules about values (rules.py).
"""

from typing import TypeGuard


def is_integer(value: object) -> TypeGuard[int]:
    """Whether `value` is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether `value` is a number, whole or not."""
    return isinstance(value, int | float) and not isinstance(value, bool)
