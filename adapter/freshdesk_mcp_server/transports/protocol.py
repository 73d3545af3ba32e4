"""uvicorn's HTTP protocol with bounds: on the cost of one connection, and of a request that is not whole.

uvicorn waits without end for three things: the head of a request, the rest of an answered body, and a client that does
not read its answer. It keeps heads, trailers and pipelines of any size, and also the head of an answered request. It
adds trailers to the headers of the request, and accepts any number of connections. It takes the body of a request to
upgrade for a next request, and ignores the authority of an absolute target. ``edge`` bounds whole requests.
"""

import asyncio
import re
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from freshdesk_mcp_server.transports.room import Room
from freshdesk_mcp_server.transports.timer import Timer

HEAD_WITHIN_S = 10.0
BODY_WITHIN_S = 30.0
READ_WITHIN_S = 30.0
"""Seconds that a client may leave its answer unread, or read less of it than `LEAST_READ`."""
LEAST_READ = 64 * 1024
LARGEST_HEAD = 32 * 1024
"""Bytes of a request's first line and headers together, without further blanks around the values."""
MOST_HEADERS = 100
HEADER_COST = 160
"""Bytes that Python needs for a header beside its name and value."""
LONGEST_PIPELINE = 16
"""Unanswered requests on one connection."""
LARGEST_PIPELINE = 32 * 1024
"""Bytes kept of heads on one connection that wait for their turn, with `HEADER_COST`."""

IS_CONNECTED = "freshdesk_mcp_server.is_connected"
"""The extension of a scope that tells whether the client is still there to read the answer."""

_PIECE = 8 * 1024
"""Bytes that are parsed between two checks of the bounds."""
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class _RefusedError(Exception):
    """Ends the parser, and with it the connection."""


