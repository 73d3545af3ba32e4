"""The login of a host: the official SDK's client, an issuer of its own, and every transport of the server."""

import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import httpx2
import pytest
from mcp.client import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from mcp.shared.exceptions import MCPError
from pydantic import AnyUrl
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from freshdesk_sandbox import API_KEY as SANDBOX_KEY
from freshdesk_sandbox import running_sandbox
from support.gateways import settings_for_tests
from support.issuer import TokenIssuer
from support.servers import PATIENCE_S, app_of, listening, work_a_ticket

pytestmark = [pytest.mark.anyio, pytest.mark.slow("logins")]

BOTH = "tickets:read tickets:write"
REDIRECT = "http://127.0.0.1:1/callback"
WAYS = [("/mcp", "auto"), ("/mcp", "legacy"), ("/sse", "auto"), ("/sse", "legacy")]


@dataclass
class Noted:
    """`app`, with a line for each request in `lines`: its receiver, its purpose, and the status of its answer."""

    who: str
    app: ASGIApp
    lines: list[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.lines.append(f"{self.who} {scope['method']} {scope['path']} {message['status']}")
            await send(message)

        await self.app(scope, receive, noting)


@dataclass
class Stripped:
    """`app` behind a proxy that removes `prefix`, and passes requests for metadata on unchanged."""

    prefix: str
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/.well-known/"):
            assert scope["path"].startswith(self.prefix)
            scope = dict(scope, path="/" + scope["path"].removeprefix(self.prefix).removeprefix("/"))
        await self.app(scope, receive, send)


@dataclass
class Desk:
    """A server whose tokens are of `issuer`; `lines` hold each request and its status."""

    url: str
    issuer: TokenIssuer
    lines: list[str] = field(default_factory=list)


def free_address() -> tuple[socket.socket, str]:
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def desk(
    path: str = "", *, is_oauth: bool = True, grants: Iterable[str] = (), prefix: str = ""
) -> AsyncIterator[Desk]:
    """Run a sandbox, an issuer whose name has `path`, and a server between them, behind a proxy with `prefix`."""
    (door, url), (office, origin) = free_address(), free_address()
    made = Desk(url + prefix.removesuffix("/"), TokenIssuer(origin + path, url + prefix, is_oauth, iter(grants)))
    async with running_sandbox() as upstream:
        settings = settings_for_tests(
            api_key=SANDBOX_KEY,
            oauth_issuer=made.issuer.identifier,
            public_url=made.issuer.resource,
            upstream_url=upstream,
        )
        proxied = Stripped(prefix, app_of(settings))
        async with (
            listening(Noted("issuer", made.issuer.app(), made.lines), on=office),
            listening(Noted("server", proxied, made.lines), on=door),
        ):
            yield made


class Memory:
    """The storage of a client, for one run."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class Browser:
    """The browser of a person: it follows the client's address to the issuer, and is sent back with a code."""

    def __init__(self) -> None:
        self._answer: dict[str, str] = {}

    async def visit(self, address: str) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as web:
            answer = await web.get(address)
        assert answer.status_code == 307, answer.text
        self._answer = {
            name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()
        }

    async def come_back(self) -> AuthorizationCodeResult:
        return AuthorizationCodeResult(**self._answer)


def provider_for(url: str) -> OAuthClientProvider:
    browser = Browser()
    return OAuthClientProvider(
        url,
        OAuthClientMetadata(redirect_uris=[AnyUrl(REDIRECT)], client_name="test"),
        Memory(),
        browser.visit,
        browser.come_back,
    )


@asynccontextmanager
async def logged_in(url: str, path: str, mode: Any) -> AsyncIterator[Client]:
    """Connect the SDK's client at `path` of the server; it logs in on demand."""
    provider = provider_for(url + path)
    async with httpx2.AsyncClient(auth=provider, timeout=PATIENCE_S, trust_env=False) as web:
        if path == "/sse":
            transport = sse_client(url + path, timeout=PATIENCE_S, auth=provider)
        else:
            transport = streamable_http_client(url + path, http_client=web)
        async with Client(transport, mode=mode) as client:
            yield client


@pytest.mark.parametrize(
    ("issuer_path", "is_oauth", "path", "mode"),
    [
        *((issuer_path, True, *way) for issuer_path in ("", "/tenant") for way in WAYS),
        *((issuer_path, True, *WAYS[0]) for issuer_path in ("/", "/one/of/many/")),
        *((issuer_path, False, *WAYS[0]) for issuer_path in ("", "/tenant")),
    ],
)
async def test_the_official_client_logs_in_and_calls_every_tool(
    issuer_path: str, is_oauth: bool, path: str, mode: str
) -> None:
    async with desk(issuer_path, is_oauth=is_oauth) as at, logged_in(at.url, path, mode) as client:
        await work_a_ticket(client)
    assert at.issuer.asked == [BOTH]
    assert [line for line in at.lines if line.startswith("server") and line.endswith(("401", "403"))] == [
        f"server {'GET' if path == '/sse' else 'POST'} {path} 401"
    ]


@pytest.mark.parametrize(("path", "mode"), [("/mcp", "auto"), ("/sse", "auto")])
@pytest.mark.parametrize("prefix", ["/", "/desk", "/desk/one/"])
async def test_the_official_client_logs_in_behind_a_prefix(prefix: str, path: str, mode: str) -> None:
    async with desk(prefix=prefix) as at, logged_in(at.url, path, mode) as client:
        await work_a_ticket(client)
    assert at.issuer.asked == [BOTH]


@pytest.mark.parametrize(("path", "mode"), WAYS)
async def test_a_client_that_may_only_read_asks_for_more_when_it_first_writes(path: str, mode: str) -> None:
    async with desk("/tenant", grants=["tickets:read"]) as at, logged_in(at.url, path, mode) as client:
        assert len((await client.list_tools()).tools) == 5
        await client.call_tool("freshdesk_list_tickets", {})
        logged_in_at = len(at.lines)
        await work_a_ticket(client)
    post = "server POST " + ("/messages/" if path == "/sse" else path)
    assert at.issuer.asked == [BOTH, BOTH]
    assert at.lines[logged_in_at : logged_in_at + 3] == [
        f"{post} 403",
        "issuer GET /tenant/authorize 307",
        "issuer POST /tenant/token 200",
    ]


@pytest.mark.parametrize(("path", "mode"), WAYS[:2])
async def test_a_person_who_lets_a_client_only_read_is_asked_once_for_each_call(path: str, mode: str) -> None:
    async with desk(grants=["tickets:read"] * 9) as at, logged_in(at.url, path, mode) as client:
        await client.list_tools()
        with pytest.raises(MCPError):
            await client.call_tool("freshdesk_delete_ticket", {"ticket_id": 1})
        assert at.issuer.asked == [BOTH, BOTH]
        assert not (await client.call_tool("freshdesk_get_ticket", {"ticket_id": 1})).is_error
    assert at.issuer.asked == [BOTH, BOTH]
