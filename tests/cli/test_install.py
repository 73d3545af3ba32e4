"""``install``: the entry in each file, the texts, and the start of a server from the entry."""

import json
import stat
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import pytest
from click.testing import CliRunner, Result

from freshdesk_mcp_server.cli import main
from freshdesk_mcp_server.cli.host_files import HOSTS
from support.servers import PATIENCE_S

KEY = "kEy-0123456789-marked"
ENV_FILE = f"FRESHDESK_API_KEY={KEY}\nFRESHDESK_DOMAIN=acme\n"
PLACES = {
    "claude-desktop": "home/.config/Claude/claude_desktop_config.json",
    "claude-code": "project/.mcp.json",
    "cursor": "home/.cursor/mcp.json",
    "vscode": "project/.vscode/mcp.json",
}
ON_SANDBOX = ["serve", "--transport", "stdio", "--sandbox"]


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Use a home and a project of the test's own, on a system like Linux."""
    for folder in ("home", "project"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(tmp_path / "project")


@pytest.fixture
def cursor(tmp_path: Path) -> Path:
    """Return Cursor's file, which does not exist yet, in a folder that does."""
    file = tmp_path / PLACES["cursor"]
    file.parent.mkdir()
    return file


def install(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["install", *map(str, arguments)])


def said_by(result: Result) -> str:
    """Return the output of a command that succeeded."""
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def servers_in(file: Path) -> Any:
    document = json.loads(file.read_text(encoding="utf-8"))
    return document.get("servers") or document["mcpServers"]


# The entry


@pytest.mark.parametrize("host", HOSTS)
def test_each_host_gets_its_file(tmp_path: Path, host: str) -> None:
    said = said_by(install(host, "--sandbox"))
    file = tmp_path / PLACES[host]
    assert files_in(tmp_path) == [file]
    assert servers_in(file)["freshdesk"]["args"] == ON_SANDBOX
    assert '+    "freshdesk": {' in said
    assert said.splitlines()[-1] == HOSTS[host].next_step


def test_the_command_is_that_of_this_installation(cursor: Path) -> None:
    said_by(install("cursor", "--sandbox"))
    assert servers_in(cursor)["freshdesk"]["command"] == str(Path(sys.executable).with_name("freshdesk-mcp-server"))


@pytest.mark.parametrize("options", [[], ["--env-file", ".env"], ["--env-file", "{tmp}/project/.env"]])
def test_the_entry_names_the_env_file_and_the_key_is_nowhere(tmp_path: Path, cursor: Path, options: list[str]) -> None:
    Path(".env").write_text(ENV_FILE)
    said = said_by(install("cursor", *(option.format(tmp=tmp_path) for option in options)))
    env_file = str(tmp_path / "project" / ".env")
    assert servers_in(cursor)["freshdesk"]["args"] == ["serve", "--transport", "stdio", "--env-file", env_file]
    assert KEY not in said + cursor.read_text()


def test_the_entry_has_the_given_name(cursor: Path) -> None:
    said_by(install("cursor", "--sandbox", "--name", "second_desk-2"))
    assert list(servers_in(cursor)) == ["second_desk-2"]


def test_another_host_file_may_be_named(tmp_path: Path) -> None:
    said_by(install("vscode", "--sandbox", "--file", "profile/mcp.json"))
    assert files_in(tmp_path) == [tmp_path / "project/profile/mcp.json"]
    assert servers_in(tmp_path / "project/profile/mcp.json")["freshdesk"]["type"] == "stdio"


def test_other_servers_stay_and_the_old_file_is_kept_beside_the_new_one(cursor: Path) -> None:
    other = {"command": "zoo", "env": {"ZOO_KEY": KEY}, "headers": {"Authorization": KEY}}
    before = json.dumps({"mcpServers": {"zoo": other}, "theme": KEY})
    cursor.write_text(before)
    cursor.chmod(0o640)
    said = said_by(install("cursor", "--sandbox"))
    assert json.loads(cursor.read_text())["theme"] == KEY
    assert servers_in(cursor)["zoo"] == other
    (backup,) = cursor.parent.glob("mcp.json.backup-*")
    assert backup.read_text() == before
    assert {stat.S_IMODE(path.stat().st_mode) for path in (cursor, backup)} == {0o640}
    assert f"the old file is {backup}." in said
    assert '"zoo": "***"' in said
    assert KEY not in said


def test_a_second_install_writes_nothing(cursor: Path) -> None:
    said_by(install("cursor", "--sandbox"))
    before = cursor.stat()
    assert said_by(install("cursor", "--sandbox")) == f"It is already there, as freshdesk in {cursor}.\n"
    assert cursor.stat() == before
    assert files_in(cursor.parent) == [cursor]


def test_a_link_to_a_host_file_is_followed(tmp_path: Path, cursor: Path) -> None:
    target = tmp_path / "home" / "dotfiles.json"
    target.write_text("{}")
    cursor.symlink_to(target)
    said_by(install("cursor", "--sandbox"))
    assert cursor.is_symlink()
    assert list(servers_in(target)) == ["freshdesk"]


PAUSED = """
import sys
from freshdesk_mcp_server import cli
from freshdesk_mcp_server.cli import host_files

def paused(*arguments, write=host_files.write):
    print("planned", flush=True)
    sys.stdin.readline()
    return write(*arguments)

host_files.write = paused
cli.main()
"""
"""``install`` that has planned its change, and waits for a line before the write."""
TELLING = """
import fcntl
from freshdesk_mcp_server import cli

def lock(*arguments, flock=fcntl.flock):
    print("waiting", flush=True)
    return flock(*arguments)

fcntl.flock = lock
cli.main()
"""
"""``install`` that reports the start of its wait for another one."""


@pytest.mark.slow("processes")
@pytest.mark.parametrize("is_there", [True, False])
def test_two_installs_at_once_both_leave_their_entry(cursor: Path, *, is_there: bool) -> None:
    if is_there:
        cursor.write_text('{"mcpServers": {"zoo": {}}}')
    first = start_installing(PAUSED, "first")
    assert said_next_by(first) == "planned"
    second = start_installing(TELLING, "second")
    assert said_next_by(second) == "waiting"
    assert first.communicate("\n", PATIENCE_S)[1] == second.communicate(timeout=PATIENCE_S)[1] == ""
    assert (first.returncode, second.returncode) == (0, 0)
    assert list(servers_in(cursor)) == [*(["zoo"] if is_there else []), "first", "second"]


def start_installing(program: str, name: str) -> Popen[str]:
    command = [sys.executable, "-c", program, "install", "cursor", "--sandbox", "--name", name]
    return Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)


