"""Run the interoperability matrix and print it: ``python -m interop.run [PART ...]``; see ``README.md``."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import groupby, product
from operator import itemgetter

from interop import clients, conformance, converters
from interop.clients import CELLS, CLIENTS, TRANSPORTS, Cell
from interop.conformance import Verdict
from interop.converters import CONVERSIONS, Conversion
from interop.tools import WORK
from support.servers import ServerProcess, http_server_process, log_lines

AT_A_TIME = max(2, os.cpu_count() or 1)
OLDER = clients.PROTOCOLS["legacy"]
PARTS = ("conformance", "clients", "converters")

type Servers = Mapping[str, ServerProcess]
"""The servers that listen, by name."""


def main(parts: Sequence[str]) -> int:
    """Run the named parts, or all of them; return 1 if there is any problem."""
    shutil.rmtree(WORK, ignore_errors=True)
    named = parts or PARTS
    verdicts = _conformance() if "conformance" in named else {}
    tours, errors = _clients() if "clients" in named else ({}, [])
    conversions = _converters() if "converters" in named else {}
    _print_conformance(verdicts)
    _print_clients(tours, errors)
    _print_converters(conversions)
    wrong = [*(verdict.problems for verdict in verdicts.values()), *tours.values(), errors, *conversions.values()]
    failed = sum(map(bool, wrong))
    print(f"\n{len(wrong) - failed} passed, {failed} failed")
    return 1 if failed else 0


@contextmanager
def _pool_and_servers(names: Iterable[str]) -> Iterator[tuple[Executor, Servers]]:
    """Start workers, and servers that end with the context."""
    each = list(names)
    with ExitStack() as stack, ThreadPoolExecutor(AT_A_TIME) as pool:
        yield pool, dict(zip(each, pool.map(stack.enter_context, map(_server, each)), strict=True))


def _server(name: str) -> AbstractContextManager[ServerProcess]:
    folder = WORK / f"server-{name}"
    folder.mkdir(parents=True)
    if name in ("stateless", "sessions"):
        return http_server_process(folder, name, command=(sys.executable, "-m", "interop.everything"))
    tokens = {"FRESHDESK_MCP_SERVER_AUTH_TOKENS": clients.TOKEN} if name == "guarded" else {}
    return http_server_process(folder, **tokens)


def _conformance() -> dict[tuple[str, str], Verdict]:
    runs = list(product(conformance.SERVERS, conformance.REVISIONS))
    with _pool_and_servers(conformance.SERVERS) as (pool, servers):
        verdicts = pool.map(lambda run: conformance.run(run[0], run[1], servers[run[0]].url), runs)
        return dict(zip(runs, verdicts, strict=True))


def _clients() -> tuple[dict[Cell, list[str]], list[str]]:
    """Return the problems of each cell, and the errors in the servers' logs: no client gave a reason for one."""
    with _pool_and_servers(("open", "guarded")) as (pool, servers):
        urls = {name: server.url for name, server in servers.items()}
        tours = dict(zip(CELLS, pool.map(lambda cell: clients.problems_of(cell, urls), CELLS), strict=True))
    lines = [line for server in servers.values() for line in log_lines(server.stderr)]
    return tours, [str(line) for line in lines if line["level"] == "error"]


def _converters() -> dict[Conversion, list[str]]:
    with _pool_and_servers(("converted",)) as (pool, servers):
        url = f"{servers['converted'].url}/mcp"
        problems = pool.map(lambda conversion: converters.problems_of(conversion, url), CONVERSIONS)
        return dict(zip(CONVERSIONS, problems, strict=True))


def _print_conformance(verdicts: Mapping[tuple[str, str], Verdict]) -> None:
    if not verdicts:
        return
    cells = {(conformance.SERVERS[of], revision): _said(verdict) for (of, revision), verdict in verdicts.items()}
    _print_table(conformance.NAME, conformance.REVISIONS, cells)
    excuses = {(excuse.reason, excuse.scenario) for verdict in verdicts.values() for excuse in verdict.excused}
    for reason, alike in groupby(sorted(excuses), key=itemgetter(0)):
        print(f"  expected ({reason}): {', '.join(scenario for _, scenario in alike)}")
    for (server, revision), verdict in verdicts.items():
        for problem in verdict.problems:
            print(f"FAILED: conformance {revision}, {conformance.SERVERS[server]}: {problem}")


def _said(verdict: Verdict) -> str:
    if verdict.problems:
        return "FAILED"
    failures = len({excuse.scenario for excuse in verdict.excused})
    return f"{verdict.passed} pass" + (f", {failures} fail as expected" if failures else "")


def _print_clients(tours: Mapping[Cell, list[str]], errors: Sequence[str]) -> None:
    if not tours:
        return
    said = {(cell.row, cell.transport): "FAILED" if bad else cell.protocol or "ok" for cell, bad in tours.items()}
    _print_table("Client", TRANSPORTS, said)
    for client in CLIENTS:
        for transport in client.older_over:
            print(f"  expected ({client.name} knows only the older protocol over {transport}): {OLDER}")
    for cell, problems in tours.items():
        for problem in problems:
            print(f"FAILED: {cell.row}, {cell.transport}: {problem}")
    for error in errors:
        print(f"FAILED: the server logged {error}")


def _print_converters(conversions: Mapping[Conversion, list[str]]) -> None:
    if not conversions:
        return
    column = f"{len(clients.TOUR['tools'])} tools"
    said = {(conversion.row, column): "FAILED" if bad else "converted" for conversion, bad in conversions.items()}
    _print_table("Converter of schemas", [column], said)
    for conversion, problems in conversions.items():
        for problem in problems:
            print(f"FAILED: {conversion.row}: {problem}")


def _print_table(corner: str, columns: Sequence[str], cells: Mapping[tuple[str, str], str]) -> None:
    rows = list(dict.fromkeys(row for row, _ in cells))
    lines = [[corner, *columns], *([row, *(cells[row, column] for column in columns)] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print()
    for line in lines:
        print("   ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
