"""The httpx client of an account: pool, timeouts, authentication, bounds on bodies, and hooks.

The hooks raise our errors before the generated parser sees an answer. The parser would fail
at an HTML 502, a blank 404 or an unnamed status, and lose status and Retry-After. Repetition is not here, but in
``gateway``.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from freshdesk_client import Client
from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.gateway.admission import LOOKS_IN_FLIGHT
from freshdesk_mcp_server.gateway.attempt import current_attempt
from freshdesk_mcp_server.gateway.body import ACCEPT_ENCODING, read_bounded
from freshdesk_mcp_server.gateway.characters import with_whole_characters
from freshdesk_mcp_server.gateway.gateway import CallLimits, Gateway
from freshdesk_mcp_server.gateway.recoveries.tickets import TicketMemory
from freshdesk_mcp_server.gateway.redaction import Redaction
from freshdesk_mcp_server.gateway.route import Route
from freshdesk_mcp_server.gateway.structure import check_structure
from freshdesk_mcp_server.gateway.translate import error_from_answer, request_id_from
from freshdesk_mcp_server.settings import Settings
from freshdesk_mcp_server.telemetry.events import Observer

MEMORIES = (TicketMemory,)
"""The memories of recoveries, one of each class in each gateway."""
LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes of a 2xx body, packed and unpacked; a page of 100 tickets has about 250 kB."""
LARGEST_REFUSAL = 64 * 1024
"""Bytes of the body of any other status, of which only a few sentences are used."""


@asynccontextmanager
async def open_gateway(
    settings: Settings, observer: Observer, *, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Gateway]:
    """Yield a gateway to the account of `settings`; its connection pool lives as long as the context.

    `transport` replaces the network in tests.
    """
    async with create_http_client(settings, transport=transport) as http:
        client = Client(base_url=str(http.base_url)).set_async_httpx_client(http)
        limits = CallLimits(
            deadline_s=settings.deadline_s,
            max_attempts=settings.max_attempts,
            max_in_flight=settings.max_in_flight,
            max_waiting=settings.max_waiting,
        )
        yield Gateway(client, limits, observer, MEMORIES)


def create_http_client(settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Return the httpx client for the account of `settings`. Only the account's host gets the key: redirects fail."""
    timeout = httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s)
    key = settings.own_account.api_key.get_secret_value()
    translation = _Translation(key)
    limits = httpx.Limits(max_connections=settings.max_in_flight + LOOKS_IN_FLIGHT, keepalive_expiry=30.0)
    return httpx.AsyncClient(
        base_url=settings.api_url,
        # https://developers.freshdesk.com/api/#authentication: the key is the user name, any password will do.
        auth=httpx.BasicAuth(key, "X"),
        headers={
            "Accept": "application/json",
            "Accept-Encoding": ACCEPT_ENCODING,
            "User-Agent": f"freshdesk-mcp-server/{__version__}",
        },
        timeout=timeout,
        event_hooks={
            "request": [_note_asked_for, _fit_into_deadline],
            "response": [translation.take_note, _read_body, translation.raise_unless_2xx],
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # no call may carry state to the next
        trust_env=False,
        transport=transport or Route(settings.network, limits),
    )


async def _note_asked_for(request: httpx.Request) -> None:
    """Note the number of the resource in the URL. The URL has it whatever function sends the request."""
    last = request.url.path.rpartition("/")[2]
    current_attempt().asked_for = int(last) if last.isdecimal() else None


async def _fit_into_deadline(request: httpx.Request) -> None:
    """Limit each phase of a request to the time that its call has left."""
    time_left_s = current_attempt().time_left_s
    # Phases before sending get a little less, so that their own error, which says "not sent", comes first.
    left_s = {"pool": 0.95 * time_left_s, "connect": 0.95 * time_left_s}
    phases = request.extensions["timeout"]
    request.extensions["timeout"] = {
        phase: min(limit, left_s.get(phase, time_left_s)) for phase, limit in phases.items()
    }


async def _read_body(response: httpx.Response) -> None:
    """Read the body within its bounds; httpx has none."""
    most = LARGEST_ANSWER if response.is_success else LARGEST_REFUSAL
    body = await read_bounded(response, most)
    current_attempt().body = body
    if response.is_success:
        check_structure(body)
        body = with_whole_characters(body)
    response._content = body  # noqa: SLF001  # as aread does


class _Translation:
    """The response hooks that keep the key out of errors and logs, even if an answer repeats it."""

    def __init__(self, key: str) -> None:
        self._redact = Redaction(key)

    async def take_note(self, response: httpx.Response) -> None:
        """Note status, headers and request id as soon as they arrive."""
        attempt = current_attempt()
        attempt.status = response.status_code
        attempt.headers = response.headers
        request_id = request_id_from(response.headers)
        attempt.request_id = request_id if request_id and self._redact(request_id) == request_id else None

    async def raise_unless_2xx(self, response: httpx.Response) -> None:
        """Raise the error of an answer outside of 2xx."""
        if not response.is_success:
            raise error_from_answer(
                current_attempt(), response.status_code, response.headers, response.content, self._redact
            )
