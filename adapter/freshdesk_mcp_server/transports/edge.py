"""The outermost layer of the HTTP server: admission of requests, and the form of their answers.

It stands before the SDK for four reasons. The SDK checks Host after it has read the body, and answers a bad Host on
/sse with a traceback. It opens an endless stream for GET /mcp even where the stream can carry nothing. It answers a
second time when an SSE stream ends. Slow and greedy clients are refused here too; ``protocol`` ends those that send no
whole head.
"""

import uuid

import anyio
import structlog
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from freshdesk_mcp_server.gateway.translate import request_id_from
from freshdesk_mcp_server.telemetry.metrics import Metrics
from freshdesk_mcp_server.tools.kit.undelivered import Delivery, delivered_by
from freshdesk_mcp_server.transports.jwt import REFETCH_AFTER_S, IssuerUnavailableError
from freshdesk_mcp_server.transports.names import Names, are_ambiguous
from freshdesk_mcp_server.transports.outbox import open_outbox
from freshdesk_mcp_server.transports.posted import Posted, RefusedMessageError
from freshdesk_mcp_server.transports.protocol import BODY_WITHIN_S, IS_CONNECTED, LARGEST_HEAD
from freshdesk_mcp_server.transports.room import Budget
from freshdesk_mcp_server.transports.shutdown import Drain

ON_EVERY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
"""Headers against browsers: no answer is a page, so a browser that shows one must do nothing with it."""

LONGEST_QUERY = 1024
"""Bytes. Python makes objects for each parameter of a query; the longest useful query has 60 bytes."""

_PROBES = ("/health", "/health/ready")
_ROUTES = (*_PROBES, "/mcp", "/sse", "/messages/", "/metrics")
_ROUTE_OF = {f"{route}/": route for route in _ROUTES} | {"/messages": "/messages/"}
"""Other spellings of the routes. A redirect would lose the body in some clients, and the scheme behind a proxy."""
_FOR_MESSAGES = ("/mcp", "/messages/")
_REFUSALS = frozenset({400, 401, 403, 408, 413, 414, 421, 431, 503})

log = structlog.get_logger(__name__)


class Edge:
    """Checks Host and Origin, bounds heads, bodies and streams, names each request, and sends one answer."""

    def __init__(
        self,
        app: ASGIApp,
        security: TransportSecuritySettings,
        drain: Drain,
        metrics: Metrics,
        most_streams: int,
        largest_request: int,
        *,
        has_sessions: bool = False,
    ) -> None:
        self._app = app
        self._drain = drain
        self._names = Names(security)
        self._most_streams = most_streams
        self._largest_request = largest_request
        self._has_sessions = has_sessions
        self._streams = 0
        self._unread = Budget()
        self._gauge = metrics.sse_streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(_as_meant(scope))
        request_id = _request_id_of(request)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            if self._is_endless(request):
                status = await self._stream(request, receive, send, request_id)
            else:
                with delivered_by(_delivery_of(request)):
                    status = await self._call(request, self._body_of(request, receive), _OneAnswer(send, request_id))
            _log_refusal(request, status)

    def _is_endless(self, request: Request) -> bool:
        # Not `request.url`: Starlette makes it from Host, and some versions find another path in it.
        path, method = request.scope["path"], request.method
        return path == "/sse" or (self._has_sessions and path == "/mcp" and method == "GET")

    def _body_of(self, request: Request, receive: Receive) -> Receive:
        body = _Body(receive)
        is_message = request.method == "POST" and request.scope["path"] in _FOR_MESSAGES
        return Posted(request, body, self._largest_request) if is_message else body

    async def _stream(self, request: Request, receive: Receive, send: Send, request_id: str) -> int:
        if self._streams >= self._most_streams:
            refusal = PlainTextResponse("Too many streams are open.", 503, {"Retry-After": "30"})
            await refusal(request.scope, receive, _OneAnswer(send, request_id))
            return refusal.status_code
        self._streams += 1
        try:
            with self._gauge.track_inprogress():
                return await self._keep_open(request, receive, send, request_id)
        finally:
            self._streams -= 1

    async def _keep_open(self, request: Request, receive: Receive, send: Send, request_id: str) -> int:
        async with open_outbox(send, self._unread) as outbox:
            answer = _OneAnswer(outbox, request_id)
            await self._call(request, self._drain.ending(receive, outbox.is_full), answer)
            await answer.end()
        return answer.status

    async def _call(self, request: Request, receive: Receive, answer: "_OneAnswer") -> int:
        app = await self._refusal(request) or self._app
        try:
            await app(request.scope, receive, answer)
        except _TooSlowError:
            await PlainTextResponse("The body did not come in time.", 408)(request.scope, receive, answer)
        except RefusedMessageError as error:
            await error.response(request.scope, receive, answer)
        except IssuerUnavailableError:
            await _issuer_unavailable()(request.scope, receive, answer)
        except _GoneError:
            """Nobody is left to answer."""
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            if not answer.is_finished:  # otherwise the SDK has accepted a message for a stream that has ended since
                raise
        return answer.status

    async def _refusal(self, request: Request) -> Response | None:
        if sum(len(name) + len(value) for name, value in request.headers.raw) > LARGEST_HEAD:
            return PlainTextResponse("The headers are too large.", 431)
        if len(request.scope["query_string"]) > LONGEST_QUERY:
            return PlainTextResponse("The query is too long.", 414)
        if are_ambiguous(request):
            return PlainTextResponse("One Host header is needed, and one Origin at the most.", 400)
        if request.scope["path"] in _PROBES:
            return None  # a probe calls by address
        if request.scope["path"] == "/mcp" and request.method in ("GET", "DELETE") and not self._has_sessions:
            return PlainTextResponse("This server keeps no sessions: POST only.", 405, {"Allow": "POST"})
        return await self._names.refusal_of(request)


