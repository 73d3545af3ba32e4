"""Reading and unpacking the body of an answer, within bounds of memory.

httpx decodes all codings that an answer names, each piece as a whole: 2 kB on the wire can take gigabytes of memory.
Here a body has one coding at most. Memory holds at most the permitted size and one step. The structure of the JSON is
not checked here, but in ``structure``.
"""

import zlib
from collections.abc import Iterator
from typing import cast

import httpx

ACCEPT_ENCODING = "gzip"
"""The value of the header Accept-Encoding for requests whose answers are read here; other codings are refused."""
STEP = 64 * 1024
"""Bytes of one step of unpacking."""
MOST_PIECES = 20_000
"""Pieces of one body, at most: 8 MiB in chunks of one byte would take minutes of work."""

_GZIP = zlib.MAX_WBITS | 16
_WAY_TO_H11 = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")


class BodyTooLargeError(httpx.DecodingError):
    """The body is too large, packed or unpacked."""


async def read_bounded(response: httpx.Response, most: int) -> bytes:
    """Return the unpacked body of a streamed `response`, and close the response.

    An empty body may have any Content-Encoding.

    Raises:
        BodyTooLargeError: The body has more than `most` bytes, on the wire or unpacked.
        httpx.DecodingError: The coding is not one gzip of one member (RFC 1952); or the body is broken, or has more
            than `MOST_PIECES`.
        httpx.TransportError: The connection was lost before the end of the body.
    """
    unpacker: _Identity | _Gzip | None = None
    body = bytearray()
    wire_size = pieces = 0
    async for part in cast("httpx.AsyncByteStream", response.stream):
        if not part:
            continue
        unpacker = unpacker or _unpacker_for(response.headers.get("content-encoding", ""))
        wire_size, pieces = wire_size + len(part), pieces + 1
        if wire_size > most:
            raise BodyTooLargeError("more on the wire than it may be")
        if pieces > MOST_PIECES:
            raise httpx.DecodingError("too many pieces")
        for step in unpacker.unpack(part):
            body += step
            if len(body) > most:
                raise BodyTooLargeError("more unpacked than it may be")
    if unpacker:
        unpacker.finish()
    _end_connection_with_more(response)
    await response.aclose()
    return bytes(body)


def _unpacker_for(codings: str) -> "_Identity | _Gzip":
    match [name for coding in codings.split(",") if (name := coding.strip().lower())]:
        case [] | ["identity"]:
            return _Identity()
        case ["gzip"]:
            return _Gzip()
        case _:
            raise httpx.DecodingError("a coding that was not asked for")


class _Identity:
    def unpack(self, part: bytes) -> Iterator[bytes]:
        yield part

    def finish(self) -> None:
        """Check nothing: HTTP has checked that the body is complete."""


class _Gzip:
    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP)

    def unpack(self, part: bytes) -> Iterator[bytes]:
        """Yield the content of `part`, at most `STEP` bytes at a time."""
        is_done = False
        while not is_done:
            step = self._next(part)
            part = self._zlib.unconsumed_tail
            is_done = not part and len(step) < STEP  # a full step may have left more inside zlib
            yield step
        if self._zlib.unused_data:
            raise httpx.DecodingError("more after the end of gzip")

    def _next(self, part: bytes) -> bytes:
        try:
            return self._zlib.decompress(part, STEP)
        except zlib.error:
            raise httpx.DecodingError("broken gzip") from None

    def finish(self) -> None:
        if not self._zlib.eof:
            raise httpx.DecodingError("gzip without its end")


def _end_connection_with_more(response: httpx.Response) -> None:
    """Close the connection after this answer if it holds bytes beyond the answer.

    httpcore would read these bytes as the answer to the next request, perhaps of another call. RFC 9112, section 6.3,
    forbids that. The causes are a Content-Length that is too small, and a 204 with a body.
    """
    found: object = response.stream
    for name in _WAY_TO_H11:  # no public name exists; tests/contract/test_wire.py notices a change
        found = getattr(found, name, None)
    if found is not None and found.trailing_data[0]:  # type: ignore[attr-defined]  # an h11.Connection
        found.send_failed()  # type: ignore[attr-defined]  # httpcore reuses no connection in this state
