"""Tickets that other people and programs make while a caller is at work.

Here: when they come due, and their contents. Not here: their number (switches.py). They are stored late, just before
the next request is answered, with the time at which they came due. Nobody can tell the difference from outside.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.resources.contacts import Contact, Contacts
from freshdesk_sandbox.resources.tickets.edits import edited
from freshdesk_sandbox.resources.tickets.records import Ticket, Tickets
from freshdesk_sandbox.resources.tickets.switches import Edits, Others, TicketSwitches
from freshdesk_sandbox.store import Part, Records

_MAIL: Final = "passer.by@example.net"
_SUBJECTS: Final = ("Where is my parcel?", "Wrong size", "Invoice for last month", "Cannot sign in")


def catch_up(account: Account) -> None:
    """Store the tickets of other people that have come due."""
    switches = account.switches(TicketSwitches)
    account.records[OtherPeople].catch_up(switches.others, switches.edits)


class OtherPeople(Part):
    """The tickets of other people, from the first request after they were switched on."""

    def __init__(self, records: Records) -> None:
        super().__init__(records)
        self._next: datetime | None = None
        self._made = 0
        self._dice = random.Random(0)  # noqa: S311 - a run that can be repeated, not a secret

    def catch_up(self, others: Others, edits: Edits) -> None:
        """Store the tickets that have come due."""
        if not others.per_s:
            self._next = None
            return
        for time in self._due(timedelta(seconds=1 / others.per_s)):
            self._store_one(others, edits, time)

    def _due(self, interval: timedelta) -> Iterator[datetime]:
        now = self.records.clock()
        self._next = self._next or now + interval
        while self._next <= now:
            yield self._next
            self._next += interval

    def _store_one(self, others: Others, edits: Edits, time: datetime) -> None:
        requester, values = self._next_content(others)
        source = others.sources[self._made % len(others.sources)]
        self.records[Tickets].add(requester, edited(values, edits) | {"source": source}, at=time)
        self._made += 1

    def _next_content(self, others: Others) -> tuple[Contact, JsonObject]:
        if self._dice.random() < others.twin_share and (newest := self._newest_asked()) is not None:
            return self.records[Contacts].people[newest.requester_id], _asked_of(newest)
        return self._stranger(), {"subject": _SUBJECTS[self._made % len(_SUBJECTS)], "description": "Please help."}

    def _newest_asked(self) -> Ticket | None:
        return next((one for one in reversed(self.records[Tickets].values()) if one.asked is not None), None)

    def _stranger(self) -> Contact:
        contacts = self.records[Contacts]
        return contacts.with_value("email", _MAIL) or contacts.add(email=_MAIL)


def _asked_of(ticket: Ticket) -> JsonObject:
    asked = ticket.asked or {}
    return {"subject": asked.get("subject"), "description": asked.get("description")}
