"""The end of a real HTTP server at SIGTERM: calls are answered, what is endless ends, and it is soon over."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp.client import Client
from mcp.client.sse import sse_client
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from freshdesk_sandbox import API_KEY, Fault, Sandbox, running_sandbox
from support.servers import ServerProcess, http_server_process, in_background, listening, log_lines, until
from support.tools import data_of

pytestmark = pytest.mark.anyio

SLOW_S = 2.0
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def variables(sandbox: Sandbox) -> Iterator[dict[str, str]]:
    with in_background(running_sandbox(sandbox=sandbox)) as upstream:
        yield {
            "FRESHDESK_API_KEY": API_KEY,
            "FRESHDESK_DOMAIN": "sandbox",
            "FRESHDESK_MCP_SERVER_UPSTREAM_URL": upstream,
        }


@pytest.fixture
def served(variables: dict[str, str], tmp_path: Path) -> Iterator[ServerProcess]:
    with http_server_process(tmp_path, "serve", "--port", "0", **variables) as process:
        yield process


async def open_sse(web: httpx.AsyncClient, *, opened: anyio.Event) -> None:
    """A stream that nobody ever closes; it has to end by itself, with its last chunk."""
    async with web.stream("GET", "/sse") as stream:
        async for _ in stream.aiter_lines():
            opened.set()


async def listen(web: httpx.AsyncClient) -> None:
    """What newer hosts do to hear of changes; whether that is served or refused, it may not keep the server."""
    request = {"jsonrpc": "2.0", "id": "l", "method": "subscriptions/listen", "params": {"_meta": MODERN}}
    headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"}
    async with web.stream("POST", "/mcp", json=request, headers=headers) as stream:
        await stream.aread()


async def get_slowly(target: Any, sandbox: Sandbox, answers: list[Any]) -> None:
    async with Client(target) as client:
        await client.list_tools()  # else the client asks for the schema of the answer when it has come
        sandbox.faults.add(Fault(delay_s=SLOW_S, path="/api/v2/tickets/{id}"))
        answers.append(data_of(await client.call_tool("freshdesk_get_ticket", {"ticket_id": 7})))


@pytest.mark.parametrize("transport", ["mcp", "sse"])
async def test_a_call_is_answered_streams_end_and_the_process_is_gone(
    served: ServerProcess, sandbox: Sandbox, transport: str
) -> None:
    answers: list[Any] = []
    target = f"{served.url}/mcp" if transport == "mcp" else sse_client(f"{served.url}/sse")
    opened = anyio.Event()
    async with (
        httpx.AsyncClient(base_url=served.url, headers=HEADERS, timeout=30, trust_env=False) as web,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(lambda: open_sse(web, opened=opened))
        tasks.start_soon(listen, web)
        tasks.start_soon(get_slowly, target, sandbox, answers)
        await opened.wait()
        await until(lambda: sandbox.statistics.in_flight == 1)
        assert await anyio.to_thread.run_sync(served.ends_in, signal.SIGTERM) < SLOW_S + 1
    assert [answer["ticket"]["id"] for answer in answers] == [7]
    assert served.process.returncode == 0
    assert {line["level"] for line in log_lines(served.stderr)} == {"info"}


async def test_an_idle_server_with_open_streams_is_gone_in_a_second(served: ServerProcess) -> None:
    opened = anyio.Event()
    async with (
        httpx.AsyncClient(base_url=served.url, trust_env=False) as web,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(lambda: open_sse(web, opened=opened))
        await opened.wait()
        assert await anyio.to_thread.run_sync(served.ends_in, signal.SIGTERM) < 1
    assert {line["level"] for line in log_lines(served.stderr)} == {"info"}


async def test_the_last_spans_are_exported(variables: dict[str, str], tmp_path: Path) -> None:
    received: list[bytes] = []

    async def collector(scope: Scope, receive: Receive, send: Send) -> None:
        received.append(await Request(scope, receive).body())
        await Response(media_type="application/x-protobuf")(scope, receive, send)

    async with listening(collector, lifespan="off") as (spans, _):
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = spans
        with http_server_process(tmp_path, "serve", "--port", "0", **variables) as served:
            async with Client(f"{served.url}/mcp") as client:
                await client.call_tool("freshdesk_get_ticket", {"ticket_id": 7})
            await anyio.to_thread.run_sync(served.ends_in, signal.SIGTERM)
    assert b"tools/call freshdesk_get_ticket" in b"".join(received)
    assert b"freshdesk get_ticket" in b"".join(received)
