"""Conditions of every test: no network but loopback, no settings from the machine, no shared working directory."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path

import pytest
from coverage import Coverage

from freshdesk_mcp_server.tools.registry import create_tools
from support.servers import is_heeded
from support.virtual_time import Backend, virtual_time_backend

LOOPBACK = ("127.", "::1", "localhost")
LEFT_OUT = pytest.StashKey[Counter[str]]()
"""Numbers of tests that `--fast` left out, by the reasons in their marks."""


def refuse_other_hosts(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse, as an audit hook, to connect to or look up a host other than this one."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a Unix socket has a path
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host)
    if host is not None and not name.startswith(LOOPBACK):
        raise PermissionError(f"a test tried to reach {host}; tests talk to loopback only")


sys.addaudithook(refuse_other_hosts)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="leave out every test that is marked as slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--fast"):
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.stash[LEFT_OUT] = Counter(_reason_of(item) for item in slow)
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]


def _reason_of(slow: pytest.Item) -> str:
    marker = slow.get_closest_marker("slow")
    return str(marker.args[0]) if marker else ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure no coverage in slow tests: it would double their time, and they compare costs or run processes."""
    measured = Coverage.current()
    if measured is None or not item.get_closest_marker("slow"):
        return (yield)
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash.get(LEFT_OUT, None)
    if left_out:
        reasons = ", ".join(f"{reason} {number}" for reason, number in left_out.most_common())
        terminalreporter.section("NOT RUN", sep="=", red=True, bold=True)
        terminalreporter.line(f"--fast left out {left_out.total()} slow tests: {reasons}.", red=True, bold=True)
        terminalreporter.line("Run scripts/test.sh without options before a commit is handed on.", red=True, bold=True)


@pytest.fixture(autouse=True)
def _only_own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the variables that this server or OpenTelemetry reads, and the machine's .env, from every test."""
    for name in [name for name in os.environ if is_heeded(name)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _tools_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Share the tools of servers in one process. Tools hold no state, and making them takes most of a short test."""
    monkeypatch.setattr("freshdesk_mcp_server.server.create_tools", _same_tools)


_same_tools = cache(create_tools)


@pytest.fixture
def virtual_time() -> Backend:
    """Run the test in virtual time, from 0 on: `pytest.mark.usefixtures("virtual_time")`."""
    return virtual_time_backend()


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> str | Backend:
    """Asyncio, as in production, unless the test asks for virtual time."""
    if "virtual_time" not in request.fixturenames:
        return "asyncio"
    backend: Backend = request.getfixturevalue("virtual_time")
    return backend


@pytest.fixture
async def put_forward(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Put the clock of the event loop forward by some seconds: timers that are due by then run at once.

    For tests with sockets or processes, which virtual time would not wait for: real time goes on beside it.
    """
    loop = asyncio.get_running_loop()

    def put(seconds: float) -> None:
        time = loop.time
        monkeypatch.setattr(loop, "time", lambda: time() + seconds)

    return put
