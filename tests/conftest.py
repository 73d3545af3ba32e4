"""What holds for every test: no network but loopback, no settings from the machine, no shared working directory."""

import os
import sys
from pathlib import Path

import pytest

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
    """No variable for this server or for OpenTelemetry, and no .env of the machine, reaches a test."""
    for name in [name for name in os.environ if name.upper().startswith(("FRESHDESK_", "OTEL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def anyio_backend() -> str:
    """Asyncio, as in production; a test in virtual time asks for trio's clock instead."""
    return "asyncio"
