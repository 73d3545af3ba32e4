"""Short soaks, as `scripts/soak.sh` runs them: many calls at a time over a real socket."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from support.servers import PATIENCE_S, environment

pytestmark = pytest.mark.slow("soak")

TESTS = Path(__file__).parents[1]
NEVER = ("duplicates", "absent", "denied", "another's", "broken")
MUST_BE_ZERO = (
    "duplicate tickets",
    "reported created but absent",
    "reported applied but absent",
    "told the ticket of another caller",
    "reported failed but present",
    "updates reported done but not in the store",
    "deletes reported done but not in the store",
    "updates undone later",
    "deletes undone later",
    "updates reported failed but applied",
    "deletes reported failed but applied",
    "reads answered with another ticket",
    "results without structure",
    "internal errors",
    "calls past their deadline",
    "calls that did not end",
)


def passed(*arguments: str) -> str:
    """Run a soak that passes, and return its output."""
    command = [sys.executable, "-m", "soak", *arguments]
    path = environment(PYTHONPATH=str(TESTS))
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=path, timeout=PATIENCE_S)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def table_in(output: str, *, first: str) -> list[dict[str, str]]:
    """Return the rows of the table whose first column is called `first`; no cell has a blank."""
    lines = output.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith(first))
    rows = itertools.takewhile(str.strip, lines[head + 1 :])
    return [dict(zip(lines[head].split(), row.split(), strict=True)) for row in rows]


def test_results_of_callers_agree_with_the_tickets_of_the_sandbox() -> None:
    options = {"--calls": 200, "--seed": 4, "--concurrency": 24, "--window": 2, "--credits": 100, "--limit": 100}
    output = passed(*(str(part) for option in options.items() for part in option))
    facts = dict(line.split(": ", 1) for line in output.splitlines())
    assert {name: facts[name] for name in MUST_BE_ZERO} == dict.fromkeys(MUST_BE_ZERO, "0")
    assert facts["calls"] == "200"
    assert int(facts["faults"]) > 30
    assert int(facts["faults after the change was stored"]) > 10
    assert int(facts["tickets created"]) > 50


def test_a_create_is_found_again_in_the_shapes_that_are_known() -> None:
    rows = table_in(passed("--shapes", "plain/5xx", "cased-email/cut", "--creates", "12"), first="shape")

    assert [row["shape"] for row in rows] == ["plain/5xx", "cased-email/cut"]
    for row in rows:
        assert {row[name] for name in ("creates", "POSTs", "tickets", "recovered")} == {"12"}
        assert {row[name] for name in (*NEVER, "unknown", "failed")} == {"0"}


def test_results_of_callers_in_an_outage_agree_with_the_tickets_of_the_sandbox() -> None:
    rows = table_in(passed("--outages", "1"), first="outage")

    control = [row for row in rows if row["outage"] == "none"]
    others = [row for row in rows if row["outage"] != "none"]
    assert {row[name] for row in rows for name in NEVER} == {"0"}
    assert [row["kind"] for row in control] == ["create", "update", "delete", "get", "list"]
    assert {row["failed"] for row in control} == {row["unknown"] for row in control} == {"0"}
    assert {row["outage"] for row in others} == {"1s-fails", "1s-cuts", "1s-refuses"}
    assert all(int(row["requests"]) > int(row["calls"]) for row in others)
