"""The list of contacts: its parameters, which contacts it holds, and how each looks there.

Here for the limit that this list has of its own, and for finding a requester; there is no other operation on contacts.
Source: https://developers.freshdesk.com/api/#list_all_contacts. Parameters of the documentation that are not taken
here: state, contact_type and updated_since. Agents are no contacts.
"""

from dataclasses import dataclass
from typing import Final

from freshdesk_sandbox.account import AGENT
from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.parameters import PAGE_KEYS, Page, Reader
from freshdesk_sandbox.records import Contact, JsonObject
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.times import time_text
from freshdesk_sandbox.visibility import is_known
from freshdesk_sandbox.wire import Call

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


@dataclass(frozen=True, slots=True)
class ContactsQuery:
    """The checked parameters of one list request."""

    filters: dict[str, str]
    page: Page


def parse_contacts_query(call: Call) -> ContactsQuery:
    """Return the parameters of a list.

    Raises:
        Refused: a parameter is unknown, or its value is none that Freshdesk takes.
    """
    reader = Reader(dict(call.query))
    reader.check_names({*_FILTERS, *PAGE_KEYS})
    reader.number("company_id")
    query = ContactsQuery({key: value for key, value in call.query if key in _FILTERS}, reader.page())
    reader.finish()
    return query


def select(query: ContactsQuery, store: Store, behaviour: Behaviour) -> list[Contact]:
    """Return the contacts that `query` asks for, by name; none is an empty list and no error (presumed)."""
    known = [contact for contact in store.contacts.values() if is_known(contact, behaviour, store.clock())]
    return sorted((one for one in known if _is_wanted(one, query.filters)), key=lambda one: one.name)


def row(contact: Contact) -> JsonObject:
    """Return a contact of the list; secondary addresses and tags are not part of it."""
    first, _, last = contact.name.rpartition(" ")
    shown: JsonObject = {key: getattr(contact, key) for key in _OWN} | dict.fromkeys(_BLANK)
    if contact.company_id is not None:
        shown["other_companies"] = []
    # Contacts of the seed carry no time of their own: the account is as old as its agent.
    made = AGENT["created_at"] if contact.stored_at is None else time_text(contact.stored_at)
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


def _is_wanted(contact: Contact, filters: dict[str, str]) -> bool:
    return all(value.lower() in _values(contact, key) for key, value in filters.items())


def _values(contact: Contact, key: str) -> list[str]:
    # That the filter finds secondary addresses too, and in any case of letters, is not established.
    found = contact.emails if key == "email" else [getattr(contact, key)]
    return [str(one).lower() for one in found if one is not None]
