"""The command ``freshdesk-mcp-server``: from arguments to settings, to something that runs, to an exit code.

The only module that writes to standard output. Exit codes: 0 well; 1 it ran and failed; 2 arguments or settings are
wrong.
"""

import asyncio
import errno
import io
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import click
import structlog

from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.checkup import advice_for, ask_who, settings_told
from freshdesk_mcp_server.errors import ConfigurationError, FreshdeskError
from freshdesk_mcp_server.gateway import (
    current_account,
    open_gateway,
    open_tenant_gateway,
)
from freshdesk_mcp_server.hosts import (
    HOSTS,
    Host,
    HostFileError,
    JsonObject,
    command_of,
    create_entry,
    pasteable,
    put_entry,
)
from freshdesk_mcp_server.network import Network
from freshdesk_mcp_server.server import METHODS, Server, create_server
from freshdesk_mcp_server.settings import (
    ENV_FILE,
    LogLevel,
    Settings,
    Tenancy,
    asks_for_spans,
    is_open_to_others,
    load_network,
    load_settings,
)
from freshdesk_mcp_server.telemetry.events import Observer, fan_out
from freshdesk_mcp_server.telemetry.log import configure_logging, log_event
from freshdesk_mcp_server.telemetry.tracing import exporting_spans
from freshdesk_mcp_server.tools.context import CallsUnderWay, ToolPolicy
from freshdesk_mcp_server.tools.reading import PROMPTS
from freshdesk_mcp_server.tools.registry import TOOL_NAMES, check_tool_names
from freshdesk_mcp_server.transports.auth import Access, create_access, is_loopback
from freshdesk_mcp_server.transports.client import (
    TOKEN_VARIABLE,
    NoResultError,
    Result,
    call_tool,
    is_beyond_this_machine,
)
from freshdesk_mcp_server.transports.http import http_options_from, serve_http
from freshdesk_mcp_server.transports.stdio import serve_stdio
from freshdesk_sandbox import API_KEY as SANDBOX_API_KEY
from freshdesk_sandbox import running_sandbox, serve_sandbox

log = structlog.get_logger(__name__)

ADVICE_ON_LISTENING = dict.fromkeys(
    (errno.EADDRINUSE, errno.EACCES), "Choose another port with --port; --port 0 takes a free one."
)
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
@click.option("--read-only", is_flag=True, help="Offer only the tools that change nothing.")
@SANDBOX
@LOG_LEVEL
@ENV_FILE_OPTION
def serve(
    *,
    transport: str,
    host: str | None,
    port: int | None,
    read_only: bool,
    sandbox: bool,
    log_level: LogLevel | None,
    env_file: str | None,
) -> None:
    """Serve MCP until stopped, over HTTP or over standard input and output.

    HTTP is one port with POST /mcp (streamable HTTP), GET /sse and POST /messages/ (for older hosts) and GET /health.
    Standard output carries nothing but the protocol; logs go to standard error.
    """
    given = {"host": host, "port": port, "read_only": read_only or None, "log_level": log_level}
    settings = _settings(env_file, sandbox=sandbox, **given)
    if transport != "http":
        _need_account(settings)
    configure_logging(settings.log_level)
    if is_open_to_others(path := _path_of(env_file)):
        log.warning("env_file_open_to_others", file=str(path), advice="chmod 600")
    with exporting_spans({*METHODS, *PROMPTS, *TOOL_NAMES}) if asks_for_spans() else nullcontext():
        _run(_serve(settings, transport, sandbox=sandbox))


@main.command()
@ENV_FILE_OPTION
def check(*, env_file: str | None) -> None:
    """Show every setting (secrets hidden) and ask Freshdesk who the API key belongs to.

    Exits with 0 if all is well, 1 if Freshdesk says no or cannot be reached, 2 if a setting is wrong.
    """
    settings = _settings(env_file)
    _need_account(settings)
    _warn_of_open_file(env_file)
    configure_logging("CRITICAL")
    click.echo("\n".join(settings_told(settings)))
    click.echo(f"\nAsking {urlsplit(settings.api_url).netloc} ...")
    try:
        click.echo("\n".join(_run(ask_who(settings))))
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
    parsed = _parse_arguments(arguments)
    configure_logging("CRITICAL")
    if url:
        network = _network(env_file) if is_beyond_this_machine(url) else None
        result = _run(_call_url(url, tool, parsed, network, _token_from(token)))
    else:
        settings = _settings(env_file, sandbox=sandbox)
        _need_account(settings)
        _warn_of_open_file(env_file)
        result = _run(_call_here(settings, tool, parsed, sandbox=sandbox))
    click.echo(result.text if text else json.dumps(result.data, indent=2, ensure_ascii=False))
    sys.exit(1 if result.is_error else 0)


