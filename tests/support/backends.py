"""Networks below httpx's own transport and pool, for tests of connections in virtual time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpcore
import httpx

from freshdesk_mcp_server.gateway import Gateway, open_gateway
from support.gateways import settings_for_tests


class SilentStream(httpcore.AsyncNetworkStream):
    """A connection that takes everything and answers nothing."""

    def __init__(self) -> None:
        self.is_closed = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's
        del max_bytes
        try:
            with anyio.fail_after(timeout):
                await anyio.sleep_forever()
        except TimeoutError:
            raise httpcore.ReadTimeout from None
        raise AssertionError

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # as above
        """Accept the bytes."""

    async def start_tls(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        return self

    async def aclose(self) -> None:
        self.is_closed = True


class SilentNetwork(httpcore.AsyncNetworkBackend):
    """A network on which every connection is made, and none is answered."""

    def __init__(self) -> None:
        self.streams: list[SilentStream] = []

    async def connect_tcp(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        self.streams.append(SilentStream())
        return self.streams[-1]


@asynccontextmanager
async def gateway_on(
    network: httpcore.AsyncNetworkBackend, **given: object
) -> AsyncIterator[tuple[Gateway, httpcore.AsyncConnectionPool]]:
    """Create a gateway with httpx's own transport and pool, on a network of ours."""
    transport = httpx.AsyncHTTPTransport()
    pool = transport._pool = httpcore.AsyncConnectionPool(network_backend=network)
    async with open_gateway(settings_for_tests(**given), lambda _: None, transport=transport) as gateway:
        yield gateway, pool


class Nowhere(httpcore.AsyncNetworkBackend):
    """A network on which no connection is ever made."""

    async def connect_tcp(
        self,
        *_: Any,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
        **__: Any,
    ) -> httpcore.AsyncNetworkStream:
        try:
            with anyio.fail_after(timeout):
                await anyio.sleep_forever()
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        raise AssertionError
