"""Checks of single values in a request's body.

Here: which values a field takes, and the words and codes with which it refuses others. Not here: which fields there are
and which must be (rules.py). Texts of the choices' `invalid_value` are as recorded; where a text is not, the comment
says so.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from freshdesk_sandbox.account import (
    AGENT_IDS,
    EMAIL_CONFIG_ID,
    GROUP_IDS,
    PRIORITIES,
    PRODUCT_ID,
    SOURCES,
    STATUSES,
    TYPES,
    CustomField,
    FieldKind,
)
from freshdesk_sandbox.kinds import is_integer, is_number
from freshdesk_sandbox.problems import one_of
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.times import is_date, parse_time

_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(\.[^@\s<>,;\".]+)+")
# Entries of cc_emails may carry a name; that this is taken in requests too is not established.
_NAMED_ADDRESS = re.compile(rf"[^<>]*<{_ADDRESS.pattern}>|{_ADDRESS.pattern}")

type Flaw = tuple[str, str] | None  # code and message
type Check = Callable[[object], Flaw]


def store_checks(store: Store) -> Mapping[str, Check]:
    """Return the checks of values that name a record of `store`."""
    return {
        "requester_id": _known("contact", store.people, nullable=False),
        "company_id": _known("company", store.companies),
        "facebook_id": lambda value: _facebook(value, store),
    }


def _facebook(value: object, store: Store) -> Flaw:
    # Unlike the others, such a contact must exist already.
    if flaw := _text(value):
        return flaw
    found = store.contact_with("facebook_id", value)
    return None if found else ("invalid_value", "There is no contact matching the given facebook_id")


def custom_flaw(field: CustomField, value: object) -> Flaw:
    """Return what is wrong with a value of a custom field."""
    if value is None:
        return None
    if field.kind == "dropdown":
        return None if value in field.choices else ("invalid_value", one_of(field.choices))
    kind, check = _CUSTOM_KINDS[field.kind]
    return None if check(value) else mismatch(kind)


def mismatch(kind: str) -> Flaw:
    """Return the flaw of a value that is not of its kind."""
    # "It should be a/an Positive Integer" is attested; other kinds are worded after it.
    return "datatype_mismatch", f"It should be {kind}"


def _text(value: object) -> Flaw:
    return None if isinstance(value, str) else mismatch("a/an String")


def _filled_text(value: object) -> Flaw:
    if isinstance(value, str) and value.strip():
        return None
    if value is None or isinstance(value, str):
        return "invalid_value", "It should not be blank as this is a mandatory field"
    return _text(value)


def _choice(choices: Collection[int]) -> Check:
    def check(value: object) -> Flaw:
        if not is_integer(value):
            return mismatch("a/an Positive Integer")
        return None if value in choices else ("invalid_value", one_of(choices))

    return check


def _type(value: object) -> Flaw:
    if isinstance(value, str) or value is None:
        return None if value is None or value in TYPES else ("invalid_value", one_of(TYPES))
    return _text(value)


def _known(name: str, ids: Collection[int], *, nullable: bool = True) -> Check:
    # Worded after the recorded "There is no contact matching the given email".
    def check(value: object) -> Flaw:
        if value is None and nullable:
            return None
        if not is_integer(value) or value < 1:
            return mismatch("a/an Positive Integer")
        return None if value in ids else ("invalid_value", f"There is no {name} matching the given id")

    return check


def _email(value: object) -> Flaw:
    if not isinstance(value, str):
        return _text(value)
    # The text for a bad address is not established.
    return None if _ADDRESS.fullmatch(value) else ("invalid_value", "It should be a valid email address")


def _cc_emails(value: object) -> Flaw:
    if flaw := _texts(value):
        return flaw
    bad = [one for one in _strings(value) if not _NAMED_ADDRESS.fullmatch(one)]
    return ("invalid_value", "It should contain valid email addresses only") if bad else None


def _texts(value: object) -> Flaw:
    whole = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return None if whole else mismatch("a/an Array of Strings")


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _time(value: object) -> Flaw:
    if value is None:
        return None
    if not isinstance(value, str):
        return _text(value)
    return None if parse_time(value) else ("invalid_value", "It should be a valid ISO 8601 date and time")


def _is_day(value: object) -> bool:
    return isinstance(value, str) and is_date(value)


CHECKS: Final[Mapping[str, Check]] = {
    "name": _text,
    "email": _email,
    "phone": _text,
    "twitter_id": _text,
    "unique_external_id": _text,
    "subject": _filled_text,
    "description": _filled_text,
    "status": _choice(STATUSES),
    "priority": _choice(PRIORITIES),
    "source": _choice(SOURCES),
    "type": _type,
    "responder_id": _known("agent", AGENT_IDS),
    "group_id": _known("group", GROUP_IDS),
    "product_id": _known("product", (PRODUCT_ID,)),
    "email_config_id": _known("email config", (EMAIL_CONFIG_ID,)),
    "cc_emails": _cc_emails,
    "tags": _texts,
    "due_by": _time,
    "fr_due_by": _time,
}
_CUSTOM_KINDS: Final[Mapping[FieldKind, tuple[str, Callable[[object], bool]]]] = {
    "text": ("a/an String", lambda value: isinstance(value, str)),
    "number": ("a/an Integer", is_integer),
    "decimal": ("a/an Number", is_number),
    "checkbox": ("a/an Boolean", lambda value: isinstance(value, bool)),
    "date": ("a date, YYYY-MM-DD", _is_day),
}
