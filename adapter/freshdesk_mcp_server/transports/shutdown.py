"""The end of the HTTP server: first the calls under way, then the endless streams, then the rest.

uvicorn waits for answers under way, but an SSE stream has no end to wait for. sse-starlette cuts all streams, with the
calls answered over them, as soon as a signal arrives. Here the server waits for the calls, within a grace, and still
listens, so that readiness can report the end. Then the streams are told that their client has left.
"""

import signal
import socket
from types import FrameType

import anyio
import uvicorn
from sse_starlette.sse import AppStatus
from starlette.types import Message, Receive

from freshdesk_mcp_server.tools.kit.runtime import CallsUnderWay

LAST_WORDS_S = 0.2
"""Seconds that a result takes at most from the end of its call to the wire."""


class Drain:
    """The state of the shutdown: `is_draining` from its beginning, `streams_end` once the calls are answered."""

    def __init__(self, calls: CallsUnderWay, grace_s: float) -> None:
        self._calls = calls
        self._grace_s = grace_s
        self.is_draining = False
        self.streams_end = anyio.Event()

    async def run(self) -> None:
        """Wait for the calls under way, for the grace at most, answer those that are left, and end the streams."""
        self.is_draining = True
        if self._calls.count:
            with anyio.move_on_after(self._grace_s):
                await self._calls.wait_for_none()
            await self._calls.end(LAST_WORDS_S)
            await anyio.sleep(LAST_WORDS_S)
        self.streams_end.set()

    def ending(self, receive: Receive, is_full: anyio.Event) -> Receive:
        """Return the `receive` of an endless stream, which reports that the client has left when the stream is to end.

        The stream ends with all others, or when `is_full`.
        """

        async def receive_or_end() -> Message:
            message: Message = {"type": "http.disconnect"}

            async def end_with(event: anyio.Event) -> None:
                await event.wait()
                tasks.cancel_scope.cancel()

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(end_with, self.streams_end)
                tasks.start_soon(end_with, is_full)
                message = await receive()
                tasks.cancel_scope.cancel()
            return message

        return receive_or_end


class DrainingServer(uvicorn.Server):
    """Runs uvicorn, with `Drain` before its own shutdown."""

    def __init__(self, config: uvicorn.Config, drain: Drain) -> None:
        super().__init__(config)
        self._drain = drain
        AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]  # not typed there

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # the signature of a handler
        """Begin to stop.

        uvicorn's own handler sends the signal again once it has stopped. So it ends the process before the last spans
        are exported.
        """
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then end as uvicorn does."""
        await self._drain.run()
        await super().shutdown(sockets)
