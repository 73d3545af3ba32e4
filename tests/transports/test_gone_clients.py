"""Clients that leave during a call: the write is done once, and its result goes to an equal call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import httpx
import pytest
from mcp.client import Client
from mcp.client.sse import sse_client
from mcp_types import CallToolResult

from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_mcp_server.server import Server, create_server
from freshdesk_mcp_server.telemetry.events import Event, ToolCallFinished
from freshdesk_mcp_server.tools.kit.runtime import CallsUnderWay
from freshdesk_mcp_server.transports.protocol import ImpatientProtocol
from freshdesk_mcp_server.transports.room import Room
from support.gateways import settings_for_tests
from support.servers import PATIENCE_S, http_app, listening, until
from support.tools import data_of

pytestmark = pytest.mark.anyio

TOOL = "freshdesk_create_ticket"
CREATE = {"subject": "No toner", "email": "ada@example.com"}
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-11-25",
}


def call(arguments: dict[str, Any]) -> dict[str, Any]:
    params = {"name": TOOL, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


@dataclass
class Desk:
    """A Freshdesk that answers creates on command, and a server before it."""

    server: Server = field(init=False)
    url: str = ""
    made: int = 0
    asked: int = 0
    events: list[Event] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    calls: CallsUnderWay = field(default_factory=CallsUnderWay)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.method != "POST":
            return httpx.Response(404)
        self.asked += 1
        await self.may_answer.wait()
        self.made += 1
        return httpx.Response(201, json={"id": self.made, "subject": "No toner"})

    @property
    def finished(self) -> list[ToolCallFinished]:
        return [event for event in self.events if isinstance(event, ToolCallFinished)]

    async def call(self, arguments: dict[str, Any] = CREATE) -> dict[str, Any]:
        """Call the tool over POST /mcp, to the end."""
        async with httpx.AsyncClient(base_url=self.url, headers=HEADERS, timeout=PATIENCE_S) as client:
            result = (await client.post("/mcp", json=call(arguments))).json()["result"]
        return data_of(CallToolResult.model_validate(result))

    async def let_it_end(self) -> None:
        """Let the create that nobody waits for go on to its end."""
        self.may_answer.set()
        await until(lambda: self.calls.count == 0)


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    at, settings = Desk(), settings_for_tests()
    transport = httpx.MockTransport(at.answer)
    at.server = create_server(
        lambda: open_gateway(settings, at.events.append, transport=transport),
        settings.portal_url,
        at.events.append,
        at.calls,
    )
    async with listening(http_app(at.server), http=partial(ImpatientProtocol, room=Room()), ws="none") as (url, _):
        at.url = url
        yield at


async def leave_a_post(at: Desk) -> None:
    """Send a create over POST /mcp, and close the connection once Freshdesk has it."""
    async with httpx.AsyncClient(base_url=at.url, headers=HEADERS, timeout=PATIENCE_S) as client:
        posting = asyncio.create_task(client.post("/mcp", json=call(CREATE)))
        await until(lambda: at.asked == 1)
        posting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await posting


async def leave_a_stream(at: Desk) -> None:
    """Send a create over GET /sse, and leave the stream once Freshdesk has the create."""
    connection = sse_client(f"{at.url}/sse", timeout=PATIENCE_S)
    async with Client(connection, mode="legacy") as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, TOOL, CREATE)
        await until(lambda: at.asked == 1)
        tasks.cancel_scope.cancel()


async def test_a_create_whose_post_was_closed_is_handed_to_the_repetition() -> None:
    async with desk() as at:
        await leave_a_post(at)
        await at.let_it_end()
        again = await at.call()
        assert (again["ticket"]["id"], again["recovered"], at.made) == (1, True, 1)
        assert "recovered" not in await at.call()
        assert at.made == 2


async def test_a_repetition_waits_for_the_end_of_the_first_call() -> None:
    async with desk() as at:
        await leave_a_post(at)
        async with anyio.create_task_group() as tasks:
            results: list[dict[str, Any]] = []

            async def repeat() -> None:
                results.append(await at.call())

            tasks.start_soon(repeat)
            await until(lambda: at.calls.count == 2)
            at.may_answer.set()
        assert [(one["ticket"]["id"], one["recovered"]) for one in results] == [(1, True)]
        assert at.made == 1


async def test_a_create_whose_stream_was_closed_is_handed_to_the_repetition() -> None:
    async with desk() as at:
        await leave_a_stream(at)
        await at.let_it_end()
        again = await at.call()
        assert (again["ticket"]["id"], again["recovered"], at.made) == (1, True, 1)


async def test_a_create_that_was_cancelled_is_handed_to_the_repetition() -> None:
    """The client stays, and cancels the call, as over stdio."""
    async with desk() as at, Client(at.server, mode="legacy") as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, TOOL, CREATE)
            await until(lambda: at.asked == 1)
            tasks.cancel_scope.cancel()
        await anyio.wait_all_tasks_blocked()
        await at.let_it_end()
        again = data_of(await client.call_tool(TOOL, CREATE))
        assert (again["ticket"]["id"], again["recovered"], at.made) == (1, True, 1)


@pytest.mark.parametrize("leave", [leave_a_post, leave_a_stream])
async def test_the_event_of_an_abandoned_create_counts_its_request(leave: Any) -> None:
    async with desk() as at:
        await leave(at)
        await at.let_it_end()
        assert [event.attempts for event in at.finished] == [1]


async def test_a_different_create_makes_another_ticket() -> None:
    async with desk() as at:
        await leave_a_post(at)
        await at.let_it_end()
        other = await at.call(CREATE | {"subject": "No ink"})
        assert (other["ticket"]["id"], "recovered" in other, at.made) == (2, False, 2)


async def test_a_result_that_has_reached_its_client_is_not_handed_out_again() -> None:
    async with desk() as at:
        at.may_answer.set()
        assert [(await at.call())["ticket"]["id"] for _ in range(2)] == [1, 2]
