"""The five tools from a client's side: the real server in memory, over a network that is a function."""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from mcp.client import Client
from mcp_types import CallToolResult, TextContent

from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_mcp_server.server import create_server
from freshdesk_mcp_server.telemetry.events import Event
from support.gateways import settings_for_tests
from support.tickets import DATE


@asynccontextmanager
async def client_over(
    answer: Callable[[httpx.Request], httpx.Response],
    *,
    events: list[Event] | None = None,
    mode: str = "auto",
    **given: object,
) -> AsyncIterator[Client]:
    """Connect a client to a server that gets its answers from `answer`, all made at `DATE` unless they have a Date.

    `mode` is the era, `given` are settings.
    """

    async def dated(request: httpx.Request) -> httpx.Response:
        given: Any = answer(request)
        response: httpx.Response = await given if inspect.isawaitable(given) else given
        response.headers.setdefault("Date", DATE)
        return response

    settings = settings_for_tests(**given)
    observer = (events if events is not None else []).append
    transport = httpx.MockTransport(dated)
    server = create_server(lambda: open_gateway(settings, observer, transport=transport), settings.portal_url, observer)
    async with Client(server, mode=mode) as client:
        yield client


def data_of(result: CallToolResult) -> dict[str, Any]:
    """Return the structured content of a success."""
    assert not result.is_error, text_of(result)
    assert isinstance(result.structured_content, dict)
    return result.structured_content


def error_of(result: CallToolResult) -> dict[str, Any]:
    """Return the structured error of a failure."""
    assert result.is_error
    assert isinstance(result.structured_content, dict)
    error: dict[str, Any] = result.structured_content["error"]
    return error


def text_of(result: CallToolResult) -> str:
    """Return the text that a host shows if it passes on text only."""
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))
