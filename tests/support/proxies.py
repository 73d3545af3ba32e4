"""Hosts beyond this machine, simulated on it: a TLS server, and a proxy that leads to it or refuses."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from anyio.abc import AnyByteStream, SocketAttribute, SocketStream
from anyio.streams.tls import TLSListener, TLSStream

AGENT = b'{"id": 7}'


def json_answer(body: bytes) -> bytes:
    """Return an answer of 200, byte by byte."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


async def read_head(stream: SocketStream | TLSStream) -> bytes:
    """Return the head of one request."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += await stream.receive()
    return head


class _Listener(TLSListener):
    @staticmethod
    async def handle_handshake_error(exc: BaseException, stream: AnyByteStream) -> None:
        """Do nothing: the client has left, since it does not trust this server."""
        del exc
        await stream.aclose()


@asynccontextmanager
async def tls_server(context: ssl.SSLContext, body: bytes = AGENT) -> AsyncIterator[int]:
    """Run a server that answers every request with `body`; yield its port."""

    async def serve(stream: TLSStream) -> None:
        async with stream:
            await read_head(stream)
            await stream.send(json_answer(body))

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(_Listener(listener, context, standard_compatible=False).serve, serve)
        yield listener.extra(SocketAttribute.local_port)
        tasks.cancel_scope.cancel()


@dataclass
class Proxy:
    """Leads every CONNECT to the port `target`, or refuses with `status`; `asked` are the heads of its requests."""

    target: int | None = None
    status: bytes = b"200 OK"
    asked: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, stream: SocketStream) -> None:
        """Serve one connection."""
        async with stream:
            self.asked.append(await read_head(stream))
            await stream.send(b"HTTP/1.1 %s\r\n\r\n" % self.status)
            if self.target is not None:
                async with await anyio.connect_tcp("127.0.0.1", self.target) as onward:
                    await _join(stream, onward)


@asynccontextmanager
async def running_proxy(proxy: Proxy) -> AsyncIterator[Proxy]:
    """Run a proxy; its `port` is known from then on."""
    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        proxy.port = listener.extra(SocketAttribute.local_port)
        tasks.start_soon(listener.serve, proxy.serve)
        yield proxy
        tasks.cancel_scope.cancel()


async def _join(one: SocketStream, other: SocketStream) -> None:
    async with anyio.create_task_group() as tasks:

        async def pass_on(source: SocketStream, sink: SocketStream) -> None:
            try:
                async for piece in source:
                    await sink.send(piece)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                """One end has left."""
            tasks.cancel_scope.cancel()

        tasks.start_soon(pass_on, one, other)
        tasks.start_soon(pass_on, other, one)
