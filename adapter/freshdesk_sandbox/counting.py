"""What the sandbox saw: requests, answers, faults, and what they made. Not here: how it is asked for (control.py)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from freshdesk_sandbox.store import Store


class Statistics:
    """Counts since the last reset. `requests` is by method and path template, `statuses` by what was answered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.in_flight = 0
        self.reset()

    def reset(self) -> None:
        """Count anew; requests still in flight stay in flight."""
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.faults_served = 0
        self.credits_spent = 0
        self.in_flight_max = self.in_flight

    @property
    def tickets_made(self) -> int:
        """How many tickets were created by requests; those of the seed and of other people do not count."""
        return self._store.tickets_made

    @property
    def contacts_made(self) -> int:
        """How many contacts came with a ticket."""
        return self._store.contacts_made

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
            "tickets_made": self.tickets_made,
            "tickets": len(self._store.tickets),
            "contacts_made": self.contacts_made,
            "faults_served": self.faults_served,
            "credits_spent": self.credits_spent,
            "in_flight_max": self.in_flight_max,
        }
