"""The outermost layer of the HTTP server: which requests get in at all, and how an answer leaves.

It stands before the SDK because the SDK checks Host after the body is read, answers a bad one on /sse with a traceback,
opens an endless stream for GET /mcp even where it can never carry anything, and answers a second time when an SSE
stream ends.
"""

from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Edge:
    """Checks Host and Origin, refuses GET /mcp, and keeps an application to one answer per request."""

    def __init__(self, app: ASGIApp, security: TransportSecuritySettings) -> None:
        self._app = app
        self._gate = TransportSecurityMiddleware(security)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        # httptools keeps blanks behind a value, and the routing headers of MCP are compared byte for byte.
        scope["headers"] = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
        refusal = await self._refusal(Request(scope))
        answer = refusal or self._app
        return await answer(scope, receive, _OneAnswer(send))

    async def _refusal(self, request: Request) -> Response | None:
        if request.url.path == "/mcp" and request.method in ("GET", "DELETE"):
            return PlainTextResponse("This server keeps no sessions: POST only.", 405, {"Allow": "POST"})
        return await self._gate.validate_request(request)


class _OneAnswer:
    """Passes on the first answer of an application and drops a second."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._started = self._finished = False

    async def __call__(self, message: Message) -> None:
        starts = message["type"] == "http.response.start"
        if self._finished or (starts and self._started):
            return
        self._started = self._started or starts
        self._finished = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)
