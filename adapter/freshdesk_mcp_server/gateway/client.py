"""Builds the one httpx client of the process: pool, timeouts, authentication, size limit, and the two hooks.

The hooks raise our errors before the generated parser sees an answer. It would otherwise turn an HTML 502, a blank 404
or a status without a name into a parse error, with status and Retry-After lost.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from freshdesk_client import Client
from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.gateway.attempt import current_attempt
from freshdesk_mcp_server.gateway.call import CallLimits, Gateway
from freshdesk_mcp_server.gateway.translate import error_from_answer, request_id_from
from freshdesk_mcp_server.settings import Settings
from freshdesk_mcp_server.telemetry.events import Observer

LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes on the wire; a page of 100 tickets is about 250 kB."""


@asynccontextmanager
async def open_gateway(
    settings: Settings, observer: Observer, *, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Gateway]:
    """A gateway to the account of `settings`, with a connection pool that lives as long as the context.

    `transport` replaces the network, for tests.
    """
    async with create_http_client(settings, transport=transport) as http:
        client = Client(base_url=str(http.base_url)).set_async_httpx_client(http)
        limits = CallLimits(deadline_s=settings.deadline_s, max_attempts=settings.max_attempts)
        yield Gateway(client, limits, observer)


def create_http_client(settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The httpx client for the account of `settings`. The key is sent to its host only: no redirect is followed."""
    timeout = httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s)
    return httpx.AsyncClient(
        base_url=settings.api_url,
        # https://developers.freshdesk.com/api/#authentication: the key is the user name, the password is not looked at.
        auth=httpx.BasicAuth(settings.api_key.get_secret_value(), "X"),
        headers={"Accept": "application/json", "User-Agent": f"freshdesk-mcp-server/{__version__}"},
        timeout=timeout,
        limits=httpx.Limits(max_connections=settings.max_connections, keepalive_expiry=30.0),
        event_hooks={"request": [_fit_into_deadline], "response": [_take_note, _raise_unless_2xx]},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # state of one call must not travel to the next
        trust_env=not settings.is_upstream_local,  # a proxy is for the way out
        transport=transport,
    )


async def _fit_into_deadline(request: httpx.Request) -> None:
    """No phase of a request may last longer than what is left of its call."""
    time_left_s = current_attempt().time_left_s
    phases = request.extensions["timeout"]
    request.extensions["timeout"] = {phase: min(limit, time_left_s) for phase, limit in phases.items()}


async def _take_note(response: httpx.Response) -> None:
    attempt = current_attempt()
    attempt.status = response.status_code
    attempt.headers = response.headers
    attempt.request_id = request_id_from(response.headers)
    if not response.is_closed:
        response.stream = _BoundedStream(response.stream)


async def _raise_unless_2xx(response: httpx.Response) -> None:
    if response.is_success:
        return
    try:
        body = await response.aread()
    except httpx.HTTPError:
        body = b""  # the status alone says enough
    raise error_from_answer(current_attempt(), response.status_code, response.headers, body)


class _BoundedStream(httpx.AsyncByteStream):
    """An answer's bytes, up to `LARGEST_ANSWER`; beyond that it is as unreadable as a broken encoding."""

    def __init__(self, stream: httpx.AsyncByteStream | httpx.SyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:  # type: ignore[union-attr]  # an async client has async streams
            size += len(chunk)
            if size > LARGEST_ANSWER:
                raise httpx.DecodingError("answer too large")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()  # type: ignore[union-attr]  # as above
