"""The operations of Freshdesk that this server uses, and what repeating each would do.

To add one: CONTRIBUTING.md, "Add an operation".
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from freshdesk_client.models import Agent, Ticket


class Effect(Enum):
    """What happens if the same request reaches Freshdesk twice."""

    READ = auto()
    """Nothing."""
    IDEMPOTENT_WRITE = auto()
    """The second changes nothing more."""
    WRITE = auto()
    """The second makes another ticket: Freshdesk has no idempotency key."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the specification.

    `name` is its operationId. `is_readable` says whether a parsed 2xx answer is what the specification promises; it has
    to be asked because the generated parser hands a value of another type through (a union falls back to the raw JSON).
    """

    name: str
    effect: Effect
    is_readable: Callable[[object], bool]


def _is_ticket(value: object) -> bool:
    return isinstance(value, Ticket) and type(value.id) is int


def _is_ticket_list(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_ticket, value))


def _is_agent(value: object) -> bool:
    return isinstance(value, Agent) and type(value.id) is int


def _is_anything(_: object) -> bool:
    return True


CREATE_TICKET = Operation("create_ticket", Effect.WRITE, _is_ticket)
GET_TICKET = Operation("get_ticket", Effect.READ, _is_ticket)
UPDATE_TICKET = Operation("update_ticket", Effect.IDEMPOTENT_WRITE, _is_ticket)
DELETE_TICKET = Operation("delete_ticket", Effect.IDEMPOTENT_WRITE, _is_anything)
LIST_TICKETS = Operation("list_tickets", Effect.READ, _is_ticket_list)
GET_CURRENT_AGENT = Operation("get_current_agent", Effect.READ, _is_agent)
