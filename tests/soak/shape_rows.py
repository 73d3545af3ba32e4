"""Creates in each shape of an account, as a table with a row for each shape and each kind of fault.

All creates of a row are distinct, and are made at once; the first requests of their number meet the fault.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import anyio

from freshdesk_mcp_server.errors import Outcome
from freshdesk_mcp_server.telemetry.events import Event
from freshdesk_sandbox import Fault, Sandbox, running_sandbox
from soak.calls import client_of, settings_for, settled
from soak.loop import clock_of_loop, run
from soak.reckoning import FAILED, Asked, Told, Wrongs, call, count, longest_s, wrongs_of
from soak.shapes import KNOWN, NEWCOMER, OTHER, Shape, all_rows

LATENCY_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    name: str
    creates: int
    posts: int
    tickets: int
    wrongs: Wrongs
    unknown: int
    failed: int
    recovered: int
    credits_: int
    longest_s: float


def soak_shapes(wanted: list[str], creates: int, *, credits_: int | None, real_time: bool) -> int:
    """Run the shapes that are wanted, or all, print the table, and return the exit code.

    A shape is named as in the table, or without its fault. `credits_` replaces each shape's own.
    """
    chosen = [(shape, name, fault) for shape, name, fault in all_rows() if _is_wanted(name, wanted)]
    if not chosen:
        print(f"soak: no such shape; there are {', '.join(name for _, name, _ in all_rows())}", file=sys.stderr)
        return 2
    print(HEADER)
    rows = []
    for shape, name, fault in chosen:
        rows.append(run(_run_row(shape, name, fault, creates, credits_ or shape.credits_), real_time=real_time))
        print(line_of(rows[-1]), flush=True)
    return _ended(rows)


def _is_wanted(name: str, wanted: list[str]) -> bool:
    return not wanted or name in wanted or name.partition("/")[0] in wanted


async def _run_row(shape: Shape, name: str, fault: Callable[[int], Fault] | None, creates: int, credits_: int) -> Row:
    sandbox = _sandbox_of(shape, credits_)
    if fault is not None:
        sandbox.faults.add(*(fault(number) for number in range(creates)))
    if shape.outage is not None:
        sandbox.outages.add(shape.outage)
    async with running_sandbox(sandbox=sandbox) as url, client_of(settings_for(url), _ignore) as client:
        told: list[Told] = []

        async def create(asked: Asked) -> None:
            told.append(await call(client, asked))

        async with anyio.create_task_group() as tasks:
            for asked in _creates_of(shape, creates):
                tasks.start_soon(create, asked)
        await settled(sandbox)
    return _row_of(name, told, sandbox)


def _sandbox_of(shape: Shape, credits_: int) -> Sandbox:
    behaviour = shape.behaviour.model_copy(update={"latency_s": LATENCY_S})
    sandbox = Sandbox(clock=clock_of_loop(), rate_limit_per_minute=credits_, behaviour=behaviour)
    emily = sandbox.store.contacts[sandbox.store.contacts.ids_by_email[KNOWN]]
    emily.other_emails = (OTHER,)
    sandbox.store.contacts.keep(emily)
    return sandbox


def _ignore(event: Event) -> None:
    """Ignore an event: nothing is counted by events here."""


def _creates_of(shape: Shape, creates: int) -> Iterator[Asked]:
    for number in range(creates):
        marker = f"[soak-{number:06}]"
        arguments = {
            "email": _email_of(shape, number),
            "subject": shape.subject(marker),
            "description": f"Since Monday morning.\n\n{marker} \U0001f5a8",
        }
        yield Asked("create", marker, arguments)


def _email_of(shape: Shape, number: int) -> str:
    newcomer = f"soak-{number:06}@newcomers.example.com"
    if shape.email is None:
        return newcomer if number % 2 else KNOWN
    return newcomer if shape.email == NEWCOMER else shape.email


def _row_of(name: str, told: list[Told], sandbox: Sandbox) -> Row:
    statistics = sandbox.statistics
    return Row(
        name=name,
        creates=len(told),
        posts=statistics.requests["POST /api/v2/tickets"],
        tickets=statistics.tickets_made,
        wrongs=wrongs_of(told, sandbox.store),
        unknown=count(told, Outcome.UNKNOWN),
        failed=count(told, *FAILED),
        recovered=sum(one.recovered for one in told),
        credits_=statistics.credits_spent,
        longest_s=longest_s(told),
    )


# --- The table

COLUMNS: Final = (
    *("creates", "POSTs", "tickets", "duplicates", "absent", "denied", "another's", "broken"),
    *("unknown", "failed", "recovered", "credits", "longest"),
)
HEADER: Final = f"{'shape':<18}" + "".join(f"{column:>11}" for column in COLUMNS)
LEGEND: Final = """
duplicates: tickets beyond one for each create. absent: told as made, and not there. denied: told as not made, and
there. another's: told the ticket of another. broken: no structure, or an internal error. These must be 0.
failed: told as not made. longest: seconds of the longest call."""


def line_of(row: Row) -> str:
    """Return the line of the table."""
    wrongs = row.wrongs
    cells = (
        *(row.creates, row.posts, row.tickets),
        *(wrongs.duplicates, wrongs.absent, wrongs.denied, wrongs.anothers, wrongs.broken),
        *(row.unknown, row.failed, row.recovered, row.credits_, f"{row.longest_s:.1f}"),
    )
    return f"{row.name:<18}" + "".join(f"{cell:>11}" for cell in cells)


def _ended(rows: Iterable[Row]) -> int:
    wrong = [row.name for row in rows if row.wrongs]
    print(LEGEND)
    print(f"soak: FAILED ({', '.join(wrong)})" if wrong else "soak: passed")
    return int(bool(wrong))
