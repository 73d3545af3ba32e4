"""MCP over HTTP: admission of requests, the bytes on the wire, and the end of the server."""

import json
import logging
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest
from mcp.client import Client
from mcp.client.sse import sse_client

from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.gateway import Gateway
from freshdesk_mcp_server.server import Server
from freshdesk_mcp_server.tools.registry import TOOL_NAMES
from freshdesk_mcp_server.transports.http import LARGEST_REQUEST, HttpOptions, _listener, _url_of
from support.gateways import gateway_over
from support.servers import (
    PATIENCE_S,
    ServerProcess,
    http_app,
    http_server_process,
    listening,
    log_lines,
    server_over,
    until,
    work_a_ticket,
)
from support.tickets import ticket_body
from support.tools import data_of

pytestmark = pytest.mark.anyio

HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
MODERN_HEADERS = HEADERS | {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}


def no_upstream(request: httpx.Request) -> httpx.Response:
    pytest.fail(f"nothing here asks Freshdesk, but this was sent: {request.method} {request.url}")


@asynccontextmanager
async def web_client_of(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """Create a client of the application without a socket; an exception of the application fails the test."""
    app = http_app(server)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:5000", headers=HEADERS) as client,
    ):
        yield client


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with web_client_of(server_over(no_upstream)) as client:
        yield client


async def test_health_reports_a_running_server_without_asking_freshdesk(web: httpx.AsyncClient) -> None:
    response = await web.get("/health")
    assert response.status_code == 200
    body = response.json()
    assert body.pop("uptime_s") >= 0
    assert body == {"status": "ok", "transport": "http", "configuration": "complete", "version": __version__}


async def test_a_modern_request_is_answered_in_json_and_opens_no_session(web: httpx.AsyncClient) -> None:
    response = await web.post("/mcp", json=LIST_TOOLS | {"params": {"_meta": MODERN}}, headers=MODERN_HEADERS)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/json"
    assert "Mcp-Session-Id" not in response.headers
    assert len(response.json()["result"]["tools"]) == len(TOOL_NAMES)


async def test_blanks_behind_a_routing_header_do_no_harm(web: httpx.AsyncClient) -> None:
    headers = MODERN_HEADERS | {"Mcp-Method": "tools/list \t"}
    response = await web.post("/mcp", json=LIST_TOOLS | {"params": {"_meta": MODERN}}, headers=headers)
    assert response.status_code == 200, response.text


async def test_a_legacy_request_is_answered_without_a_handshake(web: httpx.AsyncClient) -> None:
    response = await web.post("/mcp", json=LIST_TOOLS, headers={"MCP-Protocol-Version": "2025-11-25"})
    assert response.status_code == 200, response.text
    assert "Mcp-Session-Id" not in response.headers
    assert len(response.json()["result"]["tools"]) == len(TOOL_NAMES)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_get_and_delete_are_refused_without_sessions(web: httpx.AsyncClient, method: str) -> None:
    response = await web.request(method, "/mcp")
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:5000", "localhost.evil.example", "["])
@pytest.mark.parametrize(("method", "path"), [("POST", "/mcp"), ("GET", "/sse"), ("POST", "/messages/")])
async def test_a_foreign_host_is_refused_without_a_logged_error(
    web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, method: str, path: str, host: str
) -> None:
    response = await web.request(method, path, json=LIST_TOOLS, headers={"Host": host})
    assert response.status_code == 421
    assert [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info] == []


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example:5000",
        "https://localhost",
        "null",
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/mcp"), ("GET", "/sse"), ("POST", "/messages/")])
async def test_a_page_from_elsewhere_is_refused(
    web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, method: str, path: str, origin: str
) -> None:
    response = await web.request(method, path, json=LIST_TOOLS, headers={"Origin": origin})
    assert response.status_code == 403
    assert [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info] == []


@pytest.mark.parametrize("origin", ["http://localhost:6274", "http://127.0.0.1:5000", "http://[::1]:5000"])
async def test_a_page_of_this_machine_is_let_in(web: httpx.AsyncClient, origin: str) -> None:
    response = await web.post("/mcp", json=LIST_TOOLS, headers={"Origin": origin})
    assert response.status_code == 200


async def test_the_listening_address_is_an_allowed_host() -> None:
    app = http_app(server_over(no_upstream), HttpOptions(host="192.0.2.7"))
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        for host, status in {"192.0.2.7": 200, "localhost": 200, "192.0.2.8": 421}.items():
            response = await client.post(f"http://{host}:5000/mcp", json=LIST_TOOLS, headers=HEADERS)
            assert response.status_code == status, host


@pytest.mark.parametrize("path", ["/mcp", "/messages/"])
async def test_a_body_beyond_the_bound_is_refused_even_without_its_length(web: httpx.AsyncClient, path: str) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_REQUEST // 65536 + 1):
            yield b" " * 65536

    assert (await web.post(path, content=b" " * (LARGEST_REQUEST + 1))).status_code == 413
    assert (await web.post(path, content=chunks())).status_code == 413


async def test_a_body_of_the_largest_size_is_read(web: httpx.AsyncClient) -> None:
    body = json.dumps(LIST_TOOLS).encode().ljust(LARGEST_REQUEST)
    assert (await web.post("/mcp", content=body)).status_code == 200


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b'{"a', b"[]", b"[[[[", b"7", b'{"jsonrpc": "2.0"}'])
async def test_a_body_that_is_no_request_is_refused(
    web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    response = await web.post("/mcp", content=body)
    assert response.status_code == 400
    assert response.json()["error"]["code"] in (-32700, -32600, -32602)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info] == []


