"""A network without sockets: httpx on one side, an ASGI application on the other, and accidents in between.

httpx's own ASGITransport hands over only whole answers, so nothing can be lost on the way. Here an answer comes in
pieces, as it is sent. Each read has its timeout, and a connection can be cut. The application goes on when its client
has left, as a real server would.
"""

import math
import ssl
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import anyio
import httpx
from anyio.abc import ObjectReceiveStream, TaskGroup
from anyio.streams.memory import MemoryObjectSendStream
from starlette.types import ASGIApp, Message, Scope

from freshdesk_sandbox import DROP_EXTENSION

type Refusal = Callable[[httpx.Request], Awaitable[NoReturn]]
"""Ends a request before it has reached anything."""


async def refused(request: httpx.Request) -> NoReturn:
    """Fail as if nobody listened."""
    raise httpx.ConnectError("connection refused", request=request) from ConnectionRefusedError()


async def no_tls(request: httpx.Request) -> NoReturn:
    """Fail as if another program listened; httpx reports it as a connection that was not made."""
    raise httpx.ConnectError("certificate verify failed", request=request) from ssl.SSLError("certificate")


async def connect_timeout(request: httpx.Request) -> NoReturn:
    """Fail as if nothing came back."""
    await anyio.sleep(request.extensions["timeout"]["connect"])
    raise httpx.ConnectTimeout("timed out", request=request)


async def pool_timeout(request: httpx.Request) -> NoReturn:
    """Fail as if all connections stayed in use."""
    await anyio.sleep(request.extensions["timeout"]["pool"])
    raise httpx.PoolTimeout("timed out", request=request)


class Network(httpx.AsyncBaseTransport):
    """The network of `network_to`. `reached` counts the arrived requests by method, `open_connections` those in use.

    Closing an httpx client leaves it open: it ends with its context.
    """

    def __init__(self, app: ASGIApp, tasks: TaskGroup) -> None:
        self._app = app
        self._tasks = tasks
        self._refusals: deque[Refusal] = deque()
        self.reached: Counter[str] = Counter()
        self.open_connections = 0

    def refuse_next(self, refusal: Refusal, *, times: int = 1) -> None:
        """Let the next requests end before they reach the application."""
        self._refusals.extend([refusal] * times)

    def refuse_no_more(self) -> None:
        """Let all further requests through."""
        self._refusals.clear()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return when the head of its answer is there."""
        if self._refusals:
            await self._refusals.popleft()(request)
        self.reached[request.method] += 1
        body = await request.aread()
        send, receive = anyio.create_memory_object_stream[Message](math.inf)
        connection = _Connection(self, request, receive)
        self._tasks.start_soon(self._serve, _scope_from(request), body, send)
        try:
            head = await connection.read()
        except BaseException:
            await connection.aclose()
            raise
        return httpx.Response(head["status"], headers=head["headers"], stream=connection)

    async def _serve(self, scope: Scope, body: bytes, pieces: MemoryObjectSendStream[Message]) -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            try:
                await pieces.send(message)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                """The client has left, or the connection was cut."""

        scope["extensions"] = {DROP_EXTENSION: pieces.close}
        with pieces:
            await self._app(scope, receive, send)


@dataclass
class _Connection(httpx.AsyncByteStream):
    """The client's end of one exchange: the head of the answer, then its body."""

    network: Network
    request: httpx.Request
    messages: ObjectReceiveStream[Message]
    has_begun: bool = False
    has_ended: bool = False
    is_open: bool = True

    def __post_init__(self) -> None:
        self.network.open_connections += 1

    async def read(self) -> Message:
        """Return the next message of the application, in the time that the request gives to each read."""
        try:
            with anyio.fail_after(self.request.extensions.get("timeout", {}).get("read")):
                message = await self.messages.receive()
        except TimeoutError:
            raise httpx.ReadTimeout("timed out", request=self.request) from None
        except anyio.EndOfStream:
            lost = httpx.ReadError if self.has_begun else httpx.RemoteProtocolError
            raise lost("connection lost", request=self.request) from None
        self.has_begun = True
        return message

    def __aiter__(self) -> AsyncIterator[bytes]:
        # No generator: trio warns of each generator that is left before its end.
        return self

    async def __anext__(self) -> bytes:
        if self.has_ended:
            raise StopAsyncIteration
        message = await self.read()
        self.has_ended = not message.get("more_body", False)
        return bytes(message.get("body", b""))

    async def aclose(self) -> None:
        """Leave; bytes that are still sent reach nobody."""
        if self.is_open:
            self.is_open = False
            self.network.open_connections -= 1
            await self.messages.aclose()


@asynccontextmanager
async def network_to(app: ASGIApp) -> AsyncIterator[Network]:
    """Create a network with `app` at its other end; its context ends after the last request of the application."""
    async with anyio.create_task_group() as tasks:
        yield Network(app, tasks)


def _scope_from(request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 1),
    }
