"""What a call gives when it went well."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply[T]:
    """A readable 2xx answer: the parsed value, the headers, and how many requests it took.

    `sent_at` is when the request was sent, of anyio's clock. `recovered`: an earlier answer was lost, and the change
    was found to have been made; `value` is what was found then.
    """

    value: T
    headers: Mapping[str, str]
    attempts: int
    sent_at: float = 0.0
    recovered: bool = False
