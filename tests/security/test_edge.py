"""What the outermost layer does with clients that are slow, greedy or odd, and what every answer carries."""

import asyncio
import logging
import re
import resource
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import httpx
import pytest
from mcp.client import Client
from mcp.client.sse import sse_client
from structlog.testing import capture_logs

from freshdesk_mcp_server.tools.context import CallsUnderWay
from freshdesk_mcp_server.transports import edge
from freshdesk_mcp_server.transports.http import HttpOptions, create_app
from freshdesk_mcp_server.transports.protocol import LARGEST_HEAD
from freshdesk_mcp_server.transports.shutdown import Drain
from support.servers import PATIENCE_S, http_server_process, listening, server_over

pytestmark = pytest.mark.anyio

LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def no_upstream(request: httpx.Request) -> httpx.Response:
    pytest.fail(f"nothing here asks Freshdesk, but this was sent: {request.method}")


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(server_over(no_upstream))
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
        listening(create_app(server_over(no_upstream))) as (url, _),
        Client(sse_client(f"{url}/sse", timeout=PATIENCE_S)) as client,
    ):
        put_forward(2 * edge.BODY_WITHIN_S)
        with anyio.fail_after(PATIENCE_S):
            assert (await client.list_tools()).tools


async def test_every_answer_has_an_id_and_may_not_be_kept(web: httpx.AsyncClient) -> None:
    for response in (await web.get("/health"), await web.post("/mcp", json=LIST_TOOLS), await web.get("/nothing")):
        assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "no-store" in response.headers["cache-control"] or "no-cache" in response.headers["cache-control"]


@pytest.mark.parametrize(("given", "kept"), [("req-1.a:b", True), ("x" * 65, False), ("a b", False), ("<x>", False)])
async def test_an_id_that_a_proxy_gave_is_kept_if_it_looks_like_one(
    web: httpx.AsyncClient, given: str, *, kept: bool
) -> None:
    response = await web.get("/health", headers={"X-Request-Id": given})
    assert (response.headers["x-request-id"] == given) is kept


async def test_headers_that_are_too_large_are_refused(web: httpx.AsyncClient) -> None:
    for path in ("/health", "/mcp"):
        assert (await web.get(path, headers={"X-Filler": "x" * LARGEST_HEAD})).status_code == 431
    assert (await web.get("/health", headers={"X-Filler": "x" * (LARGEST_HEAD - 1024)})).status_code == 200


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


async def test_streams_beyond_the_bound_are_told_to_come_back() -> None:
    app = create_app(server_over(no_upstream), HttpOptions(max_streams=0))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000") as client,
    ):
        response = await client.get("/sse")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "30"


async def test_readiness_turns_as_soon_as_the_server_drains() -> None:
    drain = Drain(CallsUnderWay(), grace_s=0)
    app = create_app(server_over(no_upstream), HttpOptions(drain=drain))
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
    """Room for 1,500 connections here and in a process started from here."""
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
        """Each is open, and known to its client by its id."""
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
    """The seconds that the fastest of some calls took, which is the one that nothing else of the machine held up."""
    took_s = []
    for _ in range(10):
        started = time.perf_counter()
        assert (await client.post("/mcp", json=LIST_TOOLS)).json()["result"]["tools"]
        took_s.append(time.perf_counter() - started)
    return min(took_s)


@pytest.mark.usefixtures("_many_files")
async def test_idle_streams_and_half_open_connections_do_not_stop_the_others_and_cost_nothing_for_good(
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
