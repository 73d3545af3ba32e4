"""The result of a call that succeeded. Errors are not here, but in ``errors``."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply[T]:
    """A readable 2xx answer: the parsed value, the headers, and the number of requests of the call.

    `sent_at` is the time of sending, in anyio's clock. `recovered` is True if the answer was lost and a recovery found
    the change; `value` is the found one then.
    """

    value: T
    headers: Mapping[str, str]
    attempts: int
    sent_at: float = 0.0
    recovered: bool = False
