"""The end of a real HTTP server at SIGTERM: calls are answered, endless streams end, and the process ends soon.

Soon means sooner than another server answers that is started at the same moment, since that is its replacement.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp.client import Client
from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from freshdesk_sandbox import API_KEY, Sandbox
from support.servers import (
    PATIENCE_S,
    ServerProcess,
    environment,
    http_server_process,
    in_background,
    listening,
    log_lines,
    until,
)
from support.tools import data_of, error_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow("processes")]

SERVE_STDIO = [sys.executable, "-m", "freshdesk_mcp_server", "serve", "--transport", "stdio"]
INITIALIZE = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


class Freshdesk:
    """A sandbox that keeps a create, or a read of ticket 7, until its release; `is_asked` reports its arrival."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()
        self.release = threading.Event()
        self._sandbox = Sandbox()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, once released."""
        if scope["path"].endswith("/tickets/7") or scope["method"] == "POST":
            self.is_asked.set()
            await anyio.to_thread.run_sync(self.release.wait, PATIENCE_S)
        await self._sandbox(scope, receive, send)


@pytest.fixture
def freshdesk() -> Freshdesk:
    return Freshdesk()


@pytest.fixture
def variables(freshdesk: Freshdesk) -> Iterator[dict[str, str]]:
    """Yield the settings of a server that waits for Freshdesk, and for its calls, as long as a test may take."""
    patience = str(PATIENCE_S)
    with in_background(listening(freshdesk, lifespan="off")) as (upstream, _):
        yield {
            "FRESHDESK_API_KEY": API_KEY,
            "FRESHDESK_DOMAIN": "sandbox",
            "FRESHDESK_MCP_SERVER_UPSTREAM_URL": upstream,
            **{f"FRESHDESK_MCP_SERVER_{name}_S": patience for name in ("DEADLINE", "READ_TIMEOUT", "SHUTDOWN_GRACE")},
        }


@pytest.fixture
def served(variables: dict[str, str], tmp_path: Path) -> Iterator[ServerProcess]:
    with http_server_process(tmp_path, "serve", "--port", "0", **variables) as process:
        yield process


def is_gone_before_another_is_up(served: ServerProcess) -> bool:
    """Return True if the process ends before a server that is started now answers."""
    directory = served.stderr.parent / "another"
    directory.mkdir()
    with http_server_process(directory):
        return served.process.poll() is not None


async def open_sse(web: httpx.AsyncClient, *, opened: anyio.Event) -> None:
    """Open a stream that nobody closes; it has to end by itself, with its last chunk."""
    async with web.stream("GET", "/sse") as stream:
        async for _ in stream.aiter_lines():
            opened.set()


async def listen(web: httpx.AsyncClient) -> None:
    """Listen for changes as newer hosts do; served or refused, the request may not keep the server."""
    request = {"jsonrpc": "2.0", "id": "l", "method": "subscriptions/listen", "params": {"_meta": MODERN}}
    headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"}
    async with web.stream("POST", "/mcp", json=request, headers=headers) as stream:
        await stream.aread()


async def get_ticket(target: Any, answers: list[Any]) -> None:
    async with Client(target) as client:
        await client.list_tools()  # otherwise the client asks for the schema of the answer when it arrives
        answers.append(data_of(await client.call_tool("freshdesk_get_ticket", {"ticket_id": 7})))


async def until_it_drains(web: httpx.AsyncClient) -> None:
    while (await web.get("/health/ready")).json().get("reason") != "draining":  # noqa: ASYNC110  # as `until`
        await anyio.sleep(0.01)


@pytest.mark.parametrize("transport", ["mcp", "sse"])
async def test_sigterm_answers_the_call_under_way_and_ends_streams_and_process(
    served: ServerProcess, freshdesk: Freshdesk, transport: str
) -> None:
    answers: list[Any] = []
    target = f"{served.url}/mcp" if transport == "mcp" else sse_client(f"{served.url}/sse", timeout=PATIENCE_S)
    opened = anyio.Event()
    async with (
        httpx.AsyncClient(base_url=served.url, headers=HEADERS, timeout=PATIENCE_S, trust_env=False) as web,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(lambda: open_sse(web, opened=opened))
        tasks.start_soon(listen, web)
        tasks.start_soon(get_ticket, target, answers)
        await opened.wait()
        await until(freshdesk.is_asked.is_set)
        served.process.send_signal(signal.SIGTERM)
        with anyio.fail_after(PATIENCE_S):
            await until_it_drains(web)
        assert answers == []
        freshdesk.release.set()
        await until(lambda: bool(answers))
        assert await anyio.to_thread.run_sync(is_gone_before_another_is_up, served)
    assert [answer["ticket"]["id"] for answer in answers] == [7]
    assert served.process.returncode == 0
    assert {line["level"] for line in log_lines(served.stderr)} == {"info"}


CREATE = {"subject": "No toner", "email": "ada@example.com"}


async def call(target: Any, tool: str, arguments: dict[str, Any], errors: list[Any]) -> None:
    async with Client(target) as client:
        await client.list_tools()
        errors.append(error_of(await client.call_tool(tool, arguments)))


@pytest.mark.parametrize("transport", ["mcp", "sse", "stdio"])
@pytest.mark.parametrize(
    ("tool", "arguments", "outcome"),
    [
        ("freshdesk_create_ticket", CREATE, "unknown"),
        ("freshdesk_update_ticket", {"ticket_id": 7, "priority": 2}, "unknown"),
        ("freshdesk_get_ticket", {"ticket_id": 7}, "refused"),
    ],
)
async def test_a_call_that_lasts_longer_than_the_grace_is_answered_at_shutdown(
    freshdesk: Freshdesk,
    variables: dict[str, str],
    tmp_path: Path,
    transport: str,
    tool: str,
    arguments: dict[str, Any],
    outcome: str,
) -> None:
    errors: list[Any] = []
    variables["FRESHDESK_MCP_SERVER_SHUTDOWN_GRACE_S"] = "0.1"
    async with started(tmp_path, variables, transport) as (target, end), anyio.create_task_group() as tasks:
        tasks.start_soon(call, target, tool, arguments, errors)
        await until(freshdesk.is_asked.is_set)
        await end()
        await until(lambda: bool(errors))
        freshdesk.release.set()
    (error,) = errors
    assert (error["code"], error["outcome"], error["attempts"]) == ("interrupted", outcome, 1)


@asynccontextmanager
async def started(
    directory: Path, variables: dict[str, str], transport: str
) -> AsyncIterator[tuple[Any, Callable[[], Awaitable[None]]]]:
    """Start a server of that transport; yield a client of it, and a way to send SIGTERM."""
    if transport == "stdio":
        wrapped = ["-c", 'echo $$ >pid; exec "$0" "$@"', *SERVE_STDIO]
        parameters = StdioServerParameters(command="sh", args=wrapped, env=environment(**variables), cwd=directory)

        async def end() -> None:
            os.kill(int((directory / "pid").read_text()), signal.SIGTERM)

        with (directory / "stderr").open("w") as stderr:
            yield stdio_client(parameters, errlog=stderr), end
    else:
        with http_server_process(directory, "serve", "--port", "0", **variables) as served:

            async def end() -> None:
                served.process.send_signal(signal.SIGTERM)

            is_sse = transport == "sse"
            yield sse_client(f"{served.url}/sse", timeout=PATIENCE_S) if is_sse else f"{served.url}/mcp", end


@pytest.mark.parametrize(("grace_s", "is_repeated"), [("0.1", False), (str(PATIENCE_S), True)])
async def test_a_create_that_its_client_has_cancelled_does_not_hold_up_the_end(
    freshdesk: Freshdesk, variables: dict[str, str], tmp_path: Path, grace_s: str, *, is_repeated: bool
) -> None:
    """Nobody waits for its answer, and it goes on, since it was sent; Freshdesk is still silent when all is over."""
    variables["FRESHDESK_MCP_SERVER_SHUTDOWN_GRACE_S"] = grace_s
    messages: list[dict[str, Any]] = [
        {"id": 0, "method": "initialize", "params": INITIALIZE},
        {"method": "notifications/initialized"},
        {"id": 1, "method": "tools/call", "params": {"name": "freshdesk_create_ticket", "arguments": CREATE}},
        {"method": "notifications/cancelled", "params": {"requestId": 1}},
        {"id": 2, "method": "ping"},
    ]
    lines = [json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n" for message in messages]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    async with await anyio.open_process(SERVE_STDIO, env=environment(**variables), cwd=tmp_path, **pipes) as process:
        assert process.stdin
        assert process.stdout
        await process.stdin.send(b"".join(lines[:3]))
        await until(freshdesk.is_asked.is_set)
        await process.stdin.send(b"".join(lines[3:]))
        told = b""
        while b'"id":2' not in told:
            told += await process.stdout.receive()
        process.send_signal(signal.SIGTERM)
        with anyio.fail_after(PATIENCE_S / 2):
            while is_repeated and process.returncode is None:
                await anyio.sleep(0.1)  # two of them at once would be one
                with suppress(ProcessLookupError):
                    process.send_signal(signal.SIGTERM)
            assert await process.wait() in ((0, -signal.SIGTERM) if is_repeated else (0,))  # one may come too late
    freshdesk.release.set()


async def test_an_idle_server_with_open_streams_ends_at_once(served: ServerProcess) -> None:
    opened = anyio.Event()
    async with (
        httpx.AsyncClient(base_url=served.url, timeout=PATIENCE_S, trust_env=False) as web,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(lambda: open_sse(web, opened=opened))
        await opened.wait()
        served.process.send_signal(signal.SIGTERM)
        assert await anyio.to_thread.run_sync(is_gone_before_another_is_up, served)
    assert {line["level"] for line in log_lines(served.stderr)} == {"info"}


async def test_the_last_spans_are_exported_at_shutdown(
    freshdesk: Freshdesk, variables: dict[str, str], tmp_path: Path
) -> None:
    received: list[bytes] = []

    async def collector(scope: Scope, receive: Receive, send: Send) -> None:
        received.append(await Request(scope, receive).body())
        await Response(media_type="application/x-protobuf")(scope, receive, send)

    freshdesk.release.set()
    async with listening(collector, lifespan="off") as (spans, _):
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = spans
        with http_server_process(tmp_path, "serve", "--port", "0", **variables) as served:
            async with Client(f"{served.url}/mcp") as client:
                await client.call_tool("freshdesk_get_ticket", {"ticket_id": 7})
            await anyio.to_thread.run_sync(served.end, signal.SIGTERM)
    assert b"tools/call freshdesk_get_ticket" in b"".join(received)
    assert b"freshdesk get_ticket" in b"".join(received)


@pytest.mark.parametrize("path", ["/mcp", "/messages/?session_id=0", "/nowhere"])
def test_unfinished_bodies_are_no_errors_at_shutdown(tmp_path: Path, path: str) -> None:
    with http_server_process(tmp_path) as served, ExitStack() as clients:
        host, _, port = served.url.removeprefix("http://").partition(":")
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{{"
        for _ in range(3):
            clients.enter_context(socket.create_connection((host, int(port)))).sendall(head.encode())
        assert httpx.get(f"{served.url}/health", trust_env=False).is_success  # the bodies came before it
        served.end(signal.SIGTERM)
        assert [line for line in log_lines(served.stderr) if line["level"] not in ("info", "debug")] == []
