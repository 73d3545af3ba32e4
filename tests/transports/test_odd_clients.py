"""HTTP clients that deviate from the protocol: each is served, or gets an error that names the remedy."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.settings import AuthSettings
from mcp_types import METHOD_NOT_FOUND
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION, MODERN_PROTOCOL_VERSIONS
from pydantic import AnyHttpUrl
from starlette.types import Message

from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_mcp_server.server import create_server
from freshdesk_mcp_server.tools.kit.toolset import READ_SCOPE
from freshdesk_mcp_server.transports.http import LARGEST_REQUEST, HttpOptions
from support.gateways import settings_for_tests
from support.messages import BOM, IN_ONE_BATCH, INVALID_PARAMS, INVALID_REQUEST, SENT, Sent, answer_in, request
from support.servers import http_app, server_over

pytestmark = [pytest.mark.anyio, pytest.mark.slow("sockets")]

JSON = {"Content-Type": "application/json"}
HEADERS = JSON | {"Accept": "application/json, text/event-stream"}
LIST_TOOLS = request(1, "tools/list")
UNKNOWN_VERSION = -32022


def no_upstream(request: httpx.Request) -> httpx.Response:
    pytest.fail(f"nothing here asks Freshdesk, but this was sent: {request.method} {request.url}")


@asynccontextmanager
async def web_client(server: Any = None, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Create a client of the application without a socket, which adds no header of its own."""
    app = http_app(server or server_over(no_upstream), HttpOptions(**options))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:5000") as client,
    ):
        client.headers.clear()
        yield client


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with web_client() as client:
        yield client


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
async def test_each_message_of_a_careless_client_is_answered_under_its_id(web: httpx.AsyncClient, sent: Sent) -> None:
    response = await web.post("/mcp", content=sent.data, headers=HEADERS)
    assert response.headers["Content-Type"] == "application/json"
    answer = response.json()
    answer = answer[0] if isinstance(answer, list) else answer
    assert (answer["id"], answer_in(answer)) == (sent.id, sent.answer)
    assert response.status_code == (400 if isinstance(sent.answer, int) else 200)


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
async def test_each_message_of_the_newest_protocol_is_answered_under_its_id(web: httpx.AsyncClient, sent: Sent) -> None:
    response = await web.post("/mcp", content=sent.data, headers=HEADERS | {"MCP-Protocol-Version": "2026-07-28"})
    answer = response.json()
    answer = answer[0] if isinstance(answer, list) else answer
    # Well-formed messages lack the envelope of this protocol; the error goes to their id.
    assert (answer["id"], answer_in(answer)) == (
        sent.id,
        sent.answer if isinstance(sent.answer, int) else INVALID_PARAMS,
    )


async def test_each_request_of_a_batch_is_answered(web: httpx.AsyncClient) -> None:
    answers = (await web.post("/mcp", content=IN_ONE_BATCH, headers=HEADERS)).json()
    assert [(answer["id"], answer_in(answer)) for answer in answers] == [(128, INVALID_REQUEST), ("x", INVALID_REQUEST)]


