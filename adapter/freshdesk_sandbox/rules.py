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
from collections.abc import Collection
from typing import Final

from freshdesk_sandbox.account import CUSTOM_FIELDS, OUTBOUND
from freshdesk_sandbox.problems import Problem, refuse, unexpected
from freshdesk_sandbox.records import JsonObject, Ticket
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.values import CHECKS, Flaw, custom_flaw, mismatch, store_checks
from freshdesk_sandbox.wire import Refused, error_answer

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
    refuse(_unexpected(body, CREATE_KEYS))
    refuse([*_missing(body), *_flawed(body, store)])


def check_update(body: JsonObject, ticket: Ticket, store: Store, *, accept_cc: bool) -> None:
    """Raise Refused unless `ticket` can be changed as `body` says."""
    refuse(_unexpected(body, CREATE_KEYS if accept_cc else UPDATE_KEYS))
    if not body:  # that this is refused, and with these words, is not established
        refuse([Problem("request", "Please fill at least 1 field to update", "missing_field")])
    refuse([*_fixed(body, ticket), *_flawed(body, store)])


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
    checks = {**CHECKS, **store_checks(store)}
    problems = [_problem(key, checks[key](value)) for key, value in body.items() if key != "custom_fields"]
    if "custom_fields" in body:
        problems += _custom_problems(body["custom_fields"])
    return [problem for problem in problems if problem is not None]


def _problem(field: str, flaw: Flaw) -> Problem | None:
    return None if flaw is None else Problem(field, message=flaw[1], code=flaw[0])


def _custom_problems(value: object) -> list[Problem | None]:
    if not isinstance(value, dict):
        return [_problem("custom_fields", mismatch("a/an Object"))]
    return [_problem(f"custom_fields.{name}", custom_flaw(CUSTOM_FIELDS[name], one)) for name, one in value.items()]
