"""Many accounts behind one server: each request works on the account it names, and on no other."""

import base64
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
import respx
from starlette.applications import Starlette

from freshdesk_mcp_server.gateway import current_account, open_accounts_gateway, open_gateway
from freshdesk_mcp_server.server import create_server
from freshdesk_mcp_server.settings import Settings, load_settings
from freshdesk_mcp_server.transports.auth import create_access
from freshdesk_mcp_server.transports.http import http_options_from
from freshdesk_sandbox import API_KEY as SANDBOX_KEY
from freshdesk_sandbox import running_sandbox
from support.issuer import TokenIssuer
from support.servers import PATIENCE_S, http_app, http_server_process, listening, until
from support.tickets import ticket_body

pytestmark = pytest.mark.anyio

KEYS = {"acme": "key-of-acme", "globex": "key-of-globex"}
TOKEN = "token-of-one-operator"
OTHER_TOKEN = "token-of-another-operator"
MCP_HEADERS = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-11-25",
}


class Upstream:
    """A Freshdesk with two accounts, each of which knows its own key only. Both have a ticket 7."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.limited: set[str] = set()
        self.held: dict[str, anyio.Event] = {}

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.host.removesuffix(".freshdesk.com")
        self.asked[name] += 1
        if name in self.held:
            await self.held[name].wait()
        await anyio.lowlevel.checkpoint()
        expected = base64.b64encode(f"{KEYS[name]}:X".encode()).decode()
        if request.headers["authorization"] != f"Basic {expected}":
            return httpx.Response(401, json={"code": "invalid_credentials", "message": "no"})
        if name in self.limited:
            return httpx.Response(429, headers={"Retry-After": "300"}, json={"message": "slow down"})
        return httpx.Response(200, json=ticket_body(id=7, subject=f"Of {name}"))


def header_settings(**given: object) -> Settings:
    return load_settings({"account_naming": "header"} | given, env_file=None)


def app_over(upstream: Callable[[httpx.Request], Any], settings: Settings) -> Starlette:
    """Create the application as the command line makes it of `settings`, with another network."""
    access = create_access(settings)
    transport = httpx.MockTransport(upstream)
    server = create_server(
        lambda: open_accounts_gateway(
            lambda account: open_gateway(settings.for_account(account), lambda _: None, transport=transport)
        ),
        lambda: settings.for_account(current_account()).portal_url(),
        lambda _: None,
        auth=access.settings,
        token_verifier=access.verifier,
    )
    return http_app(server, http_options_from(settings, needs_token=access.verifier is not None))


@asynccontextmanager
async def web_client(upstream: Upstream, **given: object) -> AsyncIterator[httpx.AsyncClient]:
    app = app_over(upstream, header_settings(**given))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:5000", headers=MCP_HEADERS) as client,
    ):
        yield client


def account_headers(name: str, key: str | None = None) -> dict[str, str]:
    return {"X-Freshdesk-Domain": name, "X-Freshdesk-Api-Key": key or KEYS[name]}


def tool_call(tool: str = "freshdesk_get_ticket", **arguments: object) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments or {"ticket_id": 7}}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


async def get_ticket(client: httpx.AsyncClient, name: str, key: str | None = None) -> dict[str, Any]:
    response = await client.post("/mcp", json=tool_call(), headers=account_headers(name, key))
    assert response.status_code == 200, response.text
    content: dict[str, Any] = response.json()["result"]["structuredContent"]
    return content


async def test_a_token_that_may_only_read_writes_on_no_account() -> None:
    issuer = TokenIssuer("https://issuer.example.com", "https://mcp.example.com")
    upstream = Upstream()
    with respx.mock(assert_all_called=False) as router:
        router.route(host="issuer.example.com").mock(side_effect=respx.ASGIHandler(issuer.app()))
        async with web_client(upstream, oauth_issuer=issuer.identifier, public_url=issuer.resource) as client:
            headers = account_headers("acme") | {"Authorization": f"Bearer {issuer.signed(scope='tickets:read')}"}
            read = await client.post("/mcp", json=tool_call(), headers=headers)
            written = await client.post("/mcp", json=tool_call("freshdesk_delete_ticket"), headers=headers)
    assert (read.status_code, written.status_code, upstream.asked["acme"]) == (200, 403, 1)


async def test_each_request_is_answered_from_the_account_it_names_also_at_the_same_time() -> None:
    upstream = Upstream()
    answers: list[tuple[str, dict[str, Any]]] = []

    async def ask(name: str) -> None:
        answers.append((name, (await get_ticket(client, name))["ticket"]))

    async with web_client(upstream, max_waiting=100) as client, anyio.create_task_group() as tasks:
        for name in ("acme", "globex") * 30:
            tasks.start_soon(ask, name)
    assert len(answers) == 60
    for name, ticket in answers:
        assert ticket["subject"] == f"Of {name}"
        assert ticket["url"] == f"https://{name}.freshdesk.com/a/tickets/7"


async def test_the_key_of_one_account_does_not_open_another() -> None:
    async with web_client(Upstream()) as client:
        await get_ticket(client, "acme")
        error = (await get_ticket(client, "acme", KEYS["globex"]))["error"]
    assert error["code"] == "authentication_failed"


async def test_the_cooldown_of_one_account_does_not_hold_up_another() -> None:
    upstream = Upstream()
    upstream.limited.add("acme")
    async with web_client(upstream) as client:
        assert (await get_ticket(client, "acme"))["error"]["code"] == "rate_limited"
        assert (await get_ticket(client, "acme"))["error"]["outcome"] == "not_sent"
        assert (await get_ticket(client, "globex"))["ticket"]["subject"] == "Of globex"
    assert upstream.asked == {"acme": 1, "globex": 1}


async def test_the_calls_of_one_account_do_not_fill_the_places_of_another() -> None:
    upstream = Upstream()
    upstream.held["acme"] = anyio.Event()
    async with web_client(upstream, max_in_flight=1, max_waiting=0) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(get_ticket, client, "acme")
        await until(lambda: upstream.asked["acme"] == 1)
        assert (await get_ticket(client, "acme"))["error"]["code"] == "overloaded"
        assert (await get_ticket(client, "globex"))["ticket"]["subject"] == "Of globex"
        upstream.held["acme"].set()


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Freshdesk-Domain", "acme")],
        [("X-Freshdesk-Api-Key", "key-of-acme")],
        [("X-Freshdesk-Domain", "evil.example"), ("X-Freshdesk-Api-Key", "key-of-acme")],
        [("X-Freshdesk-Domain", "acme"), ("X-Freshdesk-Api-Key", "short")],
        [("X-Freshdesk-Domain", "acme"), ("X-Freshdesk-Domain", "globex"), ("X-Freshdesk-Api-Key", "key-of-acme")],
        [("X-Freshdesk-Domain", ""), ("X-Freshdesk-Api-Key", "key-of-acme")],
    ],
    ids=["none", "no key", "no domain", "another host", "no key by its form", "two domains", "empty"],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/mcp"), ("GET", "/sse"), ("POST", "/messages/?session_id=0")])
async def test_a_request_that_names_no_account_is_refused_and_shows_nothing(
    method: str, path: str, headers: list[tuple[str, str]]
) -> None:
    upstream = Upstream()
    async with web_client(upstream) as client:
        response = await client.request(method, path, headers=[*MCP_HEADERS.items(), *headers], json=tool_call())
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_account"
    assert "key-of-acme" not in response.text
    assert not upstream.asked


async def test_a_token_is_checked_before_the_account_headers() -> None:
    async with web_client(Upstream(), auth_tokens=TOKEN) as client:
        assert (await client.post("/mcp", json=tool_call())).status_code == 401
        assert (await client.post("/mcp", json=tool_call(), headers=account_headers("acme"))).status_code == 401
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        assert (await client.post("/mcp", json=tool_call(), headers=bearer)).status_code == 400
        answer = await client.post("/mcp", json=tool_call(), headers=bearer | account_headers("acme"))
        assert answer.json()["result"]["structuredContent"]["ticket"]["subject"] == "Of acme"


async def test_probes_need_no_account_and_readiness_does_not_follow_the_key_of_one_account() -> None:
    async with web_client(Upstream()) as client:
        await get_ticket(client, "acme", "a-wrong-key")
        for path in ("/health", "/health/ready", "/metrics"):
            assert (await client.get(path)).status_code == 200, path


async def test_web_pages_that_may_call_may_name_an_account() -> None:
    origin = "https://app.example.com"
    async with web_client(Upstream(), allowed_origins=origin) as client:
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-freshdesk-domain, x-freshdesk-api-key",
        }
        assert (await client.options("/mcp", headers=asked)).status_code == 200


@pytest.mark.parametrize(
    "others",
    [
        account_headers("globex"),
        account_headers("acme", "another-key-of-acme"),
        account_headers("acme") | {"Authorization": f"Bearer {OTHER_TOKEN}"},
    ],
    ids=["another account", "another key", "another token"],
)
async def test_the_stream_of_one_account_is_of_no_use_to_another(others: dict[str, str]) -> None:
    upstream = Upstream()
    app = app_over(upstream, header_settings(auth_tokens=f"{TOKEN},{OTHER_TOKEN}"))
    own = {"Authorization": f"Bearer {TOKEN}"} | account_headers("acme")
    async with (
        listening(app) as (url, _),
        httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, trust_env=False) as client,
        client.stream("GET", "/sse", headers=own) as stream,
    ):
        path = await _endpoint_of(stream)
        refused = await client.post(path, json=tool_call(), headers=own | others)
        accepted = await client.post(path, json=tool_call(), headers=own)
    assert (refused.status_code, accepted.status_code) == (404, 202)


async def test_the_answer_to_a_question_about_one_account_is_of_no_use_with_another() -> None:
    upstream = Upstream()
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
    }
    headers = {
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": "freshdesk_delete_ticket",
    }
    call = tool_call("freshdesk_delete_ticket", ticket_id=7)
    call["params"]["_meta"] = meta
    async with web_client(upstream, state_secret="s" * 32) as client:
        asked = (await client.post("/mcp", json=call, headers=headers | account_headers("acme"))).json()["result"]
        assert asked["resultType"] == "input_required"
        (question,) = asked["inputRequests"]
        answer = {"action": "accept", "content": {"confirm": True}}
        call["params"] |= {"requestState": asked["requestState"], "inputResponses": {question: answer}}
        other = await client.post("/mcp", json=call, headers=headers | account_headers("globex"))
        assert other.status_code == 400
        assert "requestState" in other.json()["error"]["message"]
        assert upstream.asked["globex"] == 0
        same = await client.post("/mcp", json=call, headers=headers | account_headers("acme"))
        assert same.status_code == 200


async def _endpoint_of(stream: httpx.Response) -> str:
    async for line in stream.aiter_lines():
        if line.startswith("data:"):
            return line.removeprefix("data:").strip()
    pytest.fail("the stream ended before it named its endpoint")


@pytest.mark.slow("processes")
async def test_a_real_server_serves_the_account_of_each_request_and_logs_neither_name_nor_key(tmp_path: Path) -> None:
    async with running_sandbox() as upstream_url:
        given = {
            "FRESHDESK_MCP_SERVER_TENANCY": "header",
            "FRESHDESK_MCP_SERVER_UPSTREAM_URL": upstream_url,
            "FRESHDESK_MCP_SERVER_LOG_LEVEL": "DEBUG",
        }
        with http_server_process(tmp_path, "serve", "--port", "0", **given) as server:
            async with httpx.AsyncClient(
                base_url=server.url, headers=MCP_HEADERS, timeout=PATIENCE_S, trust_env=False
            ) as client:
                ticket = (await get_ticket(client, "marked-domain", SANDBOX_KEY))["ticket"]
                error = (await get_ticket(client, "marked-domain", "marked-wrong-key"))["error"]
                metrics = (await client.get("/metrics")).text
            server.end(signal.SIGTERM)
            written = server.stderr.read_text() + server.stdout.read_text() + metrics
    assert ticket["url"] == "https://marked-domain.freshdesk.com/a/tickets/7"
    assert error["code"] == "authentication_failed"
    assert "marked" not in written
    assert SANDBOX_KEY not in written
    calls = [line for line in map(json.loads, server.stderr.read_text().splitlines()) if line["event"] == "tool_call"]
    assert len({line["account"] for line in calls}) == 2
