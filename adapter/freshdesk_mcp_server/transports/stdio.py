"""MCP over standard input and output, which carry nothing but the protocol.

The SDK's own runner blocks a thread in readline, so that SIGINT hangs, and leaves at SIGTERM without closing anything.
Here the pipes are read by the event loop: end of input, SIGINT and SIGTERM all end it in the same orderly way.
"""

import asyncio
import fcntl
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.stdio import stdio_server

LONGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes of one line of input."""


async def serve_stdio(server: MCPServer[Any]) -> None:
    """Serve one client until its input ends, or SIGINT or SIGTERM arrives."""
    serving = asyncio.current_task()
    assert serving is not None  # noqa: S101  # a coroutine runs in a task
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, serving.cancel)
    with suppress(asyncio.CancelledError):
        if _can_be_polled(0) and _can_be_polled(1):
            async with _protocol_pipes() as (reader, writer):
                await _serve(server, _Lines(reader), _Sink(writer))
        else:  # a regular file, as in ``serve < requests.jsonl``
            await server.run_stdio_async()


async def _serve(server: MCPServer[Any], lines: "_Lines", sink: "_Sink") -> None:
    low_level = server._lowlevel_server  # noqa: SLF001  # the SDK has no public way to drive one connection
    # stdio_server asks of its files only that one can be iterated and the other written and flushed.
    async with stdio_server(lines, sink) as (read_stream, write_stream):  # type: ignore[arg-type]
        await low_level.run(read_stream, write_stream, low_level.create_initialization_options())


def _can_be_polled(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)


@asynccontextmanager
async def _protocol_pipes() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Standard input and output for the protocol alone: others read nothing there, and print to standard error."""
    loop = asyncio.get_running_loop()
    sys.stdout.flush()
    read_end, write_end = (fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3) for descriptor in (0, 1))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    read_transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb", buffering=0)
    )
    write_transport, protocol = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, os.fdopen(write_end, "wb", buffering=0)
    )
    try:
        yield reader, asyncio.StreamWriter(write_transport, protocol, None, loop)
    finally:
        read_transport.close()
        write_transport.close()


class _Lines:
    """The lines of standard input as the SDK wants to iterate them."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    def __aiter__(self) -> "_Lines":
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
    """Standard output as the SDK wants to write it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def write(self, text: str) -> None:
        """Queue one message."""
        self._writer.write(text.encode())

    async def flush(self) -> None:
        """Wait until the client has taken enough of what is queued."""
        await self._writer.drain()