async def test_a_message_for_a_stream_is_read_as_any_other(
    web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    messages = "/messages/?session_id=00000000000000000000000000000000"
    for sent in SENT.values():
        response = await web.post(messages, content=sent.data, headers=HEADERS)
        assert response.status_code == (400 if isinstance(sent.answer, int) else 404)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


class OneToken(TokenVerifier):
    async def verify_token(self, token: str) -> AccessToken | None:
        return AccessToken(token="x", client_id="one", scopes=[READ_SCOPE]) if token == "right" else None


@pytest.mark.parametrize("body", [b"{]", b"[]", b" " * (LARGEST_REQUEST + 1)])
@pytest.mark.parametrize("path", ["/mcp", "/mcp/", "/messages/"])
async def test_a_body_is_read_only_for_an_authenticated_caller(path: str, body: bytes) -> None:
    known = settings_for_tests()
    server = create_server(
        lambda: open_gateway(known, lambda _: None, transport=httpx.MockTransport(no_upstream)),
        known.portal_url,
        lambda _: None,
        auth=AuthSettings(issuer_url=AnyHttpUrl("https://static.invalid"), resource_server_url=None),
        token_verifier=OneToken(),
    )
    read: list[bytes] = []

    async def content() -> AsyncIterator[bytes]:
        read.append(body)
        yield body

    async with web_client(server, needs_token=True) as web:
        assert (await web.post(path, content=content(), headers=HEADERS)).status_code == 401
        assert read == []
        response = await web.post(path, content=body, headers=HEADERS | {"Authorization": "Bearer right"})
        assert response.status_code in (400, 413)


@pytest.mark.parametrize("accept", [None, "", "*/*", "application/*", "text/event-stream, */*;q=0.1"])
async def test_a_client_that_accepts_anything_gets_json(web: httpx.AsyncClient, accept: str | None) -> None:
    headers = JSON | ({} if accept is None else {"Accept": accept})
    response = await web.post("/mcp", content=LIST_TOOLS, headers=headers)
    assert response.status_code == 200, response.text
    assert len(response.json()["result"]["tools"]) == 5


async def test_two_accept_headers_count_together(web: httpx.AsyncClient) -> None:
    headers = [*JSON.items(), ("Accept", "text/event-stream"), ("Accept", "application/json")]
    assert (await web.post("/mcp", content=LIST_TOOLS, headers=headers)).status_code == 200


async def test_a_client_that_does_not_accept_json_gets_an_error(web: httpx.AsyncClient) -> None:
    response = await web.post("/mcp", content=LIST_TOOLS, headers=JSON | {"Accept": "text/html"})
    assert response.status_code == 406
    assert "application/json" in response.json()["error"]["message"]


async def test_a_slash_more_or_less_is_the_same_route(web: httpx.AsyncClient) -> None:
    assert (await web.post("/mcp/", content=LIST_TOOLS, headers=HEADERS)).status_code == 200
    assert (await web.get("/mcp/")).headers["Allow"] == "POST"
    for path in ("/messages", "/messages/"):
        messages = f"{path}?session_id=00000000000000000000000000000000"
        response = await web.post(messages, content=LIST_TOOLS, headers=HEADERS)
        assert response.status_code == 404
    for path in ("/health/", "/health/ready/", "/metrics/"):
        assert (await web.get(path)).status_code == (await web.get(path.rstrip("/"))).status_code != 404


@pytest.mark.parametrize("path", ["/sse", "/sse/"])
async def test_a_stream_opens_with_a_slash_or_without(path: str) -> None:
    app = http_app(server_over(no_upstream))
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"} if len(said) > 1 else {"type": "http.request"}

    async def send(message: Message) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
    }
    async with app.router.lifespan_context(app):
        await app(scope, receive, send)
    assert said[0]["status"] == 200
    assert b"/messages/?session_id=" in said[1]["body"]


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("desk.example.com", "desk.example.com"),
        ("desk.example.com:8080", "desk.example.com:8080"),
        ("localhost:5000@evil.example", "localhost:5000@evil.example"),
        ("a\x01<b>\xe9", "a?<b>?"),
        ("x" * 500, "x" * 100),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/mcp"), ("GET", "/sse"), ("POST", "/messages/")])
async def test_a_host_that_is_not_allowed_is_named_with_the_setting_that_allows_it(
    web: httpx.AsyncClient, method: str, path: str, host: str, shown: str
) -> None:
    headers = {**HEADERS, "Host": host.encode("latin-1")}
    response = await web.request(method, path, content=LIST_TOOLS, headers=headers)  # type: ignore[arg-type]  # httpx takes bytes
    assert response.status_code == 421
    message = response.json()["error"]["message"]
    assert f" {shown} " in message
    assert "x" * 101 not in message
    assert "FRESHDESK_MCP_SERVER_ALLOWED_HOSTS" in message


@pytest.mark.parametrize("origin", ["https://app.example.com", "null", "file://"])
async def test_an_origin_that_is_not_allowed_is_named_with_the_setting_that_allows_it(
    web: httpx.AsyncClient, origin: str
) -> None:
    response = await web.post("/mcp", content=LIST_TOOLS, headers=HEADERS | {"Origin": origin})
    assert response.status_code == 403
    message = response.json()["error"]["message"]
    assert f" {origin} " in message
    assert "FRESHDESK_MCP_SERVER_ALLOWED_ORIGINS" in message


