"""The texts of the commands for people: refusals, warnings, advice, and the token of a run.

All of them go to standard error, since standard output carries results and the protocol.
"""

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.settings import ENV_FILE, Settings, is_open_to_others

ADVICE_ON_LISTENING = dict.fromkeys(
    (errno.EADDRINUSE, errno.EACCES), "Choose another port with --port; --port 0 takes a free one."
)


def path_of(env_file: str | None) -> Path:
    """Return the env file that a command reads: that of the option, or of the working directory."""
    return Path(env_file or ENV_FILE).absolute()


def warn_of_open_file(env_file: str | None) -> None:
    """Warn of an env file with secrets that other users can read."""
    path = path_of(env_file)
    if is_open_to_others(path):
        click.echo(f"Others on this machine can read the secrets in {path}: run chmod 600 {path}", err=True)


def refuse_settings(error: ConfigurationError, env_file: str | None) -> NoReturn:
    """Print the problems of a command's settings, and end the process."""
    path = path_of(env_file)
    there = "see .env.example" if path.exists() else "which is not there; see .env.example"
    _refuse(
        "The settings are not complete, and nothing was started:",
        error.problems,
        f"Settings come from the command line, the environment and the file {path} ({there}).",
    )


def _refuse(what: str, problems: Sequence[str], advice: str) -> NoReturn:
    click.echo("\n".join([what, *(f"  - {problem}" for problem in problems), advice]), err=True)
    sys.exit(2)


def refuse_env_file(problems: Sequence[str]) -> NoReturn:
    """Print the reasons why a file is not enough for a server that a host starts, and end the process."""
    _refuse(
        "The settings are not complete, and nothing was written:",
        problems,
        "Copy .env.example to .env and fill it in, name another file with --env-file, or use --sandbox.",
    )


def announce_token(token: str, settings: Settings) -> None:
    """Print the token that was made for this run; nothing else shows it."""
    click.echo(
        f"No token is configured and others can reach {settings.host}, so this run has a token of its own:\n"
        f"  Authorization: Bearer {token}\n"
        f"  claude mcp add --transport http freshdesk http://localhost:{settings.port}/mcp "
        f'--header "Authorization: Bearer {token}"\n'
        "Set FRESHDESK_MCP_SERVER_AUTH_TOKENS to keep one, or FRESHDESK_MCP_SERVER_AUTH=none to do without.",
        err=True,
    )


def not_listening(host: str, port: int, error: OSError) -> click.ClickException:
    """Return the error of a server that could not listen, with advice."""
    advice = ADVICE_ON_LISTENING.get(error.errno or 0, "Choose another address with --host.")
    return click.ClickException(f"Cannot listen on {host} port {port}: {_reason_of(error)}. {advice}")


def _reason_of(error: OSError) -> str:
    # asyncio writes a text of its own around the system's; the number tells them apart (a name's is negative). Windows
    # has no text for the numbers of sockets.
    if error.errno and error.errno > 0 and sys.platform != "win32":
        return os.strerror(error.errno)
    return str(error.strerror)
