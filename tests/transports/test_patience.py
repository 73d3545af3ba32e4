"""The waits for one connection: the protocol between a transport and a clock that tests set."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import anyio
import pytest
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from freshdesk_mcp_server.transports.protocol import (
    BODY_WITHIN_S,
    HEAD_WITHIN_S,
    LARGEST_HEAD,
    LEAST_READ,
    READ_WITHIN_S,
    ImpatientProtocol,
)
from freshdesk_mcp_server.transports.room import Room

pytestmark = pytest.mark.anyio

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n"
BODY = b"body"
A_MOMENT_S = 0.001
LONG = HEAD.replace(b": 4", b": 100")


class Clock:
    """The event loop without its timers: they run when a test lets time pass."""

    def __init__(self) -> None:
        self.now = 0.0
        self._timers: list[asyncio.TimerHandle] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio.get_running_loop(), name)

    def call_later(self, delay: float, callback: Callable[..., None], *arguments: Any) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(self.now + delay, callback, arguments, asyncio.get_running_loop())
        self._timers.append(timer)
        return timer

    def passes(self, seconds: float) -> None:
        self.now += seconds
        due = [timer for timer in self._timers if timer.when() <= self.now]
        self._timers = [timer for timer in self._timers if timer.when() > self.now]
        for timer in due:
            if not timer.cancelled():
                timer._run()


class Wire(asyncio.Transport):
    """The bytes that a client sends and leaves unread."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.unread = 0
        self.reads = True
        self.end: str | None = None

    def write(self, data: Any) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return self.unread

    def is_closing(self) -> bool:
        return self.end is not None

    def close(self) -> None:
        self.end = self.end or "closed"

    def abort(self) -> None:
        self.end = "aborted"

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


@dataclass
class Application:
    """Answers at once, or after reading the body; and not before it may."""

    reads: bool = False
    may_answer: anyio.Event = field(default_factory=anyio.Event)
    requests: int = 0
    left: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += 1
        try:
            if self.reads:
                await Request(scope, receive).body()
            await self.may_answer.wait()
        except ClientDisconnect:
            self.left += 1
        else:
            await PlainTextResponse("ok")(scope, receive, send)


class Connection:
    """One connection to an application, which is left at the end of its context."""

    def __init__(self, app: Application, *, answers: bool = True, room: Room | None = None) -> None:
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
        config.load()
        self.app = app
        self.clock = Clock()
        self.wire = Wire()
        self.protocol = ImpatientProtocol(config, ServerState(), {}, self.clock, room=room or Room())
        self.protocol.connection_made(self.wire)
        if answers:
            app.may_answer.set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.protocol.connection_lost(None)
        self.app.may_answer.set()
        await anyio.wait_all_tasks_blocked()

    async def get(self, data: bytes) -> None:
        self.protocol.data_received(data)
        await anyio.wait_all_tasks_blocked()

    @property
    def answers(self) -> int:
        return self.wire.written.count(b"HTTP/1.1 200 OK")


async def test_a_late_body_ends_a_connection_whose_answer_was_early() -> None:
    async with Connection(Application()) as one:
        await one.get(LONG)
        assert one.answers == 1
        for _ in range(10):
            assert one.wire.end is None
            one.clock.passes(BODY_WITHIN_S / 10)
            await one.get(b"b")  # an occasional byte does not help
        assert one.wire.end == "closed"


async def test_a_late_body_ends_a_connection_with_a_later_answer() -> None:
    async with Connection(Application(), answers=False) as one:
        await one.get(HEAD)
        one.clock.passes(BODY_WITHIN_S)
        assert one.wire.end is None
        one.app.may_answer.set()
        await anyio.wait_all_tasks_blocked()
        assert one.answers == 1
        assert b"connection: close" in one.wire.written
        assert one.wire.end == "closed"


async def test_a_body_in_time_keeps_the_connection_for_the_next_request() -> None:
    async with Connection(Application(reads=True)) as one:
        for _ in range(3):
            await one.get(HEAD)
            one.clock.passes(BODY_WITHIN_S - A_MOMENT_S)
            await one.get(BODY)
            one.clock.passes(A_MOMENT_S)
            assert one.wire.end is None
        assert one.answers == 3


async def test_the_wait_for_a_request_is_unchanged_after_an_early_answer() -> None:
    async with Connection(Application()) as one:
        await one.get(HEAD)
        await one.get(BODY)
        assert one.answers == 1
        one.clock.passes(one.protocol.timeout_keep_alive - A_MOMENT_S)
        assert one.wire.end is None
        one.clock.passes(A_MOMENT_S)
        assert one.wire.end == "closed"


async def test_the_wait_for_a_head_is_bounded() -> None:
    async with Connection(Application()) as one:
        for _ in range(3):
            await one.get(HEAD + BODY)
            one.clock.passes(one.protocol.timeout_keep_alive - A_MOMENT_S)
        await one.get(HEAD[:9])
        one.clock.passes(HEAD_WITHIN_S - A_MOMENT_S)
        assert one.wire.end is None
        await one.get(HEAD[9:12])
        one.clock.passes(A_MOMENT_S)
        assert one.wire.end == "closed"


