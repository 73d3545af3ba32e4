"""What holds for every test: no network but loopback, no settings from the machine, no shared working directory."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.servers import is_heeded
from support.virtual_time import Backend, virtual_time_backend

LOOPBACK = ("127.", "::1", "localhost")


def refuse_other_hosts(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: nothing in this process may connect to, or look up, a host that is not this one."""
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


@pytest.fixture(autouse=True)
def _only_own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable that this server or OpenTelemetry heeds, and no .env of the machine, reaches a test."""
    for name in [name for name in os.environ if is_heeded(name)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


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
    """Puts the clock of the event loop forward by so many seconds: what is due by then happens at once.

    For tests with sockets or processes, which virtual time would not wait for: real time goes on beside it.
    """
    loop = asyncio.get_running_loop()

    def put(seconds: float) -> None:
        time = loop.time
        monkeypatch.setattr(loop, "time", lambda: time() + seconds)

    return put