@pytest.mark.parametrize("version", ["2099-01-01", "1.0", "2025-11-25, 2025-11-25", "x" * 500, "a\xe9"])
@pytest.mark.parametrize("message", [request(7, "tools/list"), request(7, "initialize", params={})])
async def test_an_unknown_version_in_the_header_is_answered_with_the_known_versions(
    web: httpx.AsyncClient, message: bytes, version: str
) -> None:
    headers = {**HEADERS, "MCP-Protocol-Version": version.encode()}
    response = await web.post("/mcp", content=message, headers=headers)  # type: ignore[arg-type]  # httpx takes bytes
    assert response.status_code == 400
    assert response.json()["id"] == 7
    error = response.json()["error"]
    assert error["code"] == UNKNOWN_VERSION
    assert error["data"]["supported"] == [*MODERN_PROTOCOL_VERSIONS]  # as the SDK and server/discover say
    assert all(known in error["message"] for known in KNOWN_PROTOCOL_VERSIONS)
    assert len(error["data"]["requested"]) <= 100


async def test_a_method_that_the_newer_protocol_has_dropped_is_not_found(web: httpx.AsyncClient) -> None:
    version = MODERN_PROTOCOL_VERSIONS[0]
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    headers = HEADERS | {"MCP-Protocol-Version": version, "Mcp-Method": "initialize"}
    response = await web.post("/mcp", content=request(7, "initialize", params={"_meta": meta}), headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (404, METHOD_NOT_FOUND)


async def test_a_notification_of_an_unknown_version_is_answered_with_the_known_versions(web: httpx.AsyncClient) -> None:
    notification = b'{"jsonrpc": "2.0", "method": "notifications/initialized"}'
    response = await web.post("/mcp", content=notification, headers=HEADERS | {"MCP-Protocol-Version": "1.0"})
    assert (response.status_code, response.json()["error"]["code"]) == (400, UNKNOWN_VERSION)


@pytest.mark.parametrize("version", KNOWN_PROTOCOL_VERSIONS[:-1])
async def test_a_known_version_is_served(web: httpx.AsyncClient, version: str) -> None:
    response = await web.post("/mcp", content=LIST_TOOLS, headers=HEADERS | {"MCP-Protocol-Version": version})
    assert response.status_code == 200


async def initialize(web: httpx.AsyncClient, **params: object) -> Any:
    params = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}} | params
    return (await web.post("/mcp", content=request(0, "initialize", params=params), headers=HEADERS)).json()


@pytest.mark.parametrize("version", ["2099-01-01", "1.0", "", "2026-07-28"])
async def test_an_initialize_for_an_unknown_version_gets_another_and_the_known_versions(
    web: httpx.AsyncClient, version: str
) -> None:
    result = (await initialize(web, protocolVersion=version))["result"]
    assert result["protocolVersion"] == LATEST_HANDSHAKE_VERSION
    assert result["_meta"] == {"freshdesk-mcp-server/protocolVersions": [*KNOWN_PROTOCOL_VERSIONS]}


@pytest.mark.parametrize("version", KNOWN_PROTOCOL_VERSIONS[:-1])
async def test_an_initialize_for_a_known_version_gets_that_version(web: httpx.AsyncClient, version: str) -> None:
    result = (await initialize(web, protocolVersion=version))["result"]
    assert result["protocolVersion"] == version
    assert "_meta" not in result


@pytest.mark.parametrize("params", [{}, {"protocolVersion": 1}, {"protocolVersion": None}])
async def test_an_initialize_without_a_version_gets_the_known_versions(
    web: httpx.AsyncClient, params: dict[str, object]
) -> None:
    error = (await initialize(web, **params))["error"]
    assert error["code"] == INVALID_PARAMS
    assert all(known in error["message"] for known in KNOWN_PROTOCOL_VERSIONS[:-1])


PAGE = "https://app.example.com"


@pytest.mark.parametrize("header", ["mcp-session-id", "traceparent", "tracestate", "baggage", "x-request-id"])
async def test_a_page_may_send_what_clients_send(header: str) -> None:
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": header}
    async with web_client(allowed_origins=(PAGE,)) as web:
        response = await web.options("/mcp", headers=asked)
        assert response.status_code == 200, response.text
        assert header in response.headers["Access-Control-Allow-Headers"].lower()
        other = await web.options("/mcp", headers=asked | {"Access-Control-Request-Headers": "x-another"})
        assert other.status_code == 400


async def test_a_page_may_read_the_headers_that_clients_read() -> None:
    async with web_client(allowed_origins=(PAGE,)) as web:
        response = await web.post("/mcp", content=BOM + LIST_TOOLS, headers=HEADERS | {"Origin": PAGE})
    exposed = response.headers["Access-Control-Expose-Headers"].lower()
    assert all(name in exposed for name in ("mcp-session-id", "www-authenticate", "x-request-id"))
    assert json.loads(response.content)["id"] == 1
