"""A server on a real socket that sends exactly the given bytes."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import anyio
from anyio.abc import SocketAttribute, SocketStream

type Said = Iterable[bytes]
"""The bytes of one answer, in pieces; an endless one is sent until its reader has left."""


class RawServer:
    """Sends each of `answers` once, in turn, and the last one without end; `connections` counts the connections made.

    With `is_closing` a connection ends with its first answer. Requests must have no body.
    """

    def __init__(self, *answers: Said, is_closing: bool = False) -> None:
        self._answers = answers
        self._is_closing = is_closing
        self._requests = 0
        self.connections = 0

    async def serve(self, stream: SocketStream) -> None:
        """Answer the requests of one connection."""
        self.connections += 1
        try:
            async with stream:
                while await self._takes_request(stream):
                    self._requests += 1
                    for piece in self._answers[min(self._requests, len(self._answers)) - 1]:
                        await stream.send(piece)
                    if self._is_closing:
                        return
        except (anyio.BrokenResourceError, anyio.EndOfStream):
            """The client has left."""

    async def _takes_request(self, stream: SocketStream) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += await stream.receive()
        return True


@asynccontextmanager
async def raw_server(*answers: Said, is_closing: bool = False) -> AsyncIterator[tuple[str, RawServer]]:
    """Run a server that sends `answers`; yield its address and the server."""
    server = RawServer(*answers, is_closing=is_closing)
    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, server.serve)
        yield f"http://127.0.0.1:{listener.extra(SocketAttribute.local_port)}", server
        tasks.cancel_scope.cancel()
