"""uvicorn's HTTP protocol, less patient: what one connection may cost before, and besides, a request that is whole.

uvicorn itself waits for ever for the head of a request, for the rest of a body that is answered already, and for a
client that does not read its answer. It keeps a head, trailers and a pipeline of any size, and a head that is answered,
adds trailers to the headers of the request, and takes any number of connections. It takes the body of a request to
upgrade for a next request, and drops the authority of an absolute target. What a whole request may do is decided in
``edge``.
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
"""How long a client may leave unread what it was sent, or read less of it than `LEAST_READ`."""
LEAST_READ = 64 * 1024
LARGEST_HEAD = 32 * 1024
"""Bytes of a request's first line and headers together, without further blanks around the values."""
MOST_HEADERS = 100
HEADER_COST = 160
"""Bytes that Python needs for a header beside its name and value."""
LONGEST_PIPELINE = 16
"""Requests on one connection that are not answered yet."""
LARGEST_PIPELINE = 32 * 1024
"""Bytes that are kept of heads on one connection whose turn has not come, with `HEADER_COST`."""

IS_CONNECTED = "freshdesk_mcp_server.is_connected"
"""The extension of a scope that tells whether the client is still there to read the answer."""

_PIECE = 8 * 1024
"""Bytes that are parsed before the bounds are looked at again."""
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class _RefusedError(Exception):
    """Ends the parser, and with it the connection."""


class ImpatientProtocol(HttpToolsProtocol):
    """Ends a connection that sends slowly, at too great a length, or with trailers, or that does not read its answers.

    It tells `room` whether it waits for its client, and may be ended by it.
    """

    def __init__(self, *arguments: Any, room: Room, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._room = room
        self._request_timer = Timer(self.loop)
        self._read_timer = Timer(self.loop)
        self._running: RequestResponseCycle | None = None
        """What is answered now; uvicorn's `cycle` is the newest one, which may wait behind it."""
        self._is_in_body = False
        self._is_head_too_large = False
        self._head_bytes = 0
        self._body_bytes = 0
        self._stray_bytes = 0
        """What came since the last head that was whole, or the last piece of a body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first head."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self.pipeline)
        self._request_timer.start(HEAD_WITHIN_S, self._close)
        self._room.enter(self)

    def data_received(self, data: bytes) -> None:
        """Wait for the whole of a head that begins."""
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
        """Take a new head."""
        super().on_message_begin()
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        super().on_url(url)
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer is refused, since uvicorn would add it to the headers of the request."""
        if self._is_in_body:
            raise _RefusedError
        super().on_header(name, value)
        self._count_head(len(name) + len(value) + len(": \r\n"))

    def on_headers_complete(self) -> None:
        """Wait for the body of a head that is whole."""
        self._count_head(len(self.parser.get_method()) + len("  HTTP/1.1\r\n\r\n"))
        if self.parser.should_upgrade():
            return  # it comes again, see `_take`
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
        """Count what is kept of a body."""
        super().on_body(body)
        self._body_bytes += len(body)
        self._stray_bytes = 0
        self._tell_room()

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self.parser.should_upgrade():
            return
        self._is_in_body = False
        self._stray_bytes = 0
        self._request_timer.stop()
        super().on_message_complete()
        if self._is_idle():  # it was answered early, and uvicorn would wait for another one for ever
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        self._tell_room()

    def on_response_complete(self) -> None:
        """The answer is sent; a next request may come, or is there."""
        self._forget_head()
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_reading()
        elif self._is_in_body and self._is_next():  # its turn has come, and its time counts only now
            self._request_timer.start(BODY_WITHIN_S, self._end_late_body)
        self._tell_room()

    def send_400_response(self, msg: str) -> None:
        """Refuse what came, and end."""
        if self._may_refuse():
            super().send_400_response(msg)
        self._close()

    def timeout_keep_alive_handler(self) -> None:
        """End a connection that has been idle."""
        super().timeout_keep_alive_handler()
        self._watch_reading()

    def pause_writing(self) -> None:
        """The client does not read as fast as it is sent to."""
        super().pause_writing()
        self._watch_reading()
        self._tell_room()

    def resume_writing(self) -> None:
        """It has read."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._read_timer.stop()
        self._tell_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._request_timer.stop()
        self._read_timer.stop()
        self._room.leave(self)
        super().connection_lost(exc)
        if self._running is not None and not self._running.response_complete:  # uvicorn tells the newest one only
            self._running.disconnected = True
            self._running.message_event.set()

    def shutdown(self) -> None:
        """End once the request under way is answered; at once if that waits for its body, which may never come."""
        super().shutdown()
        if self._is_in_body and self._is_next() and not self.cycle.response_started:
            self._close()

    def abort(self) -> None:
        """End at once, whatever is left to send."""
        self.transport.abort()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _is_idle(self) -> bool:
        """No request is under way, not even the rest of one that was answered early."""
        return not self._is_in_body and (self._running is None or self._running.response_complete)

    def _is_next(self) -> bool:
        """The newest request is the one that is answered now, and it is not answered yet."""
        return self._running is self.cycle and self.cycle is not None and not self.cycle.response_complete

    def _may_refuse(self) -> bool:
        """What is refused has no answer yet, and no other one is to come first."""
        if self._is_in_body:
            return self._is_next() and not self.cycle.response_started
        return self._is_idle()

    def _take(self, data: bytes) -> None:
        """Parse a piece of what came.

        A server may ignore a request to upgrade (RFC 9110, section 7.8). The parser cannot: it takes no body with it.
        So a new one is given such a head again, without the header.

        Raises:
            httptools.HttpParserError: It is not to be parsed.
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
        """Keep nothing of the head that is answered, on a connection that may be idle from now on."""
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
        """End the connection with its answer, be that there already or still to come."""
        if self._running is not self.cycle:
            return  # it waits for its turn, and has its time then
        if self.cycle.response_started:
            self._close()
        else:
            self.cycle.keep_alive = False

    def _refuse_head(self) -> None:
        """Answer for once without the application, unless it would pass for the answer to another request."""
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
    """uvicorn's flow control, which would read on for a request under way even if others have come behind it."""

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
