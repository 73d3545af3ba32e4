"""MCP over HTTP on one port: POST /mcp, GET /sse, POST /messages/, and GET /health.

/mcp keeps no sessions and answers with JSON, so that any process can answer any request. /sse is for older hosts; a
client of it stays with the process that it connected to.
"""

import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.transports.edge import Edge

LARGEST_REQUEST = 1024 * 1024
GRACE_S = 5
_LOCAL = ("127.0.0.1", "localhost", "[::1]")

log = structlog.get_logger(__name__)


def create_app(server: MCPServer[Any], *, host: str = "127.0.0.1") -> Starlette:
    """The ASGI application for `server`, which must not have been given to another one.

    `host` is the address it will listen on: beside the names of this machine, it is the Host that clients may give.
    """
    security = _security(host)
    streamable = server.streamable_http_app(
        stateless_http=True, json_response=True, transport_security=security, max_request_body_size=LARGEST_REQUEST
    )
    sse = server.sse_app(transport_security=security, max_request_body_size=LARGEST_REQUEST)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    # Routes are joined, not mounted: the lifespan of a mounted application never runs.
    routes: list[BaseRoute] = [Route("/health", _Health(), methods=["GET"]), *streamable.routes, *sse.routes]
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(Edge, security=security)])


async def serve_http(server: MCPServer[Any], host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; calls under way get `GRACE_S` seconds to end.

    Raises:
        OSError: `host` is not an address of this machine, or `port` is taken.
    """
    config = uvicorn.Config(
        create_app(server, host=host),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    # Bound here, because uvicorn logs a failure as one event among others and exits the process.
    with _listener(host, port) as listener:
        log.info("listening", url=_url_of(listener))
        await uvicorn.Server(config).serve(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    """A socket for `host`, by IPv4 where it is a name for both, as localhost is: clients of that name try both."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return socket.create_server(address, family=family, backlog=2048)


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _security(host: str) -> TransportSecuritySettings:
    names = dict.fromkeys((*_LOCAL, f"[{host}]" if ":" in host else host))
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[form for name in names for form in (name, f"{name}:*")],
        allowed_origins=[form for name in names for form in (f"http://{name}", f"http://{name}:*")],
    )


class _Health:
    """Alive, without asking Freshdesk: an outage there is no reason to restart this."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = {"status": "ok", "version": __version__, "uptime_s": round(time.monotonic() - self._started, 1)}
        await JSONResponse(body)(scope, receive, send)
