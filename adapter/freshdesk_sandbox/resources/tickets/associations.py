"""Tickets that belong together: a parent and its children, a tracker and its related tickets.

Here: which tickets can be associated, and the change of each. Not here: if the account has these features
(features.py). Source: https://developers.freshdesk.com/api/#create_child_ticket and #create_tracker. Recorded: both
keys in the answers to a create and to an update, and the refusal of a tracker.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from freshdesk_sandbox.checks import POSITIVE, Check, Flaw
from freshdesk_sandbox.kinds import JsonObject, is_integer
from freshdesk_sandbox.resources.tickets.records import CHILD, PARENT, RELATED, TRACKER, Ticket, Tickets
from freshdesk_sandbox.wire import Refused, error_answer


def checks_for(ticket: Ticket | None, tickets: Tickets) -> Mapping[str, Check]:
    """Return the checks of the two fields by which tickets are associated; `ticket` is None for one that is made."""
    return {"parent_id": lambda value: _parent(value, ticket, tickets), "related_ticket_ids": _numbers}


def check_related(body: JsonObject, tickets: Tickets) -> None:
    """Raise Refused, in the recorded words, unless every related ticket can be tracked."""
    related = body.get("related_ticket_ids")
    if related is not None and not _can_be_tracked(related, tickets):
        message = "Tracker ticket can't be created as related_ticket_ids are invalid"
        raise Refused(error_answer(400, message, "cannot_create_tracker"))


def associate(ticket: Ticket, body: JsonObject, tickets: Tickets) -> Ticket:
    """Return `ticket` as it is once the associations that `body` asks for are made.

    One ticket has one kind of association: where both are asked for, it becomes a tracker (not established).
    """
    if related := body.get("related_ticket_ids"):
        return _as_tracker(ticket, related, tickets)
    parent = tickets.get(_number(body.get("parent_id")))
    return ticket if parent is None else _as_child(ticket, parent, tickets)


def _as_child(ticket: Ticket, parent: Ticket, tickets: Tickets) -> Ticket:
    _join(parent, PARENT, [ticket.id], tickets)
    return _join(ticket, CHILD, [parent.id], tickets)


def _as_tracker(ticket: Ticket, related: object, tickets: Tickets) -> Ticket:
    numbers = [number for number in related if is_integer(number)] if isinstance(related, list) else []
    for number in numbers:
        _join(tickets[number], RELATED, [ticket.id], tickets)
    return _join(ticket, TRACKER, numbers, tickets)


def _join(ticket: Ticket, kind: int, numbers: Collection[int], tickets: Tickets) -> Ticket:
    joined = [*ticket.associated_tickets_list, *(one for one in numbers if one not in ticket.associated_tickets_list)]
    return tickets.keep(replace(ticket, association_type=kind, associated_tickets_list=joined))


def _number(value: object) -> int:
    return value if is_integer(value) else 0


def _parent(value: object, ticket: Ticket | None, tickets: Tickets) -> Flaw:
    # Code and words are not established, nor that a ticket has one association alone.
    if not is_integer(value) or value < 1:
        return "datatype_mismatch", POSITIVE
    is_free = ticket is None or (ticket.association_type is None and ticket.id != value)
    fits = is_free and _can_be_parent(tickets.get(value))
    return None if fits else ("invalid_value", "There is no ticket matching the given parent_id")


def _can_be_parent(parent: Ticket | None) -> bool:
    return parent is not None and not parent.locked and parent.association_type in {None, PARENT}


def _numbers(value: object) -> Flaw:
    whole = isinstance(value, list) and all(is_integer(one) and one > 0 for one in value)
    return None if whole else ("datatype_mismatch", "It should contain elements of type Positive Integer only")


def _can_be_tracked(related: object, tickets: Tickets) -> bool:
    found = [tickets.get(_number(one)) for one in related] if isinstance(related, list) else []
    return bool(found) and all(one is not None and not one.locked and one.association_type is None for one in found)
