"""Costs of this server: bytes that a model reads, seconds to start, milliseconds per call, memory.

All figures come from processes as users run them: a sandbox in place of Freshdesk, the server over HTTP and over stdio,
and this process as the client. The client speaks JSON-RPC by hand, so that no SDK takes part of the time. A ticket is
read from the sandbox itself, through HTTP and through stdio. The three take turns, so that other load falls on each
alike. The difference of the medians is the cost of the server.
"""

# ruff: noqa: INP001, S603, T201  # a script: no package, runs our own command, prints

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from freshdesk_mcp_server import __version__
from freshdesk_sandbox import API_KEY

COMMAND: Final = (sys.executable, "-m", "freshdesk_mcp_server")
STARTS: Final = 5
ROUNDS: Final = 200
WARM_UP: Final = 10
PATIENCE_S: Final = 30.0
TICKET_ID: Final = 7
PROTOCOL: Final = "2025-11-25"
INITIALIZE: Final = {
    "protocolVersion": PROTOCOL,
    "capabilities": {},
    "clientInfo": {"name": "benchmark", "version": "1"},
}
HEADERS: Final = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": PROTOCOL}

type Ask = Callable[[str, dict[str, Any]], bytes]
"""Sends one JSON-RPC request, by method and parameters, and returns the bytes of its answer."""


