"""The files in which MCP hosts name their servers, and the entry of this server in them.

This module knows the file and the entry of each host, and plans the change of the file. Only ``write`` changes
anything, and ``put_entry`` keeps other processes from changes meanwhile. ``install`` checks the settings and words the
texts for a person. All other content of a file stays. Of its values, only ours and the former program of our entry are
shown, since any other may be a secret.
"""

import difflib
import json
import os
import re
import stat
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from freshdesk_mcp_server.cli.locking import exclusively
from freshdesk_mcp_server.settings import application_folder

PROGRAM = "freshdesk-mcp-server"
HIDDEN = "***"
INDENT = "  "
FOR_ONE_MACHINE = (
    "Commit neither the file nor the copy of an old one: they hold paths of this machine, and may hold keys."
)

type JsonObject = dict[str, Any]


class HostFileError(Exception):
    """The file cannot be changed, and was not; the text gives the reason on one line."""


@dataclass(frozen=True, slots=True)
class Host:
    """An MCP host: its name, the place of its file, its way to notice a change, and its names for things there."""

    title: str
    file: Callable[[], Path]
    next_step: str
    key: str = "mcpServers"
    names_type: bool = False


HOSTS: Mapping[str, Host] = {
    # https://modelcontextprotocol.io/docs/develop/connect-local-servers
    "claude-desktop": Host(
        "Claude Desktop",
        lambda: application_folder() / "Claude" / "claude_desktop_config.json",
        "Quit Claude Desktop and start it again.",
    ),
    # https://code.claude.com/docs/en/mcp
    "claude-code": Host(
        "Claude Code",
        lambda: Path.cwd() / ".mcp.json",
        f"Start Claude Code in this folder and approve the server. {FOR_ONE_MACHINE}",
    ),
    # https://cursor.com/docs/mcp
    "cursor": Host(
        "Cursor",
        lambda: Path.home() / ".cursor" / "mcp.json",
        "Quit Cursor and start it again.",
    ),
    # https://code.visualstudio.com/docs/copilot/reference/mcp-configuration
    "vscode": Host(
        "VS Code",
        lambda: Path.cwd() / ".vscode" / "mcp.json",
        f"Open this folder in VS Code and start the server with the command MCP: List Servers. {FOR_ONE_MACHINE}",
        key="servers",
        names_type=True,
    ),
}


def command_of(interpreter: Path) -> list[str]:
    """Return the command of this server from any folder: the program installed beside `interpreter`, or the module."""
    for program in (interpreter.with_name(PROGRAM), interpreter.with_name(f"{PROGRAM}.exe")):
        if program.is_file():
            return [str(program)]
    return [str(interpreter), "-m", "freshdesk_mcp_server"]


def create_entry(host: Host, command: Sequence[str], arguments: Sequence[str]) -> JsonObject:
    """Return the entry by which `host` starts `command` with `arguments`."""
    kind = {"type": "stdio"} if host.names_type else {}
    return {**kind, "command": command[0], "args": [*command[1:], *arguments]}


def pasteable(host: Host, name: str, entry: JsonObject) -> str:
    """Return a whole file of `host` with this entry alone, for a person to insert by hand."""
    return _text_of({host.key: {name: entry}}, INDENT)


@dataclass(frozen=True, slots=True)
class Change:
    """The change of a file: its path without links, and its bytes before (None for a new file) and after.

    `diff` shows it to a person.
    """

    path: Path
    before: bytes | None
    after: bytes
    diff: str


def plan_change(file: Path, host: Host, name: str, entry: JsonObject) -> Change | None:
    """Plan the change that makes `entry` part of the file under `name`; None if nothing is to change.

    Raises:
        HostFileError: The file cannot be read, or has another form than the host gives it.
    """
    path, before = _read(file)
    try:
        text = (before or b"").decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=_object_from) if text.strip() else {}
        servers = _servers_in(document, host.key)
        if servers.get(name) == entry:
            return None
        changed = document | {host.key: servers | {name: entry}}
        after = f"{_text_of(changed, _indent_of(text))}\n".encode()
    except (ValueError, RecursionError) as error:
        raise HostFileError(f"{file} is not plain JSON of the form that {host.title} reads: {error}.") from None
    shown_before = [] if before is None else _shown(document, host.key, name, ("type", "command"))
    shown_after = _shown(changed, host.key, name, ("type", "command", "args"))
    return Change(path, before, after, _diff(path, shown_before, shown_after))


