"""The log of an unexpected exception inside the sandbox: its words at DEBUG alone."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from freshdesk_sandbox import API_KEY
from support.servers import PATIENCE_S, environment

type LogOf = Callable[..., str]

WORDS = "the shelf is empty"
# The command, in a process whose sandbox has a fault of its own.
BROKEN = f"""
from freshdesk_sandbox.store import Records

def __getitem__(self, kind):
    raise RuntimeError("{WORDS}")

Records.__getitem__ = __getitem__
from freshdesk_mcp_server.cli import main
main()
"""

INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "host", "version": "1"},
}


@contextmanager
def process(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", BROKEN, *arguments]
    settings = environment(FRESHDESK_MCP_SERVER_MAX_ATTEMPTS="1")
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=settings,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def log_of_sandbox(folder: Path, *arguments: str) -> str:
    """Return the log of a sandbox that one request broke."""
    with process(folder, "sandbox", "--port", "0", *arguments) as running:
        assert running.stdout
        url = running.stdout.readline().split()[-1]
        answer = httpx.get(f"{url}/api/v2/tickets", auth=(API_KEY, "X"), timeout=PATIENCE_S, trust_env=False)
        assert (answer.status_code, WORDS in answer.text) == (500, False)
        running.send_signal(signal.SIGTERM)
        return running.communicate(timeout=PATIENCE_S)[1]


def log_of_server(folder: Path, *arguments: str) -> str:
    """Return the log of a server over stdio whose sandbox one tool call broke."""
    with process(folder, "serve", "--sandbox", "--transport", "stdio", *arguments) as running:
        assert running.stdin
        assert running.stdout
        for message in (
            {"id": 1, "method": "initialize", "params": INITIALIZE},
            {"method": "notifications/initialized"},
            {"id": 2, "method": "tools/call", "params": {"name": "freshdesk_list_tickets", "arguments": {}}},
        ):
            running.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        running.stdin.flush()
        answers = [running.stdout.readline() for _ in range(2)]
        assert '"isError":true' in answers[1]
        assert WORDS not in "".join(answers)
        return running.communicate(timeout=PATIENCE_S)[1]


LOGS = pytest.mark.parametrize("log_of", [log_of_sandbox, log_of_server], ids=["sandbox", "serve"])


def events_of(log: str) -> list[str]:
    return [json.loads(line)["event"] for line in log.splitlines()]


@LOGS
def test_debug_shows_the_traceback_of_an_exception_inside_the_sandbox(log_of: LogOf, tmp_path: Path) -> None:
    (event,) = [event for event in events_of(log_of(tmp_path, "--log-level", "debug")) if WORDS in event]

    assert event.startswith("GET /api/v2/tickets failed:\nTraceback (most recent call last):\n")
    assert event.endswith(f"RuntimeError: {WORDS}\n")


@LOGS
def test_the_default_level_shows_type_and_place_of_an_exception_inside_the_sandbox(
    log_of: LogOf, tmp_path: Path
) -> None:
    log = log_of(tmp_path)

    assert '"exception": "RuntimeError"' in log
    assert WORDS not in log