def said_next_by(process: Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_an_install_without_a_lock_writes_nothing(monkeypatch: pytest.MonkeyPatch, cursor: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(cursor.parent / "nowhere"))
    result = install("cursor", "--sandbox")
    assert result.exit_code == 1
    assert "No other process can be kept from writing it: No such file or directory." in result.stderr
    assert json.loads(result.stdout)["mcpServers"]["freshdesk"]
    assert files_in(cursor.parent) == []


# Refusals to write


@pytest.mark.parametrize("host", HOSTS)
def test_print_gives_the_json_alone_and_touches_nothing(tmp_path: Path, host: str) -> None:
    printed = json.loads(said_by(install(host, "--sandbox", "--print")))
    assert files_in(tmp_path) == []
    said_by(install(host, "--sandbox"))
    assert json.loads((tmp_path / PLACES[host]).read_text()) == printed


@pytest.mark.parametrize(
    ("host", "content", "complaint"),
    [
        ("vscode", '{\n  // mine\n  "servers": {}\n}\n', "line 2"),
        ("cursor", "[]", "should hold an object, but holds a list"),
        ("cursor", '{"mcpServers": "none"}', '"mcpServers" should be an object, but is a string'),
    ],
)
def test_an_invalid_host_file_is_left_alone_and_the_entry_printed(
    tmp_path: Path, host: str, content: str, complaint: str
) -> None:
    file = tmp_path / PLACES[host]
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
    result = install(host, "--sandbox")
    assert result.exit_code == 1
    assert complaint in result.stderr
    assert "nothing was written" in result.stderr
    assert result.stdout == install(host, "--sandbox", "--print").stdout
    assert file.read_text() == content
    assert files_in(tmp_path) == [file]


def test_an_unreadable_host_file_is_reported_and_the_entry_printed(tmp_path: Path) -> None:
    (tmp_path / "home" / ".cursor").touch()
    result = install("cursor", "--sandbox")
    assert result.exit_code == 1
    assert "mcp.json cannot be read: Not a directory." in result.stderr
    assert json.loads(result.stdout)["mcpServers"]["freshdesk"]


# Settings


def complaint_of(result: Result) -> str:
    """Return the standard error of a command that refused to begin, with no other output and no file written."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return result.stderr


@pytest.mark.parametrize("printing", [[], ["--print"]])
def test_install_without_an_env_file_explains_how_to_make_one(tmp_path: Path, printing: list[str]) -> None:
    complaint = complaint_of(install("cursor", *printing))
    assert f"There is no file {tmp_path / 'project/.env'}." in complaint
    assert "Copy .env.example to .env" in complaint
    assert "--sandbox" in complaint
    assert files_in(tmp_path) == []


def test_a_missing_env_file_is_reported(tmp_path: Path) -> None:
    assert "File 'acme.env' does not exist" in complaint_of(install("cursor", "--env-file", "acme.env"))
    assert files_in(tmp_path) == []


def test_all_problems_of_the_env_file_are_reported_at_once(tmp_path: Path) -> None:
    Path(".env").write_text("FRESHDESK_API_KEY=short\nFRESHDESK_MCP_SERVER_PROT=1\n")
    complaint = complaint_of(install("cursor"))
    for expected in (
        f"FRESHDESK_API_KEY in {tmp_path / 'project/.env'} is not valid",
        "FRESHDESK_DOMAIN is not set",
        f"MCP_SERVER_PROT in {tmp_path / 'project/.env'} is not a setting",
    ):
        assert expected in complaint
    assert "short" not in complaint
    assert files_in(tmp_path) == [tmp_path / "project/.env"]


def test_the_env_file_must_be_complete_without_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FRESHDESK_API_KEY", KEY)
    Path(".env").write_text("FRESHDESK_DOMAIN=acme\n")
    assert "FRESHDESK_API_KEY is not set" in complaint_of(install("cursor"))


def test_an_env_file_for_many_accounts_is_refused_as_by_serve(tmp_path: Path) -> None:
    Path(".env").write_text("FRESHDESK_MCP_SERVER_TENANCY=header\n")
    result = install("cursor")
    assert result.exit_code == 1
    assert "TENANCY=header is for `serve` over HTTP" in result.stderr
    assert files_in(tmp_path) == [tmp_path / "project/.env"]


def test_a_sandbox_needs_no_env_file_and_takes_none() -> None:
    Path(".env").write_text(ENV_FILE)
    assert "--sandbox and --env-file exclude each other" in complaint_of(
        install("cursor", "--sandbox", "--env-file", ".env")
    )


@pytest.mark.parametrize("name", ["", "two words", "a/b", "ä", "x" * 33])
def test_a_name_that_hosts_would_change_is_refused(tmp_path: Path, name: str) -> None:
    assert "Invalid value for '--name'" in complaint_of(install("cursor", "--sandbox", "--name", name))
    assert files_in(tmp_path) == []


def test_an_unknown_host_is_refused_with_the_known_ones() -> None:
    complaint = complaint_of(install("emacs"))
    assert all(host in complaint for host in HOSTS)


# The start by a host


def answers_of(command: list[str], directory: Path) -> dict[Any, Any]:
    """Return the answers of a server to `initialize` and `tools/list`, started with its command alone."""
    about = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "host", "version": "1"}}
    requests: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": about},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/list"},
    ]
    lines = "".join(json.dumps({"jsonrpc": "2.0", **request}) + "\n" for request in requests)
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=directory, env={}, text=True) as process:
        try:
            output, _ = process.communicate(lines, PATIENCE_S)
        finally:
            process.kill()
    assert process.returncode == 0
    return {message["id"]: message["result"] for message in map(json.loads, output.splitlines())}


@pytest.mark.slow("processes")
@pytest.mark.parametrize(
    ("host", "options"),
    [
        ("claude-desktop", []),
        ("claude-code", ["--sandbox"]),
        ("cursor", ["--env-file", "../acme.env"]),
        ("vscode", ["--sandbox"]),
    ],
)
def test_the_written_entry_starts_a_server_from_any_folder(tmp_path: Path, host: str, options: list[str]) -> None:
    for env_file in (Path(".env"), Path("../acme.env")):
        env_file.write_text(ENV_FILE)
    said_by(install(host, *options))
    (entry,) = servers_in(tmp_path / PLACES[host]).values()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    answers = answers_of([entry["command"], *entry["args"]], elsewhere)
    assert answers[1]["serverInfo"]["name"]
    assert "freshdesk_create_ticket" in {tool["name"] for tool in answers[2]["tools"]}
