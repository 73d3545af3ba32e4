"""What a call gives when it went well."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply[T]:
    """A readable 2xx answer: the parsed value, the headers, and how many requests it took.

    `recovered`: an earlier answer was lost, and the change was found to have been made; `value` is what was found then.
    """

    value: T
    headers: Mapping[str, str]
    attempts: int
    recovered: bool = False
