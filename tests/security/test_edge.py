"""What the outermost layer does with clients that are slow, greedy or odd, and what every answer carries."""

import asyncio
import contextlib
import json
import logging
import re
import resource
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from freshdesk_mcp_server.tools.context import CallsUnderWay
from freshdesk_mcp_server.transports import edge
from freshdesk_mcp_server.transports.http import HttpOptions, create_app
from freshdesk_mcp_server.transports.protocol import LARGEST_HEAD
from freshdesk_mcp_server.transports.shutdown import Drain
from support.servers import http_server_process, server_over

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


@pytest.mark.usefixtures("_many_files")
async def test_idle_streams_and_half_open_connections_do_not_stop_the_others(tmp_path: Path) -> None:
    """1,000 clients of /sse and 500 that send half a head, against one real process."""
    async with contextlib.AsyncExitStack() as stack:
        served = stack.enter_context(http_server_process(tmp_path))
        port = int(served.url.rpartition(":")[2])
        writers: list[asyncio.StreamWriter] = []
        for head in [b"GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"] * 1000 + [b"GET /sse HTTP/1.1\r\nHo"] * 500:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head)
            writers.append(writer)
        async with httpx.AsyncClient(base_url=served.url, headers=HEADERS, timeout=5) as client:
            assert (await client.get("/health")).status_code == 200
            assert json.loads((await client.post("/mcp", json=LIST_TOOLS)).content)["result"]["tools"]
            assert (await client.get("/sse")).status_code == 503
        for writer in writers:
            writer.close()
