"""MCP over standard input and output, which carry the protocol alone.

The SDK's own runner blocks a thread in readline, so that SIGINT hangs, and SIGTERM ends it without closing anything.
Here the event loop reads the pipes: end of input, SIGINT and SIGTERM all end it in the same orderly way. The SDK also
drops the calls under way when input ends. Here they are answered first, so that requests can be piped in.
"""

import asyncio
import io
import os
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Protocol, Self

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from freshdesk_mcp_server.tools.kit.runtime import CallsUnderWay
from freshdesk_mcp_server.transports.lines import LongLine, Read, lines_from
from freshdesk_mcp_server.transports.messages import Refusal, read_message, refuse_too_long
from freshdesk_mcp_server.transports.system import at_end, can_be_polled, duplicate

LONGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes of one line of input."""
SOME = 65536
"""Bytes of one read."""
LAST_WORDS_S = 0.1
"""Seconds that an answer takes at most from the SDK to the pipe."""
LAST_ANSWERS_S = 60.0
"""Seconds for calls under way after the end of input; each call has a shorter deadline unless set otherwise."""


async def serve_stdio(server: MCPServer[Any], calls: CallsUnderWay, *, grace_s: float = 0) -> None:
    """Serve one client until its input ends and its calls are answered, or until SIGINT or SIGTERM.

    After a signal, the `calls` of `server` that are under way have `grace_s` seconds to be answered. Then they end with
    an error that states their known outcome. A second signal ends them at once.
    """
    unanswered = _Unanswered()
    _end_on_signals(unanswered, calls, grace_s)
    with suppress(asyncio.CancelledError):
        async with _protocol_input() as read, _protocol_output() as sink:
            await _serve(server, _Lines(read, sink), sink, unanswered)


def _end_on_signals(unanswered: "_Unanswered", calls: CallsUnderWay, grace_s: float) -> None:
    """Cancel the present task at a signal, once all is answered or the grace is over."""
    serving = asyncio.current_task()
    assert serving is not None  # noqa: S101  # a coroutine runs in a task
    loop = asyncio.get_running_loop()
    ending: list[asyncio.Task[None]] = []

    async def end(within_s: float) -> None:
        is_awaited = await unanswered.wait_for_none(within_s)
        if is_awaited or calls.count:  # a call that its client has cancelled goes on, if it was sent
            await calls.end(LAST_WORDS_S)
        if is_awaited:
            await asyncio.sleep(LAST_WORDS_S)
        serving.cancel()

    def on_signal() -> None:
        ending.append(loop.create_task(end(0 if ending else grace_s)))

    at_end(on_signal)


async def _serve(server: MCPServer[Any], lines: "_Lines", sink: "_Sink", unanswered: "_Unanswered") -> None:
    low_level = server._lowlevel_server  # noqa: SLF001  # the SDK has no public way to drive one connection
    # stdio_server needs only to iterate one of its files, and to write and flush the other.
    async with stdio_server(lines, sink) as (read_stream, write_stream):  # type: ignore[arg-type]
        await low_level.run(
            _Requests(read_stream, unanswered),
            _Answers(write_stream, unanswered),
            low_level.create_initialization_options(),
        )


@asynccontextmanager
async def _protocol_input() -> AsyncIterator[Read]:
    """Take standard input for the protocol alone: other readers get nothing there."""
    is_polled = can_be_polled(0)
    protocol_end = duplicate(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    if not is_polled:
        yield _read_in_thread(protocol_end)
        return
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(protocol_end, "rb", buffering=0)
    )
    try:
        yield partial(reader.read, SOME)
    finally:
        transport.close()


def _read_in_thread(descriptor: int) -> Read:
    """Return a reader for a file that the event loop cannot wait for; its thread ends with the input or the process."""
    loop = asyncio.get_running_loop()
    parts = asyncio.Queue[bytes](maxsize=1)

    def pump() -> None:
        is_open = True
        with suppress(RuntimeError):  # the loop has ended
            while is_open:
                part = _read_or_end(descriptor)
                asyncio.run_coroutine_threadsafe(parts.put(part), loop).result()
                is_open = bool(part)

    threading.Thread(target=pump, daemon=True).start()
    return parts.get


def _read_or_end(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, SOME)
    except OSError:
        return b""


@asynccontextmanager
async def _protocol_output() -> AsyncIterator["_Sink"]:
    """Take standard output for the protocol alone: other writers print to standard error."""
    sys.stdout.flush()
    is_polled = can_be_polled(1)
    protocol_end = duplicate(1)
    os.dup2(2, 1)
    file = os.fdopen(protocol_end, "wb", buffering=0)
    if not is_polled:
        with file:
            yield _FileSink(file)
        return
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, file)
    transport.set_write_buffer_limits(high=0)  # a drained buffer is written out: nothing is lost at the end
    try:
        yield _PipeSink(asyncio.StreamWriter(transport, protocol, None, loop))
    finally:
        transport.close()


class _Sink(Protocol):
    """Standard output in the form that the SDK writes to."""

    async def write(self, text: str) -> None:
        """Take one message, with its end of line."""

    async def flush(self) -> None:
        """Wait until the client has taken all that was written."""


class _PipeSink(_Sink):
    """Writes to a pipe.

    A client that has left is no error: calls under way end normally, and their answers are dropped.
    """

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def write(self, text: str) -> None:
        """Queue one message."""
        if not self._writer.is_closing():
            self._writer.write(text.encode())

    async def flush(self) -> None:
        """Wait until the client has taken all that is queued."""
        with suppress(ConnectionError):
            await self._writer.drain()


class _FileSink(_Sink):
    """Writes to a file, which takes all at once."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self._lock = anyio.Lock()

    async def write(self, text: str) -> None:
        """Write one message, in a thread: a pipe of Windows waits for its reader."""
        async with self._lock:
            await anyio.to_thread.run_sync(self._write, text.encode())

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    async def flush(self) -> None:
        """Return at once: nothing is left to write."""