def _as_meant(scope: Scope) -> Scope:
    """Return a copy of `scope` with the path of the route, stripped headers, and one Accept header.

    A probe needs no token. Its token is dropped, because a check of it might wait for the issuer.
    """
    # httptools keeps blanks behind a value, and the routing headers of MCP are compared byte for byte.
    headers = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
    # Without Accept, a client takes anything (RFC 9110, 12.5.1); of several such headers the SDK reads only the first.
    accepted = b", ".join(value for name, value in headers if name == b"accept" and value) or b"*/*"
    route = _ROUTE_OF.get(scope["path"])
    dropped = (b"accept", b"authorization") if (route or scope["path"]) in _PROBES else (b"accept",)
    return {
        **scope,
        "headers": [*(header for header in headers if header[0] not in dropped), (b"accept", accepted)],
        **({"path": route, "raw_path": route.encode()} if route else {}),
    }


def _request_id_of(request: Request) -> str:
    return request_id_from(request.headers) or uuid.uuid4().hex


def _delivery_of(request: Request) -> Delivery:
    """Return the delivery of the answer; where the protocol below does not tell, the client counts as present.

    A message for a stream of /sse is accepted before it is carried out, and its result takes another way.
    """
    is_connected = request.scope.get("extensions", {}).get(IS_CONNECTED)
    is_answered_here = is_connected is not None and request.scope["path"] == "/mcp"
    return Delivery(is_connected if is_answered_here else _always)


def _issuer_unavailable() -> Response:
    told = "The keys of the token issuer could not be fetched, so that no token can be checked. Try again soon."
    body = {"error": "temporarily_unavailable", "error_description": told}
    return JSONResponse(body, 503, {"Retry-After": f"{REFETCH_AFTER_S:.0f}"})


def _always() -> bool:
    return True


def _log_refusal(request: Request, status: int) -> None:
    """Log one line for a refused request. The 503 of a probe is its answer, and no refusal."""
    path = request.scope["path"]
    route = path if path in _ROUTES else "other"
    if status in _REFUSALS and route not in _PROBES:
        log.info("request_refused", status=status, route=route)


class _TooSlowError(Exception):
    """The body did not arrive whole within `BODY_WITHIN_S`."""


class _GoneError(Exception):
    """The client left before its body was whole; the SDK would log that as a defect of this server."""


class _Body:
    """The `receive` of a request. It bounds the wait for the body, and waits without end afterwards."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._deadline = anyio.current_time() + BODY_WITHIN_S
        self._is_whole = False

    async def __call__(self) -> Message:
        with anyio.CancelScope(deadline=float("inf") if self._is_whole else self._deadline):
            message = await self._receive()
            if message["type"] == "http.disconnect" and not self._is_whole:
                raise _GoneError
            self._is_whole = not message.get("more_body", False)
            return message
        raise _TooSlowError


class _OneAnswer:
    """Passes on the first answer of an application, adds the common headers, and drops a second answer."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._started = self.is_finished = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        starts = message["type"] == "http.response.start"
        if self.is_finished or (starts and self._started):
            return
        if starts:
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._request_id
            headers.update(ON_EVERY_ANSWER)
            headers.setdefault("Cache-Control", "no-store")
            self.status = int(message["status"])  # an enum would be logged as one
        self._started = self._started or starts
        self.is_finished = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)

    async def end(self) -> None:
        """End an answer that was begun and left open, as the SDK leaves a stream of a session at shutdown."""
        if self._started:
            await self({"type": "http.response.body"})
