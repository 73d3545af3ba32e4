"""The commands: from arguments to settings, to something that runs (``app``), to an exit code."""

import io
import json
import sys
from urllib.parse import urlsplit

import click
import structlog

from freshdesk_mcp_server import __version__, app
from freshdesk_mcp_server.cli.call import TOKEN_VARIABLE, call_here, call_url, parse_arguments, token_from
from freshdesk_mcp_server.cli.check import advice_for, owner_told, settings_told
from freshdesk_mcp_server.cli.install import install
from freshdesk_mcp_server.cli.options import (
    ENV_FILE_OPTION,
    LOG_LEVEL,
    SANDBOX,
    need_account,
    network_from,
    settings_from,
)
from freshdesk_mcp_server.cli.output import announce_token, not_listening, path_of, warn_of_open_file
from freshdesk_mcp_server.errors import FreshdeskError
from freshdesk_mcp_server.settings import LogLevel, is_open_to_others
from freshdesk_mcp_server.telemetry.log import configure_logging
from freshdesk_mcp_server.this_machine import is_beyond_this_machine

log = structlog.get_logger(__name__)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="freshdesk-mcp-server")
def main() -> None:
    r"""Let AI agents work the tickets of a Freshdesk account, through the Model Context Protocol.

    Settings come from the command line, the environment and the file .env, in this order; the two that are needed are
    FRESHDESK_API_KEY and FRESHDESK_DOMAIN. Try it without either:

    \b
      freshdesk-mcp-server serve --sandbox
      freshdesk-mcp-server call --sandbox freshdesk_list_tickets '{"per_page": 3}'
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")  # pipes of Windows have another one, without most letters


@main.command()
@click.option(
    "--transport", type=click.Choice(["http", "stdio"]), default="http", show_default=True, help="How clients connect."
)
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on.  [default: 5000]")
@click.option("--toolsets", help="Toolsets to turn on, separated by commas; all for all.  [default: tickets]")
@click.option("--read-only", is_flag=True, help="Offer only the tools that change nothing.")
@SANDBOX
@LOG_LEVEL
@ENV_FILE_OPTION
def serve(
    *,
    transport: str,
    host: str | None,
    port: int | None,
    toolsets: str | None,
    read_only: bool,
    sandbox: bool,
    log_level: LogLevel | None,
    env_file: str | None,
) -> None:
    """Serve MCP until stopped, over HTTP or over standard input and output.

    HTTP is one port with POST /mcp (streamable HTTP), GET /sse and POST /messages/ (for older hosts) and GET /health.
    Standard output carries nothing but the protocol; logs go to standard error.
    """
    given = {"host": host, "port": port, "toolsets": toolsets, "read_only": read_only or None}
    settings = settings_from(env_file, sandbox=sandbox, log_level=log_level, **given)
    if transport != "http":
        need_account(settings)
    configure_logging(settings.log_level)
    if is_open_to_others(path := path_of(env_file)):
        log.warning("env_file_open_to_others", file=str(path), advice="chmod 600")
    try:
        app.serve(settings, transport, sandbox=sandbox, announce=lambda token: announce_token(token, settings))
    except app.CannotListenError as error:
        raise not_listening(error.host, error.port, error.reason) from None


@main.command()
@ENV_FILE_OPTION
def check(*, env_file: str | None) -> None:
    """Show every setting (secrets hidden) and ask Freshdesk who the API key belongs to.

    Exits with 0 if all is well, 1 if Freshdesk says no or cannot be reached, 2 if a setting is wrong.
    """
    settings = settings_from(env_file)
    need_account(settings)
    warn_of_open_file(env_file)
    configure_logging("CRITICAL")
    click.echo("\n".join(settings_told(settings)))
    click.echo(f"\nAsking {urlsplit(settings.api_url).netloc} ...")
    try:
        click.echo("\n".join(owner_told(*app.run(app.owner_of_key(settings)))))
    except FreshdeskError as error:
        raise click.ClickException(advice_for(error)) from None


@main.command()
@click.argument("tool")
@click.argument("arguments", metavar="[JSON]", default="{}")
@click.option(
    "--url", help="A running server, such as http://127.0.0.1:5000/mcp or .../sse.  [default: one in this process]"
)
@click.option(
    "--token",
    help="The token that the server at --url wants; - reads it from standard input, since others on this machine can "
    f"see the options of a command.  [default: that in {TOKEN_VARIABLE}]",
)
@click.option("--text", is_flag=True, help="Print the text that a model reads, in place of JSON.")
@SANDBOX
@ENV_FILE_OPTION
def call(
    *, tool: str, arguments: str, url: str | None, token: str | None, text: bool, sandbox: bool, env_file: str | None
) -> None:
    r"""Call one TOOL with arguments given as a JSON object, and print its result as JSON.

    \b
      freshdesk-mcp-server call freshdesk_get_ticket '{"ticket_id": 7}'

    Exits with 1 if the tool gives an error, which is printed too.
    """
    if url and sandbox:
        raise click.UsageError("--url and --sandbox exclude each other.")
    if token is not None and not url:
        raise click.UsageError("--token is for the server at --url.")
    parsed = parse_arguments(arguments)
    configure_logging("CRITICAL")
    if url:
        network = network_from(env_file) if is_beyond_this_machine(url) else None
        result = app.run(call_url(url, tool, parsed, network, token_from(token)))
    else:
        settings = settings_from(env_file, sandbox=sandbox)
        need_account(settings)
        warn_of_open_file(env_file)
        result = app.run(call_here(settings, tool, parsed, sandbox=sandbox))
    click.echo(result.text if text else json.dumps(result.data, indent=2, ensure_ascii=False))
    sys.exit(1 if result.is_error else 0)


@main.command()
@click.option("--port", type=int, default=5056, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--control", is_flag=True, help="Serve /_sandbox/: reset, statistics, and a plan of faults.")
@click.option("--rate-limit", type=click.IntRange(min=1), default=700, show_default=True, help="Calls per minute.")
@LOG_LEVEL
def sandbox(*, port: int, control: bool, rate_limit: int, log_level: LogLevel | None) -> None:
    """Run the simulated Freshdesk alone, on 127.0.0.1, until stopped.

    It prints its address once it listens. A server uses it with FRESHDESK_MCP_SERVER_UPSTREAM_URL=http://127.0.0.1:5056
    and FRESHDESK_API_KEY=sandbox-api-key.
    """
    configure_logging(log_level or LogLevel.INFO)
    _serve_sandbox(port, control=control, rate_limit=rate_limit)


def _serve_sandbox(port: int, *, control: bool, rate_limit: int) -> None:
    from freshdesk_sandbox import serve_sandbox  # noqa: PLC0415  # the one command that runs it alone

    serving = serve_sandbox(
        port=port,
        control=control,
        rate_limit_per_minute=rate_limit,
        on_listening=lambda url: click.echo(f"The sandbox listens on {url}"),
    )
    try:
        app.run(serving)
    except OSError as error:
        raise not_listening("127.0.0.1", port, error) from None


main.add_command(install)
