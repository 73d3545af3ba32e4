"""The whole path of a call: a client, the server, a tool, the gateway, httpx, and the sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import anyio
from mcp.client import Client
from mcp_types import CallToolResult

from freshdesk_mcp_server.gateway import Gateway, open_gateway
from freshdesk_mcp_server.server import create_server
from freshdesk_mcp_server.telemetry.events import AttemptFinished, Event
from freshdesk_sandbox import Sandbox
from support.gateways import API_KEY, settings_for_tests
from support.network import Network, network_to

START = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
"""The start of each test, by the clock of the sandbox."""
TICKETS = "/api/v2/tickets"
TICKET = "/api/v2/tickets/{id}"
KNOWN = "emily.dean@example.com"
"""A contact of the sandbox from the start, with one ticket."""
TICKET_ID = 1
"""The number of that ticket."""
NEW = "nobody.yet@example.com"
"""The address of no contact; the first ticket makes the contact."""


def sandbox_in_virtual_time() -> Sandbox:
    """Return a sandbox with one contact and one ticket, which do not count; the full seed takes longer than a test."""
    sandbox = Sandbox(api_key=API_KEY, clock=virtual_now, seeded=False)
    contact = sandbox.store.contacts.add(email=KNOWN)
    ticket = sandbox.store.tickets.add(contact, {"subject": "No toner", "description": "<div>On the 2nd floor</div>"})
    ticket.created_at -= timedelta(days=1)
    sandbox.store.tickets.made = sandbox.store.contacts.made = 0
    return sandbox


def virtual_now() -> datetime:
    """Return the time of day in the running test."""
    return START + timedelta(seconds=anyio.current_time())


@dataclass
class Stack:
    """The parts of one stack, from the client to the sandbox."""

    client: Client
    gateway: Gateway
    network: Network
    sandbox: Sandbox
    events: list[Event] = field(default_factory=list)

    async def call(self, tool: str, **arguments: Any) -> CallToolResult:
        """Call a tool, as a host would."""
        return await self.client.call_tool(tool, arguments)

    def attempts(self, operation: str) -> int:
        """Return the number of requests of an operation, including those that reached no server."""
        return sum(isinstance(event, AttemptFinished) and event.operation == operation for event in self.events)


@asynccontextmanager
async def stack(**given: object) -> AsyncIterator[Stack]:
    """Yield the stack of a client, a real server and a new sandbox; `given` are settings.

    The context ends after the sandbox has finished every request, even those that no caller waits for.
    """
    settings = _same_settings(**given)
    events: list[Event] = []
    gateways: list[Gateway] = []
    sandbox = sandbox_in_virtual_time()

    async with network_to(sandbox) as network:

        @asynccontextmanager
        async def opened() -> AsyncIterator[Gateway]:
            async with open_gateway(settings, events.append, transport=network) as gateway:
                gateways.append(gateway)
                yield gateway

        server = create_server(opened, settings.portal_url, events.append)
        async with Client(server) as client:
            yield Stack(client, gateways[0], network, sandbox, events)


_same_settings = cache(settings_for_tests)
