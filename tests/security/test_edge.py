"""The outermost layer: slow, greedy and odd clients, and the common headers of all answers."""

import asyncio
import logging
import re
import resource
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import anyio
import httpx
import pytest
from mcp.client import Client
from mcp.client.sse import sse_client
from sse_starlette import EventSourceResponse
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.types import Message, Scope
from structlog.testing import capture_logs

from freshdesk_mcp_server.telemetry.metrics import Metrics
from freshdesk_mcp_server.tools.kit.runtime import CallsUnderWay
from freshdesk_mcp_server.transports import edge, protocol
from freshdesk_mcp_server.transports.connections import Connections
from freshdesk_mcp_server.transports.http import HttpOptions
from freshdesk_mcp_server.transports.outbox import MOST_UNREAD
from freshdesk_mcp_server.transports.protocol import LARGEST_HEAD, ImpatientProtocol
from freshdesk_mcp_server.transports.shutdown import Drain
from support.servers import PATIENCE_S, http_app, http_server_process, listening, server_over, until

pytestmark = pytest.mark.anyio

LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
SSE_SCOPE: Scope = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "path": "/sse",
    "query_string": b"",
    "headers": [(b"host", b"127.0.0.1")],
}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def no_upstream(request: httpx.Request) -> httpx.Response:
    pytest.fail(f"nothing here asks Freshdesk, but this was sent: {request.method}")


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    app = http_app(server_over(no_upstream))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000", headers=HEADERS
        ) as client,
    ):
        yield client


@pytest.mark.parametrize("path", ["/mcp", "/messages/?session_id=0"])
async def test_a_body_that_never_ends_is_cut_off(
    web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(edge, "BODY_WITHIN_S", 0.05)

    async def endless() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    assert (await web.post(path, content=endless())).status_code == 408


async def test_a_stream_may_last_longer_than_a_body_may_take(put_forward: Callable[[float], None]) -> None:
    async with (
        listening(http_app(server_over(no_upstream))) as (url, _),
        Client(sse_client(f"{url}/sse", timeout=PATIENCE_S)) as client,
    ):
        put_forward(2 * protocol.BODY_WITHIN_S)
        with anyio.fail_after(PATIENCE_S):
            assert (await client.list_tools()).tools


@asynccontextmanager
async def impatient_server(metrics: Metrics | None = None) -> AsyncIterator[int]:
    """Run the whole application behind its protocol; yield its port."""
    app = http_app(server_over(no_upstream), metrics=metrics)
    async with listening(app, http=partial(ImpatientProtocol, connections=Connections()), ws="none") as (url, _):
        yield int(url.rpartition(":")[2])


def streams_in(metrics: Metrics) -> float:
    return float(metrics.sse_streams._value.get())


@pytest.mark.parametrize("path", ["/mcp", "/messages/?session_id=0"])
@pytest.mark.parametrize("more", [b"", b"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n"])
async def test_a_client_that_leaves_before_its_body_is_whole_is_no_defect(
    caplog: pytest.LogCaptureFixture, path: str, more: bytes
) -> None:
    head = b"Host: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: 9\r\n"
    async with impatient_server() as port:
        stream = await anyio.connect_tcp("127.0.0.1", port)
        await stream.send(f"POST {path} HTTP/1.1\r\n".encode() + head + more + b"\r\n{")
        await stream.aclose()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_stream_whose_request_has_a_late_body_ends_without_a_complaint(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(protocol, "BODY_WITHIN_S", 0.05)
    monkeypatch.setattr(edge, "BODY_WITHIN_S", 0.05)
    metrics = Metrics()
    async with impatient_server(metrics) as port, await anyio.connect_tcp("127.0.0.1", port) as stream:
        await stream.send(b"GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{")
        with anyio.fail_after(PATIENCE_S):
            assert b"session_id=" in b"".join([part async for part in stream])
        await until(lambda: not streams_in(metrics))
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_stream_with_a_request_behind_it_ends_when_its_client_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EventSourceResponse, "DEFAULT_PING_INTERVAL", 0.01)
    metrics = Metrics()
    request = b"GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    async with impatient_server(metrics) as port:
        async with await anyio.connect_tcp("127.0.0.1", port) as stream:
            await stream.send(request + request)
            await until(lambda: streams_in(metrics) == 1)
        await until(lambda: not streams_in(metrics))


async def test_a_stream_that_is_not_read_keeps_no_more_than_its_bound(caplog: pytest.LogCaptureFixture) -> None:
    """Each message is accepted until the stream ends; its client has read nothing but the beginning."""
    is_read = anyio.Event()
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)
        if len(sent) > 2:
            await is_read.wait()

    async def receive() -> Message:
        await is_read.wait()
        return {"type": "http.disconnect"}

    app = http_app(server_over(no_upstream))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:5000", headers=HEADERS) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(app, SSE_SCOPE, receive, send)
        await until(lambda: len(sent) == 2)
        address = sent[1]["body"].decode().split()[-1]
        assert (await client.post(address, json=INITIALIZE)).status_code == 202
        size = await _size_of_an_answer(client)
        accepted = 0
        while (await client.post(address, json=LIST_TOOLS)).status_code == 202:
            accepted += 1
            assert accepted * size < 4 * MOST_UNREAD
        assert accepted * size > MOST_UNREAD
        is_read.set()
    assert len(sent) <= 4  # the beginning, what was on its way, and the end
    assert not sent[-1].get("more_body", False)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def _size_of_an_answer(client: httpx.AsyncClient) -> int:
    return len((await client.post("/mcp", json=LIST_TOOLS)).content)


