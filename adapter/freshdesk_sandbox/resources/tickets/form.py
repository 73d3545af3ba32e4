"""Demands of the account's form: fields that a ticket must have when it is made, and when it is closed.

Not here: the values that a field takes (values.py), and the fields that a request may name (rules.py).
"""

from collections.abc import Mapping
from typing import Final

from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.problems import Problem
from freshdesk_sandbox.resources.ticket_fields import CUSTOM_FIELDS, OPEN, Form, wanted
from freshdesk_sandbox.resources.tickets.records import Ticket

# A text that is there and blank is for the check of its value, which has its own words.
_TEXTS: Final = ("subject", "description")


def missing(body: JsonObject, form: Form) -> list[Problem]:
    """Return the problems of a create that lacks what the form demands."""
    given = _flat(body)
    return [_demanded(name, form) for name in form.required if _is_absent(name, given)]


def null(body: JsonObject, form: Form) -> list[Problem]:
    """Return the problems of a create that gives null where the account takes none."""
    return [
        Problem(name, wanted(name, form)[1], "datatype_mismatch")
        for name in form.not_null
        if name in body and body[name] is None
    ]


def unfit_to_close(body: JsonObject, ticket: Ticket | None, form: Form) -> list[Problem]:
    """Return the problems of closing a ticket that lacks something; `ticket` is None for a new one.

    Code and words are not established; they are those of a field that a create must give.
    """
    before = OPEN if ticket is None else ticket.status
    after = body.get("status", before)
    if after not in form.closing_statuses or (ticket is not None and before in form.closing_statuses):
        return []
    given = _flat(body)
    return [_demanded(name, form) for name in form.required_for_closure if _is_blank(_value(name, given, ticket))]


def _flat(body: JsonObject) -> JsonObject:
    custom = body.get("custom_fields")
    return body | (custom if isinstance(custom, dict) else {})


def _is_absent(name: str, given: Mapping[str, object]) -> bool:
    return name not in given if name in _TEXTS else given.get(name) is None


def _is_blank(value: object) -> bool:
    return value is None or value == ""


def _value(name: str, given: Mapping[str, object], ticket: Ticket | None) -> object:
    if name in given or ticket is None:
        return given.get(name)
    return ticket.custom_fields[name] if name in CUSTOM_FIELDS else getattr(ticket, name)


def _demanded(name: str, form: Form) -> Problem:
    code, message = wanted(name, form)
    return Problem(f"custom_fields.{name}" if name in CUSTOM_FIELDS else name, message, code)
