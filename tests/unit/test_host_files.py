"""The files of MCP hosts: the entry, the content that stays, and the values that are never shown."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from freshdesk_mcp_server.cli.host_files import (
    HOSTS,
    Change,
    HostFileError,
    command_of,
    create_entry,
    pasteable,
    plan_change,
    write,
)

CURSOR = HOSTS["cursor"]
VSCODE = HOSTS["vscode"]
ENTRY = create_entry(CURSOR, ["/opt/bin/freshdesk-mcp-server"], ["serve", "--sandbox"])
NOW = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
SECRET = "marked-and-secret"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mcp.json"


def plan(file: Path, name: str = "freshdesk") -> Change:
    change = plan_change(file, CURSOR, name, ENTRY)
    assert change
    return change


def put(file: Path, document: object) -> bytes:
    """Write the file as a host would, and return its content."""
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file.read_bytes()


def content_of(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


# File and entry


@pytest.mark.parametrize(
    ("host", "file"),
    [
        ("claude-desktop", "config/Claude/claude_desktop_config.json"),
        ("claude-code", "project/.mcp.json"),
        ("cursor", "home/.cursor/mcp.json"),
        ("vscode", "project/.vscode/mcp.json"),
    ],
)
def test_each_host_has_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str, file: str) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("freshdesk_mcp_server.cli.host_files.application_folder", lambda: tmp_path / "config")
    assert HOSTS[host].file() == tmp_path / file


def test_an_entry_has_the_form_that_its_host_documents() -> None:
    for name, host in HOSTS.items():
        written = json.loads(pasteable(host, "mine", create_entry(host, ["/bin/python", "-m", "module"], ["serve"])))
        entry = {"command": "/bin/python", "args": ["-m", "module", "serve"]}
        expected = (
            {"servers": {"mine": {"type": "stdio", **entry}}} if name == "vscode" else {"mcpServers": {"mine": entry}}
        )
        assert written == expected, name


@pytest.mark.parametrize("script", ["freshdesk-mcp-server", "freshdesk-mcp-server.exe"])
def test_the_command_is_the_executable_beside_the_interpreter(tmp_path: Path, script: str) -> None:
    (tmp_path / script).touch()
    assert command_of(tmp_path / "python3.12") == [str(tmp_path / script)]


def test_without_such_an_executable_the_interpreter_runs_the_module(tmp_path: Path) -> None:
    assert command_of(tmp_path / "python") == [str(tmp_path / "python"), "-m", "freshdesk_mcp_server"]


# New content


def test_a_new_file_holds_the_entry_alone(tmp_path: Path) -> None:
    file = tmp_path / "not" / "there" / "mcp.json"
    assert write(plan(file), NOW) is None
    assert file.read_text() == pasteable(CURSOR, "freshdesk", ENTRY) + "\n"
    assert [path.name for path in file.parent.iterdir()] == ["mcp.json"]
    assert mode_of(file) == 0o600


@pytest.mark.parametrize("content", ["", " \n", "{}"])
def test_a_file_that_holds_nothing_gets_the_entry(file: Path, content: str) -> None:
    file.write_text(content)
    write(plan(file), NOW)
    assert content_of(file) == {"mcpServers": {"freshdesk": ENTRY}}


def test_all_else_in_the_file_stays_in_its_order(file: Path) -> None:
    before = {
        "theme": "dunkelgrün",
        "mcpServers": {"zoo": {"command": "zoo", "env": {"KEY": "x"}}, "ant": {"url": "https://ant.example"}},
        "count": 12345678901234567890,
        "inputs": [{"id": "1", "password": True}, None, 0.5],
    }
    put(file, before)
    write(plan(file), NOW)
    after = content_of(file)
    assert list(after) == list(before)
    assert list(after["mcpServers"]) == ["zoo", "ant", "freshdesk"]
    assert after["mcpServers"].pop("freshdesk") == ENTRY
    assert after == before
    assert "dunkelgrün" in file.read_text(encoding="utf-8")


def test_an_entry_of_the_same_name_is_replaced_where_it_stands(file: Path) -> None:
    put(file, {"mcpServers": {"freshdesk": {"command": "old", "env": {"KEY": "x"}}, "zoo": {}}})
    write(plan(file), NOW)
    assert list(content_of(file)["mcpServers"].items()) == [("freshdesk", ENTRY), ("zoo", {})]


def test_a_server_of_another_name_gets_an_entry_of_its_own(file: Path) -> None:
    write(plan(file), NOW)
    write(plan(file, "second"), NOW)
    assert list(content_of(file)["mcpServers"]) == ["freshdesk", "second"]


@pytest.mark.parametrize("indent", ["    ", "\t", "  "])
def test_the_indentation_of_the_file_is_kept(file: Path, indent: str) -> None:
    file.write_text(json.dumps({"mcpServers": {"zoo": {"command": "zoo"}}}, indent=indent))
    write(plan(file), NOW)
    assert file.read_text().splitlines()[1:4] == [
        f'{indent}"mcpServers": {{',
        f'{indent * 2}"zoo": {{',
        f'{indent * 3}"command": "zoo"',
    ]


def test_a_file_that_has_the_entry_needs_no_change(file: Path) -> None:
    write(plan(file), NOW)
    assert plan_change(file, CURSOR, "freshdesk", ENTRY) is None


def test_a_byte_order_mark_is_no_hindrance(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + put(file, {"mcpServers": {"zoo": {}}}))
    write(plan(file), NOW)
    assert list(content_of(file)["mcpServers"]) == ["zoo", "freshdesk"]


# Refusals

COMMENTED = '{\n  // mine\n  "servers": {},\n}\n'


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (COMMENTED.encode(), "line 2 column 3"),
        (b'{"mcpServers": {', "line 1 column 17"),
        (b'{"theme": "gr\xfcn"}', "decode byte 0xfc"),
        (b'{"a": 1, "a": 2}', "a name stands twice"),
        (b'{"a": NaN}', "is not plain JSON"),
        (b'{"a": 1e999}', "is not plain JSON"),
        (b'{"a": "\\ud800"}', "is not plain JSON"),
        (b"[" * 100_000, "is not plain JSON"),
        (b"[]", "it should hold an object, but holds a list"),
        (b'"text"', "it should hold an object, but holds a string"),
        (b"null", "it should hold an object, but holds null"),
        (b'{"mcpServers": "zoo"}', '"mcpServers" should be an object, but is a string'),
        (b'{"mcpServers": ["zoo"]}', '"mcpServers" should be an object, but is a list'),
        (b'{"mcpServers": null}', '"mcpServers" should be an object, but is null'),
        (b'{"mcpServers": true}', '"mcpServers" should be an object, but is a boolean'),
        (b'{"mcpServers": 7}', '"mcpServers" should be an object, but is a number'),
    ],
)
def test_a_file_of_another_form_is_refused_in_one_line(file: Path, content: bytes, complaint: str) -> None:
    file.write_bytes(content)
    with pytest.raises(HostFileError) as caught:
        plan(file)
    assert str(file) in str(caught.value)
    assert complaint in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert file.read_bytes() == content


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostFileError, match=r"cannot be read: Is a directory\.$"):
        plan(tmp_path)


def test_a_link_to_itself_is_refused(file: Path) -> None:
    file.symlink_to(file)
    with pytest.raises(HostFileError, match="cannot be read: Too many levels of symbolic links"):
        plan(file)


def test_a_folder_that_cannot_be_made_is_told(file: Path) -> None:
    file.touch()
    change = Change(file / "mcp.json", None, b"{}\n", "")
    with pytest.raises(HostFileError, match="cannot be read: Not a directory"):
        write(change, NOW)


@pytest.mark.parametrize(("before", "now"), [(None, b"{}"), (b"{}", None), (b"{}", b'{"mcpServers": {}}')])
def test_a_file_that_another_program_has_changed_meanwhile_is_left_alone(
    file: Path, before: bytes | None, now: bytes | None
) -> None:
    if before is not None:
        file.write_bytes(before)
    change = plan(file)
    file.unlink(missing_ok=True)
    if now is not None:
        file.write_bytes(now)
    with pytest.raises(HostFileError, match=r"was changed by another program meanwhile; run this again\.$"):
        write(change, NOW)
    assert (file.read_bytes() if file.exists() else None) == now
    assert not [*file.parent.glob("*.backup-*")]


# Shown differences


@pytest.fixture
def secretive(file: Path) -> Path:
    """A file with a secret at each place that may have one."""
    put(
        file,
        {
            "token": SECRET,
            "inputs": [{"id": SECRET}],
            "mcpServers": {
                "before": {"command": SECRET, "args": ["--key", SECRET], "env": {"KEY": SECRET}},
                "freshdesk": {
                    "command": "old",
                    "args": ["run", "-e", f"FRESHDESK_API_KEY={SECRET}"],
                    "env": {"FRESHDESK_API_KEY": SECRET},
                    "headers": {"Authorization": SECRET},
                    "url": f"https://example.com/?key={SECRET}",
                    "oauth": [SECRET],
                },
                "behind": {"url": SECRET, "headers": {"Authorization": SECRET}},
                "odd": SECRET,
            },
        },
    )
    return file


def test_the_difference_shows_what_changes_and_no_value_that_may_be_a_secret(secretive: Path) -> None:
    diff = plan(secretive).diff
    assert SECRET not in diff
    lines = diff.splitlines()
    assert lines[:2] == [f"--- {secretive}", f"+++ {secretive}"]
    assert [line.strip() for line in lines if line.startswith(("-  ", "+  "))] == [
        '-      "command": "old",',
        '-      "args": "***",',
        '-      "env": {',
        '-        "FRESHDESK_API_KEY": "***"',
        "-      },",
        '-      "headers": {',
        '-        "Authorization": "***"',
        "-      },",
        '-      "url": "***",',
        '-      "oauth": "***"',
        '+      "command": "/opt/bin/freshdesk-mcp-server",',
        '+      "args": [',
        '+        "serve",',
        '+        "--sandbox"',
        "+      ]",
    ]


def test_the_difference_of_a_new_file_is_the_file(file: Path) -> None:
    assert [line[1:] for line in plan(file).diff.splitlines()[3:]] == pasteable(CURSOR, "freshdesk", ENTRY).splitlines()


def test_an_entry_that_is_no_object_is_not_shown_either(file: Path) -> None:
    put(file, {"mcpServers": {"freshdesk": SECRET}})
    assert '-    "freshdesk": "***"' in plan(file).diff
    assert SECRET not in plan(file).diff


# Writing


def test_the_old_content_is_kept_beside_the_file(file: Path) -> None:
    before = put(file, {"mcpServers": {}})
    backup = write(plan(file), NOW)
    assert backup == file.with_name("mcp.json.backup-20260102T030405.000678Z")
    assert backup.read_bytes() == before
    assert {path.name for path in file.parent.iterdir()} == {file.name, backup.name}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_file_and_copy_have_the_permissions_of_the_old_file(file: Path, mode: int) -> None:
    put(file, {})
    file.chmod(mode)
    backup = write(plan(file), NOW)
    assert backup
    assert (mode_of(file), mode_of(backup)) == (mode, mode)


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path, file: Path) -> None:
    target = tmp_path / "dotfiles" / "cursor.json"
    target.parent.mkdir()
    before = put(target, {"mcpServers": {"zoo": {}}})
    file.symlink_to(target)
    backup = write(plan(file), NOW)
    assert file.readlink() == target
    assert list(content_of(target)["mcpServers"]) == ["zoo", "freshdesk"]
    assert backup
    assert (backup.parent, backup.read_bytes()) == (target.parent, before)


def test_the_target_of_a_link_is_made_if_it_is_not_there(tmp_path: Path, file: Path) -> None:
    file.symlink_to(tmp_path / "dotfiles" / "cursor.json")
    write(plan(file), NOW)
    assert content_of(tmp_path / "dotfiles" / "cursor.json") == {"mcpServers": {"freshdesk": ENTRY}}


@pytest.fixture
def _nothing_can_be_moved(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise PermissionError(13, os.strerror(13))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        yield


@pytest.mark.usefixtures("_nothing_can_be_moved")
def test_a_write_that_fails_leaves_everything_as_it_was(file: Path) -> None:
    before = put(file, {"mcpServers": {}})
    with pytest.raises(HostFileError, match=r"cannot be written: Permission denied\.$"):
        write(plan(file), NOW)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]
