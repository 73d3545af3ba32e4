"""The outbox of a stream: bytes to send that its client has not read.

The SDK holds each message until the one before is sent, in a task for each and without a bound. So it keeps everything
that a client requests and does not read. Here sending never waits: unread bytes are kept up to a bound, and beyond it
the stream ends.
"""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.types import Message, Send

from freshdesk_mcp_server.transports.room import Budget

MOST_UNREAD = 1024 * 1024
"""Bytes that may wait for one client when a further message is sent to it."""


class Outbox:
    """The `send` of a stream, which never waits.

    Beyond `MOST_UNREAD`, or beyond the budget of all streams, `is_full` is set. From then on only the end of the answer
    is sent.
    """

    def __init__(self, send: Send, budget: Budget) -> None:
        self._send = send
        self._budget = budget
        self._messages = deque[Message]()
        self._unread = 0
        self._news = anyio.Event()
        self._is_closed = False
        self.is_full = anyio.Event()

    async def __call__(self, message: Message) -> None:
        """Queue a message of the answer."""
        if self._unread > MOST_UNREAD:
            self.abort()
        if not (self.is_full.is_set() and message.get("more_body", False)):
            self._messages.append(message)
            self._count(_size_of(message))
            self._news.set()

    def abort(self) -> None:
        """Drop the queued messages."""
        self.is_full.set()
        self._messages = deque(message for message in self._messages if not message.get("more_body", False))
        self._unread = 0
        self._budget.hold(self, 0)

    async def run(self) -> None:
        """Pass on the messages as fast as the client reads, and end after the last one."""
        while self._messages or not self._is_closed:
            if self._messages:
                message = self._messages.popleft()
                self._count(-_size_of(message))
                await self._send(message)
            else:
                self._news = anyio.Event()
                await self._news.wait()

    def close(self) -> None:
        """Take no further message."""
        self._is_closed = True
        self._news.set()

    def _count(self, size: int) -> None:
        self._unread += size
        self._budget.hold(self, self._unread)


@asynccontextmanager
async def open_outbox(send: Send, budget: Budget) -> AsyncIterator[Outbox]:
    """Open an outbox; its context ends when all is sent."""
    outbox = Outbox(send, budget)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(outbox.run)
            yield outbox
            outbox.close()
    finally:
        budget.hold(outbox, 0)


def _size_of(message: Message) -> int:
    return len(message.get("body", b"")) if message.get("more_body", False) else 0
