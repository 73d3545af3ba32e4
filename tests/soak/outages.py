"""Calls of all kinds, 20 at a time, while Freshdesk is away for some seconds.

The table has a row for each outage and each kind of call; the rows without an outage are the control. An outage begins
when the second round of calls is under way. Half of the requests in it are stored all the same, unless connections are
refused. Rounds come at a pace that takes `LOAD` of the rate limit.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import anyio

from freshdesk_mcp_server.errors import Outcome
from freshdesk_mcp_server.telemetry.events import Event, ToolCallFinished
from freshdesk_sandbox import Behaviour, Outage, Sandbox, running_sandbox
from soak.calls import KINDS, TOOLS, client_of, settings_for, settled
from soak.loop import clock_of_loop, run
from soak.reckoning import FAILED, Asked, Told, Wrongs, call, count, longest_s, wrongs_of

type How = Literal["fails", "cuts", "refuses"]

LATENCY_S: Final = 0.2
CONCURRENCY: Final = 20
ROUNDS: Final = 8
LOAD: Final = 0.6
USUAL_S: Final = (1.0, 3.0, 10.0)
HOWS: Final[tuple[How, ...]] = ("fails", "cuts", "refuses")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: calls of one kind around one outage. `requests` are all that these calls sent."""

    outage: str
    kind: str
    calls: int
    requests: int
    failed: int
    unknown: int
    longest_s: float
    wrongs: Wrongs


def soak_outages(seconds: list[float], *, credits_: int, real_time: bool) -> int:
    """Run outages of the given seconds, or of the usual ones, print the table, and return the exit code."""
    print(f"{credits_} credits a minute, a round of {CONCURRENCY} calls each {_pause_s(credits_):.1f} s\n{HEADER}")
    rows: list[Row] = []
    for outage in (None, *_outages(seconds or list(USUAL_S))):
        new = run(_run(outage, credits_), real_time=real_time)
        print("\n".join(line_of(row) for row in new), flush=True)
        rows += new
    wrong = [f"{row.outage} {row.kind}" for row in rows if row.wrongs]
    print(LEGEND)
    print(f"soak: FAILED ({', '.join(wrong)})" if wrong else "soak: passed")
    return int(bool(wrong))


def _outages(seconds: list[float]) -> Iterator[Outage]:
    for lasts_s in seconds:
        for how in HOWS:
            yield Outage(lasts_s=lasts_s, how=how, stored_share=0.5)


def _pause_s(credits_: int) -> float:
    return CONCURRENCY * 60 / (LOAD * credits_)


async def _run(outage: Outage | None, credits_: int) -> list[Row]:
    sandbox = Sandbox(
        clock=clock_of_loop(), rate_limit_per_minute=credits_, behaviour=Behaviour(latency_s=LATENCY_S), seeded=False
    )
    asked = list(_calls(sandbox))
    told: list[Told] = []
    requests: Counter[str] = Counter()

    def observe(event: Event) -> None:
        if isinstance(event, ToolCallFinished):
            requests[event.tool] += event.attempts

    async with running_sandbox(sandbox=sandbox) as url, client_of(settings_for(url), observe) as client:

        async def make(one: Asked) -> None:
            told.append(await call(client, one))

        async with anyio.create_task_group() as tasks:
            for number in range(ROUNDS):
                if number == 1 and outage is not None:
                    sandbox.outages.add(outage)
                for one in asked[number * CONCURRENCY : (number + 1) * CONCURRENCY]:
                    tasks.start_soon(make, one)
                await anyio.sleep(_pause_s(credits_))
        await settled(sandbox)
    name = "none" if outage is None else f"{outage.lasts_s:g}s-{outage.how}"
    return [_row_of(name, kind, told, requests[TOOLS[kind]], sandbox) for kind in KINDS]


def _calls(sandbox: Sandbox) -> Iterator[Asked]:
    """Yield all calls in their order, the kinds in turn; each reads or changes a ticket of its own."""
    requester = sandbox.store.contacts.add(email="emily.dean@example.com")
    for number in range(ROUNDS * CONCURRENCY):
        kind, marker = KINDS[number % len(KINDS)], f"[soak-{number:06}]"
        if kind == "create":
            words = {"subject": f"The printer is out {marker}", "description": f"Since Monday. {marker}"}
            yield Asked(kind, marker, {"email": f"soak-{number:06}@newcomers.example.com", **words})
        elif kind == "list":
            yield Asked(kind, marker, {"per_page": 5})
        else:
            ticket_id = sandbox.store.tickets.add(requester, {"subject": "No toner", "description": "2nd floor"}).id
            changes = {"tags": [marker]} if kind == "update" else {}
            yield Asked(kind, marker, {"ticket_id": ticket_id, **changes}, ticket_id)


def _row_of(outage: str, kind: str, told: list[Told], requests: int, sandbox: Sandbox) -> Row:
    own = [one for one in told if one.asked.kind == kind]
    return Row(
        outage=outage,
        kind=kind,
        calls=len(own),
        requests=requests,
        failed=count(own, *FAILED),
        unknown=count(own, Outcome.UNKNOWN),
        longest_s=longest_s(own),
        wrongs=wrongs_of(own, sandbox.store),
    )


# --- The table

COLUMNS: Final = (
    *("calls", "requests", "failed", "unknown", "longest"),
    *("duplicates", "absent", "denied", "another's", "broken"),
)
HEADER: Final = f"{'outage':<14}{'kind':<8}" + "".join(f"{column:>11}" for column in COLUMNS)
LEGEND: Final = """
requests: sent by calls of the kind, looks included. failed: told as not made. longest: seconds of the longest call.
The last five, as with --shapes, must be 0."""


def line_of(row: Row) -> str:
    """Return the line of the table."""
    wrongs = row.wrongs
    cells = (
        *(row.calls, row.requests, row.failed, row.unknown, f"{row.longest_s:.1f}"),
        *(wrongs.duplicates, wrongs.absent, wrongs.denied, wrongs.anothers, wrongs.broken),
    )
    return f"{row.outage:<14}{row.kind:<8}" + "".join(f"{cell:>11}" for cell in cells)
