"""The problems of a soak of faults: counts of the events that must never happen."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from freshdesk_mcp_server.errors import ErrorCode, Outcome
from freshdesk_sandbox import Ticket
from soak.calls import DONE, NO_STRUCTURE
from soak.records import Record, count, is_held, of_kinds
from soak.run import Soak

OVERTIME_S: Final = 3.0
"""Seconds past its deadline at which a call may end on a busy machine."""


def problems_of(soak: Soak) -> dict[str, int]:
    """Count each event that must never happen."""
    records, tickets = soak.records, soak.sandbox.store.tickets
    latest_s = soak.options.deadline_s + OVERTIME_S
    return {
        **_problems_of_creates(of_kinds(records, "create"), tickets),
        **_problems_of_changes(of_kinds(records, "update", "delete"), tickets),
        "reads answered with another ticket": sum(
            record.verdict == DONE and record.told_id != record.ticket_id for record in of_kinds(records, "get")
        ),
        "results without structure": sum(record.verdict == NO_STRUCTURE for record in records),
        "internal errors": sum(record.code == ErrorCode.INTERNAL_ERROR for record in records),
        "calls past their deadline": sum(record.duration_s > latest_s for record in records),
        "calls that did not end": soak.options.calls - len(records),
    }


def _problems_of_creates(creates: list[Record], tickets: Mapping[int, Ticket]) -> dict[str, int]:
    made = {ticket.id: marker for ticket in tickets.values() if (marker := _marker_in(ticket))}
    found = Counter(made.values())
    twins: dict[str, list[Record]] = defaultdict(list)
    for record in creates:
        twins[record.step.marker].append(record)
    done = [record for record in creates if record.verdict == DONE]
    return {
        "duplicate tickets": sum(max(0, found[marker] - len(twins[marker])) for marker in found),
        "reported created but absent": sum(made.get(r.told_id or 0) != r.step.marker for r in done),
        "reported applied but absent": sum(_lost(records, found[marker]) for marker, records in twins.items()),
        "told the ticket of another caller": len(done) - len({record.told_id for record in done}),
        "reported failed but present": sum(_unaccounted(records, found[marker]) for marker, records in twins.items()),
    }


def _lost(twins: list[Record], found: int) -> int:
    """Count identical creates that were told of a ticket, beyond the tickets that exist."""
    return max(0, count(twins, DONE, Outcome.APPLIED) - found)


def _unaccounted(twins: list[Record], found: int) -> int:
    """Count tickets of identical creates beyond those that callers were told or warned of, duplicates aside."""
    return max(0, min(found, len(twins)) - count(twins, DONE, Outcome.APPLIED, Outcome.UNKNOWN))


def _marker_in(ticket: Ticket) -> str | None:
    _, bracket, rest = f"{ticket.subject} {ticket.description}".partition("[soak-")
    return f"{bracket}{rest.partition(']')[0]}]" if bracket else None


def _problems_of_changes(changes: list[Record], tickets: Mapping[int, Ticket]) -> dict[str, int]:
    last = {record.ticket_id: record for record in changes}
    vain = [record for record in changes if _is_vain(record)]
    undone = [
        r for i, r in last.items() if i and r.verdict == DONE and not is_held(tickets[i], r.step.kind, r.arguments)
    ]
    denied = [record for record in changes if record.held and count([record], Outcome.REFUSED, Outcome.NOT_SENT)]
    return {
        f"{kind}s {what}": len(of_kinds(wrong, kind))
        for what, wrong in {
            "reported done but not in the store": vain,
            "undone later": undone,
            "reported failed but applied": denied,
        }.items()
        for kind in ("update", "delete")
    }


def _is_vain(record: Record) -> bool:
    """Return True if a change reported as made was not there right after, or was reported of another ticket."""
    if record.verdict == Outcome.APPLIED:
        return not record.held
    return record.verdict == DONE and not (record.held and record.told_id == record.ticket_id)
