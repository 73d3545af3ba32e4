"""A gateway whose network is a function, and the settings for it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from freshdesk_mcp_server.gateway import Gateway, open_gateway
from freshdesk_mcp_server.settings import Settings, load_settings
from freshdesk_mcp_server.telemetry.events import Event

API_KEY = "a-key-for-tests-only"
API_URL = "https://acme.freshdesk.com/api/v2"


def settings_for_tests(**given: object) -> Settings:
    """Complete settings for the account acme, with `given` in place of defaults."""
    return load_settings({"api_key": API_KEY, "domain": "acme"} | given, env_file=None)


@asynccontextmanager
async def gateway_over(
    answer: Callable[[httpx.Request], httpx.Response], *, events: list[Event] | None = None, **given: object
) -> AsyncIterator[Gateway]:
    """A gateway that gets its answers from `answer`, which may raise what httpx raises; events go into `events`."""
    observer = (events if events is not None else []).append
    transport = httpx.MockTransport(answer)
    async with open_gateway(settings_for_tests(**given), observer, transport=transport) as gateway:
        yield gateway
