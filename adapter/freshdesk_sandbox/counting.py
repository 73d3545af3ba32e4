"""Counts of requests, answers and faults, and those that resources register.

Not here: the endpoint that shows them (control.py).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from freshdesk_sandbox.store import Records


class Statistics:
    """Counts since the last reset. `requests` is by method and path template, `statuses` by the status of the answer.

    Counts of resources are attributes too, such as `tickets_made`.
    """

    def __init__(self, records: Records, counts: Mapping[str, Callable[[Records], int]]) -> None:
        self._records = records
        self._counts = counts
        self.in_flight = 0
        self.reset()

    def reset(self) -> None:
        """Count anew; requests still in flight stay in flight."""
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.faults_served = 0
        self.credits_spent = 0
        self.in_flight_max = self.in_flight

    def __getattr__(self, name: str) -> int:
        """Return a count of a resource."""
        counts: Mapping[str, Callable[[Records], int]] = vars(self).get("_counts", {})
        if name not in counts:
            raise AttributeError(f"nothing is counted as {name}")
        return counts[name](self._records)

    @contextmanager
    def request(self, method: str, path: str) -> Iterator[None]:
        """Count one request, as in flight while the block runs."""
        self.requests[f"{method} {path}"] += 1
        self.in_flight += 1
        self.in_flight_max = max(self.in_flight_max, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1

    def as_json(self) -> dict[str, object]:
        """Return the counts as the control endpoint shows them."""
        return {
            "requests": dict(self.requests),
            "statuses": {str(status): count for status, count in self.statuses.items()},
            **{name: count(self._records) for name, count in self._counts.items()},
            "faults_served": self.faults_served,
            "credits_spent": self.credits_spent,
            "in_flight_max": self.in_flight_max,
        }
