"""Tickets that other people and programs make while a caller is at work.

Here: when they come due, and their contents. Not here: how many (behaviour.py). They are stored late, just before the
next request is answered, with the time at which they came due: nobody can tell the difference from outside.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.edits import edited
from freshdesk_sandbox.records import Contact, JsonObject, Ticket
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.switches import Others

_MAIL: Final = "passer.by@example.net"
_SUBJECTS: Final = ("Where is my parcel?", "Wrong size", "Invoice for last month", "Cannot sign in")


class OtherPeople:
    """The tickets of other people, from the first request after they were switched on."""

    def __init__(self, store: Store, behaviour: Callable[[], Behaviour]) -> None:
        self._store = store
        self._behaviour = behaviour
        self.reset()

    def reset(self) -> None:
        """Begin anew with the next request."""
        self._next: datetime | None = None
        self._made = 0
        self._dice = random.Random(0)  # noqa: S311 - a run that can be repeated, not a secret

    def catch_up(self) -> None:
        """Store the tickets that have come due."""
        others = self._behaviour().others
        if not others.per_s:
            self._next = None
            return
        for time in self._due(timedelta(seconds=1 / others.per_s)):
            self._store_one(others, time)

    def _due(self, interval: timedelta) -> Iterator[datetime]:
        now = self._store.clock()
        self._next = self._next or now + interval
        while self._next <= now:
            yield self._next
            self._next += interval

    def _store_one(self, others: Others, time: datetime) -> None:
        requester, values = self._next_content(others)
        source = others.sources[self._made % len(others.sources)]
        stored = edited(values, self._behaviour().edits) | {"source": source}
        self._store.add_ticket(requester, stored, at=time)
        self._made += 1

    def _next_content(self, others: Others) -> tuple[Contact, JsonObject]:
        if self._dice.random() < others.twin_share and (newest := self._newest_asked()) is not None:
            return self._store.people[newest.requester_id], _asked_of(newest)
        return self._stranger(), {"subject": _SUBJECTS[self._made % len(_SUBJECTS)], "description": "Please help."}

    def _newest_asked(self) -> Ticket | None:
        return next((one for one in reversed(self._store.tickets.values()) if one.asked is not None), None)

    def _stranger(self) -> Contact:
        return self._store.contact_with("email", _MAIL) or self._store.add_contact(email=_MAIL)


def _asked_of(ticket: Ticket) -> JsonObject:
    asked = ticket.asked or {}
    return {"subject": asked.get("subject"), "description": asked.get("description")}