def _read(file: Path) -> tuple[Path, bytes | None]:
    """Return the path of the file, links followed, and its content; None if there is no file."""
    path = Path(os.path.realpath(file))  # Path.resolve fails for a link to itself, in some versions of Python
    try:
        return path, path.read_bytes()
    except FileNotFoundError:
        return path, None
    except OSError as error:
        raise HostFileError(f"{file} cannot be read: {error.strerror}.") from None


def _object_from(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object, and writing it again would lose a value")
    return found


def _servers_in(document: object, key: str) -> JsonObject:
    if not isinstance(document, dict):
        raise ValueError(f"it should hold an object, but holds {_kind_of(document)}")  # noqa: TRY004  # a value of the file
    servers = document.get(key, {})
    if not isinstance(servers, dict):
        raise ValueError(f'"{key}" should be an object, but is {_kind_of(servers)}')  # noqa: TRY004
    return servers


def _kind_of(value: object) -> str:
    kinds = {list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return kinds.get(type(value), "null")


def _indent_of(text: str) -> str:
    found = re.search(r'^([ \t]+)"', text, re.MULTILINE)
    return found[1] if found else INDENT


def _text_of(document: JsonObject, indent: str) -> str:
    return json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False)


def _shown(document: JsonObject, key: str, name: str, parts: Sequence[str]) -> list[str]:
    """Return the lines of a document that may be shown: its names, and `parts` of the entry `name`."""
    view = _names_in(document)
    if key in document:
        view[key] = _names_in(document[key])
        if name in document[key]:
            view[key][name] = _shown_entry(document[key][name], parts)
    return _text_of(view, INDENT).splitlines()


def _shown_entry(entry: object, parts: Sequence[str]) -> object:
    if not isinstance(entry, dict):
        return HIDDEN
    return {name: value if name in parts else _names_in(value) for name, value in entry.items()}


def _names_in(value: object) -> Any:
    return dict.fromkeys(value, HIDDEN) if isinstance(value, dict) else HIDDEN


def _diff(path: Path, before: list[str], after: list[str]) -> str:
    return "\n".join(difflib.unified_diff(before, after, str(path), str(path), lineterm=""))


def put_entry(file: Path, host: Host, name: str, entry: JsonObject, now: datetime) -> tuple[Change, Path | None] | None:
    """Make `entry` part of the file under `name`, one process after the other.

    Returns the change, and the path of a copy of the old file; None if nothing was to change.

    Raises:
        HostFileError: The file was not changed.
    """
    try:
        with exclusively():
            change = plan_change(file, host, name, entry)
            return (change, write(change, now)) if change else None
    except OSError as error:
        raise HostFileError(f"No other process can be kept from writing it: {error.strerror}.") from None


def write(change: Change, now: datetime) -> Path | None:
    """Carry out `change`, and return the path of a copy of the old file beside it; None if there was none.

    The new file replaces the old one at once, so that nobody reads half of it. Both copies have the permissions of the
    old file. A new file is for this user alone, since hosts keep keys in it.

    Raises:
        HostFileError: The file was not changed.
    """
    path, before = change.path, change.before
    if _read(path)[1] != before:
        raise HostFileError(f"{path} was changed by another program meanwhile; run this again.")
    try:
        if before is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            _put(path, change.after, 0o600)
            return None
        mode = stat.S_IMODE(path.stat().st_mode)
        backup = path.with_name(f"{path.name}.backup-{now:%Y%m%dT%H%M%S.%fZ}")
        _put(backup, before, mode)
        _put(path, change.after, mode)
    except OSError as error:
        raise HostFileError(f"{path} cannot be written: {error.strerror}.") from None
    return backup


def _put(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all, readable for this user alone until it has `mode`."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
