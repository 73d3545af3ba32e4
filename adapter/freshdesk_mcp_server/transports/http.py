"""MCP over HTTP on one port: POST /mcp, GET /sse, POST /messages/, and the probes of an operator.

/mcp keeps no sessions and answers with JSON, so that any process can answer any request. /sse serves older hosts; its
client stays with the process that it connected to. Each layer that a request passes has a module of its own.
"""

import socket
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import anyio
import structlog
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from freshdesk_mcp_server.server import Server
from freshdesk_mcp_server.settings import MetricsAccess, Settings
from freshdesk_mcp_server.telemetry.metrics import Metrics
from freshdesk_mcp_server.this_machine import LOOPBACK_NAMES
from freshdesk_mcp_server.transports.account_headers import API_KEY_HEADER, DOMAIN_HEADER, AccountHeaders
from freshdesk_mcp_server.transports.edge import Edge
from freshdesk_mcp_server.transports.guard import Guard, Terms
from freshdesk_mcp_server.transports.metadata import Metadata, Resource
from freshdesk_mcp_server.transports.narrowing import NARROWING_HEADERS, Narrowing
from freshdesk_mcp_server.transports.probes import Probes, Reachability
from freshdesk_mcp_server.transports.protocol import ImpatientProtocol
from freshdesk_mcp_server.transports.room import MOST_CONNECTIONS, Room
from freshdesk_mcp_server.transports.shutdown import Drain, DrainingServer
from freshdesk_mcp_server.transports.system import most_open_files

