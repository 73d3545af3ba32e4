"""Host and Origin of admitted requests: names that are well formed, given once, and allowed."""

from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Message

from freshdesk_mcp_server.transports.http import HttpOptions
from support.servers import http_app, server_over

pytestmark = pytest.mark.anyio

LOCAL = ("host", "localhost:5000")
ROUTES = [("POST", "/mcp"), ("GET", "/sse"), ("POST", "/messages/"), ("GET", "/metrics")]
PROBES = [("GET", "/health"), ("GET", "/health/ready")]

NOT_A_PORT = [
    "",
    "*",
    "0",
    "65536",
    "99999",
    "100000",
    "-1",
    "+80",
    "evil",
    "80evil",
    "8 0",
    "80,81",
    "80:81",
    "٨٠",
    "0x50",
]
BEHIND_A_NAME = [
    "@evil.example",
    ":5000@evil.example",
    ":@evil.example",
    ".evil.example",
    ".evil.example:5000",
    ":evil.example",
    ":80/evil.example",
    ":80?evil.example",
    ":80#evil.example",
    ":80\\evil.example",
    ":5000/health?",
    ":80\x00",
    ":80\n",
    ":80\x7f",
    ":80\xa0",
    ":80, evil.example",
    " evil.example",
    ":80 evil.example",
    "\tevil.example",
    "%00:80",
    "/",
]


def no_upstream(request: httpx.Request) -> httpx.Response:
    pytest.fail(f"nothing here asks Freshdesk, but this was sent: {request.method}")


@pytest.fixture
async def app() -> AsyncIterator[Starlette]:
    options = HttpOptions(
        allowed_hosts=("desk.example.com", "[2001:db8::1]"),
        allowed_origins=("https://app.example.com", "vscode-webview://1a/b", "null"),
    )
    app = http_app(server_over(no_upstream), options)
    async with app.router.lifespan_context(app):
        yield app


async def status_of(
    app: Starlette, method: str, path: str, headers: Sequence[tuple[str, str]], version: str = "1.1"
) -> int:
    """Return the status for a request with exactly these headers, without a library that would repair them."""
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"[]"} if not statuses else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "http_version": version,
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }
    await app(scope, receive, send)
    return statuses[0]


def latin(texts: list[str]) -> list[str]:
    return [text.encode().decode("latin-1") for text in texts]


@pytest.mark.parametrize(("method", "path"), [*ROUTES, *PROBES])
@pytest.mark.parametrize(
    "headers",
    [
        [LOCAL, ("host", "evil.example")],
        [("host", "evil.example"), LOCAL],
        [LOCAL, LOCAL],
        [],
        [LOCAL, ("origin", "http://localhost"), ("origin", "http://evil.example")],
        [LOCAL, ("origin", "http://evil.example"), ("origin", "http://localhost")],
    ],
)
async def test_a_request_without_a_host_or_with_several_names_is_refused(
    app: Starlette, method: str, path: str, headers: list[tuple[str, str]]
) -> None:
    assert await status_of(app, method, path, headers) == 400


async def test_an_http_1_0_request_without_a_host_comes_by_no_allowed_name(app: Starlette) -> None:
    assert await status_of(app, "GET", "/health", [], "1.0") == 200
    assert await status_of(app, "GET", "/metrics", [], "1.0") == 421


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "desk.example.com"])
async def test_a_host_that_only_begins_with_an_allowed_name_is_refused(
    app: Starlette, method: str, path: str, name: str
) -> None:
    for rest in latin([*BEHIND_A_NAME, *(f":{port}" for port in NOT_A_PORT)]):
        assert await status_of(app, method, path, [("host", f"{name}{rest}")]) == 421, rest


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("name", ["http://localhost", "http://127.0.0.1", "http://[::1]", "https://app.example.com"])
async def test_an_origin_that_only_begins_with_an_allowed_origin_is_refused(
    app: Starlette, method: str, path: str, name: str
) -> None:
    for rest in latin([*BEHIND_A_NAME, *(f":{port}" for port in NOT_A_PORT)]):
        assert await status_of(app, method, path, [LOCAL, ("origin", f"{name}{rest}")]) == 403, rest


@pytest.mark.parametrize("origin", ["", "localhost", "http://", "http:localhost:80", "http://a@localhost", "file://"])
async def test_a_malformed_origin_is_refused(app: Starlette, origin: str) -> None:
    assert await status_of(app, "GET", "/metrics", [LOCAL, ("origin", origin)]) == 403


@pytest.mark.parametrize(
    "headers",
    [
        [LOCAL],
        [("host", "localhost")],
        [("host", "localhost:1")],
        [("host", "127.0.0.1:65535")],
        [("host", "[::1]:5000")],
        [("host", "desk.example.com:443")],
        [("host", "[2001:db8::1]:80")],
        [LOCAL, ("origin", "http://localhost:6274")],
        [LOCAL, ("origin", "http://[::1]:80")],
        [LOCAL, ("origin", "https://app.example.com")],
        [LOCAL, ("origin", "vscode-webview://1a/b")],
        [LOCAL, ("origin", "null")],
        [LOCAL, ("origin", "http://localhost"), ("origin", "http://localhost")],
    ],
)
async def test_a_name_that_is_allowed_is_let_in(app: Starlette, headers: list[tuple[str, str]]) -> None:
    assert await status_of(app, "GET", "/metrics", headers) == 200
