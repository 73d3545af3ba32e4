"""Lines of a stream of bytes, with a bound on the bytes kept of each line. The content of a line is not read here."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from freshdesk_mcp_server.transports.messages import SEEN_OF_LONG

type Read = Callable[[], Awaitable[bytes]]
"""Waits for some bytes; an empty result is the end."""


@dataclass(frozen=True, slots=True)
class LongLine:
    """The two ends of a line that was too long."""

    head: bytes
    tail: bytes


async def lines_from(read: Read, longest: int) -> AsyncIterator[bytes | LongLine]:
    """Yield each line without its end. Of a line with more than `longest` bytes only the two ends are kept."""
    line = _Line(longest)
    while part := await read():
        first, *others = part.split(b"\n")
        line.add(first)
        for other in others:
            yield line.take()
            line.add(other)
    yield line.take()


class _Line:
    """A line that arrives in parts."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._head = b""
        self._kept = bytearray()

    def add(self, part: bytes) -> None:
        self._kept += part
        if self._head or len(self._kept) > self._longest:
            self._head = self._head or bytes(self._kept[:SEEN_OF_LONG])
            del self._kept[:-SEEN_OF_LONG]

    def take(self) -> bytes | LongLine:
        """Return the finished line, and begin the next one."""
        head, kept = self._head, bytes(self._kept)
        self._head = b""
        self._kept.clear()
        return LongLine(head, kept) if head else kept
