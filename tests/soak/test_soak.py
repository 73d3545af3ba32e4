"""A short soak, as `scripts/soak.sh` runs it: many calls at a time over a real socket, with every fault there is."""

import subprocess
import sys
from pathlib import Path

from support.servers import PATIENCE_S

SCRIPT = Path(__file__).parents[2] / "scripts" / "soak.py"
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


def test_what_callers_are_told_is_what_the_sandbox_holds() -> None:
    options = {"--calls": 200, "--seed": 4, "--concurrency": 24, "--window": 2, "--credits": 100, "--limit": 100}
    command = [sys.executable, str(SCRIPT), *(str(part) for option in options.items() for part in option)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    facts = dict(line.split(": ", 1) for line in ended.stdout.splitlines())
    assert {name: facts[name] for name in MUST_BE_ZERO} == dict.fromkeys(MUST_BE_ZERO, "0")
    assert facts["calls"] == "200"
    assert int(facts["faults"]) > 30
    assert int(facts["faults after the change was stored"]) > 10
    assert int(facts["tickets created"]) > 50