def _server_name(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", value):  # hosts make it a part of the names of tools
        raise click.BadParameter("give up to 32 letters, digits, hyphens and underscores")
    return value


@main.command()
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
        _warn_of_open_file(env_file)
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
    _run(_serve_sandbox(port, control=control, rate_limit=rate_limit))


def _settings(env_file: str | None, *, sandbox: bool = False, **given: object) -> Settings:
    if sandbox:
        # The address is known only once the sandbox runs; _upstream puts it in.
        given |= {"api_key": SANDBOX_API_KEY, "domain": "sandbox", "upstream_url": "http://127.0.0.1:1"}
    try:
        settings = load_settings(given, env_file=env_file or ENV_FILE)
        check_tool_names(settings.tools)
    except ConfigurationError as error:
        _refuse_settings(error, env_file)
    return settings


def _network(env_file: str | None) -> Network:
    try:
        return load_network(env_file or ENV_FILE)
    except ConfigurationError as error:
        _refuse_settings(error, env_file)


def _path_of(env_file: str | None) -> Path:
    return Path(env_file or ENV_FILE).absolute()


def _warn_of_open_file(env_file: str | None) -> None:
    path = _path_of(env_file)
    if is_open_to_others(path):
        click.echo(f"Others on this machine can read the secrets in {path}: run chmod 600 {path}", err=True)


def _refuse_settings(error: ConfigurationError, env_file: str | None) -> NoReturn:
    path = _path_of(env_file)
    there = "see .env.example" if path.exists() else "which is not there; see .env.example"
    _refuse(
        "The settings are not complete, and nothing was started:",
        error.problems,
        f"Settings come from the command line, the environment and the file {path} ({there}).",
    )


def _refuse(what: str, problems: Sequence[str], advice: str) -> NoReturn:
    click.echo("\n".join([what, *(f"  - {problem}" for problem in problems), advice]), err=True)
    sys.exit(2)


def _checked_env_file(env_file: str) -> str:
    """The absolute path of a file that holds all that a server needs; ends the process if it does not."""
    path = _path_of(env_file)
    if not path.exists():
        _refuse_env_file([f"There is no file {path}."])
    try:
        settings = load_settings(env_file=env_file, use_environment=False)
        check_tool_names(settings.tools)
        _need_account(settings)
    except ConfigurationError as error:
        _refuse_env_file(error.problems)
    return str(path)


def _refuse_env_file(problems: Sequence[str]) -> NoReturn:
    _refuse(
        "The settings are not complete, and nothing was written:",
        problems,
        "Copy .env.example to .env and fill it in, name another file with --env-file, or use --sandbox.",
    )


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


def _need_account(settings: Settings) -> None:
    if settings.tenancy is Tenancy.HEADER:
        raise click.ClickException(
            "FRESHDESK_MCP_SERVER_TENANCY=header is for `serve` over HTTP, where each request names its account; "
            "leave it out here and set FRESHDESK_DOMAIN and FRESHDESK_API_KEY."
        )


def _run[T](work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415  # not everywhere: Windows and PyPy go without
    except ImportError:
        return None
    return uvloop.new_event_loop


@asynccontextmanager
async def _upstream(settings: Settings, *, sandbox: bool) -> AsyncIterator[Settings]:
    """The settings to work with: as they are, or pointing at a sandbox that runs as long as the context."""
    if not sandbox:
        yield settings
        return
    async with running_sandbox() as url:
        yield settings.model_copy(update={"upstream_url": url})


def _create_server(settings: Settings, observer: Observer, **options: Any) -> Server:
    options |= {
        "state_keys": settings.state_keys,
        "policy": ToolPolicy(settings.confirm, settings.read_only, settings.tools),
    }
    if settings.tenancy is Tenancy.HEADER:
        return create_server(
            lambda: open_tenant_gateway(lambda account: open_gateway(settings.for_account(account), observer)),
            lambda ticket_id: settings.for_account(current_account()).ticket_url(ticket_id),
            observer,
            **options,
        )
    return create_server(lambda: open_gateway(settings, observer), settings.ticket_url, observer, **options)


async def _serve(settings: Settings, transport: str, *, sandbox: bool) -> None:
    async with _upstream(settings, sandbox=sandbox) as effective:
        upstream = effective.api_url if effective.domain else "named by each request"
        log.info("serving", transport=transport, version=__version__, upstream=upstream)
        if transport == "stdio":
            calls = CallsUnderWay()
            server = _create_server(effective, log_event, calls=calls)
            await serve_stdio(server, calls, grace_s=effective.shutdown_grace_s)
        else:
            with _complaint_about_port(effective.host, effective.port):
                await _serve_http(effective)


async def _serve_http(settings: Settings) -> None:
    access = create_access(settings)
    calls = CallsUnderWay()
    options = http_options_from(settings, calls, needs_token=access.verifier is not None)
    observer = fan_out(log_event, options.metrics, options.reachability)
    server = _create_server(settings, observer, calls=calls, auth=access.settings, token_verifier=access.verifier)
    _announce(access, settings)
    await serve_http(server, options, settings.port)


def _announce(access: Access, settings: Settings) -> None:
    """Tell an operator, on standard error, who may call; a made token is told here and nowhere else."""
    if access.made_token:
        click.echo(
            f"No token is configured and others can reach {settings.host}, so this run has a token of its own:\n"
            f"  Authorization: Bearer {access.made_token}\n"
            f"  claude mcp add --transport http freshdesk http://localhost:{settings.port}/mcp "
            f'--header "Authorization: Bearer {access.made_token}"\n'
            "Set FRESHDESK_MCP_SERVER_AUTH_TOKENS to keep one, or FRESHDESK_MCP_SERVER_AUTH=none to do without.",
            err=True,
        )
    elif access.verifier is None and not is_loopback(settings.host):
        log.warning("open_to_everybody", host=settings.host, because="FRESHDESK_MCP_SERVER_AUTH=none")


async def _serve_sandbox(port: int, *, control: bool, rate_limit: int) -> None:
    with _complaint_about_port("127.0.0.1", port):
        await serve_sandbox(
            port=port,
            control=control,
            rate_limit_per_minute=rate_limit,
            on_listening=lambda url: click.echo(f"The sandbox listens on {url}"),
        )


@contextmanager
def _complaint_about_port(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        advice = ADVICE_ON_LISTENING.get(error.errno or 0, "Choose another address with --host.")
        raise click.ClickException(f"Cannot listen on {host} port {port}: {_reason_of(error)}. {advice}") from None


def _reason_of(error: OSError) -> str:
    # asyncio writes a text of its own around the system's; the number tells them apart (a name's is negative). Windows
    # has no text for the numbers of sockets.
    if error.errno and error.errno > 0 and sys.platform != "win32":
        return os.strerror(error.errno)
    return str(error.strerror)


async def _call_here(settings: Settings, tool: str, arguments: dict[str, Any], *, sandbox: bool) -> Result:
    async with _upstream(settings, sandbox=sandbox) as effective:
        return await call_tool(_create_server(effective, log_event), tool, arguments)


def _token_from(option: str | None) -> str | None:
    """The token of the option, of standard input or of the environment. No error text holds it."""
    if option == "-":
        option = sys.stdin.buffer.readline().decode("ascii", "replace").strip()
    token = os.environ.get(TOKEN_VARIABLE) or None if option is None else option
    # A header takes no other characters, and its error text has all of it.
    if token is not None and not re.fullmatch(r"[!-~]+", token):
        raise click.BadParameter("a token has letters, digits and signs of ASCII only.", param_hint="--token")
    return token


async def _call_url(
    url: str, tool: str, arguments: dict[str, Any], network: Network | None, token: str | None
) -> Result:
    try:
        return await call_tool(url, tool, arguments, network, token)
    except NoResultError as error:
        raise click.ClickException(str(error)) from None


def _parse_arguments(text: str) -> dict[str, Any]:
    try:
        arguments = json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="JSON") from error
    if not isinstance(arguments, dict):
        raise click.BadParameter('give an object such as {"ticket_id": 7}', param_hint="JSON")
    return arguments
