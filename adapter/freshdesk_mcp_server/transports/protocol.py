"""uvicorn's HTTP protocol, less patient: what one connection may cost before, and besides, a request that is whole.

uvicorn itself waits for ever for the head of a request, keeps a head of any size, waits for ever for a client that does
not read its answer, and takes any number of connections. What a whole request may do is decided in ``edge``.
"""

import asyncio
import math
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WITHIN_S = 10.0
READ_WITHIN_S = 30.0
"""How long a client may leave what it was sent unread."""
LARGEST_HEAD = 32 * 1024
"""Bytes of a request's first line and headers together."""
MOST_CONNECTIONS = 4096
"""Beyond, a new connection takes the place of one that has not sent a request for the longest time."""

_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class ImpatientProtocol(HttpToolsProtocol):
    """Ends a connection that sends its head slowly or at too great a length, or that does not read what it is sent.

    Of more than `most_connections` the one ends that has been silent for the longest time.
    """

    def __init__(self, *arguments: Any, most_connections: int = MOST_CONNECTIONS, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._most_connections = most_connections
        self._head_timer: asyncio.TimerHandle | None = None
        self._read_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0

    @property
    def silent_until(self) -> float:
        """When this connection ends unless a head comes, of the loop's clock; infinite if none is waited for."""
        return self._head_timer.when() if self._head_timer else math.inf

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first head."""
        super().connection_made(transport)
        self._expect_head()
        if len(self.connections) > self._most_connections:
            others = [one for one in self.connections if isinstance(one, ImpatientProtocol)]
            min(
                others, key=lambda one: one.silent_until
            ).transport.abort()  # this one itself, if all others are at work

    def data_received(self, data: bytes) -> None:
        """Wait for the whole of a head that begins."""
        if self._head_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_head()
        super().data_received(data)
        if self._head_timer is not None:  # it is not whole yet; one that is has its size checked in ``edge``
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD and not self.transport.is_closing():
                self.transport.write(_HEAD_TOO_LARGE)
                self.transport.close()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._stop_head_timer()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The client does not read."""
        super().pause_writing()
        self._read_timer = self.loop.call_later(READ_WITHIN_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It has read."""
        super().resume_writing()
        self._stop_read_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_head_timer()
        self._stop_read_timer()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_WITHIN_S, self.transport.close)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_read_timer(self) -> None:
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    def _unsupported_upgrade_warning(self) -> None:
        """Not a word: anybody could fill the log with it. The request is answered as if it had not asked."""
