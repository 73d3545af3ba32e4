"""MCP over standard input and output, which carry nothing but the protocol.

The SDK's own runner blocks a thread in readline, so that SIGINT hangs, and leaves at SIGTERM without closing anything.
Here the pipes are read by the event loop: end of input, SIGINT and SIGTERM all end it in the same orderly way. The SDK
also drops the calls under way when input ends; here they are answered first, so that requests can be piped in.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from freshdesk_mcp_server.tools.context import CallsUnderWay
from freshdesk_mcp_server.transports.system import at_end, can_be_polled, duplicate

LONGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes of one line of input."""
LAST_WORDS_S = 0.1
"""How long an answer takes at most from the SDK to the pipe."""
LAST_ANSWERS_S = 60.0
"""How long calls under way may go on after the end of input; each has a shorter deadline unless set otherwise."""


async def serve_stdio(server: MCPServer[Any], calls: CallsUnderWay, *, grace_s: float = 0) -> None:
    """Serve one client until its input ends and its calls are answered, or until SIGINT or SIGTERM.

    After a signal, the `calls` of `server` that are under way get `grace_s` seconds to be answered; then they are ended
    with an error that says what is known of them. A second signal ends them at once.
    """
    unanswered = _Unanswered()
    _end_on_signals(unanswered, calls, grace_s)
    with suppress(asyncio.CancelledError):
        async with _protocol_input() as lines, _protocol_output() as sink:
            await _serve(server, lines, sink, unanswered)


def _end_on_signals(unanswered: "_Unanswered", calls: CallsUnderWay, grace_s: float) -> None:
    """Cancel the present task at a signal, once all is answered or the grace is over."""
    serving = asyncio.current_task()
    assert serving is not None  # noqa: S101  # a coroutine runs in a task
    loop = asyncio.get_running_loop()
    ending: list[asyncio.Task[None]] = []

    async def end() -> None:
        if await unanswered.wait_for_none(grace_s):
            await calls.end(LAST_WORDS_S)
            await asyncio.sleep(LAST_WORDS_S)
        serving.cancel()

    def on_signal() -> None:
        if ending:
            serving.cancel()
        else:
            ending.append(loop.create_task(end()))

    at_end(on_signal)


async def _serve(
    server: MCPServer[Any], lines: "_Lines | None", sink: "_Sink | None", unanswered: "_Unanswered"
) -> None:
    low_level = server._lowlevel_server  # noqa: SLF001  # the SDK has no public way to drive one connection
    # stdio_server asks of its files only that one can be iterated and the other written and flushed. Where there is
    # none it takes the standard one, in a thread.
    async with stdio_server(lines, sink) as (read_stream, write_stream):  # type: ignore[arg-type]
        await low_level.run(
            _Requests(read_stream, unanswered),
            _Answers(write_stream, unanswered),
            low_level.create_initialization_options(),
        )


@asynccontextmanager
async def _protocol_input() -> AsyncIterator["_Lines | None"]:
    """Standard input for the protocol alone: others read nothing there."""
    if not can_be_polled(0):
        yield None
        return
    protocol_end = duplicate(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(protocol_end, "rb", buffering=0)
    )
    try:
        yield _Lines(reader)
    finally:
        transport.close()


@asynccontextmanager
async def _protocol_output() -> AsyncIterator["_Sink | None"]:
    """Standard output for the protocol alone: others print to standard error."""
    sys.stdout.flush()
    if not can_be_polled(1):
        yield None
        return
    protocol_end = duplicate(1)
    os.dup2(2, 1)
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, os.fdopen(protocol_end, "wb", buffering=0)
    )
    transport.set_write_buffer_limits(high=0)  # to drain is to write out: nothing is left to lose at the end
    try:
        yield _Sink(asyncio.StreamWriter(transport, protocol, None, loop))
    finally:
        transport.close()


class _Lines:
    """The lines of standard input as the SDK wants to iterate them."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        try:
            line = await self._reader.readline()
        except ValueError:  # longer than LONGEST_MESSAGE: not a message, and the next one may be
            return "\n"
        if not line:
            raise StopAsyncIteration
        return line.decode("utf-8", "replace")


class _Sink:
    """Standard output as the SDK wants to write it.

    A client that has gone is no error: calls under way end well, and nobody is told.
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


class _Unanswered:
    """The requests that were read and not answered yet."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._none = asyncio.Event()
        self._none.set()

    def add(self, request_id: object) -> None:
        """Note a request."""
        self._ids.add(str(request_id))
        self._none.clear()

    def remove(self, request_id: object) -> None:
        """Note that no answer will come any more, or that it was given."""
        self._ids.discard(str(request_id))
        if not self._ids:
            self._none.set()

    async def wait_for_none(self, within_s: float) -> bool:
        """Wait until all are answered, but no longer than that; whether there was anything to wait for."""
        had_any = bool(self._ids)
        with anyio.move_on_after(within_s):
            await self._none.wait()
        return had_any


class _Stream:
    """One direction of the connection, passed on; the SDK closes it."""

    def __init__(self, stream: Any, unanswered: _Unanswered) -> None:
        self._stream = stream
        self._unanswered = unanswered

    async def aclose(self) -> None:
        """Close it."""
        await self._stream.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Requests(_Stream):
    """What the client sends. The end comes after the last answer: the SDK cancels at the end what still runs."""

    async def receive(self) -> SessionMessage | Exception:
        """The next message."""
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
    """What the client is sent."""

    async def send(self, item: SessionMessage, /) -> None:
        """Send one message."""
        await self._stream.send(item)
        if isinstance(item.message, JSONRPCResponse | JSONRPCError):
            self._unanswered.remove(item.message.id)
