"""A soak: many calls at a time through the whole server, to a sandbox behind a real socket that keeps failing.

Here: the calls, the faults, and the reckoning of what callers were told with what the sandbox holds at the end. Nothing
of the server is replaced. The window of the sandbox's rate limit, a minute at Freshdesk, lasts `--window` seconds, so
that the limit is met often, and Retry-After stays true. Not here: what `--shapes` (soak_shapes.py) and `--outages`
(soak_outages.py) run instead.

Faults that could make a change after its caller was answered (a delay before the effect) meet reads and creates only: a
late update could undo a later one, which no client of HTTP can rule out.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, fields
from typing import Any, Final

import anyio
import uvloop
from mcp.client import Client
from mcp_types import CallToolResult
from soak_calls import DONE, NO_STRUCTURE, TOOLS, client_of, judged, result_of, settings_for, settled, told_id_in
from soak_outages import soak_outages
from soak_shapes import soak_shapes

from freshdesk_mcp_server.errors import ErrorCode, Outcome
from freshdesk_mcp_server.telemetry.events import CreateReconciled, Event
from freshdesk_mcp_server.telemetry.log import configure_logging
from freshdesk_sandbox import Behaviour, Fault, FaultPlan, Sandbox, Ticket, running_sandbox

READ_TIMEOUT_S: Final = 1.0
SHORT_DELAY_S: Final = 0.2
LONG_DELAY_S: Final = 1.5
OVERTIME_S: Final = 3.0
"""How far past its deadline a call may end on a machine that has much else to do."""
SHARES: Final = {"create": 42, "update": 22, "delete": 8, "get": 17, "list": 11}
"""The mix of calls; with its identical twins, a create is about every second call."""
IDENTICAL: Final = {1: 13, 2: 2, 3: 1, 4: 1}
"""How many creates of one ticket are made at once, and how often."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; times are in seconds, and `credits_` are those of one window of the rate limit."""

    calls: int
    seed: int
    concurrency: int
    fault_rate: float
    credits_: int
    window_s: float
    deadline_s: float
    limit_s: float


@dataclass(frozen=True, slots=True)
class Step:
    """One call to make. What it writes has the `marker`, which no other call has but its identical twins."""

    kind: str
    marker: str
    dice: random.Random
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """What one call was told: `verdict` is DONE, the outcome of an error, or NO_STRUCTURE.

    `ticket_id` is the ticket to work, `told_id` the one in the answer. `held` says if the sandbox had the change of an
    update or a delete right after it; until then nobody else worked that ticket.
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


# --- What goes wrong


class CountedFaults(FaultPlan):
    """A plan that counts what it hands out: by what it is, and whether the change was stored."""

    def clear(self) -> None:
        """Plan nothing, and count anew."""
        super().clear()
        self.served: Counter[str] = Counter()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for this request."""
        fault = super().take(method, path)
        if fault is not None:
            self.served[name_of(fault)] += 1
        return fault


def name_of(fault: Fault) -> str:
    """A few words for it, such as `502 html stored`."""
    words = [
        str(fault.status or ""),
        f"drop {fault.drop}" if fault.drop else "",
        fault.body if fault.body != "real" else "",
        f"delay {fault.delay_s:g} s" if fault.delay_s else "",
        f"Retry-After {fault.headers['retry-after']}" if fault.headers else "",
        "stored" if fault.when == "after" else "",
    ]
    return " ".join(filter(None, words))


def failures() -> list[Fault]:
    """What can go wrong: half of it after the change was stored."""
    return [*_failures_alike("before"), *_only_before(), *_failures_alike("after"), *_only_after()]


def _failures_alike(when: Any) -> list[Fault]:
    return [
        Fault(when=when, status=500),
        Fault(when=when, status=502, body="html"),
        Fault(when=when, status=503),
        Fault(when=when, status=504, body="empty"),
        Fault(when=when, status=520, body="html"),
        Fault(when=when, drop="before_answer"),
    ]


def _only_before() -> list[Fault]:
    refusals = [Fault(status=429, headers={"retry-after": wait_s}) for wait_s in ("0", "1")]
    # One fault of each delay for each method, so that a method draws from as many as there are of the other kind.
    return refusals + [
        Fault(delay_s=delay_s, method=m) for delay_s in (SHORT_DELAY_S, LONG_DELAY_S) for m in ("GET", "POST")
    ]