async def test_a_message_for_no_stream_is_refused(web: httpx.AsyncClient) -> None:
    assert (await web.post("/messages/", json=LIST_TOOLS)).status_code == 400
    unknown = "/messages/?session_id=00000000000000000000000000000000"
    assert (await web.post(unknown, json=LIST_TOOLS)).status_code == 404


@pytest.mark.parametrize("path", ["/", "/nothing", "/mcp/more", "/health/live"])
async def test_other_paths_are_not_found(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(path)).status_code == 404


async def test_many_clients_of_both_kinds_share_one_gateway() -> None:
    counts = {"opened": 0, "closed": 0}

    @asynccontextmanager
    async def counted() -> AsyncIterator[Gateway]:
        counts["opened"] += 1
        async with gateway_over(lambda _: httpx.Response(200, json=ticket_body(id=17))) as gateway:
            yield gateway
        counts["closed"] += 1

    async with listening(http_app(server_over(gateway=counted))) as (url, _):
        async with AsyncExitStack() as stack:
            targets: list[Any] = [*(sse_client(f"{url}/sse", timeout=PATIENCE_S) for _ in range(4)), f"{url}/mcp"]
            clients = [await stack.enter_async_context(Client(target)) for target in targets]
            for client in clients:
                data = data_of(await client.call_tool("freshdesk_get_ticket", {"ticket_id": 17}))
                assert data["ticket"]["id"] == 17
            assert counts == {"opened": 1, "closed": 0}
        async with Client(sse_client(f"{url}/sse", timeout=PATIENCE_S)) as late:
            await late.call_tool("freshdesk_get_ticket", {"ticket_id": 17})
        assert counts == {"opened": 1, "closed": 0}
    assert counts == {"opened": 1, "closed": 1}


async def test_a_call_under_way_is_answered_before_the_server_stops() -> None:
    release = anyio.Event()
    arrived = anyio.Event()

    @asynccontextmanager
    async def slow() -> AsyncIterator[Gateway]:
        async def answer(_: httpx.Request) -> httpx.Response:
            arrived.set()
            await release.wait()
            return httpx.Response(200, json=ticket_body(id=17))

        async with gateway_over(answer) as gateway:  # type: ignore[arg-type]  # httpx takes a coroutine function too
            yield gateway

    answers = []

    async def call(client: Client) -> None:
        answers.append(data_of(await client.call_tool("freshdesk_get_ticket", {"ticket_id": 17})))

    async with listening(http_app(server_over(gateway=slow))) as (url, server), Client(f"{url}/mcp") as client:
        await client.list_tools()  # otherwise the client asks for the schema of the answer when it arrives
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call, client)
            await arrived.wait()
            server.should_exit = True
            await until(lambda: not server.servers[0].is_serving())
            release.set()
    assert [answer["ticket"]["id"] for answer in answers] == [17]


def test_a_name_for_both_kinds_of_address_is_listened_on_by_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_: object, **__: object) -> list[Any]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with _listener("localhost", 0) as listener:
        assert _url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with http_server_process(tmp_path_factory.mktemp("http")) as process:
        yield process


VERSIONS = [("auto", "2026-07-28"), ("legacy", "2025-11-25")]


@pytest.mark.slow("processes")
@pytest.mark.parametrize(("mode", "version"), VERSIONS)
async def test_the_official_client_works_a_ticket_over_streamable_http(
    served: ServerProcess, mode: str, version: str
) -> None:
    async with Client(f"{served.url}/mcp", mode=mode) as client:
        assert client.protocol_version == version
        await work_a_ticket(client)


@pytest.mark.slow("processes")
@pytest.mark.parametrize(("mode", "version"), VERSIONS)
async def test_the_official_client_works_a_ticket_over_sse(served: ServerProcess, mode: str, version: str) -> None:
    async with Client(sse_client(f"{served.url}/sse", timeout=PATIENCE_S), mode=mode) as client:
        assert client.protocol_version == version
        await work_a_ticket(client)


@pytest.mark.slow("processes")
async def test_the_process_answers_as_the_application_does(served: ServerProcess) -> None:
    async with httpx.AsyncClient(base_url=served.url, headers=HEADERS, timeout=PATIENCE_S, trust_env=False) as web:
        assert (await web.get("/health")).json()["version"] == __version__
        assert (await web.get("/mcp")).status_code == 405
        assert (await web.get("/sse", headers={"Host": "evil.example"})).status_code == 421
        assert (await web.post("/mcp", content=b"garbage")).status_code == 400
    assert served.stdout.read_bytes() == b""


@pytest.mark.slow("processes")
async def test_sigterm_ends_the_process_without_a_complaint(served: ServerProcess) -> None:
    # The last test here, because it ends the process that the others share, and reads the whole log of it.
    async with (
        httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as web,
        web.stream("GET", f"{served.url}/sse") as stream,
        Client(f"{served.url}/mcp") as client,
    ):
        lines = stream.aiter_lines()
        assert await anext(lines) == "event: endpoint"
        await client.call_tool("freshdesk_list_tickets", {})
        await anyio.to_thread.run_sync(served.end, signal.SIGTERM)
        assert "event: message" not in [line async for line in lines]  # the stream ends, and is not cut off
    assert served.process.returncode == 0
    assert served.stdout.read_bytes() == b""
    events = log_lines(served.stderr)
    assert {event["level"] for event in events} <= {"info", "warning"}
    assert "listening" in [event["event"] for event in events]