class _Lines:
    """The messages of standard input as the SDK iterates them; bad messages are answered here and left out."""

    def __init__(self, read: Read, sink: _Sink) -> None:
        self._lines = lines_from(read, LONGEST_MESSAGE)
        self._sink = sink

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        async for line in self._lines:
            message = _message_in(line)
            if isinstance(message, Refusal):
                await self._answer(message)
            elif message:
                return message.decode()
        raise StopAsyncIteration

    async def _answer(self, refusal: Refusal) -> None:
        for answer in refusal.answers:
            await self._sink.write(f"{answer}\n")
        await self._sink.flush()


def _message_in(line: bytes | LongLine) -> bytes | Refusal:
    """Return the message of a line, empty for a blank line."""
    if isinstance(line, LongLine):
        return refuse_too_long(line.head, line.tail, LONGEST_MESSAGE)
    return read_message(line) if line.strip() else b""


class _Unanswered:
    """The requests that were read and are not answered yet."""

    def __init__(self) -> None:
        self._ids = Counter[str]()  # a client may have two under one id
        self._none = asyncio.Event()
        self._none.set()

    def add(self, request_id: object) -> None:
        """Add a request."""
        self._ids[str(request_id)] += 1
        self._none.clear()

    def remove(self, request_id: object) -> None:
        """Remove a request that was answered, or that will get no answer."""
        if self._ids[str(request_id)] <= 1:
            del self._ids[str(request_id)]
        else:
            self._ids[str(request_id)] -= 1
        if not self._ids:
            self._none.set()

    async def wait_for_none(self, within_s: float) -> bool:
        """Wait until all are answered, for `within_s` seconds at most; return True if any was unanswered at first."""
        had_any = bool(self._ids)
        with anyio.move_on_after(within_s):
            await self._none.wait()
        return had_any


class _Stream:
    """A direction of the connection, passed on; the SDK closes it."""

    def __init__(self, stream: Any, unanswered: _Unanswered) -> None:
        self._stream = stream
        self._unanswered = unanswered

    async def aclose(self) -> None:
        """Close the stream."""
        await self._stream.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Requests(_Stream):
    """The messages from the client. The end follows the last answer, since the SDK then cancels all running calls."""

    async def receive(self) -> SessionMessage | Exception:
        """Return the next message."""
        try:
            item: SessionMessage | Exception = await self._stream.receive()
        except anyio.EndOfStream:
            await self._unanswered.wait_for_none(LAST_ANSWERS_S)
            raise
        if isinstance(item, SessionMessage):
            self._note(item.message)
        return item

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    def _note(self, message: object) -> None:
        if isinstance(message, JSONRPCRequest):
            self._unanswered.add(message.id)
        elif isinstance(message, JSONRPCNotification) and message.method == "notifications/cancelled":
            self._unanswered.remove((message.params or {}).get("requestId"))  # it gets no answer


class _Answers(_Stream):
    """The messages to the client."""

    async def send(self, item: SessionMessage, /) -> None:
        """Send one message."""
        await self._stream.send(item)
        if isinstance(item.message, JSONRPCResponse | JSONRPCError):
            self._unanswered.remove(item.message.id)
