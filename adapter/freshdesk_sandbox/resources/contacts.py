"""Contacts: their records, and the list of contacts.

There is no other operation on contacts. Tickets need the records, and the list has a limit of its own.
Source: https://developers.freshdesk.com/api/#list_all_contacts. Parameters of the documentation that are not taken
here: state, contact_type and updated_since. Agents are no contacts, and ask for help all the same.
"""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.operation import Operation, Resource
from freshdesk_sandbox.parameters import PAGE_KEYS, Page, Reader
from freshdesk_sandbox.resources.agents import AGENT_EMAIL, AGENT_ID, AGENT_MADE_AT, AGENT_NAME
from freshdesk_sandbox.store import Records, Table
from freshdesk_sandbox.switches import AccountSwitches, Count, Seconds, Switches
from freshdesk_sandbox.times import time_text
from freshdesk_sandbox.wire import Answer, Request, json_answer

FIRST_CONTACT_ID: Final = 158018064981
_FILTERS: Final = ("email", "mobile", "phone", "company_id")
_OWN: Final = (
    "id",
    "name",
    "email",
    "phone",
    "mobile",
    "company_id",
    "twitter_id",
    "facebook_id",
    "unique_external_id",
)
# Null in a recorded list where nothing was set.
_BLANK: Final = (
    *("address", "description", "job_title", "csat_rating", "preferred_source", "first_seen", "last_seen"),
    *("ip_address", "guest_name", "guest_profile_pic"),
)


class ContactSwitches(AccountSwitches):
    """The switches of contacts.

    Attributes:
        contact_lag_s: seconds until lists know a new contact. Until then the filter `email` of tickets is a 400, and
            the list of contacts lacks the contact.
    """

    contact_lag_s: Seconds = 0.0


class ContactLimits(Switches):
    """Requests a minute that may list contacts; None is no limit of its own."""

    contacts: Count | None = None


@dataclass(slots=True)
class Contact:
    """A person who asks for help. `stored_at` is None for a contact of the seed."""

    id: int
    name: str
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    company_id: int | None = None
    twitter_id: str | None = None
    facebook_id: str | None = None
    unique_external_id: str | None = None
    other_emails: tuple[str, ...] = ()
    stored_at: datetime | None = None

    @property
    def emails(self) -> list[str]:
        """Every address, the first one first."""
        return [*([] if self.email is None else [self.email]), *self.other_emails]


AGENTS: Final = {AGENT_ID: Contact(AGENT_ID, AGENT_NAME, AGENT_EMAIL)}


class Contacts(Table[Contact]):
    """The contacts by id. `ids_by_email` holds the agent's address too."""

    seed = "contacts"

    def __init__(self, records: Records) -> None:
        self.ids_by_email = {AGENT_EMAIL: AGENT_ID}
        super().__init__(records)

    @property
    def people(self) -> Mapping[int, Contact]:
        """Contacts and agents: an agent can ask for help too."""
        return ChainMap(self, AGENTS)

    def record(self, row: dict[str, Any]) -> Contact:
        """Return the contact of a row of the seed."""
        return Contact(**row)

    def with_value(self, key: str, value: object) -> Contact | None:
        """Return the contact, or the agent, whose `key` is `value`.

        E-mail addresses are the same whatever their case, and secondary ones count.
        """
        if key == "email":
            found = self.ids_by_email.get(str(value).lower())
            return None if found is None else self.people[found]
        return next((one for one in self.people.values() if getattr(one, key) == value), None)

    def add(self, *, name: str | None = None, **keys: str) -> Contact:
        """Make a contact from an e-mail address, a phone number or the like. Without a name it is called after that."""
        number = max(self, default=FIRST_CONTACT_ID - 1) + 1
        contact = Contact(number, name or _called_after(keys), stored_at=self.records.clock())
        for key, value in keys.items():
            setattr(contact, key, value)
        return self.keep(contact)

    def keep(self, record: Contact) -> Contact:
        """Put a contact among the others, and note its addresses."""
        for email in record.emails:
            self.ids_by_email[email.lower()] = record.id
        return super().keep(record)


def is_known(contact: Contact, switches: ContactSwitches, now: datetime) -> bool:
    """Return True if lists know `contact` by now."""
    return contact.stored_at is None or now >= contact.stored_at + timedelta(seconds=switches.contact_lag_s)


@dataclass(frozen=True, slots=True)
class _Query:
    """The checked parameters of one list request."""

    filters: dict[str, str]
    page: Page


def list_contacts(account: Account, request: Request) -> Answer:
    """Return one page of contacts, by name; none is an empty list and no error (presumed)."""
    query = _parsed(request)
    switches, now = account.switches(ContactSwitches), account.now()
    known = [contact for contact in account.records[Contacts].values() if is_known(contact, switches, now)]
    found = sorted((one for one in known if _is_wanted(one, query.filters)), key=lambda one: one.name)
    rows = [_row(contact) for contact in query.page.of(found)]
    return json_answer(200, rows, **query.page.next_link(request, total=len(found)))


def _parsed(request: Request) -> _Query:
    reader = Reader(dict(request.query))
    reader.check_names({*_FILTERS, *PAGE_KEYS})
    reader.number("company_id")
    query = _Query({key: value for key, value in request.query if key in _FILTERS}, reader.page())
    reader.finish()
    return query


def _is_wanted(contact: Contact, filters: dict[str, str]) -> bool:
    return all(value.lower() in _values(contact, key) for key, value in filters.items())


def _values(contact: Contact, key: str) -> list[str]:
    # That the filter finds secondary addresses too, and in any case of letters, is not established.
    found = contact.emails if key == "email" else [getattr(contact, key)]
    return [str(one).lower() for one in found if one is not None]


def _row(contact: Contact) -> JsonObject:
    # Secondary addresses and tags are not part of it.
    first, _, last = contact.name.rpartition(" ")
    shown: JsonObject = {key: getattr(contact, key) for key in _OWN} | dict.fromkeys(_BLANK)
    if contact.company_id is not None:
        shown["other_companies"] = []
    # Contacts of the seed carry no time of their own: the account is as old as its agent.
    made = AGENT_MADE_AT if contact.stored_at is None else time_text(contact.stored_at)
    return shown | {
        "active": False,
        "language": "en",
        "time_zone": "London",
        "contact_type": "contact",
        "custom_fields": {},
        "first_name": first or last,
        "last_name": last if first else "",
        "other_phone_numbers": [],
        "social_handler": [],
        "created_at": made,
        "updated_at": made,
    }


def _called_after(keys: dict[str, str]) -> str:
    if "email" not in keys:
        return next(iter(keys.values()))
    name = keys["email"].partition("@")[0]
    return name[:1].upper() + name[1:]  # recorded of one word


RESOURCE: Final = Resource(
    operations=(Operation("GET", "/api/v2/contacts", list_contacts, limit="contacts"),),
    counts={"contacts_made": lambda records: records[Contacts].made},
)
