"""uvicorn's HTTP protocol, less patient: what one connection may cost before, and besides, a request that is whole.

uvicorn itself waits for ever for the head of a request, keeps a head of any size, waits for ever for a client that does
not read its answer, and takes any number of connections. What a whole request may do is decided in ``edge``.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WITHIN_S = 10.0
READ_WITHIN_S = 30.0
"""How long a client may read nothing of what it was sent."""
LARGEST_HEAD = 32 * 1024
"""Bytes of a request's first line and headers together."""
MOST_CONNECTIONS = 4096
"""Beyond, a new connection takes the place of one that has been without a request for the longest time."""

_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class ImpatientProtocol(HttpToolsProtocol):
    """Ends a connection that sends its head slowly or at too great a length, or that does not read what it is sent.

    Of more than `most_connections` that one ends which has been without a request for the longest time.
    """

    def __init__(self, *arguments: Any, most_connections: int = MOST_CONNECTIONS, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._most_connections = most_connections
        self._head_timer: asyncio.TimerHandle | None = None
        self._read_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._is_in_body = False
        self.idle_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first head."""
        super().connection_made(transport)
        self.idle_since = self.loop.time()
        self._expect_head()
        if len(self.connections) > self._most_connections:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Wait for the whole of a head that begins."""
        is_between_requests = self.cycle is None or self.cycle.response_complete
        if self._head_timer is None and is_between_requests and not self._is_in_body:
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
        self.idle_since = None
        self._is_in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is there."""
        self._is_in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is sent; a next request may come."""
        self.idle_since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client does not read as fast as it is sent to."""
        super().pause_writing()
        self._watch_reading(unread=self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """It has read."""
        super().resume_writing()
        self._stop_read_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_head_timer()
        self._stop_read_timer()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        """End the one that waits for a request the longest; this one, if all others are at work."""
        others = [one for one in self.connections if isinstance(one, ImpatientProtocol) and one.idle_since is not None]
        idle = [one for one in others if not one.transport.is_closing()]
        min(idle, key=lambda one: one.idle_since or 0.0).transport.abort()

    def _expect_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_WITHIN_S, self.transport.close)

    def _watch_reading(self, *, unread: int) -> None:
        self._read_timer = self.loop.call_later(READ_WITHIN_S, self._end_unless_it_reads, unread)

    def _end_unless_it_reads(self, unread_before: int) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread < unread_before:
            self._watch_reading(unread=unread)
        else:
            self.transport.abort()

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