def _only_after() -> list[Fault]:
    return [
        Fault(when="after", drop="mid_body"),
        Fault(when="after", delay_s=LONG_DELAY_S),
        Fault(when="after", body="truncated"),
        Fault(when="after", body="not_json"),
    ]


def create_sandbox(options: Options) -> Sandbox:
    """A sandbox with its seed of tickets, and with faults that the seed of the options decides."""
    behaviour = Behaviour(limit_window_s=options.window_s)
    sandbox = Sandbox(rate_limit_per_minute=options.credits_, behaviour=behaviour)
    sandbox.faults = CountedFaults()
    sandbox.faults.random_faults(options.seed, options.fault_rate, failures())
    return sandbox


# --- What is called


def planned_steps(options: Options, emails: list[str]) -> Iterator[Step]:
    """The calls of this seed in their order; which ticket one reads or changes is decided on the way."""
    dice = random.Random(options.seed)
    made = 0
    while made < options.calls:
        marker = f"[soak-{made:06}]"
        kind = dice.choices([*SHARES], [*SHARES.values()])[0]
        arguments = _create_arguments(dice, marker, emails) if kind == "create" else {}
        copies = dice.choices([*IDENTICAL], [*IDENTICAL.values()])[0] if kind == "create" else 1
        for _ in range(min(copies, options.calls - made)):
            yield Step(kind, marker, random.Random(f"{options.seed} {made}"), arguments)
            made += 1


def _create_arguments(dice: random.Random, marker: str, emails: list[str]) -> dict[str, Any]:
    newcomer = f"{marker.strip('[]')}@newcomers.example.com"
    arguments: dict[str, Any] = {"email": newcomer if dice.random() < 0.3 else dice.choice(emails)}
    if dice.random() < 0.5:
        arguments |= {"subject": f"The printer on floor 2 is out {marker}"}
    else:
        arguments |= {"subject": "The printer is out", "description": f"Since <monday> & today.\n\n  {marker}"}
    return arguments | ({"priority": dice.randint(1, 4), "tags": ["soak"]} if dice.random() < 0.5 else {})


def _changes(dice: random.Random, marker: str) -> dict[str, Any]:
    others = {"priority": dice.randint(1, 4), "status": dice.randint(2, 5)}
    return {"tags": [marker]} | {name: value for name, value in others.items() if dice.random() < 0.5}


class Soak:
    """One run: the steps still to come, the tickets that nobody works right now, and what callers were told."""

    def __init__(self, options: Options, sandbox: Sandbox) -> None:
        self.options = options
        self.sandbox = sandbox
        self.records: list[Record] = []
        self.findings: Counter[str] = Counter()
        self.elapsed_s = 0.0
        store = sandbox.store
        self._idle = [ticket.id for ticket in store.tickets.values() if not ticket.locked]
        self._steps = planned_steps(options, [one.email for one in store.contacts.values() if one.email])

    async def run(self) -> None:
        """Make all calls, `concurrency` at a time."""
        started = time.perf_counter()
        try:
            async with AsyncExitStack() as stack:
                url = await stack.enter_async_context(running_sandbox(sandbox=self.sandbox))
                settings = settings_for(url, deadline_s=self.options.deadline_s, read_timeout_s=READ_TIMEOUT_S)
                client = await stack.enter_async_context(client_of(settings, self._observe))
                await self._call_all(client)
        finally:
            self.elapsed_s = time.perf_counter() - started

    def _observe(self, event: Event) -> None:
        if isinstance(event, CreateReconciled):
            self.findings[event.finding] += 1

    async def _call_all(self, client: Client) -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(self.options.concurrency):
                tasks.start_soon(self._work, client)
        await settled(self.sandbox)

    async def _work(self, client: Client) -> None:
        for step in self._steps:
            ticket_id = self._ticket_for(step)
            arguments = _arguments_for(step, ticket_id)
            started = time.perf_counter()
            result = await result_of(client, TOOLS[step.kind], arguments)
            self._note(step, arguments, ticket_id, result, time.perf_counter() - started)

    def _ticket_for(self, step: Step) -> int | None:
        """The ticket to work; one to be changed is nobody else's until its call has ended."""
        if step.kind == "get":
            return step.dice.choice([*self.sandbox.store.tickets])
        if step.kind in {"update", "delete"}:
            return self._idle.pop(step.dice.randrange(len(self._idle)))
        return None

    def _note(
        self, step: Step, arguments: dict[str, Any], ticket_id: int | None, result: CallToolResult | None, took_s: float
    ) -> None:
        verdict, code, data = judged(result)
        held = ticket_id is not None and _holds(self.sandbox.store.tickets[ticket_id], step.kind, arguments)
        told_id = told_id_in(data)
        self.records.append(
            Record(step, arguments, ticket_id, verdict, code, told_id, "recovered" in data, held, took_s)
        )
        if step.kind == "create" and told_id in self.sandbox.store.tickets:
            self._idle.append(told_id)
        if ticket_id is not None and (step.kind == "update" or (step.kind == "delete" and not held)):
            self._idle.append(ticket_id)


