"""What one connection may cost before its request is whole, and while it is answered: over real sockets."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import anyio
import pytest
import uvicorn
from anyio.abc import SocketStream
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from freshdesk_mcp_server.transports import protocol
from freshdesk_mcp_server.transports.protocol import (
    HEAD_WITHIN_S,
    LARGEST_HEAD,
    MOST_CONNECTIONS,
    READ_WITHIN_S,
    ImpatientProtocol,
)
from support.servers import PATIENCE_S, listening, until

pytestmark = pytest.mark.anyio

WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LARGE = 64 * 1024 * 1024


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    size = int(Request(scope).query_params.get("size", "2"))
    await PlainTextResponse(b"x" * size)(scope, receive, send)


@dataclass(frozen=True)
class Listener:
    """A server with the protocol, and connections to it, which end with the test."""

    port: int
    server: uvicorn.Server
    connections: AsyncExitStack

    def unsent(self) -> int:
        """Bytes of answers that wait for clients to read."""
        return sum(one.transport.get_write_buffer_size() for one in self.server.server_state.connections)

    async def send(self, data: bytes) -> SocketStream:
        """Connect and send."""
        stream = await self.connections.enter_async_context(await anyio.connect_tcp("127.0.0.1", self.port))
        if data:
            await stream.send(data)
        return stream


@asynccontextmanager
async def listener(most_connections: int = MOST_CONNECTIONS) -> AsyncIterator[Listener]:
    impatient = partial(ImpatientProtocol, most_connections=most_connections)
    async with (
        listening(app, http=impatient, lifespan="off", ws="none") as (url, server),
        AsyncExitStack() as connections,
    ):
        yield Listener(int(url.rpartition(":")[2]), server, connections)


async def all_of(stream: SocketStream) -> bytes:
    """What is sent until the server ends the connection."""
    parts = b""
    with anyio.fail_after(PATIENCE_S):
        try:
            async for part in stream:
                parts += part
        except anyio.BrokenResourceError:
            """Cut off, and not closed."""
    return parts


async def has_come() -> None:
    """What was sent over loopback is there; the loop only has to look, and to look again in case it was looking."""
    for _ in range(2):
        await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHo"], ids=["nothing", "half a head"])
async def test_a_client_that_sends_no_whole_head_is_cut_off(put_forward: Callable[[float], None], sent: bytes) -> None:
    async with listener() as listens:
        stream = await listens.send(sent)
        await until(lambda: bool(listens.server.server_state.connections))
        put_forward(HEAD_WITHIN_S)
        assert await all_of(stream) == b""


async def test_a_second_request_on_a_connection_has_to_come_whole_too(put_forward: Callable[[float], None]) -> None:
    async with listener() as server:
        stream = await server.send(WHOLE)
        with anyio.fail_after(PATIENCE_S):
            assert (await stream.receive()).startswith(b"HTTP/1.1 200 OK")
        await stream.send(b"GET / HT")
        await has_come()
        put_forward(HEAD_WITHIN_S)
        assert b"HTTP" not in await all_of(stream)


async def test_a_head_that_never_ends_is_refused_once_it_is_too_large() -> None:
    async with listener() as server:
        answer = await all_of(await server.send(b"GET / HTTP/1.1\r\nX-Filler: " + b"x" * (LARGEST_HEAD + 1)))
    assert answer.startswith(b"HTTP/1.1 431 ")


async def test_a_client_that_does_not_read_is_cut_off(put_forward: Callable[[float], None]) -> None:
    request = b"GET /?size=%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % LARGE
    async with listener() as listens:
        stream = await listens.send(request)
        await until(lambda: listens.unsent() > 0)
        put_forward(READ_WITHIN_S)
        await until(lambda: not listens.server.server_state.connections)
        assert len(await all_of(stream)) < LARGE


async def test_one_connection_too_many_takes_the_place_of_the_one_that_has_been_silent_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(protocol, "HEAD_WITHIN_S", 600)
    async with listener(most_connections=2) as server:
        first = await server.send(b"GET / HT")
        await server.send(b"GET / HT")
        newest = await server.send(WHOLE)
        assert await all_of(first) == b""
        with anyio.fail_after(PATIENCE_S):
            assert (await newest.receive()).startswith(b"HTTP/1.1 200 OK")


async def test_a_request_to_upgrade_is_answered_and_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    upgrade = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"
    async with listener() as server:
        assert (await all_of(await server.send(upgrade))).startswith(b"HTTP/1.1 200 OK")
    assert caplog.records == []


async def test_a_client_that_reads_slowly_but_reads_gets_all(put_forward: Callable[[float], None]) -> None:
    """From one look of the server to the next it reads until some more can be sent."""
    request = b"GET /?size=%d HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % LARGE
    got = 0
    async with listener() as listens:
        stream = await listens.send(request)
        await until(lambda: listens.unsent() > 0)
        while unsent := listens.unsent():
            with anyio.fail_after(PATIENCE_S):
                while listens.unsent() == unsent:
                    got += len(await stream.receive(1024 * 1024))
            put_forward(READ_WITHIN_S)
            await has_come()
        assert got + len(await all_of(stream)) > LARGE


async def test_a_client_that_has_read_all_may_be_idle_for_longer(put_forward: Callable[[float], None]) -> None:
    request = b"GET /?size=%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % LARGE
    async with listener() as listens:
        stream = await listens.send(request)
        got = 0
        with anyio.fail_after(PATIENCE_S):
            while got < LARGE:
                got += len(await stream.receive(1024 * 1024))
        for _ in range(3):
            put_forward(READ_WITHIN_S)
            await has_come()
        await stream.send(WHOLE)
        with anyio.fail_after(PATIENCE_S):
            assert b"HTTP/1.1 200 OK" in await stream.receive()


async def test_a_body_that_comes_after_its_answer_is_no_head() -> None:
    size = 2 * LARGEST_HEAD
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % size
    async with listener() as server:
        stream = await server.send(head)
        answer = await stream.receive()
        await stream.send(b"x" * size)
        await stream.send(WHOLE)
        with anyio.fail_after(PATIENCE_S):
            while answer.count(b"HTTP/1.1 ") < 2:
                answer += await stream.receive()
    assert answer.count(b"HTTP/1.1 200 OK") == 2


async def test_a_connection_that_is_kept_but_idle_makes_room_for_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_WITHIN_S", 600)
    async with listener(most_connections=2) as listens:
        streams = [await listens.send(WHOLE) for _ in range(2)]
        await until(lambda: listens.server.server_state.total_requests == 2)
        newest = await listens.send(WHOLE)
        with anyio.fail_after(PATIENCE_S):
            assert (await newest.receive()).startswith(b"HTTP/1.1 200 OK")
        assert (await all_of(streams[0])).endswith(b"xx")


async def test_no_burst_leaves_more_connections_than_may_be() -> None:
    async with listener(most_connections=10) as listens, anyio.create_task_group() as tasks:
        for _ in range(100):
            tasks.start_soon(listens.send, b"GET / HT")
        await until(lambda: len(listens.connections._exit_callbacks) == 100)  # type: ignore[attr-defined]  # all came
        assert len([one for one in listens.server.server_state.connections if not one.transport.is_closing()]) <= 10


async def test_each_head_has_its_size_to_itself() -> None:
    """Many small ones on one connection are not one large one."""
    filled = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Filler: " + b"x" * 8_000
    async with listener() as listens:
        stream = await listens.send(b"")
        for _ in range(8):
            await stream.send(filled)
            await has_come()  # so that it is not whole when it is looked at
            await stream.send(b"\r\n\r\n")
            answer = b""
            while not answer.endswith(b"\r\n\r\nxx"):
                answer += await stream.receive()
            assert answer.startswith(b"HTTP/1.1 200 OK")
