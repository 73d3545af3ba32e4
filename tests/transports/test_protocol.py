"""Bounds on one connection before its request is whole, and during its answer: over real sockets."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import anyio
import pytest
import uvicorn
from anyio.abc import SocketStream
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from freshdesk_mcp_server.transports import protocol
from freshdesk_mcp_server.transports.protocol import (
    HEAD_WITHIN_S,
    LARGEST_HEAD,
    LONGEST_PIPELINE,
    MOST_HEADERS,
    READ_WITHIN_S,
    ImpatientProtocol,
)
from freshdesk_mcp_server.transports.room import MOST_CONNECTIONS, Budget, Room
from support.servers import PATIENCE_S, listening, until

pytestmark = [pytest.mark.anyio, pytest.mark.slow("sockets")]

WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
ENDLESS = b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPLOAD = b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
CHUNKED = b"POST /read HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
LARGE = 64 * 1024 * 1024
PIECE = 64 * 1024


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Use both event loops that a server may run in: their transports differ."""
    return "asyncio", {"use_uvloop": request.param}


@dataclass
class Application:
    """Answers with as much as is asked for, and reads no body. /read reads it before; /endless has no end."""

    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    """The headers of requests whose body was read."""
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    endless: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.paths.append(scope["path"])
        if request.url.path == "/endless":
            await self._go_on_for_ever(receive, send)
            return
        if request.url.path == "/read":
            try:
                self.bodies.append(await request.body())
            except ClientDisconnect:
                return
            self.headers += scope["headers"]
        size = int(request.query_params.get("size", "2"))
        await PlainTextResponse(b"x" * size)(scope, receive, send)

    async def _go_on_for_ever(self, receive: Receive, send: Send) -> None:
        self.endless += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            """The client still sends."""
        self.endless -= 1


@dataclass(frozen=True)
class Listener:
    """A server with the protocol, and connections to it, which end with the test."""

    port: int
    server: uvicorn.Server
    connections: AsyncExitStack
    app: Application

    def unsent(self) -> int:
        """Return the bytes of answers that wait for clients to read."""
        return sum(one.transport.get_write_buffer_size() for one in self.server.server_state.connections)

    async def send(self, data: bytes) -> SocketStream:
        """Connect and send."""
        stream = await self.connections.enter_async_context(await anyio.connect_tcp("127.0.0.1", self.port))
        if data:
            await stream.send(data)
        return stream


@asynccontextmanager
async def listener(most_connections: int = MOST_CONNECTIONS, budget: Budget | None = None) -> AsyncIterator[Listener]:
    impatient = partial(ImpatientProtocol, room=Room(most_connections, budget))
    app = Application()
    async with (
        listening(app, http=impatient, lifespan="off", ws="none") as (url, server),
        AsyncExitStack() as connections,
    ):
        yield Listener(int(url.rpartition(":")[2]), server, connections, app)


async def all_of(stream: SocketStream) -> bytes:
    """Return the bytes that the server sends until it ends the connection."""
    parts = b""
    with anyio.fail_after(PATIENCE_S):
        try:
            async for part in stream:
                parts += part
        except anyio.BrokenResourceError:
            """The connection was cut off, and not closed."""
    return parts


async def begun(stream: SocketStream) -> SocketStream:
    """Return the same stream, once an endless answer has begun on it."""
    with anyio.fail_after(PATIENCE_S):
        while b"begun" not in await stream.receive():
            """The head is still to come."""
    return stream


