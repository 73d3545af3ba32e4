"""The sandbox behind a real socket on 127.0.0.1, on asyncio.

Here: listening, stopping, cutting connections. Not here: what is answered (app.py). Uvicorn's protocol is used without
uvicorn's server: that one takes over signal handlers, waits for callers when it stops, and writes to its log.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from freshdesk_sandbox.app import Sandbox
from freshdesk_sandbox.delivery import DROP_EXTENSION

_HOST: Final = "127.0.0.1"
_LOGGER: Final = logging.getLogger(__name__)
_KEEP_ALIVE_S: Final = 75


@asynccontextmanager
async def running_sandbox(
    *,
    port: int = 0,
    control: bool = False,
    sandbox: Sandbox | None = None,
    rate_limit_per_minute: int = 700,
) -> AsyncIterator[str]:
    """Serve a sandbox while the block runs, and yield its address, such as `http://127.0.0.1:49152`.

    The address is without /api/v2. Port 0 is any free one. `control` and `rate_limit_per_minute` are for the sandbox
    that is made here when none is given. At the end every connection is cut, every request still running cancelled.

    Raises:
        OSError: the port is taken.
    """
    app = sandbox or Sandbox(control=control, rate_limit_per_minute=rate_limit_per_minute)
    config = _config(app)
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Protocol(config, state, {}), _HOST, port)
    try:
        yield f"http://{_HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await _stop(state)


async def serve_sandbox(
    *,
    port: int,
    control: bool = False,
    rate_limit_per_minute: int = 700,
    on_listening: Callable[[str], object] = lambda _: None,
) -> None:
    """Serve a sandbox until SIGINT or SIGTERM; prints nothing. `on_listening` is told its address once it is up.

    Raises:
        OSError: the port is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with running_sandbox(port=port, control=control, rate_limit_per_minute=rate_limit_per_minute) as url:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        try:
            on_listening(url)
            await stop.wait()
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


class _Protocol(H11Protocol):
    """Uvicorn's protocol, with a connection that can be cut without a word in the log."""

    def __init__(self, config: Config, state: ServerState, app_state: dict[str, Any]) -> None:
        super().__init__(config, state, app_state)
        self.logger = _LOGGER
        self.access_log = False
        self._inner = self.app
        self.app = self._with_drop
        self._lost = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._lost.set()

    async def _with_drop(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[DROP_EXTENSION] = self.transport.abort
        try:
            await self._inner(scope, receive, send)
        except asyncio.CancelledError:
            if not self.transport.is_closing():
                raise
        if self.transport.is_closing():
            # Uvicorn complains of an answer that is missing, unless it knows by then that the connection is gone.
            await self._lost.wait()


def _config(app: Sandbox) -> Config:
    config = Config(
        app,
        log_config=None,
        log_level=None,
        lifespan="off",
        ws="none",
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    config.load()
    return config


async def _stop(state: ServerState) -> None:
    for connection in list(state.connections):
        connection.transport.abort()
    for task in list(state.tasks):
        task.cancel()
    await asyncio.gather(*state.tasks, return_exceptions=True)
