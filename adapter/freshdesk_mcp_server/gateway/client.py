"""Builds the one httpx client of an account: pool, timeouts, authentication, size limit, and the two hooks.

The hooks raise our errors before the generated parser sees an answer. It would otherwise turn an HTML 502, a blank 404
or a status without a name into a parse error, with status and Retry-After lost.
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
"""The memories that recoveries have in each gateway."""
LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes of a body, packed and unpacked; a page of 100 tickets is about 250 kB."""
LARGEST_REFUSAL = 64 * 1024
"""The same for a status outside of 2xx, of whose body a few sentences are used."""


@asynccontextmanager
async def open_gateway(
    settings: Settings, observer: Observer, *, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Gateway]:
    """A gateway to the account of `settings`, with a connection pool that lives as long as the context.

    `transport` replaces the network, for tests.
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
    """The httpx client for the account of `settings`. The key is sent to its host only: no redirect is followed."""
    timeout = httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s)
    key = settings.own_account.api_key.get_secret_value()
    translation = _Translation(key)
    limits = httpx.Limits(max_connections=settings.max_in_flight + LOOKS_IN_FLIGHT, keepalive_expiry=30.0)
    return httpx.AsyncClient(
        base_url=settings.api_url,
        # https://developers.freshdesk.com/api/#authentication: the key is the user name, the password is not looked at.
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
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # state of one call must not travel to the next
        trust_env=False,
        transport=transport or Route(settings.network, limits),
    )


async def _note_asked_for(request: httpx.Request) -> None:
    """Take the number of the resource from the URL, where nothing that sends a request can forget it."""
    last = request.url.path.rpartition("/")[2]
    current_attempt().asked_for = int(last) if last.isdecimal() else None


async def _fit_into_deadline(request: httpx.Request) -> None:
    """No phase of a request may last longer than what is left of its call."""
    time_left_s = current_attempt().time_left_s
    # A little less for what comes before sending: it must end as its own error, which knows that nothing was sent.
    left_s = {"pool": 0.95 * time_left_s, "connect": 0.95 * time_left_s}
    phases = request.extensions["timeout"]
    request.extensions["timeout"] = {
        phase: min(limit, left_s.get(phase, time_left_s)) for phase, limit in phases.items()
    }


async def _read_body(response: httpx.Response) -> None:
    """Read the body within its bounds, which httpx does not have."""
    most = LARGEST_ANSWER if response.is_success else LARGEST_REFUSAL
    body = await read_bounded(response, most)
    current_attempt().body = body
    if response.is_success:
        check_structure(body)
        body = with_whole_characters(body)
    response._content = body  # noqa: SLF001  # where aread puts it


class _Translation:
    """The response hooks that know the key, so that an answer which repeats it puts it into no error and no log."""

    def __init__(self, key: str) -> None:
        self._redact = Redaction(key)

    async def take_note(self, response: httpx.Response) -> None:
        """Note what the head of an answer says, as soon as it is there."""
        attempt = current_attempt()
        attempt.status = response.status_code
        attempt.headers = response.headers
        request_id = request_id_from(response.headers)
        attempt.request_id = request_id if request_id and self._redact(request_id) == request_id else None

    async def raise_unless_2xx(self, response: httpx.Response) -> None:
        """Raise the error that an answer outside of 2xx stands for."""
        if not response.is_success:
            raise error_from_answer(
                current_attempt(), response.status_code, response.headers, response.content, self._redact
            )