async def test_every_answer_has_an_id_and_may_not_be_cached(web: httpx.AsyncClient) -> None:
    for response in (await web.get("/health"), await web.post("/mcp", json=LIST_TOOLS), await web.get("/nothing")):
        assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "no-store" in response.headers["cache-control"] or "no-cache" in response.headers["cache-control"]


@pytest.mark.parametrize(("given", "kept"), [("req-1.a:b", True), ("x" * 65, False), ("a b", False), ("<x>", False)])
async def test_a_well_formed_request_id_of_a_proxy_is_kept(web: httpx.AsyncClient, given: str, *, kept: bool) -> None:
    response = await web.get("/health", headers={"X-Request-Id": given})
    assert (response.headers["x-request-id"] == given) is kept


async def test_headers_that_are_too_large_are_refused(web: httpx.AsyncClient) -> None:
    for path in ("/health", "/mcp"):
        assert (await web.get(path, headers={"X-Filler": "x" * LARGEST_HEAD})).status_code == 431
    assert (await web.get("/health", headers={"X-Filler": "x" * (LARGEST_HEAD - 1024)})).status_code == 200


@pytest.mark.parametrize("path", ["/health", "/mcp", "/messages/", "/sse", "/nowhere"])
async def test_a_query_of_many_parameters_is_refused(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.post(f"{path}?{'&' * (edge.LONGEST_QUERY + 1)}")).status_code == 414


