"""Rules for the body of a create and an update that both have in common.

Sources: https://developers.freshdesk.com/api/#create_ticket, #update_ticket and #error. Texts of `missing_field`,
`invalid_field` and `invalid_json` are as attested; where one is not, the comment says so.

Recorded answers suggest two stages. Keys that do not belong are reported alone. Only then are values looked at, with
one problem for each field. Files come as multipart, which the sandbox does not take. No limit on the length of a
subject or a tag is enforced, since none is documented for tickets.
"""

from collections.abc import Collection, Iterable
from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.checks import mismatch, problem
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.plan import check_fields
from freshdesk_sandbox.problems import Problem, refuse, unexpected
from freshdesk_sandbox.resources.ticket_fields import CUSTOM_FIELDS, Form, custom_flaw
from freshdesk_sandbox.resources.tickets import associations
from freshdesk_sandbox.resources.tickets.features import FIELDS, NAMES
from freshdesk_sandbox.resources.tickets.records import Ticket, Tickets
from freshdesk_sandbox.resources.tickets.requesters import REQUESTER_KEYS
from freshdesk_sandbox.resources.tickets.switches import TicketSwitches
from freshdesk_sandbox.resources.tickets.values import checks_for

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
# Keys that name other records, or that say how to read the request.
_NOT_VALUES: Final = {
    *(*REQUESTER_KEYS, "name"),
    *("parent_id", "related_ticket_ids", "attachments", "lookup_parameter"),
}


def own_values(body: JsonObject) -> JsonObject:
    """Return the values of `body` that are the ticket's own."""
    return {key: value for key, value in body.items() if key not in _NOT_VALUES}


def check_keys(body: JsonObject, allowed: Collection[str], account: Account) -> None:
    """Raise Refused if `body` names a key that does not belong, or one of a missing feature."""
    custom = body.get("custom_fields")
    names = custom if isinstance(custom, dict) else {}
    plain = [unexpected(key) for key in body if key not in allowed]
    refuse(plain + [unexpected(f"custom_fields.{name}") for name in names if name not in CUSTOM_FIELDS])
    check_fields(body, FIELDS, NAMES, account.behaviour)


def flawed(body: JsonObject, ticket: Ticket | None, account: Account) -> list[Problem]:
    """Return the problems of the values of `body`; `ticket` is None for a create."""
    switches, tickets = account.switches(TicketSwitches), account.records[Tickets]
    checks = {**checks_for(account), **associations.checks_for(ticket, tickets)}
    problems = [problem(key, checks[key](value)) for key, value in body.items() if key != "custom_fields"]
    if "custom_fields" in body:
        problems += _custom_problems(body["custom_fields"], switches.form)
    if not switches.may_create_tags:
        problems += _new_tags(body.get("tags"), tickets)
    return [one for one in problems if one is not None]


def one_each(problems: Iterable[Problem]) -> list[Problem]:
    """Return the first problem of each field."""
    by_field: dict[str, Problem] = {}
    for one in problems:
        by_field.setdefault(one.field, one)
    return list(by_field.values())


def _custom_problems(value: object, form: Form) -> list[Problem | None]:
    if not isinstance(value, dict):
        return [problem("custom_fields", mismatch(value, "It should be a/an Object"))]
    flaws = {name: custom_flaw(CUSTOM_FIELDS[name], one, form) for name, one in value.items()}
    return [problem(f"custom_fields.{name}", flaw) for name, flaw in flaws.items()]


def _new_tags(tags: object, tickets: Tickets) -> list[Problem]:
    # The code is attested; its words, and that a tag is known by the tickets that have it, are not.
    known = {tag for ticket in tickets.values() for tag in ticket.tags}
    new = [tag for tag in tags if isinstance(tag, str) and tag not in known] if isinstance(tags, list) else []
    return [Problem("tags", "You are not authorized to create new tags", "cannot_create_new_tag")] if new else []