class ImpatientProtocol(HttpToolsProtocol):
    """Ends a connection that sends slowly, too much, or trailers, or that does not read its answers.

    It tells `room` whether it waits for its client, and `room` may end it.
    """

    def __init__(self, *arguments: Any, room: Room, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._room = room
        self._request_timer = Timer(self.loop)
        self._read_timer = Timer(self.loop)
        self._running: RequestResponseCycle | None = None
        """The request that is answered now. uvicorn's `cycle` is the newest request, which may wait behind it."""
        self._is_in_body = False
        self._is_head_too_large = False
        self._head_bytes = 0
        self._body_bytes = 0
        self._stray_bytes = 0
        """Bytes received since the last whole head, or since the last piece of a body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the wait for the first head."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self.pipeline)
        self._request_timer.start(HEAD_WITHIN_S, self._close)
        self._room.enter(self)

    def data_received(self, data: bytes) -> None:
        """Start the wait for a whole head when one begins, and parse the data."""
        if self._is_idle() and not self._request_timer.is_running:
            self._request_timer.start(HEAD_WITHIN_S, self._close)
        self._unset_keepalive_if_required()
        try:
            for start in range(0, len(data), _PIECE):
                self._take(data[start : start + _PIECE])
        except httptools.HttpParserError:
            self._refuse_head() if self._is_head_too_large else self.send_400_response("Invalid HTTP request received.")
        self._tell_room()

    def on_message_begin(self) -> None:
        """Start to count a new head."""
        super().on_message_begin()
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        super().on_url(url)
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; refuse a trailer, since uvicorn would add it to the headers of the request."""
        if self._is_in_body:
            raise _RefusedError
        super().on_header(name, value)
        self._count_head(len(name) + len(value) + len(": \r\n"))

    def on_headers_complete(self) -> None:
        """Start the wait for the body of a whole head."""
        self._count_head(len(self.parser.get_method()) + len("  HTTP/1.1\r\n\r\n"))
        if self.parser.should_upgrade():
            return  # the head comes again, see `_take`
        if len(self.pipeline) + (not self._is_idle()) >= LONGEST_PIPELINE:
            raise _RefusedError
        super().on_headers_complete()
        if sum(_cost_of(cycle.scope["headers"]) for cycle, _ in self.pipeline) > LARGEST_PIPELINE:
            raise _RefusedError
        self._heed_authority()
        self.scope["extensions"] = {IS_CONNECTED: partial(_is_connected, self.cycle)}  # type: ignore[dict-item]  # ours
        self._is_in_body = True
        self._body_bytes = self._stray_bytes = 0
        self._request_timer.start(BODY_WITHIN_S, self._end_late_body)

    def on_body(self, body: bytes) -> None:
        """Count the bytes kept of a body."""
        super().on_body(body)
        self._body_bytes += len(body)
        self._stray_bytes = 0
        self._tell_room()

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        if self.parser.should_upgrade():
            return
        self._is_in_body = False
        self._stray_bytes = 0
        self._request_timer.stop()
        super().on_message_complete()
        if self._is_idle():  # the request was answered early, and uvicorn would wait for another one without end
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        self._tell_room()

    def on_response_complete(self) -> None:
        """Note that the answer is sent; a next request may come, or waits already."""
        self._forget_head()
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_reading()
        elif self._is_in_body and self._is_next():  # the turn of a request has come, and its time counts only now
            self._request_timer.start(BODY_WITHIN_S, self._end_late_body)
        self._tell_room()

    def send_400_response(self, msg: str) -> None:
        """Refuse the received data, and end the connection."""
        if self._may_refuse():
            super().send_400_response(msg)
        self._close()

    def timeout_keep_alive_handler(self) -> None:
        """End an idle connection."""
        super().timeout_keep_alive_handler()
        self._watch_reading()

    def pause_writing(self) -> None:
        """Note that the client reads more slowly than the server sends."""
        super().pause_writing()
        self._watch_reading()
        self._tell_room()

    def resume_writing(self) -> None:
        """Note that the client has read."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._read_timer.stop()
        self._tell_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers, and tell the request under way that its client has left."""
        self._request_timer.stop()
        self._read_timer.stop()
        self._room.leave(self)
        super().connection_lost(exc)
        if self._running is not None and not self._running.response_complete:  # uvicorn tells the newest one only
            self._running.disconnected = True
            self._running.message_event.set()

    def shutdown(self) -> None:
        """End after the request under way; at once if that waits for its body, which may never come."""
        super().shutdown()
        if self._is_in_body and self._is_next() and not self.cycle.response_started:
            self._close()

    def abort(self) -> None:
        """End at once, and drop unsent bytes."""
        self.transport.abort()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _is_idle(self) -> bool:
        """True if no request is under way, not even the rest of one that was answered early."""
        return not self._is_in_body and (self._running is None or self._running.response_complete)

    def _is_next(self) -> bool:
        """True if the newest request is the one under way, and is not answered yet."""
        return self._running is self.cycle and self.cycle is not None and not self.cycle.response_complete

    def _may_refuse(self) -> bool:
        """True if the refused request has no answer yet, and no other answer is to come first."""
        if self._is_in_body:
            return self._is_next() and not self.cycle.response_started
        return self._is_idle()

    def _take(self, data: bytes) -> None:
        """Parse a piece of the received data.

        A server may ignore a request to upgrade (RFC 9110, section 7.8). The parser cannot ignore it: it drops the
        body. So a new parser gets the same head again, without the Upgrade header.

        Raises:
            httptools.HttpParserError: The data cannot be parsed.
        """
        self._stray_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            head = self._head_without_upgrade()
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it
            self.parser.feed_data(head)
            self._take(data[upgrade.args[0] :])
        if self._stray_bytes > LARGEST_HEAD:
            self._is_head_too_large = True
            raise httptools.HttpParserError

    def _head_without_upgrade(self) -> bytes:
        method = self.parser.get_method()
        if method == b"CONNECT":
            raise httptools.HttpParserError
        first = b"%b %b HTTP/%b" % (method, self.url, self.parser.get_http_version().encode())
        lines = (b"%b: %b" % header for header in self.headers if header[0] != b"upgrade")
        return b"\r\n".join([first, *lines, b"", b""])

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > LARGEST_HEAD or len(self.headers) > MOST_HEADERS:
            self._is_head_too_large = True
            raise _RefusedError

    def _heed_authority(self) -> None:
        """Put the authority of an absolute target in place of Host (RFC 9112, section 3.2.2)."""
        found = _ABSOLUTE.match(self.url)
        if found:
            self.headers[:] = [(name, found[1] if name == b"host" else value) for name, value in self.headers]

    def _forget_head(self) -> None:
        """Drop the head of the answered request, since its connection may be idle from now on."""
        if self._running is not None:
            if self.scope is self._running.scope:
                self.url, self.headers, self.scope = b"", [], {}  # type: ignore[typeddict-item]
            self._running.scope = {}  # type: ignore[typeddict-item]

    def _tell_room(self) -> None:
        unread = self.transport.get_write_buffer_size() if self.flow.write_paused else 0
        waiting = (_cost_of(cycle.scope["headers"]) + len(cycle.body) for cycle, _ in self.pipeline)
        behind = self._stray_bytes + sum(waiting)
        is_body_awaited = self._is_in_body and self._is_next()
        if unread or is_body_awaited or self._running is None or self._running.response_complete:
            newest = _cost_of(self.headers or ())
            self._room.waits(self, unread + behind + newest + (self._body_bytes if is_body_awaited else 0))
        else:
            self._room.works(self, behind)

    def _end_late_body(self) -> None:
        """End the connection with its answer, whether that has begun or is still to come."""
        if self._running is not self.cycle:
            return  # it waits for its turn, and its time counts then
        if self.cycle.response_started:
            self._close()
        else:
            self.cycle.keep_alive = False

    def _refuse_head(self) -> None:
        """Answer without the application, unless the answer would pass for that to another request."""
        if self._may_refuse():
            self.transport.write(_HEAD_TOO_LARGE)
        self._close()

    def _close(self) -> None:
        self.transport.close()
        self._watch_reading()

    def _watch_reading(self) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread:
            self._read_timer.start(READ_WITHIN_S, partial(self._end_unless_it_reads, unread))

    def _end_unless_it_reads(self, unread_before: int) -> None:
        if self.transport.get_write_buffer_size() > max(0, unread_before - LEAST_READ):
            self.abort()
        else:
            self._watch_reading()


class _Flow(FlowControl):
    """uvicorn's flow control, made not to read on while requests wait behind the one under way."""

    def __init__(self, transport: asyncio.Transport, pipeline: deque[Any]) -> None:
        super().__init__(transport)
        self._pipeline = pipeline

    def resume_reading(self) -> None:
        """Read on, unless requests wait for their turn."""
        if not self._pipeline:
            super().resume_reading()


def _cost_of(headers: Iterable[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) + HEADER_COST for name, value in headers)


def _is_connected(cycle: RequestResponseCycle) -> bool:
    return not cycle.disconnected
