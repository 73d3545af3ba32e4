"""Records of the calls of a soak of faults, and the questions of several modules about them."""

from dataclasses import dataclass
from typing import Any

from freshdesk_sandbox import Ticket
from soak.plan import Step


@dataclass(frozen=True, slots=True)
class Record:
    """One call and its answer: `verdict` is DONE, the outcome of an error, or NO_STRUCTURE.

    `ticket_id` is the ticket of the call, `told_id` the one in the answer. `held` says if the sandbox had the change of
    an update or a delete right after it; until then no other call worked on that ticket.
    """

    step: Step
    arguments: dict[str, Any]
    ticket_id: int | None
    verdict: str
    code: str
    told_id: int | None
    recovered: bool
    held: bool
    duration_s: float


def is_held(ticket: Ticket, kind: str, arguments: dict[str, Any]) -> bool:
    if kind == "delete":
        return ticket.deleted
    return all(getattr(ticket, name) == value for name, value in arguments.items() if name != "ticket_id")


def of_kinds(records: list[Record], *kinds: str) -> list[Record]:
    return [record for record in records if record.step.kind in kinds]


def count(records: list[Record], *verdicts: str) -> int:
    return sum(record.verdict in verdicts for record in records)