async def ends_before(stream: SocketStream, size: int) -> bool:
    """Return True if the server ends a connection before it has taken `size` meaningless bytes."""
    with anyio.fail_after(PATIENCE_S):
        try:
            for _ in range(size // PIECE):
                await stream.send(b"x" * PIECE)
        except anyio.BrokenResourceError:
            return True
    return False


async def has_come() -> None:
    """Let bytes that were sent over loopback arrive: the event loop looks twice, since it may be looking already."""
    for _ in range(2):
        await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHo"], ids=["nothing", "half a head"])
async def test_a_client_that_sends_no_whole_head_is_cut_off(put_forward: Callable[[float], None], sent: bytes) -> None:
    async with listener() as listens:
        stream = await listens.send(sent)
        await until(lambda: bool(listens.server.server_state.connections))
        put_forward(HEAD_WITHIN_S)
        assert await all_of(stream) == b""


async def test_a_second_request_on_a_connection_is_cut_off_without_a_whole_head(
    put_forward: Callable[[float], None],
) -> None:
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


def head_of(size: int) -> bytes:
    """Return a whole head of `size` bytes."""
    begin, end = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Filler: ", b"\r\nConnection: close\r\n\r\n"
    return begin + b"x" * (size - len(begin) - len(end)) + end


@pytest.mark.parametrize("pieces", [1, 2, 40])
@pytest.mark.parametrize(("beyond", "status"), [(0, b"200"), (1, b"431")])
async def test_the_bound_on_a_head_does_not_depend_on_its_pieces(beyond: int, status: bytes, pieces: int) -> None:
    head = head_of(LARGEST_HEAD + beyond)
    step = -(-len(head) // pieces)
    async with listener() as listens:
        stream = await listens.send(b"")
        for start in range(0, len(head), step):
            await stream.send(head[start : start + step])
            await has_come()
        assert (await all_of(stream)).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize("ending", [b"\r\n", b""], ids=["whole", "not whole"])
async def test_a_head_of_many_tiny_headers_is_refused(ending: bytes) -> None:
    async with listener() as listens:
        few = WHOLE[:-2] + b"aa:\r\n" * (MOST_HEADERS - 2) + b"Connection: close\r\n\r\n"
        assert (await all_of(await listens.send(few))).startswith(b"HTTP/1.1 200 OK")
        many = WHOLE[:-2] + b"aa:\r\n" * (MOST_HEADERS + 1) + ending
        assert (await all_of(await listens.send(many))).startswith(b"HTTP/1.1 431 ")


async def test_a_header_behind_a_whole_request_in_one_piece_has_a_bound() -> None:
    async with listener() as listens:
        stream = await listens.send(ENDLESS + b"GET / HTTP/1.1\r\nX-Filler: " + b"x" * (2 * LARGEST_HEAD))
        await all_of(stream)
        await until(lambda: not listens.app.endless)


async def test_unfinished_heads_have_a_bound_together() -> None:
    """Of two heads with equal bytes, the one with more headers costs more."""
    async with listener(budget=Budget(20_000)) as listens:
        many = await listens.send(WHOLE[:-2] + b"aa:\r\n" * 90)
        few = await listens.send(WHOLE[:-2] + b"X-Filler: " + b"x" * 440)
        newest = await listens.send(WHOLE[:-2] + b"X-Filler: " + b"x" * 6_000)
        assert await all_of(many) == b""
        for stream in (few, newest):
            await stream.send(b"\r\n\r\n")
            with anyio.fail_after(PATIENCE_S):
                assert (await stream.receive()).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n"], ids=["kept", "closed"])
async def test_a_client_that_does_not_read_is_cut_off(put_forward: Callable[[float], None], more: bytes) -> None:
    request = b"GET /?size=%d HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (LARGE, more)
    async with listener() as listens:
        stream = await listens.send(request)
        await until(lambda: listens.unsent() > 0)
        put_forward(READ_WITHIN_S)
        await until(lambda: not listens.server.server_state.connections)
        assert len(await all_of(stream)) < LARGE


async def test_a_connection_beyond_the_bound_replaces_the_connection_that_was_silent_longest(
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


FRAMED = {
    "length": b"Content-Length: %d\r\n\r\n%b",
    "chunked": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n",
}
UPGRADES = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAA\r\n",
    "websocket": b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
}


@pytest.mark.parametrize("pieces", [1, 2, 7])
@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
@pytest.mark.parametrize("framed", FRAMED.values(), ids=FRAMED.keys())
@pytest.mark.parametrize("upgrade", UPGRADES.values(), ids=UPGRADES.keys())
async def test_the_body_of_a_request_to_upgrade_is_its_body(
    upgrade: bytes, framed: bytes, version: bytes, pieces: int
) -> None:
    """The body is no request of its own. Source: RFC 9110, section 7.8: a server may ignore the header."""
    body = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    request = b"POST /read HTTP/%b\r\nHost: localhost\r\n" % version + upgrade + framed % (len(body), body)
    sent = request + LAST if version == b"1.1" else request
    async with listener() as listens:
        stream = await listens.send(b"")
        for start in range(0, len(sent), -(-len(sent) // pieces)):
            await stream.send(sent[start : start - (-len(sent) // pieces)])
            await has_come()
        answers = await all_of(stream)
    assert listens.app.bodies == [body]
    assert listens.app.paths == (["/read", "/"] if version == b"1.1" else ["/read"])
    assert answers.count(b"HTTP/1.1 200 OK") == len(listens.app.paths)


async def test_a_pipeline_of_requests_to_upgrade_is_answered() -> None:
    upgrade = WHOLE[:-2] + UPGRADES["h2c"] + b"\r\n"
    async with listener() as listens:
        answers = await all_of(await listens.send(upgrade * 3 + LAST))
    assert answers.count(b"HTTP/1.1 200 OK") == 4


@pytest.mark.parametrize(
    "head", [b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
)
async def test_a_request_for_another_protocol_at_once_is_refused(head: bytes) -> None:
    async with listener() as listens:
        assert (await all_of(await listens.send(head + WHOLE))).startswith(b"HTTP/1.1 400 Bad Request")
    assert listens.app.paths == []


@pytest.mark.parametrize("upgrade", [b"", UPGRADES["h2c"]], ids=["plain", "upgrade"])
async def test_the_authority_of_an_absolute_target_stands_for_the_host(upgrade: bytes) -> None:
    """Source: RFC 9112, section 3.2.2."""
    async with listener() as listens:
        sent = (
            b"POST http://evil.example:1/read?a HTTP/1.1\r\nHost: localhost\r\n"
            + upgrade
            + b"Content-Length: 0\r\n\r\n"
        )
        assert (await (await listens.send(sent)).receive()).startswith(b"HTTP/1.1 200 OK")
        assert [value for name, value in listens.app.headers if name == b"host"] == [b"evil.example:1"]
        assert listens.app.paths == ["/read"]


async def test_a_client_that_reads_slowly_but_reads_gets_all(put_forward: Callable[[float], None]) -> None:
    """The client reads between two looks of the server, until more can be sent."""
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
        await until(lambda: len(listens.connections._exit_callbacks) == 100)  # type: ignore[attr-defined]  # all have come
        assert len([one for one in listens.server.server_state.connections if not one.transport.is_closing()]) <= 10


async def test_the_sizes_of_heads_on_one_connection_do_not_add_up() -> None:
    """Many small heads on one connection are not one large head."""
    filled = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Filler: " + b"x" * 8_000
    async with listener() as listens:
        stream = await listens.send(b"")
        for _ in range(8):
            await stream.send(filled)
            await has_come()  # otherwise it could be whole at the look
            await stream.send(b"\r\n\r\n")
            answer = b""
            while not answer.endswith(b"\r\n\r\nxx"):
                answer += await stream.receive()
            assert answer.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("name", [b"Authorization", b"X-Freshdesk-Api-Key", b"Host", b"X-Anything"])
@pytest.mark.parametrize("is_split", [False, True])
async def test_a_trailer_is_refused_and_is_no_header_of_its_request(name: bytes, *, is_split: bool) -> None:
    trailer = name + b": a secret\r\n"
    async with listener() as listens:
        stream = await listens.send(CHUNKED + b"0\r\n" + (b"" if is_split else trailer + b"\r\n"))
        if is_split:
            await until(lambda: bool(listens.server.server_state.tasks))  # its request is under way
            await stream.send(trailer + b"\r\n")
        assert (await all_of(stream)).startswith(b"HTTP/1.1 400 Bad Request")
        assert listens.app.headers == []


async def test_a_chunked_body_without_trailers_is_read() -> None:
    async with listener() as listens:
        stream = await listens.send(CHUNKED + b"0\r\n\r\n")
        assert (await stream.receive()).startswith(b"HTTP/1.1 200 OK")
        assert [name for name, _ in listens.app.headers] == [b"host", b"transfer-encoding"]


@pytest.mark.parametrize("beginning", [b"0\r\nX-Filler: ", b"0\r\n", b"0;", b"2;"])
@pytest.mark.parametrize("head", [CHUNKED, CHUNKED.replace(b"/read", b"/")], ids=["read", "answered early"])
async def test_bytes_behind_a_body_or_between_its_chunks_have_a_bound(head: bytes, beginning: bytes) -> None:
    async with listener() as listens:
        assert await ends_before(await listens.send(head + beginning), LARGE)


@pytest.mark.parametrize("beginning", [b"GET / HTTP/1.1\r\nX-Filler: ", b"GET /"], ids=["header", "path"])
async def test_a_head_behind_a_request_under_way_has_a_bound(beginning: bytes) -> None:
    async with listener() as listens:
        stream = await begun(await listens.send(ENDLESS))
        await stream.send(beginning)
        assert await ends_before(stream, LARGE)
        await until(lambda: not listens.app.endless)


async def test_a_pipeline_is_answered_up_to_its_bound() -> None:
    async with listener() as listens:
        for _ in range(3):  # each has it to itself
            stream = await listens.send(WHOLE * (LONGEST_PIPELINE - 1) + LAST)
            assert (await all_of(stream)).count(b"HTTP/1.1 200 OK") == LONGEST_PIPELINE


async def test_a_pipeline_beyond_its_bound_ends_the_connection() -> None:
    async with listener() as listens:
        assert await all_of(await listens.send(WHOLE * (LONGEST_PIPELINE + 1))) == b""


async def test_heads_that_wait_behind_a_request_have_a_bound_together() -> None:
    async with listener() as listens:
        stream = await begun(await listens.send(ENDLESS))
        await stream.send(WHOLE)
        await has_come()
        assert listens.app.endless == 1
        other = await begun(await listens.send(ENDLESS))
        await other.send(
            (WHOLE[:-2] + b"X-Filler: " + b"x" * (LARGEST_HEAD // 8) + b"\r\n\r\n") * (LONGEST_PIPELINE - 1)
        )
        await all_of(other)
        await until(lambda: listens.app.endless == 1)


async def test_requests_behind_one_under_way_count_as_kept_bytes() -> None:
    async with listener(budget=Budget(50_000)) as listens:
        stream = await begun(await listens.send(ENDLESS))
        await stream.send(UPLOAD + b"x" * 60_000)
        await all_of(stream)
        await until(lambda: not listens.app.endless)


async def test_nothing_is_kept_of_a_head_that_is_answered() -> None:
    async with listener() as listens:
        stream = await listens.send(WHOLE[:-2] + b"X-Filler: " + b"x" * 20_000 + b"\r\n\r\n")
        with anyio.fail_after(PATIENCE_S):
            assert (await stream.receive()).startswith(b"HTTP/1.1 200 OK")
        (kept,) = listens.server.server_state.connections
        assert isinstance(kept, ImpatientProtocol)
        assert not any((kept.url, kept.headers, kept.scope, kept.cycle.scope))
        assert kept._running is kept.cycle
        await stream.send(WHOLE)
        assert (await stream.receive()).startswith(b"HTTP/1.1 200 OK")


async def test_many_requests_one_after_the_other_are_no_pipeline() -> None:
    async with listener() as listens:
        stream = await listens.send(b"")
        for _ in range(3 * LONGEST_PIPELINE):
            await stream.send(WHOLE)
            answer = b""
            while not answer.endswith(b"\r\n\r\nxx"):
                answer += await stream.receive()
            assert answer.startswith(b"HTTP/1.1 200 OK")


async def test_a_late_body_ends_an_answer_that_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "BODY_WITHIN_S", 0.05)
    async with listener() as listens:
        stream = await listens.send(UPLOAD.replace(b"/read", b"/endless"))
        assert b"begun" in await all_of(stream)
        await until(lambda: not listens.app.endless)


async def test_a_body_that_does_not_come_makes_room_before_a_new_connection() -> None:
    async with listener(most_connections=2) as listens:
        streams = [await listens.send(UPLOAD + b"{") for _ in range(2)]
        await until(lambda: len(listens.server.server_state.tasks) == 2)
        await streams[0].send(b"{")  # the body goes on, but is not whole
        newest = await listens.send(WHOLE)
        with anyio.fail_after(PATIENCE_S):
            assert (await newest.receive()).startswith(b"HTTP/1.1 200 OK")
        assert await all_of(streams[0]) == b""


async def test_an_answer_under_way_is_not_ended_to_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_WITHIN_S", 600)
    async with listener(most_connections=2) as listens:
        await begun(await listens.send(ENDLESS))
        silent = await listens.send(b"")
        await until(lambda: len(listens.server.server_state.connections) == 2)
        newest = await listens.send(WHOLE)
        with anyio.fail_after(PATIENCE_S):
            assert (await newest.receive()).startswith(b"HTTP/1.1 200 OK")
        assert await all_of(silent) == b""
        assert listens.app.endless == 1


async def test_an_unread_answer_makes_room() -> None:
    async with listener(most_connections=2) as listens:
        unread = await listens.send(b"GET /?size=%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % LARGE)
        await until(lambda: any(one.flow.write_paused for one in listens.server.server_state.connections))  # type: ignore[union-attr]
        await begun(await listens.send(ENDLESS))
        newest = await listens.send(WHOLE)
        with anyio.fail_after(PATIENCE_S):
            assert (await newest.receive()).startswith(b"HTTP/1.1 200 OK")
        assert len(await all_of(unread)) < LARGE


async def test_connections_that_have_ended_take_no_place() -> None:
    async with listener(most_connections=2) as listens:
        idle = await listens.send(b"")
        for _ in range(5):
            assert (await all_of(await listens.send(LAST))).startswith(b"HTTP/1.1 200 OK")
        await until(lambda: len(listens.server.server_state.connections) == 1)
        await idle.send(LAST)
        assert (await all_of(idle)).startswith(b"HTTP/1.1 200 OK")


async def test_an_unfinished_body_does_not_delay_the_shutdown(caplog: pytest.LogCaptureFixture) -> None:
    async with listener() as listens:
        stream = await listens.send(UPLOAD + b"{")
        await until(lambda: len(listens.server.server_state.tasks) == 1)
        for connection in [*listens.server.server_state.connections]:
            connection.shutdown()
        assert await all_of(stream) == b""
        await until(lambda: not listens.server.server_state.tasks)
    assert (listens.app.bodies, caplog.records) == ([], [])


async def test_unfinished_bodies_have_a_bound_together() -> None:
    async with listener(budget=Budget(2_000_000)) as listens:
        large, small = [await listens.send(UPLOAD + b"x" * size) for size in (999_999, 900_000)]
        await until(lambda: held_by(listens) == 1_899_999)
        newest = await listens.send(UPLOAD + b"x" * 200_000)
        assert await all_of(large) == b""
        for stream, rest in ((small, 100_000), (newest, 800_000)):
            await stream.send(b"x" * rest)
            with anyio.fail_after(PATIENCE_S):
                assert (await stream.receive()).startswith(b"HTTP/1.1 200 OK")


def held_by(listens: Listener) -> int:
    connections = listens.server.server_state.connections
    return sum(one._body_bytes for one in connections if isinstance(one, ImpatientProtocol))