async def test_the_host_has_no_part_in_the_path(web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starlette before 1.0 takes `Host: 127.0.0.1:5000/health?` for the beginning of a path."""

    def url_of(request: Request) -> URL:
        return URL(f"http://{request.headers['host']}{request.scope['path']}")

    monkeypatch.setattr(Request, "url", property(url_of))
    for path, status in (("/mcp", 421), ("/messages/", 421), ("/health", 200)):
        host = {"Host": "127.0.0.1:5000/health?"}
        assert (await web.request("GET" if status == 200 else "POST", path, headers=host)).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/mcp", {"Host": "evil.example"}, 421),
        ("POST", "/mcp", {"Origin": "https://evil.example"}, 403),
        ("GET", "/sse", {"Host": "evil.example"}, 421),
        ("POST", "/marked", {"Host": "evil.example"}, 421),
    ],
)
async def test_a_refusal_is_one_line_that_does_not_repeat_the_request(
    web: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    with capture_logs() as logs:
        assert (await web.request(method, path, headers=headers | {"X-Filler": "marked"})).status_code == status
    (line,) = logs
    route = "other" if path == "/marked" else path
    assert line == {"event": "request_refused", "log_level": "info", "status": status, "route": route}


async def test_a_stream_beyond_the_bound_is_refused_with_a_retry_after() -> None:
    app = http_app(server_over(no_upstream), HttpOptions(max_streams=0))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000") as client,
    ):
        response = await client.get("/sse")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "30"


async def test_readiness_turns_as_soon_as_the_server_drains() -> None:
    drain = Drain(CallsUnderWay(), grace_s=0)
    app = http_app(server_over(no_upstream), drain=drain)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000") as client,
    ):
        await drain.run()
        response = await client.get("/health/ready")
        assert (response.status_code, response.json()["reason"]) == (503, "draining")
        assert (await client.get("/health")).status_code == 200


async def test_a_crash_shows_nobody_a_traceback(
    web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(edge, "_request_id_of", lambda _: 1 / 0)
    transport = web._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.raise_app_exceptions = False
    response = await web.get("/health")
    assert response.status_code == 500
    assert "Traceback" not in response.text
    assert "ZeroDivisionError" not in response.text


@pytest.fixture
def _many_files() -> Iterator[None]:
    """Allow 1,500 connections here and in a process started from here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"only {hard} files may be open here: the load of 1,500 connections was NOT tried")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@dataclass
class Crowd:
    """Clients that open streams or half a head, and then do nothing."""

    port: int
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def connect(self, data: bytes) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        self.writers.append(writer)
        return reader

    async def open_streams(self, count: int) -> None:
        """Open streams; each is open, and its client knows its id."""
        readers = [await self.connect(b"GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") for _ in range(count)]
        for reader in readers:
            await reader.readuntil(b"session_id=")

    async def open_half(self, count: int) -> None:
        for _ in range(count):
            await self.connect(b"GET /sse HTTP/1.1\r\nHo")

    def leave(self) -> None:
        for writer in self.writers:
            writer.close()
        self.writers.clear()


def resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


async def fastest_answer(client: httpx.AsyncClient) -> float:
    """Return the seconds of the fastest of some calls, which no other work of the machine held up."""
    took_s = []
    for _ in range(10):
        started = time.perf_counter()
        assert (await client.post("/mcp", json=LIST_TOOLS)).json()["result"]["tools"]
        took_s.append(time.perf_counter() - started)
    return min(took_s)


@pytest.mark.slow("memory")
@pytest.mark.usefixtures("_many_files")
async def test_idle_streams_and_half_open_connections_neither_stop_other_clients_nor_keep_memory(
    tmp_path: Path,
) -> None:
    """1,000 streams and 500 half heads against one real process, again and again."""
    peaks = []
    with http_server_process(tmp_path, "serve", "--sandbox", "--port", "0") as served:
        crowd = Crowd(int(served.url.rpartition(":")[2]))
        async with httpx.AsyncClient(
            base_url=served.url, headers=HEADERS, timeout=PATIENCE_S, trust_env=False
        ) as client:
            alone_s = await fastest_answer(client)
            for _ in range(3):
                await crowd.open_streams(1000)
                await crowd.open_half(500)
                peaks.append(resident_mib(served.process.pid))
                assert await fastest_answer(client) < 100 * alone_s
                assert (await client.get("/health")).status_code == 200
                assert (await client.get("/sse")).status_code == 503
                crowd.leave()
                while b"sse_streams 0.0" not in (await client.get("/metrics")).content:  # noqa: ASYNC110  # as `until`
                    await asyncio.sleep(0.05)
    print(f"\nresident memory with 1,000 streams, three times: {', '.join(f'{peak:.0f} MiB' for peak in peaks)}")
    assert peaks[0] < 256
    assert max(peaks[1:]) < peaks[0] + 10
