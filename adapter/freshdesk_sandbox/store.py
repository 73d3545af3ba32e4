"""What the account holds, in memory: contacts, companies, tickets.

Here: keeping, finding and changing records. Not here: the records themselves (records.py), whether a change is allowed
(rules.py), and how a ticket looks in an answer (shapes.py). No method awaits, so each change is whole or not made.
"""

import copy
from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freshdesk_sandbox import seed
from freshdesk_sandbox.account import AGENT_EMAIL, AGENT_ID, AGENT_NAME, SLA_HOURS
from freshdesk_sandbox.records import Contact, JsonObject, Ticket
from freshdesk_sandbox.times import parse_time, utc_now

FIRST_CONTACT_ID: Final = 158018064981
PENDING: Final = 3
CLOSED: Final = 5
_DONE: Final = frozenset({4, CLOSED})


class Store:
    """The records of one account. `tickets` and `contacts` are by id, in the order of their making.

    A change puts a new record in the place of the old one, so that a copy of the store may share records with it.
    """

    def __init__(self, *, seeded: bool, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self._seeded = seeded
        self.reset()

    def reset(self) -> None:
        """Go back to the first state; the ages of the seed's tickets count from now."""
        self.tickets: dict[int, Ticket] = {}
        self.contacts: dict[int, Contact] = {}
        self.agents = {AGENT_ID: Contact(AGENT_ID, AGENT_NAME, AGENT_EMAIL)}
        self.companies: dict[int, str] = {}
        self.contact_ids_by_email = {AGENT_EMAIL: AGENT_ID}
        self.last_ticket_id = 0
        self.tickets_made = 0
        self.contacts_made = 0
        if self._seeded:
            self._plant(self.now())

    def now(self) -> datetime:
        """Return the time in whole seconds, as Freshdesk keeps it."""
        return _in_seconds(self.clock())

    def copy(self) -> "Store":
        """Return a copy; what happens to it does not happen to this one."""
        twin = copy.copy(self)
        twin.tickets = dict(self.tickets)
        twin.contacts = dict(self.contacts)
        twin.contact_ids_by_email = dict(self.contact_ids_by_email)
        return twin

    @property
    def people(self) -> Mapping[int, Contact]:
        """Contacts and agents: an agent can ask for help too."""
        return ChainMap(self.contacts, self.agents)

    def contact_with(self, key: str, value: object) -> Contact | None:
        """Return the contact, or the agent, whose `key` is `value`.

        E-mail addresses are the same whatever their case, and secondary ones count.
        """
        if key == "email":
            found = self.contact_ids_by_email.get(str(value).lower())
            return None if found is None else self.people[found]
        return next((one for one in self.people.values() if getattr(one, key) == value), None)

    def add_contact(self, *, name: str | None = None, **keys: str) -> Contact:
        """Make a contact from an e-mail address, a phone number or the like; without a name it is called after that."""
        number = max(self.contacts, default=FIRST_CONTACT_ID - 1) + 1
        contact = Contact(number, name or _called_after(keys), stored_at=self.clock())
        for key, value in keys.items():
            setattr(contact, key, value)
        self.keep_contact(contact)
        return contact

    def keep_contact(self, contact: Contact) -> None:
        """Put `contact` among the others, under its own id."""
        self.contacts[contact.id] = contact
        for email in contact.emails:
            self.contact_ids_by_email[email.lower()] = contact.id

    def add_ticket(
        self, requester: Contact, values: JsonObject, *, asked: JsonObject | None = None, at: datetime | None = None
    ) -> Ticket:
        """Make a ticket of `requester` from checked `values`. The same values twice make two tickets.

        Its number is one above the last. `asked` is the request it came with, `at` its time if that is not now.
        """
        stored_at = at or self.clock()
        now = _in_seconds(stored_at)
        blank = Ticket(self.last_ticket_id + 1, None, None, requester.id, now, now, company_id=requester.company_id)
        blank.asked, blank.stored_at = asked, stored_at
        return self.keep_ticket(replace(blank, **_due_times(now, blank.priority) | _changes(blank, values, now)))

    def change_ticket(self, ticket: Ticket, values: JsonObject) -> Ticket:
        """Change `ticket` as checked `values` say; lists are replaced whole, custom fields one by one.

        Where nothing changes, `updated_at` stays too, as recorded.
        """
        now = self.now()
        changed = replace(ticket, **_changes(ticket, values, now))
        return ticket if changed == ticket else self.keep_ticket(replace(changed, updated_at=now))

    def trash(self, ticket: Ticket, *, deleted: bool) -> Ticket:
        """Put `ticket` into the trash, or take it out."""
        return self.keep_ticket(replace(ticket, deleted=deleted, updated_at=self.now()))

    def drop_ticket(self, ticket: Ticket) -> None:
        """Take `ticket` out for good; its number is not used again."""
        del self.tickets[ticket.id]

    def keep_ticket(self, ticket: Ticket) -> Ticket:
        """Put `ticket` among the others, in the place of the one with its number."""
        self.tickets[ticket.id] = ticket
        self.last_ticket_id = max(self.last_ticket_id, ticket.id)
        return ticket

    def _plant(self, now: datetime) -> None:
        planted = seed.read_seed(now)
        self.companies = planted.companies
        for contact in planted.contacts:
            self.keep_contact(Contact(**contact))
        for ticket in planted.tickets:
            self.keep_ticket(Ticket(**ticket))


def _in_seconds(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(microsecond=0)


def _called_after(keys: dict[str, str]) -> str:
    if "email" not in keys:
        return next(iter(keys.values()))
    name = keys["email"].partition("@")[0]
    return name[:1].upper() + name[1:]  # recorded of one word


def _changes(ticket: Ticket, values: JsonObject, now: datetime) -> dict[str, Any]:
    """Return the attributes that `values` change; a new priority brings new due times unless they are given too."""
    priority = values.get("priority")
    changes = {}
    if isinstance(priority, int) and priority != ticket.priority:
        changes = _due_times(ticket.created_at, priority)
    if values.get("status", ticket.status) != ticket.status:
        changes["stats"] = _stats_after(ticket, values["status"], now)
    for name, value in values.items():
        changes |= _attributes(ticket, name, value)
    return changes


def _attributes(ticket: Ticket, name: str, value: object) -> dict[str, Any]:
    match name, value:
        case "custom_fields", dict():
            return {name: ticket.custom_fields | value}
        case "cc_emails", list():
            return {key: list(value) for key in ("cc_emails", "reply_cc_emails", "ticket_cc_emails")}
        case (("due_by" | "fr_due_by"), str()):
            return {name: parse_time(value)}
        case _:
            return {name: value}


def _due_times(created_at: datetime, priority: int) -> dict[str, Any]:
    first_hours, last_hours = SLA_HOURS[priority]
    return {
        "fr_due_by": created_at + timedelta(hours=first_hours),
        "due_by": created_at + timedelta(hours=last_hours),
    }


def _stats_after(ticket: Ticket, status: object, now: datetime) -> dict[str, datetime | None]:
    was_done, is_done = ticket.status in _DONE, status in _DONE
    return ticket.stats | {
        "status_updated_at": now,
        "reopened_at": now if was_done and not is_done else ticket.stats["reopened_at"],
        "pending_since": now if status == PENDING else None,
        "resolved_at": (ticket.stats["resolved_at"] or now) if is_done else None,
        "closed_at": now if status == CLOSED else None,
    }
