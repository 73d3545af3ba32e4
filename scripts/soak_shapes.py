"""Creates that meet a fault after Freshdesk stored them, in each shape that such a ticket can have.

Here: the shapes, and a table with a row for each of them and each kind of fault. All creates of a row are distinct, and
are made at once; the first requests of their number meet the fault. Not here: the switches (freshdesk_sandbox).
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import anyio
from soak_accounts import FAILED, Asked, Told, Wrongs, call, count, longest_s, wrongs_of
from soak_calls import client_of, settings_for, settled
from soak_time import clock_of_loop, run

from freshdesk_mcp_server.errors import Outcome
from freshdesk_mcp_server.telemetry.events import Event
from freshdesk_sandbox import Behaviour, Edits, Fault, Others, Outage, Sandbox, SubLimits, running_sandbox

LATENCY_S: Final = 0.2
LAG_S: Final = 6.0
LATE_S: Final = 4.0
HANG_S: Final = 25.0
"""Beyond the read timeout as shipped."""
OUTAGE_S: Final = 3.0
ENTERPRISE: Final = 700
GROWTH: Final = 200
TRIAL: Final = 50

KNOWN: Final = "emily.dean@example.com"
OTHER: Final = "emily@private.example.org"
CASED: Final = "Emily.Dean@Example.com"
AGENT: Final = "sam.agent@example.com"
FOREIGN_GROUP: Final = 158000119999

ON_CREATE: Final[dict[str, Any]] = {"method": "POST", "path": "/api/v2/tickets"}

type Faults = tuple[tuple[str, Callable[[int], Fault]], ...]
"""Kinds of faults by name; each makes the fault that the request with a number meets."""


def _status(number: int) -> int:
    return (502, 503, 504)[number % 3]


STORED: Final[Faults] = (
    ("5xx", lambda number: Fault(when="after", status=_status(number), **ON_CREATE)),
    ("cut", lambda _: Fault(when="after", drop="before_answer", **ON_CREATE)),
)
HUNG: Final[Faults] = (("hang", lambda _: Fault(when="after", delay_s=HANG_S, **ON_CREATE)),)
LATE: Final[Faults] = (
    ("5xx", lambda number: Fault(when="later", delay_s=LATE_S, status=_status(number), **ON_CREATE)),
    ("cut", lambda _: Fault(when="later", delay_s=LATE_S, drop="before_answer", **ON_CREATE)),
    ("hang", lambda _: Fault(when="before", delay_s=HANG_S, **ON_CREATE)),
)
AS_SHIPPED: Final = Behaviour()
NEWCOMER: Final = "newcomer"


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: how the account behaves, what is sent, and what goes wrong.

    `email` is the requester of every create. NEWCOMER is one of its own for each; None is that for every other one, and
    a known contact for the rest. `subject` makes that of a create from its marker.
    """

    name: str
    behaviour: Behaviour = AS_SHIPPED
    faults: Faults = STORED
    email: str | None = None
    subject: Callable[[str], str] = lambda marker: f"The printer on floor 2 is out {marker}"
    credits_: int = ENTERPRISE
    outage: Outage | None = None


def _edited(name: str, **edits: Any) -> Shape:
    return Shape(name, Behaviour(edits=Edits(**edits)))


def _outage(how: str) -> Shape:
    outage = Outage.model_validate({"starts_in_s": 0.1, "lasts_s": OUTAGE_S, "how": how, "stored_share": 0.5})
    return Shape(f"outage-{how}", faults=(), outage=outage)


SHAPES: Final = (
    Shape("plain", faults=STORED + HUNG),
    Shape("late-list", Behaviour(list_lag_s=LAG_S)),
    Shape("late-contact", Behaviour(contact_lag_s=LAG_S), email=NEWCOMER),
    Shape("other-email", Behaviour(filter_knows_other_emails=False), email=OTHER),
    Shape("cased-email", Behaviour(filter_ignores_case=False), email=CASED),
    Shape("agent-email", Behaviour(filter_knows_agents=False), email=AGENT),
    Shape(
        "long-subject",
        Behaviour(edits=Edits(subject_limit=255)),
        subject=lambda marker: f"{'The printer on floor 2 is out. ' * 9}{marker}",
    ),
    Shape(
        "emoji",
        Behaviour(edits=Edits(drop_astral=True)),
        subject=lambda marker: f"\U0001f5a8 The printer is out \U0001f62d {marker}",
    ),
    _edited("signature", description_after="<p>-- <br>Harbour Coffee</p>"),
    _edited("template", description_before="<p>Thank you for writing to us.</p>"),
    _edited("renamed", subject="New request"),
    _edited("prefixed", subject_prefix="[Floor 2] "),
    _edited("described", description="<p>See the form.</p>"),
    _edited("rewritten", subject="New request", description="<p>See the form.</p>"),
    _edited("retagged", tags=("new",), status=3, priority=4, group_id=FOREIGN_GROUP),
    _edited("spam", spam=True),
    Shape("hidden-403", Behaviour(ticket_scope=2)),
    Shape("hidden-404", Behaviour(ticket_scope=3, hidden_status=404)),
    Shape("date-ahead", Behaviour(date_ahead_s=60)),
    Shape("date-behind", Behaviour(date_ahead_s=-60)),
    Shape("no-date", Behaviour(date_ahead_s=None)),
    Shape("late-store", faults=LATE),
    Shape("growth", Behaviour(sub_limits=SubLimits(create=80, update=80, list=20, contacts=20)), credits_=GROWTH),
    Shape("create-limit", Behaviour(sub_limits=SubLimits(create=40))),
    Shape("trial", credits_=TRIAL),
    Shape("limit-untold", Behaviour(limit_retry_after=None), credits_=GROWTH),
    Shape("limit-absurd", Behaviour(limit_retry_after="86400"), credits_=GROWTH),
    Shape("others", Behaviour(others=Others(per_s=5))),
    Shape("twins", Behaviour(others=Others(per_s=20, sources=(1,), twin_share=1))),
    *(_outage(how) for how in ("fails", "cuts", "refuses")),
)


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
    """Run the shapes that are wanted, or all, print the table, and give the exit code.

    A wanted one is named as in the table, or without its fault. `credits_` takes the place of each shape's own.
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


def all_rows() -> Iterator[tuple[Shape, str, Callable[[int], Fault] | None]]:
    """Every shape with every kind of fault, by the name of the row."""
    for shape in SHAPES:
        if not shape.faults:
            yield shape, shape.name, None
        for kind, fault in shape.faults:
            yield shape, f"{shape.name}/{kind}", fault


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
    """Nothing is counted by events here."""


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
    """The line of the table."""
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
