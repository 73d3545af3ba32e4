"""What Freshdesk accepts in a ticket, and the words and codes with which it refuses.

Here: checks of a request's JSON body. Not here: checks of list parameters (listing.py), the order of refusals (app.py).
Sources: https://developers.freshdesk.com/api/#create_ticket, #update_ticket and #error. Texts of `missing_field`,
`invalid_field` and the choices' `invalid_value` are as recorded; where none is recorded the comment says so.

Two stages, which recorded answers suggest: keys that do not belong are reported alone, and only then are values looked
at. Not offered by this account, and so refused as unexpected: parent_id, related_ticket_ids, lookup_parameter, internal
agents and groups. Attachments come as multipart, which the sandbox does not take. No limit on the length of a subject
or a tag is enforced, since none is documented for tickets.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from freshdesk_sandbox.account import (
    AGENT_IDS,
    CUSTOM_FIELDS,
    EMAIL_CONFIG_ID,
    GROUP_IDS,
    OUTBOUND,
    PRIORITIES,
    PRODUCT_ID,
    SOURCES,
    STATUSES,
    TYPES,
    CustomField,
    FieldKind,
)
from freshdesk_sandbox.kinds import is_integer, is_number
from freshdesk_sandbox.store import JsonObject, Store, Ticket
from freshdesk_sandbox.times import is_date, parse_time
from freshdesk_sandbox.wire import Answer, Refused, error_answer, json_answer

REQUESTER_KEYS: Final = ("requester_id", "email", "phone", "twitter_id", "facebook_id", "unique_external_id")
UPDATE_KEYS: Final = frozenset(
    {
        *REQUESTER_KEYS,
        "name",
        "subject",
        "type",
        "status",
        "priority",
        "description",
        "responder_id",
        "custom_fields",
        "due_by",
        "fr_due_by",
        "email_config_id",
        "group_id",
        "product_id",
        "source",
        "tags",
        "company_id",
    }
)
CREATE_KEYS: Final = UPDATE_KEYS | {"cc_emails"}
# The form of a new account wants both: https://developers.freshdesk.com/api/#create_ticket
_MANDATORY: Final = ("subject", "description")

_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(\.[^@\s<>,;\".]+)+")
# Entries of cc_emails may carry a name; that this is taken in requests too is not established.
_NAMED_ADDRESS = re.compile(rf"[^<>]*<{_ADDRESS.pattern}>|{_ADDRESS.pattern}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of `errors`."""

    field: str
    message: str
    code: str


type Flaw = tuple[str, str] | None  # code and message
type Check = Callable[[object], Flaw]


