"""Checks of single values in a request's body.

Here: which values a field takes, and the words and codes with which it refuses others. Not here: which fields there are
(rules.py) and which must be (form.py). Words are attested for choices, numbers that are sent as text, ids and
attachments. Those of other fields are built after them; where they are not, a comment says so.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from freshdesk_sandbox.account import (
    AGENT_IDS,
    CUSTOM_FIELDS,
    EMAIL_CONFIG_ID,
    GROUP_IDS,
    PRIORITIES,
    PRODUCT_ID,
    STATUSES,
    TYPES,
    CustomField,
    FieldKind,
)
from freshdesk_sandbox.kinds import is_decimal_text, is_finite_number, is_integer, kind_name
from freshdesk_sandbox.problems import one_of
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.switches import Form
from freshdesk_sandbox.times import is_date, parse_time

_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(\.[^@\s<>,;\".]+)+")
# Entries of cc_emails may carry a name; that this is taken in requests too is not established.
_NAMED_ADDRESS = re.compile(rf"[^<>]*<{_ADDRESS.pattern}>|{_ADDRESS.pattern}")
_LOOKUPS: Final = ("display_id", "primary_field_value")

STRING: Final = "It should be a/an String"
POSITIVE: Final = "It should be a/an Positive Integer"
BLANK: Final = "It should not be blank as this is a mandatory field"
_TIME: Final = "It should be a valid ISO 8601 date and time"  # not established
_FILES: Final = "It should contain elements of type valid file format only"

type Flaw = tuple[str, str] | None  # code and message
type Check = Callable[[object], Flaw]


def checks_for(store: Store, form: Form) -> Mapping[str, Check]:
    """Return the check of each field that is none of the account's own."""
    filled = {name: _filled_text if name in form.required else _text_or_null for name in ("subject", "description")}
    return {
        **_CHECKS,
        **filled,
        "source": _choice(form.sources),
        "requester_id": _known("contact", "requester_id", store.people, nullable=False),
        "company_id": _known("company", "company_id", store.companies),
        "facebook_id": lambda value: _facebook(value, store),
    }


def custom_flaw(field: CustomField, value: object, form: Form) -> Flaw:
    """Return what is wrong with a value of a custom field."""
    if value is None:
        return None
    if field.kind == "dropdown":
        return None if value in field.choices else ("invalid_value", one_of(field.choices))
    if field.kind == "decimal" and form.decimals_from_text and is_decimal_text(value):
        return None
    words, check = _CUSTOM_KINDS[field.kind]
    return None if check(value) else mismatch(value, words)


def wanted(name: str, form: Form) -> tuple[str, str]:
    """Return code and words of the refusal when the field `name`, which must be there, is not."""
    if name in CUSTOM_FIELDS:
        return _wanted_custom(CUSTOM_FIELDS[name])
    choices: Mapping[str, Collection[object]] = {**_CHOICES, "source": form.sources}
    return "missing_field", one_of(choices[name]) if name in choices else _WORDS.get(name, POSITIVE)


def mismatch(value: object, words: str) -> Flaw:
    """Return the flaw of a value of another kind than `words` ask for."""
    return "datatype_mismatch", f"Value set is of type {kind_name(value)}.{words}"


def _wanted_custom(field: CustomField) -> tuple[str, str]:
    if field.kind == "dropdown":  # attested with this code
        return "invalid_value", one_of(field.choices)
    return "missing_field", _CUSTOM_KINDS[field.kind][0]


def _facebook(value: object, store: Store) -> Flaw:
    # Unlike the others, such a contact must exist already.
    if flaw := _text(value):
        return flaw
    found = store.contact_with("facebook_id", value)
    return None if found else ("invalid_value", _nobody("contact", "facebook_id"))


def _text(value: object) -> Flaw:
    return None if isinstance(value, str) else mismatch(value, STRING)


def _text_or_null(value: object) -> Flaw:
    return None if value is None else _text(value)


def _filled_text(value: object) -> Flaw:
    if isinstance(value, str) and value.strip():
        return None
    return ("invalid_value", BLANK) if value is None or isinstance(value, str) else _text(value)


def _choice(choices: Collection[int]) -> Check:
    def check(value: object) -> Flaw:
        if not is_integer(value):
            return mismatch(value, one_of(choices))
        return None if value in choices else ("invalid_value", one_of(choices))

    return check


def _choice_of_texts(choices: Collection[str], *, nullable: bool) -> Check:
    def check(value: object) -> Flaw:
        if value is None and nullable:
            return None
        if not isinstance(value, str):
            return mismatch(value, one_of(choices))
        return None if value in choices else ("invalid_value", one_of(choices))

    return check


def _known(kind: str, field: str, ids: Collection[int], *, nullable: bool = True) -> Check:
    def check(value: object) -> Flaw:
        if value is None and nullable:
            return None
        if not is_integer(value) or value < 1:
            return "datatype_mismatch", POSITIVE
        return None if value in ids else ("invalid_value", _nobody(kind, field))

    return check


def _nobody(kind: str, field: str) -> str:
    # Recorded for filters of the list; that a body is refused with the same words is not established.
    return f"There is no {kind} matching the given {field}"


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
    if not isinstance(value, list):
        return mismatch(value, "It should be a/an Array")
    whole = len(_strings(value)) == len(value)
    return None if whole else ("datatype_mismatch", "It should contain elements of type String only")


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _attachments(value: object) -> Flaw:
    # Files come as multipart, so no JSON value is one; that no file at all may be sent is not established.
    return None if value == [] else ("datatype_mismatch", _FILES)


def _time(value: object) -> Flaw:
    if value is None:
        return None
    if not isinstance(value, str):
        return _text(value)
    return None if parse_time(value) else ("invalid_value", _TIME)


def _is_day(value: object) -> bool:
    return isinstance(value, str) and is_date(value)


_CHOICES: Final[Mapping[str, Collection[object]]] = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES}
_WORDS: Final[Mapping[str, str]] = {"subject": STRING, "description": STRING, "due_by": _TIME, "fr_due_by": _TIME}
_CHECKS: Final[Mapping[str, Check]] = {
    "name": _text,
    "email": _email,
    "phone": _text,
    "twitter_id": _text,
    "unique_external_id": _text,
    "status": _choice(STATUSES),
    "priority": _choice(PRIORITIES),
    "type": _choice_of_texts(TYPES, nullable=True),
    "responder_id": _known("agent", "responder_id", AGENT_IDS),
    "group_id": _known("group", "group_id", GROUP_IDS),
    "internal_agent_id": _known("agent", "internal_agent_id", AGENT_IDS),
    "internal_group_id": _known("group", "internal_group_id", GROUP_IDS),
    "product_id": _known("product", "product_id", (PRODUCT_ID,)),
    "email_config_id": _known("email_config", "email_config_id", (EMAIL_CONFIG_ID,)),
    "cc_emails": _cc_emails,
    "tags": _texts,
    "due_by": _time,
    "fr_due_by": _time,
    "attachments": _attachments,
    "lookup_parameter": _choice_of_texts(_LOOKUPS, nullable=False),
}
_CUSTOM_KINDS: Final[Mapping[FieldKind, tuple[str, Callable[[object], bool]]]] = {
    "text": (STRING, lambda value: isinstance(value, str)),
    "number": ("It should be a/an Integer", is_integer),
    "decimal": ("It should be a/an Number", is_finite_number),
    "checkbox": ("It should be a/an Boolean", lambda value: isinstance(value, bool)),
    "date": ("It should be a date, YYYY-MM-DD", _is_day),
}
