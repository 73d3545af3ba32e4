"""The command ``install``: from a host and an env file to an entry in the host's file, or to the JSON to paste."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from freshdesk_mcp_server.cli.host_files import (
    HOSTS,
    Host,
    HostFileError,
    JsonObject,
    command_of,
    create_entry,
    pasteable,
    put_entry,
)
from freshdesk_mcp_server.cli.options import ENV_FILE_OPTION, SANDBOX, need_account
from freshdesk_mcp_server.cli.output import path_of, refuse_env_file, warn_of_open_file
from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.settings import ENV_FILE, load_settings
from freshdesk_mcp_server.tools.registry import policy_from


def _server_name(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", value):  # hosts make it a part of the names of tools
        raise click.BadParameter("give up to 32 letters, digits, hyphens and underscores")
    return value


@click.command()
@click.argument("host", type=click.Choice([*HOSTS]))
@SANDBOX
@ENV_FILE_OPTION
@click.option(
    "--name", default="freshdesk", show_default=True, callback=_server_name, help="What the host calls this server."
)
@click.option("--file", type=click.Path(path_type=Path), help="The host's file.  [default: where the host has it]")
@click.option("--print", "only_print", is_flag=True, help="Print the JSON to paste, and change nothing.")
def install(*, host: str, sandbox: bool, env_file: str | None, name: str, file: Path | None, only_print: bool) -> None:
    """Make HOST start this server over stdio: write the entry into the host's file.

    What else is in the file stays, and a copy of the old file is kept beside it. The API key is not copied: the entry
    names the env file, which must hold all that is needed, since a host may start the server without the environment.

    Exits with 1 if the file could not be written, and then prints the JSON to paste; with 2 if a setting is wrong.
    """
    if sandbox and env_file:
        raise click.UsageError("--sandbox and --env-file exclude each other.")
    source = ["--sandbox"] if sandbox else ["--env-file", _checked_env_file(env_file or ENV_FILE)]
    if not sandbox:
        warn_of_open_file(env_file)
    about = HOSTS[host]
    entry = create_entry(about, command_of(Path(sys.executable)), ["serve", "--transport", "stdio", *source])
    if only_print:
        click.echo(pasteable(about, name, entry))
        return
    try:
        _install(about, file or about.file(), name, entry)
    except HostFileError as error:
        click.echo(f"{error}\nSo nothing was written. This is the JSON to paste:", err=True)
        click.echo(pasteable(about, name, entry))
        sys.exit(1)


def _checked_env_file(env_file: str) -> str:
    """Return the absolute path of a file that holds all that a server needs; ends the process if it does not."""
    path = path_of(env_file)
    if not path.exists():
        refuse_env_file([f"There is no file {path}."])
    try:
        settings = load_settings(env_file=env_file, use_environment=False)
        policy_from(settings)
        need_account(settings)
    except ConfigurationError as error:
        refuse_env_file(error.problems)
    return str(path)


def _install(host: Host, file: Path, name: str, entry: JsonObject) -> None:
    done = put_entry(file, host, name, entry, datetime.now(UTC))
    if done is None:
        click.echo(f"It is already there, as {name} in {file}.")
        return
    change, backup = done
    click.echo(change.diff)
    click.echo(f"Written to {change.path}.")
    if backup:
        click.echo(f"All else in it stays as it was (*** stands for what is not shown); the old file is {backup}.")
    click.echo(host.next_step)