def parse_body(body: bytes) -> JsonObject:
    """Return the JSON object of a request.

    Raises:
        Refused: 400 invalid_json. The code is documented, the text is not established.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused(error_answer(400, "The request body is not a valid JSON object.", "invalid_json"))
    return value


def check_create(body: JsonObject, store: Store) -> None:
    """Raise Refused unless a ticket can be made from `body`."""
    _refuse(_unexpected(body, CREATE_KEYS))
    _refuse([*_missing(body), *_flawed(body, store)])


def check_update(body: JsonObject, ticket: Ticket, store: Store, *, accept_cc: bool) -> None:
    """Raise Refused unless `ticket` can be changed as `body` says."""
    _refuse(_unexpected(body, CREATE_KEYS if accept_cc else UPDATE_KEYS))
    if not body:  # that this is refused, and with these words, is not established
        _refuse([Problem("request", "Please fill at least 1 field to update", "missing_field")])
    _refuse([*_fixed(body, ticket), *_flawed(body, store)])


def refusal(problems: Iterable[Problem]) -> Answer:
    """Return the 400 that lists `problems`."""
    errors = [{"field": one.field, "message": one.message, "code": one.code} for one in problems]
    return json_answer(400, {"description": "Validation failed", "errors": errors})


def unexpected(field: str) -> Problem:
    """Return the problem of a key, or of a query parameter, that does not belong."""
    return Problem(field, "Unexpected/invalid field in request", "invalid_field")


def one_of(choices: Collection[object]) -> str:
    """Return the words that name the values to choose from."""
    return f"It should be one of these values: '{','.join(str(one) for one in choices)}'"


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise Refused(refusal(problems))


def _unexpected(body: JsonObject, allowed: Collection[str]) -> list[Problem]:
    custom = body.get("custom_fields")
    names = custom if isinstance(custom, dict) else {}
    plain = [unexpected(key) for key in body if key not in allowed]
    return plain + [unexpected(f"custom_fields.{name}") for name in names if name not in CUSTOM_FIELDS]


def _missing(body: JsonObject) -> list[Problem]:
    problems = [Problem(key, "Mandatory attribute missing", "missing_field") for key in _MANDATORY if key not in body]
    if all(body.get(key) is None for key in REQUESTER_KEYS):
        # Recorded in 2017; whether today's text also names unique_external_id is not established.
        message = "Please fill at least 1 of requester_id, phone, email, twitter_id, facebook_id fields"
        problems.append(Problem("requester_id", message, "missing_field"))
    elif _phone_only(body) and not body.get("name"):
        problems.append(Problem("name", "Mandatory attribute missing", "missing_field"))
    return problems


def _phone_only(body: JsonObject) -> bool:
    return [key for key in REQUESTER_KEYS if body.get(key) is not None] == ["phone"]


def _fixed(body: JsonObject, ticket: Ticket) -> list[Problem]:
    # The rule for outbound tickets is documented, its words and code are not established.
    if ticket.source != OUTBOUND:
        return []
    message = "It cannot be changed in an outbound ticket"
    return [Problem(key, message, "incompatible_field") for key in _MANDATORY if key in body]


def _flawed(body: JsonObject, store: Store) -> list[Problem]:
    checks = {**_CHECKS, **_store_checks(store)}
    problems = [_problem(key, checks[key](value)) for key, value in body.items() if key != "custom_fields"]
    if "custom_fields" in body:
        problems += _custom_problems(body["custom_fields"])
    return [problem for problem in problems if problem is not None]


def _problem(field: str, flaw: Flaw) -> Problem | None:
    return None if flaw is None else Problem(field, message=flaw[1], code=flaw[0])


def _custom_problems(value: object) -> list[Problem | None]:
    if not isinstance(value, dict):
        return [_problem("custom_fields", _mismatch("a/an Object"))]
    return [_problem(f"custom_fields.{name}", _custom_flaw(CUSTOM_FIELDS[name], one)) for name, one in value.items()]


def _custom_flaw(field: CustomField, value: object) -> Flaw:
    if value is None:
        return None
    if field.kind == "dropdown":
        return None if value in field.choices else ("invalid_value", one_of(field.choices))
    kind, check = _CUSTOM_KINDS[field.kind]
    return None if check(value) else _mismatch(kind)


def _mismatch(kind: str) -> Flaw:
    # "It should be a/an Positive Integer" is attested; other kinds are worded after it.
    return "datatype_mismatch", f"It should be {kind}"


def _text(value: object) -> Flaw:
    return None if isinstance(value, str) else _mismatch("a/an String")


def _filled_text(value: object) -> Flaw:
    if isinstance(value, str) and value.strip():
        return None
    if value is None or isinstance(value, str):
        return "invalid_value", "It should not be blank as this is a mandatory field"
    return _text(value)


def _choice(choices: Collection[int]) -> Check:
    def check(value: object) -> Flaw:
        if not is_integer(value):
            return _mismatch("a/an Positive Integer")
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
            return _mismatch("a/an Positive Integer")
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
    return None if whole else _mismatch("a/an Array of Strings")


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


def _store_checks(store: Store) -> Mapping[str, Check]:
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


_CHECKS: Final[Mapping[str, Check]] = {
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