def _arguments_for(step: Step, ticket_id: int | None) -> dict[str, Any]:
    match step.kind:
        case "create":
            return step.arguments
        case "list":
            return {"per_page": step.dice.choice([5, 30, 100]), "order_type": step.dice.choice(["asc", "desc"])}
        case "update":
            return {"ticket_id": ticket_id, **_changes(step.dice, step.marker)}
        case _:
            return {"ticket_id": ticket_id}


# --- What is there


def problems_of(soak: Soak) -> dict[str, int]:
    """The reckoning: how often each thing happened that must never happen."""
    records, tickets = soak.records, soak.sandbox.store.tickets
    latest_s = soak.options.deadline_s + OVERTIME_S
    return {
        **_problems_of_creates(_of(records, "create"), tickets),
        **_problems_of_changes(_of(records, "update", "delete"), tickets),
        "reads answered with another ticket": sum(
            record.verdict == DONE and record.told_id != record.ticket_id for record in _of(records, "get")
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
    """How many of identical creates were told that their ticket exists, beyond those that do."""
    return max(0, _count(twins, DONE, Outcome.APPLIED) - found)


def _unaccounted(twins: list[Record], found: int) -> int:
    """How many tickets of identical creates exist beyond what callers were told or warned of, duplicates aside."""
    return max(0, min(found, len(twins)) - _count(twins, DONE, Outcome.APPLIED, Outcome.UNKNOWN))


def _marker_in(ticket: Ticket) -> str | None:
    _, bracket, rest = f"{ticket.subject} {ticket.description}".partition("[soak-")
    return f"{bracket}{rest.partition(']')[0]}]" if bracket else None


def _problems_of_changes(changes: list[Record], tickets: Mapping[int, Ticket]) -> dict[str, int]:
    last = {record.ticket_id: record for record in changes}
    vain = [record for record in changes if _is_vain(record)]
    undone = [
        r for i, r in last.items() if i and r.verdict == DONE and not _holds(tickets[i], r.step.kind, r.arguments)
    ]
    denied = [record for record in changes if record.held and _count([record], Outcome.REFUSED, Outcome.NOT_SENT)]
    return {
        f"{kind}s {what}": len(_of(wrong, kind))
        for what, wrong in {
            "reported done but not in the store": vain,
            "undone later": undone,
            "reported failed but applied": denied,
        }.items()
        for kind in ("update", "delete")
    }


def _is_vain(record: Record) -> bool:
    """Whether a change that was told as made was not there right after, or was told of another ticket."""
    if record.verdict == Outcome.APPLIED:
        return not record.held
    return record.verdict == DONE and not (record.held and record.told_id == record.ticket_id)


def _holds(ticket: Ticket, kind: str, arguments: dict[str, Any]) -> bool:
    if kind == "delete":
        return ticket.deleted
    return all(getattr(ticket, name) == value for name, value in arguments.items() if name != "ticket_id")


def _of(records: list[Record], *kinds: str) -> list[Record]:
    return [record for record in records if record.step.kind in kinds]


def _count(records: list[Record], *verdicts: str) -> int:
    return sum(record.verdict in verdicts for record in records)


# --- What is printed


def facts_of(soak: Soak) -> dict[str, object]:
    """What happened, to be read beside the problems."""
    records, statistics = soak.records, soak.sandbox.statistics
    served = soak.sandbox.faults.served if isinstance(soak.sandbox.faults, CountedFaults) else Counter()
    refused_on_purpose = sum(count for name, count in served.items() if name.startswith("429"))
    return {
        "calls": len(records),
        "calls by kind": _listed(Counter(record.step.kind for record in records)),
        "requests": statistics.requests.total(),
        "faults": statistics.faults_served,
        "faults after the change was stored": sum(n for name, n in served.items() if name.endswith("stored")),
        "faults by kind": _listed(served),
        "refused by the rate limit": statistics.statuses[429] - refused_on_purpose,
        "tickets created": statistics.tickets_made,
        "creates looked for": _listed(soak.findings),
        "recovered": sum(record.recovered for record in records),
        "unknown outcomes": _count(records, Outcome.UNKNOWN),
        "errors by outcome": _listed(Counter(r.verdict for r in records if r.verdict != DONE)),
        "errors by code": _listed(Counter(record.code for record in records if record.code)),
        "longest stall": f"{max((record.duration_s for record in records), default=0):.1f} s",
        "elapsed": f"{soak.elapsed_s:.1f} s",
        "calls/s": f"{len(records) / max(soak.elapsed_s, 0.001):.1f}",
    }


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"


def create_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2000, help="how many tool calls (2000)")
    parser.add_argument("--seed", type=int, default=1, help="decides calls and faults (1)")
    parser.add_argument("--concurrency", type=int, default=16, help="how many callers (16)")
    parser.add_argument("--fault-rate", type=float, default=0.2, help="share of requests that go wrong (0.2)")
    parser.add_argument("--credits", type=int, dest="credits_", help="rate limit of one window (160; for others 700)")
    parser.add_argument("--window", type=float, default=5, dest="window_s", help="seconds of a window (5)")
    parser.add_argument("--deadline", type=float, default=30, dest="deadline_s", help="seconds a call may take (30)")
    parser.add_argument("--limit", type=float, default=600, dest="limit_s", help="seconds until it is given up (600)")
    others = parser.add_argument_group("others", "With the settings of the server as shipped, in virtual time.")
    others.add_argument("--shapes", nargs="*", metavar="SHAPE", help="creates that a fault meets in each shape instead")
    others.add_argument("--creates", type=int, default=60, help="how many at once in each shape (60)")
    others.add_argument(
        "--outages", nargs="*", type=float, metavar="S", help="calls of all kinds around outages instead"
    )
    others.add_argument("--real-time", action="store_true", help="wait as long as a real server would")
    return parser


def options_from(arguments: argparse.Namespace) -> Options:
    """The options of the soak that this module runs."""
    values = {one.name: getattr(arguments, one.name) for one in fields(Options)}
    return Options(**values | {"credits_": arguments.credits_ or 160})


async def soaked(options: Options) -> Soak:
    """Run it, in bounded time."""
    soak = Soak(options, create_sandbox(options))
    with anyio.move_on_after(options.limit_s) as scope:
        await soak.run()
    if scope.cancelled_caught:
        print(f"soak: given up after {options.limit_s:g} s; what follows is of the calls that had ended by then")
    return soak


def main() -> int:
    """Run what the command line asks for, and give the exit code."""
    arguments = create_parser().parse_args()
    configure_logging("ERROR")
    random.seed(arguments.seed)  # of the server's jitter
    if arguments.shapes is not None:
        return soak_shapes(
            arguments.shapes, arguments.creates, credits_=arguments.credits_, real_time=arguments.real_time
        )
    if arguments.outages is not None:
        return soak_outages(arguments.outages, credits_=arguments.credits_ or 700, real_time=arguments.real_time)
    return soak_faults(options_from(arguments))


def soak_faults(options: Options) -> int:
    """Run it, print facts and problems, and give the exit code."""
    soak = asyncio.run(soaked(options), loop_factory=uvloop.new_event_loop)
    problems = problems_of(soak)
    for name, value in (facts_of(soak) | problems).items():
        print(f"{name}: {value}")
    failed = any(problems.values())
    print(f"soak: {'FAILED' if failed else 'passed'} (seed {options.seed})")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
