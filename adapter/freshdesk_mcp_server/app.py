"""From settings to a server that runs: the one composition root.

Objects that live as long as a run are made here and passed down: gateway, policy, access, calls under way, metrics,
reachability. The command line words what a person reads.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import structlog

from freshdesk_client.models import Agent
from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.errors import RateLimit
from freshdesk_mcp_server.gateway import current_account, current_agent, open_accounts_gateway, open_gateway
from freshdesk_mcp_server.server import METHODS, Server, create_server
from freshdesk_mcp_server.settings import Settings, asks_for_spans
from freshdesk_mcp_server.telemetry.events import Observer, fan_out
from freshdesk_mcp_server.telemetry.export import exporting_spans
from freshdesk_mcp_server.telemetry.log import log_event
from freshdesk_mcp_server.telemetry.metrics import Metrics
from freshdesk_mcp_server.this_machine import is_loopback
from freshdesk_mcp_server.tools.kit.runtime import CallsUnderWay
from freshdesk_mcp_server.tools.registry import granted, policy_from
from freshdesk_mcp_server.transports.auth import create_access
from freshdesk_mcp_server.transports.http import http_options_from, serve_http
from freshdesk_mcp_server.transports.probes import Reachability
from freshdesk_mcp_server.transports.shutdown import Drain
from freshdesk_mcp_server.transports.stdio import serve_stdio

MOST_ATTEMPTS = 2
"""Requests for a person who waits for the answer."""

type Announce = Callable[[str], None]
"""Tells an operator the token that was made for this run, before the server listens."""

log = structlog.get_logger(__name__)


class CannotListenError(Exception):
    """The HTTP server could not listen; `reason` is the system's."""

    def __init__(self, host: str, port: int, reason: OSError) -> None:
        super().__init__(f"cannot listen on {host} port {port}")
        self.host = host
        self.port = port
        self.reason = reason


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end, in the quickest event loop that this system has."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415  # Windows and PyPy do without
    except ImportError:
        return None
    return uvloop.new_event_loop


def serve(settings: Settings, transport: str, *, sandbox: bool, announce: Announce) -> None:
    """Serve over `transport`, stdio or http, until stopped.

    Raises:
        CannotListenError: The host is not an address of this machine, or the port is taken.
    """
    with exporting_spans({*METHODS, *_names_in(settings)}) if asks_for_spans() else nullcontext():
        run(_serve(settings, transport, sandbox=sandbox, announce=announce))


def _names_in(settings: Settings) -> set[str]:
    """Return names of our own that may stand in a span."""
    toolsets = granted(policy_from(settings).choice)
    tools = {spec.name for toolset in toolsets for spec in toolset.tools}
    return tools | {spec.name for toolset in toolsets for spec in toolset.prompts}


async def _serve(settings: Settings, transport: str, *, sandbox: bool, announce: Announce) -> None:
    async with _upstream(settings, sandbox=sandbox) as effective:
        upstream = effective.api_url if effective.account else "named by each request"
        log.info("serving", transport=transport, version=__version__, upstream=upstream)
        if transport == "stdio":
            await _serve_stdio(effective)
        else:
            await _serve_http(effective, announce)


async def _serve_stdio(settings: Settings) -> None:
    calls = CallsUnderWay()
    await serve_stdio(_create_server(settings, log_event, calls=calls), calls, grace_s=settings.shutdown_grace_s)


async def _serve_http(settings: Settings, announce: Announce) -> None:
    access = create_access(settings)
    calls = CallsUnderWay()
    metrics = Metrics(in_flight=lambda: calls.count)
    reachability = Reachability()
    observer = fan_out(log_event, metrics, reachability)
    server = _create_server(settings, observer, calls=calls, auth=access.settings, token_verifier=access.verifier)
    options = http_options_from(settings, needs_token=access.verifier is not None)
    drain = Drain(calls, settings.shutdown_grace_s)
    if access.made_token:
        announce(access.made_token)
    elif access.verifier is None and not is_loopback(settings.host):
        log.warning("open_to_everybody", host=settings.host, because="FRESHDESK_MCP_SERVER_AUTH=none")
    try:
        await serve_http(server, options, settings.port, metrics=metrics, reachability=reachability, drain=drain)
    except OSError as error:
        raise CannotListenError(settings.host, settings.port, error) from None


@asynccontextmanager
async def server_in_process(settings: Settings, *, sandbox: bool) -> AsyncIterator[Server]:
    """Open a server for a client in this process, as long as the context."""
    async with _upstream(settings, sandbox=sandbox) as effective:
        yield _create_server(effective, log_event)


async def owner_of_key(settings: Settings) -> tuple[Agent, RateLimit | None]:
    """Ask Freshdesk for the owner of the key and the rate limit, in at most `MOST_ATTEMPTS` requests.

    Raises:
        FreshdeskError: Freshdesk did not answer the question.
    """
    hasty = settings.model_copy(update={"max_attempts": min(settings.max_attempts, MOST_ATTEMPTS)})
    async with open_gateway(hasty, log_event) as gateway:
        return await current_agent(gateway)


def sandbox_settings() -> dict[str, object]:
    """Return the settings for a sandbox in this process; its address is known only once it runs."""
    from freshdesk_sandbox import API_KEY  # noqa: PLC0415  # most runs need no sandbox

    return {"api_key": API_KEY, "domain": "sandbox", "upstream_url": "http://127.0.0.1:1"}


@asynccontextmanager
async def _upstream(settings: Settings, *, sandbox: bool) -> AsyncIterator[Settings]:
    """Yield the settings to work with: unchanged, or for a sandbox that runs as long as the context."""
    if not sandbox:
        yield settings
        return
    from freshdesk_sandbox import running_sandbox  # noqa: PLC0415  # most runs need no sandbox

    async with running_sandbox() as url:
        yield settings.model_copy(update={"upstream_url": url})


def _create_server(settings: Settings, observer: Observer, **options: Any) -> Server:
    options |= {"state_keys": settings.state_keys, "policy": policy_from(settings)}
    if settings.account is None:
        return create_server(
            lambda: open_accounts_gateway(lambda account: open_gateway(settings.for_account(account), observer)),
            lambda: settings.for_account(current_account()).portal_url(),
            observer,
            **options,
        )
    return create_server(lambda: open_gateway(settings, observer), settings.portal_url, observer, **options)
