"""The requester that a body names. Not here: if it names one as it must (rules.py, creating.py)."""

from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.resources.contacts import Contact, Contacts

REQUESTER_KEYS: Final = ("requester_id", "email", "phone", "twitter_id", "facebook_id", "unique_external_id")
_CONTACT_KEYS: Final = ("name", "email", "phone", "twitter_id", "unique_external_id")


def names_requester(body: JsonObject) -> bool:
    """Return True if `body` names a requester."""
    return any(body.get(key) is not None for key in REQUESTER_KEYS)


def requester_of(body: JsonObject, account: Account) -> Contact:
    """Return the requester that `body` names; a contact is made where nobody has that address yet."""
    # Which one counts where several are given is not documented; this is the order of the documentation.
    key = next(key for key in REQUESTER_KEYS if body.get(key) is not None)
    contacts = account.records[Contacts]
    return contacts.with_value("id" if key == "requester_id" else key, body[key]) or _new_contact(body, contacts)


def _new_contact(body: JsonObject, contacts: Contacts) -> Contact:
    contacts.made += 1
    return contacts.add(**{key: value for key in _CONTACT_KEYS if isinstance(value := body.get(key), str)})
