"""Rules for the body of a create and an update, in the order in which they are checked.

Here: the keys that a body may name. Not here: single values (values.py), what must be there (form.py), fields of a plan
(features.py), list parameters (listing.py), other refusals (app.py).
Sources: https://developers.freshdesk.com/api/#create_ticket, #update_ticket and #error. Texts of `missing_field`,
`invalid_field` and `invalid_json` are as attested; where one is not, the comment says so.

Two stages, which recorded answers suggest: keys that do not belong are reported alone, and only then are values looked
at, with one problem for each field. Files come as multipart, which the sandbox does not take. No limit on the length of
a subject or a tag is enforced, since none is documented for tickets.
"""

import json
from collections.abc import Collection, Iterable
from typing import Final, NoReturn

from freshdesk_sandbox import associations, features, form
from freshdesk_sandbox.account import CUSTOM_FIELDS, OUTBOUND
from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.problems import Problem, refuse, unexpected
from freshdesk_sandbox.records import JsonObject, Ticket
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.switches import Form
from freshdesk_sandbox.values import Flaw, checks_for, custom_flaw, mismatch
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
        "attachments",
        "internal_agent_id",
        "internal_group_id",
        "parent_id",
    }
)
# That an update takes no lookup_parameter is not established.
CREATE_KEYS: Final = UPDATE_KEYS | {"cc_emails", "related_ticket_ids", "lookup_parameter"}
_FIXED_WHEN_OUTBOUND: Final = ("subject", "description")


def parse_body(body: bytes) -> JsonObject:
    """Return the JSON object of a request.

    Raises:
        Refused: 400 invalid_json; that a value which is no object is refused so too is not established.
    """
    try:
        value = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused(error_answer(400, "Request body has invalid json format", "invalid_json"))
    return value


def check_create(body: JsonObject, store: Store, behaviour: Behaviour) -> None:
    """Raise Refused unless a ticket can be made from `body`."""
    refuse(_unexpected(body, CREATE_KEYS))
    features.check_fields(body, behaviour)
    lacking = [*form.missing(body, behaviour.form), *_no_requester(body), *form.null(body, behaviour.form)]
    flawed = [*_flawed(body, None, store, behaviour), *form.unfit_to_close(body, None, behaviour.form)]
    refuse(_one_each([*lacking, *flawed]))
    associations.check_related(body, store)


def check_update(body: JsonObject, ticket: Ticket, store: Store, behaviour: Behaviour) -> None:
    """Raise Refused unless `ticket` can be changed as `body` says."""
    refuse(_unexpected(body, UPDATE_KEYS | {"cc_emails"} if behaviour.accept_cc_on_update else UPDATE_KEYS))
    features.check_fields(body, behaviour)
    if not body:  # that this is refused, and with these words, is not established
        refuse([Problem("request", "Please fill at least 1 field to update", "missing_field")])
    problems = [*_fixed(body, ticket), *_flawed(body, ticket, store, behaviour)]
    refuse(_one_each([*problems, *form.unfit_to_close(body, ticket, behaviour.form)]))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _one_each(problems: Iterable[Problem]) -> list[Problem]:
    by_field: dict[str, Problem] = {}
    for problem in problems:
        by_field.setdefault(problem.field, problem)
    return list(by_field.values())


def _unexpected(body: JsonObject, allowed: Collection[str]) -> list[Problem]:
    custom = body.get("custom_fields")
    names = custom if isinstance(custom, dict) else {}
    plain = [unexpected(key) for key in body if key not in allowed]
    return plain + [unexpected(f"custom_fields.{name}") for name in names if name not in CUSTOM_FIELDS]


def _no_requester(body: JsonObject) -> list[Problem]:
    if all(body.get(key) is None for key in REQUESTER_KEYS):
        # Recorded in 2017; whether today's text also names unique_external_id is not established.
        message = "Please fill at least 1 of requester_id, phone, email, twitter_id, facebook_id fields"
        return [Problem("requester_id", message, "missing_field")]
    if _phone_only(body) and not body.get("name"):
        return [Problem("name", "Mandatory attribute missing", "missing_field")]
    return []


def _phone_only(body: JsonObject) -> bool:
    return [key for key in REQUESTER_KEYS if body.get(key) is not None] == ["phone"]


def _fixed(body: JsonObject, ticket: Ticket) -> list[Problem]:
    # The rule for outbound tickets is documented, its words and code are not established.
    if ticket.source != OUTBOUND:
        return []
    message = "It cannot be changed in an outbound ticket"
    return [Problem(key, message, "incompatible_field") for key in _FIXED_WHEN_OUTBOUND if key in body]


def _flawed(body: JsonObject, ticket: Ticket | None, store: Store, behaviour: Behaviour) -> list[Problem]:
    checks = {**checks_for(store, behaviour.form), **associations.checks_for(ticket, store)}
    problems = [_problem(key, checks[key](value)) for key, value in body.items() if key != "custom_fields"]
    if "custom_fields" in body:
        problems += _custom_problems(body["custom_fields"], behaviour.form)
    if not behaviour.may_create_tags:
        problems += _new_tags(body.get("tags"), store)
    return [problem for problem in problems if problem is not None]


def _problem(field: str, flaw: Flaw) -> Problem | None:
    return None if flaw is None else Problem(field, message=flaw[1], code=flaw[0])


def _custom_problems(value: object, form: Form) -> list[Problem | None]:
    if not isinstance(value, dict):
        return [_problem("custom_fields", mismatch(value, "It should be a/an Object"))]
    flaws = {name: custom_flaw(CUSTOM_FIELDS[name], one, form) for name, one in value.items()}
    return [_problem(f"custom_fields.{name}", flaw) for name, flaw in flaws.items()]


def _new_tags(tags: object, store: Store) -> list[Problem]:
    # The code is attested; its words, and that a tag is known by the tickets that have it, are not.
    known = {tag for ticket in store.tickets.values() for tag in ticket.tags}
    new = [tag for tag in tags if isinstance(tag, str) and tag not in known] if isinstance(tags, list) else []
    return [Problem("tags", "You are not authorized to create new tags", "cannot_create_new_tag")] if new else []
