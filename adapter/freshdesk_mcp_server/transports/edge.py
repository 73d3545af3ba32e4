"""The outermost layer of the HTTP server: which requests get in at all, and how an answer leaves.

It stands before the SDK because the SDK checks Host after the body is read, answers a bad one on /sse with a traceback,
opens an endless stream for GET /mcp even where it can never carry anything, and answers a second time when an SSE
stream ends. Slow and greedy clients end here too; those that do not even send a head end in ``ImpatientProtocol``.
"""

import asyncio
import uuid

import anyio
import structlog
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from freshdesk_mcp_server.gateway.translate import request_id_from
from freshdesk_mcp_server.transports.shutdown import Drain

MOST_STREAMS = 200
"""SSE streams open at a time; each costs some 75 kB."""
HEAD_WITHIN_S = 10.0
BODY_WITHIN_S = 30.0


class Edge:
    """Checks Host and Origin, bounds streams and slow bodies, names each request, and sees to one answer for each."""

    def __init__(self, app: ASGIApp, security: TransportSecuritySettings, drain: Drain) -> None:
        self._app = app
        self._drain = drain
        self._gate = TransportSecurityMiddleware(security)
        self._streams = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # httptools keeps blanks behind a value, and the routing headers of MCP are compared byte for byte.
        scope["headers"] = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
        request = Request(scope)
        request_id = _request_id_of(request)
        answer = _OneAnswer(send, request_id)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            if request.url.path == "/sse":
                await self._stream(request, self._drain.ending(receive), answer)
            else:
                await self._call(request, receive, answer)

    async def _stream(self, request: Request, receive: Receive, answer: "_OneAnswer") -> None:
        if self._streams >= MOST_STREAMS:
            await PlainTextResponse("Too many streams are open.", 503, {"Retry-After": "30"})(
                request.scope, receive, answer
            )
            return
        self._streams += 1
        try:
            await self._call(request, receive, answer)
        finally:
            self._streams -= 1

    async def _call(self, request: Request, receive: Receive, answer: "_OneAnswer") -> None:
        app = await self._refusal(request) or self._app
        try:
            await app(request.scope, _Body(receive), answer)
        except _TooSlowError:
            await PlainTextResponse("The body did not come in time.", 408)(request.scope, receive, answer)

    async def _refusal(self, request: Request) -> Response | None:
        if request.url.path in ("/health", "/health/ready"):
            return None  # a probe calls by address
        if request.url.path == "/mcp" and request.method in ("GET", "DELETE"):
            return PlainTextResponse("This server keeps no sessions: POST only.", 405, {"Allow": "POST"})
        return await self._gate.validate_request(request)


def _request_id_of(request: Request) -> str:
    return request_id_from(request.headers) or uuid.uuid4().hex


class _TooSlowError(Exception):
    """A body did not come whole within `BODY_WITHIN_S`."""


class _Body:
    """The `receive` of a request, which waits for the body only so long; afterwards it waits for ever."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._deadline = anyio.current_time() + BODY_WITHIN_S
        self._is_whole = False

    async def __call__(self) -> Message:
        with anyio.CancelScope(deadline=float("inf") if self._is_whole else self._deadline):
            message = await self._receive()
            self._is_whole = not message.get("more_body", False)
            return message
        raise _TooSlowError


class _OneAnswer:
    """Passes on the first answer of an application, with the headers that every answer has, and drops a second."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._started = self._finished = False

    async def __call__(self, message: Message) -> None:
        starts = message["type"] == "http.response.start"
        if self._finished or (starts and self._started):
            return
        if starts:
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._request_id
            headers["X-Content-Type-Options"] = "nosniff"
            headers.setdefault("Cache-Control", "no-store")
        self._started = self._started or starts
        self._finished = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)


class ImpatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which cuts a connection that does not send the head of a request in `HEAD_WITHIN_S`.

    uvicorn itself waits for ever for the first head, and for the rest of one that has begun.
    """

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first head."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Wait for the whole of a head that begins."""
        if self._head_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_head()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._stop_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_timer()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_WITHIN_S, self.transport.close)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