async def test_the_time_of_a_body_counts_from_the_turn_of_its_request() -> None:
    async with Connection(Application(reads=True), answers=False) as one:
        await one.get(HEAD + BODY + HEAD)
        one.clock.passes(2 * BODY_WITHIN_S)
        assert not one.wire.is_closing()
        one.app.may_answer.set()
        await anyio.wait_all_tasks_blocked()
        assert (one.app.requests, one.answers) == (2, 1)
        one.clock.passes(BODY_WITHIN_S - A_MOMENT_S)
        assert one.protocol.cycle.keep_alive
        one.clock.passes(A_MOMENT_S)
        await one.get(BODY)
        assert one.answers == 2
        assert one.wire.end == "closed"


async def test_nothing_is_read_while_requests_wait_for_their_turn() -> None:
    async with Connection(Application(reads=True), answers=False) as one:
        await one.get(HEAD + BODY + HEAD)
        assert not one.wire.reads
        running = one.protocol._running
        assert running is not None
        running.message_event.set()  # as if more of its body had come
        await running.receive()
        assert not one.wire.reads
        one.app.may_answer.set()
        await anyio.wait_all_tasks_blocked()
        assert one.wire.reads
        await one.get(BODY)
        assert one.answers == 2


async def test_a_client_that_leaves_ends_all_its_requests() -> None:
    async with Connection(Application(reads=True), answers=False) as one:
        await one.get(HEAD + b"b")
        await one.get(b"ody" + HEAD + BODY)
        first = one.protocol._running
        assert first is not None
        one.protocol.connection_lost(None)
        assert await first.receive() == {"type": "http.disconnect"}
        one.app.may_answer.set()
        await anyio.wait_all_tasks_blocked()
        assert one.app.requests == 1


@pytest.mark.parametrize("refused", [b"\x00\r\n\r\n", b"GET /" + b"x" * LARGEST_HEAD])
async def test_a_refusal_does_not_answer_an_earlier_request(refused: bytes) -> None:
    async with Connection(Application(), answers=False) as one:
        await one.get(HEAD + BODY)
        await one.get(refused)
        assert (one.wire.written, one.wire.end) == (b"", "closed")


async def test_a_refusal_is_no_second_answer() -> None:
    async with Connection(Application()) as one:
        await one.get(HEAD.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked"))
        written = one.wire.written
        assert one.answers == 1
        await one.get(b"0\r\nX-Trailer: 1\r\n\r\n")
        assert (one.wire.written, one.wire.end) == (written, "closed")


@pytest.mark.parametrize("size", [1, LEAST_READ, 10 * LEAST_READ])
async def test_a_client_that_reads_nothing_is_cut_off_even_after_the_close(size: int) -> None:
    async with Connection(Application()) as one:
        one.wire.unread = size
        await one.get(HEAD.replace(b"Host", b"Connection: close\r\nHost") + BODY)
        assert one.wire.end == "closed"
        one.clock.passes(READ_WITHIN_S - A_MOMENT_S)
        assert one.wire.end == "closed"
        one.clock.passes(A_MOMENT_S)
        assert one.wire.end == "aborted"


async def test_a_client_that_leaves_its_last_answer_unread_is_cut_off() -> None:
    async with Connection(Application()) as one:
        one.wire.unread = 1
        await one.get(HEAD + BODY)
        one.clock.passes(one.protocol.timeout_keep_alive)
        assert one.wire.end == "closed"
        one.clock.passes(READ_WITHIN_S)
        assert one.wire.end == "aborted"


async def test_a_client_that_reads_hardly_anything_is_cut_off() -> None:
    async with Connection(Application(), answers=False) as one:
        await one.get(HEAD + BODY)
        one.wire.unread = 10 * LEAST_READ
        one.protocol.pause_writing()
        one.wire.unread -= LEAST_READ
        one.clock.passes(READ_WITHIN_S)
        assert one.wire.end is None
        one.wire.unread -= LEAST_READ - 1
        one.clock.passes(READ_WITHIN_S)
        assert one.wire.end == "aborted"


async def test_the_read_timer_stops_when_the_client_has_read() -> None:
    async with Connection(Application(), answers=False) as one:
        await one.get(HEAD + BODY)
        one.wire.unread = 10 * LEAST_READ
        one.protocol.pause_writing()
        one.protocol.resume_writing()
        one.clock.passes(READ_WITHIN_S)
        assert one.wire.end is None


async def test_a_client_that_has_read_some_of_its_last_answer_is_still_waited_for() -> None:
    async with Connection(Application()) as one:
        one.wire.unread = 10 * LEAST_READ
        await one.get(HEAD.replace(b"Host", b"Connection: close\r\nHost") + BODY)
        one.wire.unread = 1
        one.protocol.resume_writing()
        one.clock.passes(READ_WITHIN_S)
        assert one.wire.end == "closed"
        one.clock.passes(READ_WITHIN_S)
        assert one.wire.end == "aborted"


async def test_an_answer_under_way_that_is_not_read_makes_room() -> None:
    room = Room(most_connections=2)
    async with (
        Connection(Application(), answers=False, room=room) as unread,
        Connection(Application(), answers=False, room=room) as working,
    ):
        for one in (unread, working):
            await one.get(HEAD + BODY)
        unread.wire.unread = 1
        unread.protocol.pause_writing()
        async with Connection(Application(), room=room) as newest:
            assert [one.wire.end for one in (unread, working, newest)] == ["aborted", None, None]
