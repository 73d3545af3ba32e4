"""The comparison of answers to callers with the tickets that the sandbox stores.

The record of a call is here, and the conditions that must never hold. The sandbox keeps the request with each ticket,
and its marker identifies the create, whatever changed on the way into the store. Other modules choose the calls.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

import anyio
from mcp.client import Client

from freshdesk_mcp_server.errors import ErrorCode, Outcome
from freshdesk_sandbox import Store, Ticket
from soak.calls import DONE, NO_STRUCTURE, TOOLS, judged, result_of, told_id_in

FAILED: Final = (Outcome.REFUSED, Outcome.NOT_SENT)


@dataclass(frozen=True, slots=True)
class Asked:
    """A call to make. `marker` is in its words; `ticket_id` is the ticket that it reads or changes."""

    kind: str
    marker: str
    arguments: dict[str, Any] = field(default_factory=dict)
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The end of a call as its caller was told it; `verdict` as `judged` gives it."""

    asked: Asked
    verdict: str
    code: str
    told_id: int | None
    recovered: bool
    took_s: float


@dataclass(frozen=True, slots=True)
class Wrongs:
    """Counts of each event that must never happen.

    duplicates: tickets beyond one for each create. absent: reported changes that are not there. denied: denied changes
    that are there. anothers: reports of the ticket of another call, or of other people. broken: results without
    structure, and internal errors.
    """

    duplicates: int
    absent: int
    denied: int
    anothers: int
    broken: int

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


async def call(client: Client, asked: Asked) -> Told:
    """Make a call, and keep the result."""
    started = anyio.current_time()
    verdict, code, data = judged(await result_of(client, TOOLS[asked.kind], asked.arguments))
    return Told(asked, verdict, code, told_id_in(data), "recovered" in data, anyio.current_time() - started)


def wrongs_of(told: Sequence[Told], store: Store) -> Wrongs:
    """Compare calls that have ended with a store in which nothing is under way any more."""
    made = {ticket.id: _marker_of(ticket) for ticket in store.tickets.values() if ticket.asked is not None}
    stored = Counter(made.values())
    held = {id(one): _is_held(one.asked, store, stored) for one in told}
    anothers = {id(one) for one in told if _is_of_another(one, made, store)}
    return Wrongs(
        duplicates=sum(max(0, stored[one.asked.marker] - 1) for one in _creates(told)),
        absent=sum(_is_told_made(one) and not held[id(one)] and id(one) not in anothers for one in _writes(told)),
        denied=sum(one.verdict in FAILED and held[id(one)] for one in _writes(told)),
        anothers=len(anothers),
        broken=sum(one.verdict == NO_STRUCTURE or one.code == ErrorCode.INTERNAL_ERROR for one in told),
    )


def longest_s(told: Iterable[Told]) -> float:
    """Return the seconds of the longest call."""
    return max((one.took_s for one in told), default=0.0)


def count(told: Iterable[Told], *verdicts: str) -> int:
    """Count the calls with one of `verdicts`."""
    return sum(one.verdict in verdicts for one in told)


def _marker_of(ticket: Ticket) -> str:
    _, bracket, rest = str((ticket.asked or {}).get("description")).partition("[soak-")
    return f"{bracket}{rest.partition(']')[0]}]"


def _is_held(asked: Asked, store: Store, stored: Counter[str]) -> bool:
    if asked.kind == "create":
        return stored[asked.marker] > 0
    ticket = store.tickets.get(asked.ticket_id or 0)
    return ticket is not None and (ticket.deleted if asked.kind == "delete" else asked.marker in ticket.tags)


def _is_of_another(told: Told, made: dict[int, str], store: Store) -> bool:
    if told.verdict != DONE or told.told_id is None:
        return False
    if told.asked.kind == "create":
        return told.told_id in store.tickets and made.get(told.told_id) != told.asked.marker
    return told.told_id != told.asked.ticket_id


def _is_told_made(told: Told) -> bool:
    return told.verdict in {DONE, Outcome.APPLIED}


def _creates(told: Iterable[Told]) -> list[Told]:
    return [one for one in told if one.asked.kind == "create"]


def _writes(told: Iterable[Told]) -> list[Told]:
    return [one for one in told if one.asked.kind in {"create", "update", "delete"}]