LARGEST_REQUEST = 1024 * 1024
OTHER_FILES = 512
"""Files that a process has open beside its clients: connections to Freshdesk (400 for all accounts), logs, modules."""
TRACE_HEADERS = ("traceparent", "tracestate", "baggage")
"""The headers of a trace (https://www.w3.org/TR/trace-context/, https://www.w3.org/TR/baggage/)."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """The options of a server over HTTP, values alone. Live objects are passed beside them.

    Attributes:
        host: The address to listen on, and a Host that clients may give beside the names of this machine.
        allowed_hosts: Further Hosts; a name without a port allows any port.
        allowed_origins: Origins of web pages that may call; all others are refused.
        needs_token: True if the server was made with a token verifier.
        resource: The server as an issuer of tokens knows it, if there is one.
        prefix: The path that a proxy removes before a request arrives here, without a slash at the end.
        metrics_are_public: True if /metrics needs no token even where other routes do.
        has_account_headers: True if each request names its account; readiness then has no account to ask about.
        looks_at_freshdesk: True to ask Freshdesk in the background for readiness when no call does.
        has_sessions: True if /mcp keeps sessions and answers in streams, which ties a client to one process. No setting
            turns it on. Tests of the whole protocol do, because there a server must ask older clients something.
        max_streams: SSE streams open at a time.
    """

    host: str = "127.0.0.1"
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    needs_token: bool = False
    resource: Resource | None = None
    prefix: str = ""
    metrics_are_public: bool = False
    looks_at_freshdesk: bool = False
    has_account_headers: bool = False
    has_sessions: bool = False
    max_streams: int = 1000


def create_app(
    server: Server, options: HttpOptions, *, metrics: Metrics, reachability: Reachability, drain: Drain
) -> Starlette:
    """Create the ASGI application for `server`, which no other application may have."""
    security = _security(options)
    streamable = server.streamable_http_app(
        stateless_http=not options.has_sessions,
        json_response=not options.has_sessions,
        transport_security=security,
        max_request_body_size=LARGEST_REQUEST,
    )
    sse = server.sse_app(transport_security=security, max_request_body_size=LARGEST_REQUEST)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with server.session_manager.run(), server.runtime() as runtime, anyio.create_task_group() as tasks:
            if options.looks_at_freshdesk:
                tasks.start_soon(reachability.keep_fresh, runtime.gateway)
            yield
            tasks.cancel_scope.cancel()

    # Routes are joined, not mounted: the lifespan of a mounted application never runs. Authentication is a middleware
    # of the application, not of its routes, so it is carried over.
    probes = Probes(None if options.has_account_headers else reachability, metrics, drain)
    metrics_route = Route("/metrics", probes.metrics, methods=["GET"])
    mcp = [*streamable.routes, *sse.routes]
    _tell_prefix(mcp, options.prefix)
    if options.needs_token:
        _guard([*mcp, *([] if options.metrics_are_public else [metrics_route])], _terms_of(server, options.resource))
    edge = Middleware(
        Edge,
        security=security,
        drain=drain,
        metrics=metrics,
        most_streams=options.max_streams,
        largest_request=LARGEST_REQUEST,
        has_sessions=options.has_sessions,
    )
    metadata = [Middleware(Metadata, resource=options.resource, scopes=server.scopes)] if options.resource else []
    accounts = [Middleware(AccountHeaders, needs_token=options.needs_token)] if options.has_account_headers else []
    narrowing = Middleware(Narrowing, needs_token=options.needs_token)
    return Starlette(
        routes=[*_health_routes(probes), metrics_route, *mcp],
        lifespan=lifespan,
        middleware=[edge, *metadata, *_cors(options), *streamable.user_middleware, *accounts, narrowing],
    )


def http_options_from(settings: Settings, *, needs_token: bool, looks_at_freshdesk: bool = True) -> HttpOptions:
    """Return the options that an operator has set."""
    has_account_headers = settings.account is None
    own = urlsplit(settings.public_url or "")
    return HttpOptions(
        host=settings.host,
        allowed_hosts=(*settings.allowed_hosts, *([own.netloc] if own.netloc else ())),
        allowed_origins=settings.allowed_origins,
        needs_token=needs_token,
        resource=_resource_of(settings),
        prefix=own.path.removesuffix("/"),
        metrics_are_public=settings.metrics is MetricsAccess.PUBLIC,
        looks_at_freshdesk=looks_at_freshdesk and not has_account_headers,
        has_account_headers=has_account_headers,
        max_streams=settings.max_streams,
    )


def _resource_of(settings: Settings) -> Resource | None:
    if settings.public_url is None or settings.oauth_issuer is None:
        return None
    return Resource(settings.public_url, settings.oauth_issuer)


async def serve_http(
    server: Server, options: HttpOptions, port: int, *, metrics: Metrics, reachability: Reachability, drain: Drain
) -> None:
    """Serve until SIGINT or SIGTERM; calls under way get the grace of `drain` to end.

    Raises:
        OSError: The host is not an address of this machine, or `port` is taken.
    """
    config = uvicorn.Config(
        create_app(server, options, metrics=metrics, reachability=reachability, drain=drain),
        http=partial(ImpatientProtocol, room=Room(_room_for_connections())),  # type: ignore[arg-type]  # it is called
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,  # for the rest after the drain
    )
    # Bound here, because uvicorn logs a failure as one event among others and exits the process.
    with _listener(options.host, port) as listener:
        log.info("listening", url=_url_of(listener))
        await DrainingServer(config, drain).serve(sockets=[listener])


def _health_routes(probes: Probes) -> list[BaseRoute]:
    return [
        Route("/health", probes.health, methods=["GET"]),
        Route("/health/ready", probes.ready, methods=["GET"]),
    ]


def _tell_prefix(routes: Iterable[BaseRoute], prefix: str) -> None:
    """Make the stream of /sse name the address for messages as its client sees it, behind `prefix`."""
    for route in routes:
        if isinstance(route, Route) and route.path == "/sse" and prefix:
            route.app = _rooted(route.app, prefix)


def _rooted(app: ASGIApp, prefix: str) -> ASGIApp:
    async def rooted(scope: Scope, receive: Receive, send: Send) -> None:
        await app(dict(scope, root_path=prefix), receive, send)

    return rooted


def _guard(routes: Iterable[BaseRoute], terms: Terms) -> None:
    """Make `routes` need a token. Paths would not do: only the router knows which path leads to which route."""
    for route in routes:
        if isinstance(route, Route | Mount):
            route.app = Guard(route.app, terms)


def _terms_of(server: Server, known_as: Resource | None) -> Terms:
    return Terms(
        scopes=server.scopes if known_as else (),
        metadata_url=known_as.metadata_url if known_as else None,
        scope_of=server.scope_of,
        largest_body=LARGEST_REQUEST,
    )


def _cors(options: HttpOptions) -> list[Middleware]:
    """Let web pages of allowed origins call; it precedes authentication, since OPTIONS has no token."""
    if not options.allowed_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(options.allowed_origins),
            allow_methods=["GET", "POST"],
            allow_headers=[
                "authorization",
                "content-type",
                "mcp-protocol-version",
                "mcp-method",
                "mcp-name",
                *NARROWING_HEADERS,
                "mcp-session-id",
                "last-event-id",
                "x-request-id",
                *TRACE_HEADERS,
                *((DOMAIN_HEADER, API_KEY_HEADER) if options.has_account_headers else ()),
            ],
            expose_headers=["www-authenticate", "x-request-id", "mcp-session-id"],
        )
    ]


def _listener(host: str, port: int) -> socket.socket:
    """Create a socket for `host`. A name for both families, such as localhost, gets IPv4: its clients try both."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)  # with its protocol, or asyncio leaves Nagle's delay on
    try:
        if sys.platform != "win32":  # there it would let two servers have one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def _room_for_connections() -> int:
    """Return the number of connections that may be open: our bound, or the share that the system allows the process."""
    allowed = most_open_files(MOST_CONNECTIONS + OTHER_FILES)
    return max(allowed - OTHER_FILES, allowed // 2)


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{_in_url(host)}:{port}"


def _in_url(host: str) -> str:
    """Return an address in the form of a URL or a Host header."""
    return f"[{host}]" if ":" in host else host


def _security(options: HttpOptions) -> TransportSecuritySettings:
    names = dict.fromkeys(map(_in_url, (*LOOPBACK_NAMES, options.host)))
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[form for name in (*names, *options.allowed_hosts) for form in (name, f"{name}:*")],
        allowed_origins=[
            *(form for name in names for form in (f"http://{name}", f"http://{name}:*")),
            *options.allowed_origins,
        ],
    )
