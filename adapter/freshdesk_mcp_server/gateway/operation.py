"""The operations of Freshdesk that this server uses, and what repeating each would do.

To add one: CONTRIBUTING.md, "Add an operation".
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeGuard

from freshdesk_client.models import Agent, Ticket
from freshdesk_client.types import Response


class Effect(Enum):
    """What happens if the same request reaches Freshdesk twice."""

    READ = auto()
    """Nothing."""
    IDEMPOTENT_WRITE = auto()
    """The second changes nothing more."""
    WRITE = auto()
    """The second makes another ticket: Freshdesk has no idempotency key."""


class LimitedKind(Enum):
    """The kinds of request that Freshdesk limits by themselves, beside the account as a whole.

    https://developers.freshdesk.com/api/#ratelimit names the first four.
    """

    TICKET_CREATE = auto()
    TICKET_UPDATE = auto()
    TICKET_LIST = auto()
    CONTACT_LIST = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the specification.

    `name` is its operationId, `kind` the rate limit that it counts for. `is_readable` says whether a parsed 2xx answer
    is what the specification promises, and is about the resource whose number the request named, if it did. It has to
    be asked because the generated parser hands a value of another type through (a union falls back to the raw JSON),
    and because a cache or a proxy may mix up requests.
    """

    name: str
    effect: Effect
    is_readable: Callable[[Response[Any], int | None], bool]
    kind: LimitedKind = LimitedKind.OTHER


def _is_ticket(response: Response[Any], asked_for: int | None) -> bool:
    ticket = response.parsed
    return _has_number(ticket, Ticket) and asked_for in (None, ticket.id)


def _is_ticket_list(response: Response[Any], _: int | None) -> bool:
    tickets = response.parsed
    # The generated parser makes an empty list of {} and "" too.
    is_array = response.content.lstrip().startswith(b"[")
    return is_array and isinstance(tickets, list) and all(_has_number(ticket, Ticket) for ticket in tickets)


def _is_agent(response: Response[Any], _: int | None) -> bool:
    return _has_number(response.parsed, Agent)


def _has_number[T: (Agent, Ticket)](value: object, model: type[T]) -> TypeGuard[T]:
    return isinstance(value, model) and type(value.id) is int


def _is_blank(response: Response[Any], _: int | None) -> bool:
    # A success with a page in it is from something that is not Freshdesk.
    return not response.content.strip()


CREATE_TICKET = Operation("create_ticket", Effect.WRITE, _is_ticket, LimitedKind.TICKET_CREATE)
GET_TICKET = Operation("get_ticket", Effect.READ, _is_ticket)
UPDATE_TICKET = Operation("update_ticket", Effect.IDEMPOTENT_WRITE, _is_ticket, LimitedKind.TICKET_UPDATE)
DELETE_TICKET = Operation("delete_ticket", Effect.IDEMPOTENT_WRITE, _is_blank)
LIST_TICKETS = Operation("list_tickets", Effect.READ, _is_ticket_list, LimitedKind.TICKET_LIST)
GET_CURRENT_AGENT = Operation("get_current_agent", Effect.READ, _is_agent)
