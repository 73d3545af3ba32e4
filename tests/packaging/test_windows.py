"""Windows, as far as other systems can simulate it: the commands in processes without the parts that Windows lacks.

On Windows itself they are ordinary processes.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from freshdesk_mcp_server import __version__
from freshdesk_sandbox import API_KEY, running_sandbox
from support.servers import COMMAND, PATIENCE_S, environment, http_server_process, in_background

pytestmark = pytest.mark.slow("processes")

IS_WINDOWS = sys.platform == "win32"
PRETENCE = {} if IS_WINDOWS else {"PYTHONPATH": str(Path(__file__).parent.parent / "support" / "windows")}
ABOUT = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "host", "version": "1"}}
MESSAGES: list[dict[str, Any]] = [
    {"id": 1, "method": "initialize", "params": ABOUT},
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/list"},
    {"id": 3, "method": "tools/call", "params": {"name": "freshdesk_get_ticket", "arguments": {"ticket_id": 7}}},
]


def on_windows(*command: str, given: str = "", cwd: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as on Windows, with its usual encoding of pipes."""
    done = subprocess.run(
        command,
        input=given.encode(),
        capture_output=True,
        cwd=cwd,
        env=environment(PYTHONIOENCODING="cp1252", PYTHONUTF8="0", **PRETENCE, **variables),
        timeout=PATIENCE_S,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.skipif(IS_WINDOWS, reason="it is about the pretence")
def test_the_simulated_windows_lacks_the_missing_parts(tmp_path: Path) -> None:
    probe = (
        "import sys, os, signal, asyncio, importlib.util\n"
        "for name in ('fcntl', 'resource', 'termios', 'pwd', 'grp', 'uvloop'):\n"
        "    try: __import__(name)\n"
        "    except ModuleNotFoundError: continue\n"
        "    sys.exit(name)\n"
        "loop = asyncio.new_event_loop()\n"
        "try: loop.add_signal_handler(signal.SIGINT, print)\n"
        "except NotImplementedError: print(sys.platform, hasattr(os, 'fork'))\n"
    )
    done = on_windows(sys.executable, "-c", probe, cwd=tmp_path)
    assert (done.returncode, done.stdout.decode().split()) == (0, ["win32", "False"])


def test_the_command_starts_on_windows(tmp_path: Path) -> None:
    done = on_windows(*COMMAND, "--version", cwd=tmp_path)
    assert (done.returncode, done.stdout.decode().split()[-1]) == (0, __version__)


def test_a_host_is_served_over_stdio_on_windows(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in MESSAGES)
    done = on_windows(*COMMAND, "serve", "--transport", "stdio", "--sandbox", given=lines, cwd=tmp_path)
    answers = {answer["id"]: answer["result"] for answer in map(json.loads, done.stdout.decode().splitlines())}
    assert done.returncode == 0
    assert answers[1]["serverInfo"]["name"]
    assert "freshdesk_create_ticket" in {tool["name"] for tool in answers[2]["tools"]}
    assert answers[3]["structuredContent"]["ticket"]["id"] == 7


def test_a_tool_is_called_over_http_on_windows(tmp_path: Path) -> None:
    with http_server_process(tmp_path, **PRETENCE) as server:
        ticket = {"subject": "Zażółć 🙂", "email": "ada@example.com"}
        call = ("call", "--url", f"{server.url}/mcp", "freshdesk_create_ticket", json.dumps(ticket))
        done = on_windows(*COMMAND, *call, cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout.decode())["ticket"]["subject"] == ticket["subject"]


def test_check_finds_the_owner_of_the_key_on_windows(tmp_path: Path) -> None:
    account = {"FRESHDESK_API_KEY": API_KEY, "FRESHDESK_DOMAIN": "acme"}
    with in_background(running_sandbox()) as url:
        done = on_windows(*COMMAND, "check", cwd=tmp_path, FRESHDESK_MCP_SERVER_UPSTREAM_URL=url, **account)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"The API key works." in done.stdout
    done = on_windows(*COMMAND, "check", cwd=tmp_path, FRESHDESK_MCP_SERVER_UPSTREAM_URL=url, **account)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b"could not be reached" in done.stderr


@pytest.mark.parametrize("host", ["claude-desktop", "cursor"])
def test_install_writes_the_entry_at_the_place_of_windows(tmp_path: Path, host: str) -> None:
    folders = {"APPDATA": str(tmp_path / "Roaming"), "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    done = on_windows(*COMMAND, "install", host, "--sandbox", cwd=tmp_path, **folders)
    assert done.returncode == 0, done.stderr
    place = {"claude-desktop": "Roaming/Claude/claude_desktop_config.json", "cursor": ".cursor/mcp.json"}[host]
    (entry,) = json.loads((tmp_path / place).read_text(encoding="utf-8"))["mcpServers"].values()
    assert entry["args"] == ["serve", "--transport", "stdio", "--sandbox"]


@pytest.mark.skipif(IS_WINDOWS, reason="Windows sends Ctrl+C to all processes of a console")
def test_the_sandbox_runs_alone_on_windows_until_its_process_ends(tmp_path: Path) -> None:
    command = [*COMMAND, "sandbox", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment(**PRETENCE)
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline().startswith(b"The sandbox listens on http://127.0.0.1:")
            process.send_signal(signal.SIGINT)  # as Ctrl+C does
            assert process.communicate(timeout=PATIENCE_S) == (b"", b"")
        finally:
            process.kill()
    assert process.returncode == 0
