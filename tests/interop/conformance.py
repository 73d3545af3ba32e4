"""The official conformance suite, for both revisions of the protocol, on three servers.

"real" is the server that people get. The scenarios of ``scenarios.txt`` apply to it; the others need tools of the
suite's own. "stateless" is the same server with these tools, and "sessions" has sessions too; all scenarios apply to
both. A scenario that fails must be in ``expected-failures.txt``, and a scenario in this file must fail.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from interop.clients import PROTOCOLS
from interop.tools import HERE, NODE, NODE_MODULES, WORK, npm_version, run_tool

NAME = f"Conformance {npm_version('@modelcontextprotocol/conformance')}"
SUITE = NODE_MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
REVISIONS = tuple(PROTOCOLS.values())
SERVERS = {"real": "as served", "stateless": "as served, with fixtures", "sessions": "with sessions and fixtures"}
NO_END, NOTHING = "it came to no end", "it checked nothing"
"""Failures of a scenario as a whole, beside those of its checks."""

type Failures = Mapping[str, set[str]]
"""The failed checks of each scenario."""


@dataclass(frozen=True)
class Excuse:
    """One line of ``expected-failures.txt``; without a check, it excuses any check of the scenario."""

    scenario: str
    check: str | None
    reason: str


@dataclass(frozen=True)
class Verdict:
    """The result of one run: the number of passed scenarios, the expected failures, and the problems."""

    passed: int
    excused: tuple[Excuse, ...]
    problems: tuple[str, ...]


def run(server: str, revision: str, url: str) -> Verdict:
    """Run the suite on a server."""
    name = f"conformance-{server}-{revision}"
    options = ["--url", f"{url}/mcp", "--requirements", revision, "--output-dir", "results"]
    done = run_tool(name, [str(NODE), str(SUITE), "server", *options])
    if "=== SUMMARY ===" not in done.stdout:
        return Verdict(0, (), (f"the suite broke off: {(done.stdout + done.stderr)[-2000:]}",))
    results = dict(_results_in(WORK / name / "results"))
    verdict = judge(results, _excuses(server, revision), _applying(revision) if server == "real" else None)
    if server == "sessions" and done.returncode and not verdict.problems:
        return replace(verdict, problems=("what fails as expected is something that the revision requires",))
    return verdict


def judge(results: Failures, excuses: Iterable[Excuse], applying: set[str] | None = None) -> Verdict:
    """Compare the failures with the expected ones; `applying` are the scenarios that count, None for all."""
    counting = {name: failed for name, failed in results.items() if applying is None or name in applying}
    given = {(excuse.scenario, excuse.check): excuse for excuse in excuses}
    used = {key for key in given if _applies(*key, counting)}
    unexpected = {
        name: {check for check in failed if not used & {(name, None), (name, check)}}
        for name, failed in counting.items()
    }
    stale = [f"{name}:{check}" if check else name for name, check in given.keys() - used]
    return Verdict(
        passed=sum(not failed for failed in counting.values()),
        excused=tuple(given[key] for key in used),
        problems=(
            *(f"{name} failed: {', '.join(sorted(checks))}" for name, checks in unexpected.items() if checks),
            *(f"{name} does not fail; its line in expected-failures.txt is stale" for name in sorted(stale)),
            *(f"{name} was not run" for name in sorted((applying or set()) - {*results})),
        ),
    )


def _applies(scenario: str, check: str | None, failures: Failures) -> bool:
    failed = failures.get(scenario, set())
    return bool(failed) if check is None else check in failed


def _results_in(folder: Path) -> Iterator[tuple[str, set[str]]]:
    for scenario in sorted(folder.iterdir()):
        name = re.fullmatch(r"server-(.+?)-\d{4}-\d\d-\d\dT[\d-]+Z", scenario.name)
        assert name, scenario.name
        yield name[1], _failed_in(scenario / "checks.json")


def _failed_in(file: Path) -> set[str]:
    """Return the failed checks; a warning counts too, since it asks for a change."""
    if not file.exists():
        return {NO_END}
    checks = json.loads(file.read_text())
    failed = {check["id"] for check in checks if check["status"] in ("FAILURE", "WARNING")}
    return failed or (set() if any(check["status"] == "SUCCESS" for check in checks) else {NOTHING})


def _applying(revision: str) -> set[str]:
    return {scenario for of, scenario in lines_of("scenarios.txt", 2) if of == revision}


def _excuses(server: str, revision: str) -> Iterator[Excuse]:
    for on, of, what, reason in lines_of("expected-failures.txt", 4):
        if (on, of) == (server, revision):
            scenario, _, check = what.partition(":")
            yield Excuse(scenario, check or None, reason)


def lines_of(name: str, columns: int) -> Iterator[list[str]]:
    """Yield the lines of a table, the last of whose columns may hold blanks."""
    for line in (HERE / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split(maxsplit=columns - 1)
