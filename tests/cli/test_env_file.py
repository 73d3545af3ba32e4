"""An env file that others on the machine can read: the warnings, and the places without one."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from freshdesk_mcp_server.cli import main
from freshdesk_mcp_server.settings import is_open_to_others
from freshdesk_sandbox import API_KEY, running_sandbox
from support.servers import http_server_process, in_background, log_lines

COMPLETE = f"FRESHDESK_API_KEY={API_KEY}\nFRESHDESK_DOMAIN=acme\n"
OUTSIDE_OF_CONTAINERS = """
from freshdesk_mcp_server import cli
from freshdesk_mcp_server.settings import environment
environment.CONTAINER_MARKS = ()
cli.main()
"""


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a machine with other users."""
    monkeypatch.setattr("freshdesk_mcp_server.settings.environment.CONTAINER_MARKS", ())
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)


def env_file(content: str = COMPLETE, *, mode: int = 0o644) -> Path:
    file = Path(".env").absolute()
    file.write_text(content)
    file.chmod(mode)
    return file


def warning_of(result: Result) -> str:
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o666])
@pytest.mark.parametrize(
    "content",
    [
        COMPLETE,
        "FRESHDESK_MCP_SERVER_AUTH_TOKENS=a-token-of-this-one\n",
        "FRESHDESK_MCP_SERVER_STATE_SECRET=0123456789\n",
        "https_proxy=http://user:password@proxy:3128\n",
    ],
)
def test_a_secret_that_all_can_read_is_noticed(mode: int, content: str) -> None:
    assert is_open_to_others(env_file(content, mode=mode))


@pytest.mark.parametrize(
    ("content", "mode"),
    [(COMPLETE, 0o600), (COMPLETE, 0o640), (COMPLETE, 0o400), ("FRESHDESK_API_KEY=\nFRESHDESK_DOMAIN=acme\n", 0o644)],
)
def test_a_private_env_file_or_one_without_a_secret_is_not_noticed(content: str, mode: int) -> None:
    assert not is_open_to_others(env_file(content, mode=mode))


def test_a_missing_env_file_or_a_folder_is_not_noticed() -> None:
    assert not is_open_to_others(Path("nowhere"))
    Path("folder").mkdir(mode=0o755)
    assert not is_open_to_others(Path("folder"))


def test_modes_of_files_do_not_count_in_a_container(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    assert not is_open_to_others(env_file())
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST")
    (tmp_path / "mark").touch()
    monkeypatch.setattr("freshdesk_mcp_server.settings.environment.CONTAINER_MARKS", (tmp_path / "mark",))
    assert not is_open_to_others(env_file())


def test_a_command_warns_of_an_open_env_file_with_the_remedy(tmp_path: Path) -> None:
    with in_background(running_sandbox()) as url:
        file = env_file(f"{COMPLETE}FRESHDESK_MCP_SERVER_UPSTREAM_URL={url}\n")
        told = f"Others on this machine can read the secrets in {file}: run chmod 600 {file}"
        for command in (["check"], ["call", "freshdesk_list_tickets"]):
            result = CliRunner().invoke(main, command)
            assert result.exit_code == 0, result.output
            assert warning_of(result) == told
    result = CliRunner().invoke(main, ["install", "cursor", "--file", str(tmp_path / "mcp.json")])
    assert result.exit_code == 0, result.output
    assert warning_of(result) == told


@pytest.mark.slow("processes")
def test_a_server_logs_an_open_env_file(tmp_path: Path) -> None:
    env_file()
    command = (sys.executable, "-c", OUTSIDE_OF_CONTAINERS)
    with http_server_process(tmp_path, "serve", "--sandbox", "--port", "0", command=command) as server:
        (line,) = [line for line in log_lines(server.stderr) if line["event"] == "env_file_open_to_others"]
    assert (line["level"], line["file"]) == ("warning", str(tmp_path / ".env"))
    assert API_KEY not in json.dumps(line)