def environment(upstream: str) -> dict[str, str]:
    """Return the environment of a server that works on the sandbox at `upstream`, whatever this machine has set."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("FRESHDESK_")}
    settings = {"API_KEY": API_KEY, "DOMAIN": "sandbox", "MCP_SERVER_UPSTREAM_URL": upstream}
    return kept | {f"FRESHDESK_{name}": value for name, value in settings.items()}


@contextmanager
def process(*arguments: str, upstream: str = "http://127.0.0.1:1") -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run our command with pipes, in a directory of its own without .env; yield the process and its log file."""
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory, "stderr")
        with log.open("wb") as stderr:
            started = subprocess.Popen(
                [*COMMAND, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=directory,
                env=environment(upstream),
            )
        with started:
            try:
                yield started, log
            finally:
                started.kill()


@contextmanager
def sandbox() -> Iterator[str]:
    """Run a sandbox whose rate limit is never reached; yield its address."""
    with process("sandbox", "--port", "0", "--rate-limit", "1000000") as (started, _):
        yield _line_of(started).decode().split()[-1]


@contextmanager
def over_http(upstream: str) -> Iterator[tuple[Ask, int]]:
    """Run a server over HTTP, with one connection that is kept; yield a way to ask it, and its process id."""
    with (
        process("serve", "--port", "0", upstream=upstream) as (started, log),
        httpx.Client(base_url=_listening(log), headers=HEADERS, timeout=PATIENCE_S, trust_env=False) as client,
    ):
        yield lambda method, params: client.post("/mcp", json=_request(method, params)).content, started.pid


@contextmanager
def over_stdio(upstream: str) -> Iterator[tuple[Ask, int]]:
    """Run a server over its standard input and output; yield a way to ask it, and its process id."""
    with process("serve", "--transport", "stdio", upstream=upstream) as (started, _):

        def ask(method: str, params: dict[str, Any]) -> bytes:
            _send(started, _request(method, params))
            return _line_of(started)

        ask("initialize", INITIALIZE)
        _send(started, {"jsonrpc": "2.0", "method": "notifications/initialized"})
        yield ask, started.pid


def _request(method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def _send(started: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
    assert started.stdin  # noqa: S101  # a pipe, as asked for
    started.stdin.write(json.dumps(message).encode() + b"\n")
    started.stdin.flush()


def _line_of(started: subprocess.Popen[bytes]) -> bytes:
    assert started.stdout  # noqa: S101  # as above
    line = started.stdout.readline()
    if not line:
        sys.exit("benchmark: the server ended")
    return line


def _listening(log: Path) -> str:
    """Return the address that a server logs once it listens."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        events = [json.loads(line) for line in log.read_text().split("\n")[:-1] if line.startswith("{")]
        for event in events:
            if event["event"] == "listening":
                return str(event["url"])
        time.sleep(0.02)
    sys.exit(f"benchmark: no server after {PATIENCE_S:g} s:\n{log.read_text()}")


def _call(ask: Ask, tool: str, **arguments: Any) -> dict[str, Any]:
    answer = json.loads(ask("tools/call", {"name": tool, "arguments": arguments}))
    result: dict[str, Any] = answer["result"]
    if result.get("isError"):
        sys.exit(f"benchmark: {tool} failed: {result}")
    return result


def sizes(ask: Ask) -> Iterator[tuple[str, str]]:
    """Measure the bytes that a model reads: the tools, and one page of tickets."""
    tools = json.loads(ask("tools/list", {}))["result"]
    page = _call(ask, "freshdesk_list_tickets", per_page=30)
    text = "\n".join(block["text"] for block in page["content"])
    rows = len(page["structuredContent"]["tickets"])
    yield f"tools/list, {len(tools['tools'])} tools", f"{_bytes(tools):,} bytes"
    yield f"list of {rows} tickets: text", f"{len(text.encode()):,} bytes"
    yield f"list of {rows} tickets: structured content", f"{_bytes(page['structuredContent']):,} bytes"
    yield f"list of {rows} tickets: whole result", f"{_bytes(page):,} bytes"


def _bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def start_up(upstream: str) -> tuple[str, str]:
    """Measure from the start of the process to the answer to tools/list."""
    times = []
    for _ in range(STARTS):
        started = time.perf_counter()
        with over_stdio(upstream) as (ask, _):
            ask("tools/list", {})
            times.append(time.perf_counter() - started)
    name = f"start to the first tools/list, stdio, median of {STARTS}"
    return name, f"{statistics.median(times):.2f} s ({min(times):.2f} to {max(times):.2f})"


def latencies(upstream: str, http: Ask, stdio: Ask) -> Iterator[tuple[str, str]]:
    """Measure the time of one ticket, `ROUNDS` times on each way, in turns."""
    with httpx.Client(base_url=upstream, auth=(API_KEY, "X"), timeout=PATIENCE_S, trust_env=False) as client:
        ways: dict[str, Callable[[], object]] = {
            "direct": lambda: client.get(f"/api/v2/tickets/{TICKET_ID}").raise_for_status(),
            "HTTP": lambda: _call(http, "freshdesk_get_ticket", ticket_id=TICKET_ID),
            "stdio": lambda: _call(stdio, "freshdesk_get_ticket", ticket_id=TICKET_ID),
        }
        rounds = [{name: _milliseconds(way) for name, way in ways.items()} for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
    times = {name: [one[name] for one in rounds] for name in ways}
    direct = statistics.median(times["direct"])
    yield f"get a ticket, direct to the sandbox, n={ROUNDS}", _spread(times["direct"])
    for name in ("HTTP", "stdio"):
        yield f"get a ticket, through {name}, n={ROUNDS}", _spread(times[name])
        yield f"  added by the server, {name}", f"{statistics.median(times[name]) - direct:.1f} ms (of medians)"


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _spread(times: list[float]) -> str:
    return f"median {statistics.median(times):.1f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.1f} ms"


def resident(pid: int) -> str:
    """Return the memory of a process that is in RAM."""
    kib = subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)])  # noqa: S607  # wherever ps is
    return f"{int(kib) / 1024:.0f} MiB"


def measurements() -> Iterator[tuple[str, str]]:
    """Yield all measurements, each with its name and value."""
    with ExitStack() as stack:
        upstream = stack.enter_context(sandbox())
        yield start_up(upstream)
        http, http_pid = stack.enter_context(over_http(upstream))
        stdio, stdio_pid = stack.enter_context(over_stdio(upstream))
        yield from sizes(http)
        yield "resident memory after its first call, HTTP", resident(http_pid)
        yield from latencies(upstream, http, stdio)
        yield f"resident memory after {ROUNDS} calls, HTTP", resident(http_pid)
        yield f"resident memory after {ROUNDS} calls, stdio", resident(stdio_pid)


def main() -> None:
    """Print the table."""
    started = time.perf_counter()
    print(f"freshdesk-mcp-server {__version__}, Python {platform.python_version()}, {os.cpu_count()} CPUs", end=", ")
    print(f"load average {os.getloadavg()[0]:.1f} at the start")
    print("| What | Value |\n|---|---|")
    for name, value in measurements():
        print(f"| {name} | {value} |", flush=True)
    print(f"\nTook {time.perf_counter() - started:.0f} s.")


if __name__ == "__main__":
    main()
