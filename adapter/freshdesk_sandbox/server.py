"""The sandbox behind a real socket on 127.0.0.1, on asyncio.

Here: listening, letting nobody in during an outage, stopping, cutting connections, logging an unexpected exception. Not
here: the answers (app.py). Uvicorn's protocol is used without uvicorn's server. That one takes over signal handlers,
waits for callers when it stops, and writes to its log.
"""

import asyncio
import logging
import socket
import sys
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from freshdesk_sandbox.app import Sandbox
from freshdesk_sandbox.delivery import DROP_EXTENSION
from freshdesk_sandbox.outages import Outages
from freshdesk_sandbox.signals import ending_on_signals

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

    The address is without /api/v2. Port 0 is any free one. Files are served on a port of their own, which is always any
    free one. `control` and `rate_limit_per_minute` are for the sandbox that is made here when none is given. At the end
    every connection is cut, every request still running cancelled.

    Raises:
        OSError: the port is taken.
    """
    app = sandbox or Sandbox(control=control, rate_limit_per_minute=rate_limit_per_minute)
    async with _open_door(app, port) as door, _open_door(app.files, 0) as file_door:
        app.files.base_url = file_door.url
        keeping = asyncio.create_task(door.keep(app.outages))
        try:
            yield door.url
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


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
    async with running_sandbox(port=port, control=control, rate_limit_per_minute=rate_limit_per_minute) as url:
        with ending_on_signals(stop):
            on_listening(url)
            await stop.wait()


@asynccontextmanager
async def _open_door(app: ASGIApp, port: int) -> AsyncIterator["_Door"]:
    door = _Door(app, port)
    try:
        await door.open()
        yield door
    finally:
        await door.close_for_good()


class _Door:
    """The way in: a listening socket, which is closed while an outage refuses connections.

    Closed means bound and not listening, so that the port stays this one's own.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._config = _config(app)
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._socket = _bound(port)
        self.port: int = self._socket.getsockname()[1]

    async def open(self) -> None:
        """Let connections in."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Protocol(self._config, self._state, {}), sock=self._socket)

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://{_HOST}:{self.port}"

    async def keep(self, outages: Outages) -> None:
        """Close it while an outage refuses connections, and open it after each."""
        while True:
            await outages.wait_until(refuses=True)
            self._close()
            self._socket = await _bound_again(self.port)
            await outages.wait_until(refuses=False)
            await self.open()

    async def close_for_good(self) -> None:
        """Cut every connection, and cancel every request still running."""
        self._close()
        self._socket.close()
        for task in list(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None
        for connection in list(self._state.connections):
            connection.transport.abort()


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio lets Nagle wait
    try:
        if sys.platform != "win32":  # where it would let two servers have one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((_HOST, port))
    except OSError:
        made.close()
        raise
    return made


async def _bound_again(port: int) -> socket.socket:
    while True:
        try:
            return _bound(port)
        except OSError:  # some event loops close a listening socket a moment later
            await asyncio.sleep(0.001)


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
        except Exception:
            # As text, since a server's log leaves out the words of exceptions. Uvicorn logs the failure itself.
            _LOGGER.debug("%s %s failed:\n%s", scope["method"], scope["path"], traceback.format_exc())
            raise
        if self.transport.is_closing():
            # Uvicorn complains of an answer that is missing, unless it knows by then that the connection is gone.
            await self._lost.wait()


def _config(app: ASGIApp) -> Config:
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
