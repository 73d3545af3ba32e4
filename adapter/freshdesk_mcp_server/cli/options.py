"""The options that commands share, and the settings that they lead to.

Wrong settings end the process here, with exit code 2 and a text that names all of them.
"""

import click

from freshdesk_mcp_server import app
from freshdesk_mcp_server.cli.output import refuse_settings
from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.network import Network
from freshdesk_mcp_server.settings import ENV_FILE, LogLevel, Settings, load_network, load_settings
from freshdesk_mcp_server.tools.registry import policy_from

SANDBOX = click.option(
    "--sandbox",
    is_flag=True,
    help="Work on a simulated Freshdesk with about 60 tickets, in memory: no account, no key, no network.",
)
LOG_LEVEL = click.option(
    "--log-level",
    type=click.Choice(LogLevel, case_sensitive=False),
    help="Log this level and those above; DEBUG shows tracebacks of the sandbox.  [default: INFO]",
)
ENV_FILE_OPTION = click.option(
    "--env-file",
    type=click.Path(exists=True, dir_okay=False),
    help="The file that settings are read from.  [default: .env in the working directory]",
)


def settings_from(env_file: str | None, *, sandbox: bool = False, **given: object) -> Settings:
    """Return the settings of a command: `given` are its options, by the names of the fields."""
    if sandbox:
        given |= app.sandbox_settings()
    try:
        settings = load_settings(given, env_file=env_file or ENV_FILE)
        policy_from(settings)
    except ConfigurationError as error:
        refuse_settings(error, env_file)
    return settings


def network_from(env_file: str | None) -> Network:
    """Return the network, for a command that needs no other setting."""
    try:
        return load_network(env_file or ENV_FILE)
    except ConfigurationError as error:
        refuse_settings(error, env_file)


def need_account(settings: Settings) -> None:
    """Refuse settings that name no account, for a command that needs one."""
    if settings.account is None:
        raise click.ClickException(
            "FRESHDESK_MCP_SERVER_TENANCY=header is for `serve` over HTTP, where each request names its account; "
            "leave it out here and set FRESHDESK_DOMAIN and FRESHDESK_API_KEY."
        )
