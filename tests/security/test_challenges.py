"""The scopes that a client learns of: the metadata of the resource, and the challenges of refusals."""

import base64
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pydantic_core
import pytest
import respx
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from mcp.client import Client
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.shared.exceptions import MCPError
from mcp_types import JSONRPCRequest, jsonrpc_message_adapter

from freshdesk_mcp_server.settings import Settings
from freshdesk_mcp_server.transports import edge
from freshdesk_mcp_server.transports.calls import tools_called_by
from freshdesk_mcp_server.transports.http import LARGEST_REQUEST
from freshdesk_mcp_server.transports.metadata import WELL_KNOWN
from support.gateways import settings_for_tests
from support.issuer import TokenIssuer
from support.servers import app_of, server_over
from support.tickets import ticket_body

pytestmark = [pytest.mark.anyio, pytest.mark.slow("tokens")]

ISSUER = TokenIssuer("https://issuer.example.com/tenant", "https://mcp.example.com")
METADATA_URL = f"{ISSUER.resource}{WELL_KNOWN}"
READ, BOTH = "tickets:read", "tickets:read tickets:write"
STATIC_TOKEN = "token-of-an-operator"
GUARDED = [("POST", "/mcp"), ("GET", "/sse"), ("POST", "/messages/?session_id=0"), ("GET", "/metrics")]
MESSAGES = "/messages/?session_id=00000000000000000000000000000000"
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
LEGACY = {"MCP-Protocol-Version": "2025-11-25"}
MODERN = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call"}
READER, WRITER = "freshdesk_get_ticket", "freshdesk_delete_ticket"
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def oauth_settings(**changes: Any) -> Settings:
    known = {"oauth_issuer": ISSUER.identifier, "public_url": ISSUER.resource, "auth_tokens": STATIC_TOKEN}
    return settings_for_tests(**known | changes)


def reads_only(request: httpx.Request) -> httpx.Response:
    assert request.method == "GET", "a writing tool went through"
    return httpx.Response(200, json=ticket_body(id=7))


@asynccontextmanager
async def web_client(settings: Settings | None = None) -> AsyncIterator[httpx.AsyncClient]:
    app = app_of(settings or oauth_settings(), reads_only)
    transport = httpx.ASGITransport(app)
    with respx.mock(assert_all_called=False) as router:
        router.route(host="issuer.example.com").mock(side_effect=respx.ASGIHandler(ISSUER.app()))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:5000", headers=HEADERS) as client,
        ):
            yield client


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with web_client() as client:
        yield client


def bearer(scope: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {ISSUER.signed(scope=scope, client_id='host')}"}


def tool_call(name: Any = WRITER, **more: Any) -> dict[str, Any]:
    params = {"name": name, "arguments": {"ticket_id": 7}, "_meta": META}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params} | more


@pytest.mark.parametrize("issuer", ["https://issuer.example.com", "https://issuer.example.com/", ISSUER.identifier])
@pytest.mark.parametrize("resource", ["https://mcp.example.com", "https://mcp.example.com/", "https://x.example/desk"])
async def test_the_metadata_have_issuer_and_resource_as_they_were_given(issuer: str, resource: str) -> None:
    async with web_client(oauth_settings(oauth_issuer=issuer, public_url=resource)) as client:
        answer = await client.get(WELL_KNOWN)
    assert answer.json() == {
        "resource": resource,
        "authorization_servers": [issuer],
        "scopes_supported": [READ, "tickets:write"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Freshdesk",
    }
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["access-control-allow-origin"] == "*"  # a browser may keep it, and show it to a page later


@pytest.mark.parametrize("changes", [{"read_only": True}, {"tools": READER}])
async def test_a_read_only_server_does_not_ask_for_the_writing_scope(changes: dict[str, Any]) -> None:
    async with web_client(oauth_settings(**changes)) as client:
        assert (await client.get(WELL_KNOWN)).json()["scopes_supported"] == [READ]
        assert f'scope="{READ}"' in (await client.post("/mcp", json=tool_call())).headers["www-authenticate"]
        left_out = await client.post("/mcp", json=tool_call(), headers=LEGACY | bearer(READ))
    assert left_out.status_code == 200
    assert left_out.json()["result"]["structuredContent"]["error"]["code"] == "unknown_tool"


@pytest.mark.parametrize(
    ("resource", "url", "paths"),
    [
        ("https://x.example/", f"https://x.example{WELL_KNOWN}", [WELL_KNOWN, f"{WELL_KNOWN}/"]),
        ("https://x.example/desk", f"https://x.example{WELL_KNOWN}/desk", [WELL_KNOWN, f"{WELL_KNOWN}/desk"]),
        ("https://x.example/a/b/", f"https://x.example{WELL_KNOWN}/a/b", [WELL_KNOWN, f"{WELL_KNOWN}/a/b/"]),
    ],
)
async def test_behind_a_prefix_the_metadata_are_where_the_standard_has_them(
    resource: str, url: str, paths: list[str]
) -> None:
    async with web_client(oauth_settings(public_url=resource)) as client:
        challenge = (await client.get("/sse")).headers["www-authenticate"]
        for path in paths:
            assert (await client.get(path)).json()["resource"] == resource
        assert (await client.get(f"{WELL_KNOWN}/mcp")).status_code == 404  # they would name another resource
    assert challenge.endswith(f'resource_metadata="{url}"')


async def test_without_an_issuer_there_are_no_metadata() -> None:
    async with web_client(settings_for_tests(auth_tokens=STATIC_TOKEN, public_url=ISSUER.resource)) as client:
        assert (await client.get(WELL_KNOWN)).status_code == 404
        answer = await client.post("/mcp", json=tool_call())
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


async def test_the_metadata_answer_to_every_method_of_a_document(web: httpx.AsyncClient) -> None:
    read, head = await web.get(WELL_KNOWN), await web.head(WELL_KNOWN)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == read.headers["content-length"]
    asked = await web.options(WELL_KNOWN)
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    changed = await web.post(WELL_KNOWN, json={})
    assert (changed.status_code, changed.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("origin", ["https://app.example.com", "http://localhost:6274"])
@pytest.mark.parametrize("allowed", [{}, {"allowed_origins": "https://app.example.com"}])
async def test_a_page_that_is_let_in_may_read_the_metadata(allowed: dict[str, str], origin: str) -> None:
    ask = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "mcp-protocol-version"}
    is_let_in = bool(allowed) or "localhost" in origin
    async with web_client(oauth_settings(**allowed)) as client:
        asked = await client.options(WELL_KNOWN, headers={"Origin": origin} | ask)
        read = await client.get(WELL_KNOWN, headers={"Origin": origin})
    for answer in (asked, read):
        assert answer.status_code == (200 if is_let_in else 403)
        assert answer.headers.get("access-control-allow-origin") == ("*" if is_let_in else None)
    assert asked.headers.get("access-control-allow-headers") == ("mcp-protocol-version" if is_let_in else None)


async def test_the_metadata_are_not_served_under_a_foreign_name(web: httpx.AsyncClient) -> None:
    assert (await web.get(WELL_KNOWN, headers={"Host": "evil.example"})).status_code == 421


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_every_refusal_names_the_scopes_to_ask_the_issuer_for(
    web: httpx.AsyncClient, method: str, path: str
) -> None:
    told = f'scope="{BOTH}", resource_metadata="{METADATA_URL}"'
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {STATIC_TOKEN}"}):
        answer = await web.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == f'Bearer error="invalid_token", {told}'
        assert answer.headers["cache-control"] == "no-store"
    for scope in ("mail", "", "tickets:write", "tickets:readable"):
        answer = await web.request(method, path, headers=bearer(scope))
        assert answer.status_code == 403
        assert answer.headers["www-authenticate"] == f'Bearer error="insufficient_scope", {told}'


async def test_a_page_may_read_the_challenge() -> None:
    origin = {"Origin": "https://app.example.com"}
    async with web_client(oauth_settings(allowed_origins=origin["Origin"])) as client:
        answer = await client.post("/mcp", json=tool_call(), headers=bearer(READ) | origin)
    assert answer.status_code == 403
    assert answer.headers["access-control-allow-origin"] == origin["Origin"]
    assert "www-authenticate" in answer.headers["access-control-expose-headers"]


async def test_a_token_that_may_only_read_is_shown_all_tools(web: httpx.AsyncClient) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    answers = [await web.post("/mcp", json=body, headers=LEGACY | bearer(scope)) for scope in (READ, BOTH)]
    assert answers[0].json() == answers[1].json()
    assert len(answers[0].json()["result"]["tools"]) == 5


def encoded(name: str) -> str:
    return f"=?base64?{base64.b64encode(name.encode()).decode()}?="


def twice(first: str, second: str) -> bytes:
    """Return a call with two names, of which a reader takes the one or the other."""
    return json.dumps(tool_call("FIRST")).replace('"name": "FIRST"', f'"name": "{first}", "name": "{second}"').encode()


def batch(*calls: Any) -> bytes:
    return json.dumps(calls).encode()


READING, WRITING = json.dumps(tool_call(READER)).encode(), json.dumps(tool_call(WRITER)).encode()
REFUSED: dict[str, tuple[dict[str, str] | list[tuple[str, str]], bytes]] = {
    "older": (LEGACY, WRITING),
    "no version": ({}, WRITING),
    "newer": (MODERN | {"Mcp-Name": WRITER}, WRITING),
    "newer without a name": (MODERN, WRITING),
    "header reads, body writes": (MODERN | {"Mcp-Name": READER}, WRITING),
    "header reads, body writes, older": (LEGACY | {"Mcp-Name": READER}, WRITING),
    "header writes, body reads": (MODERN | {"Mcp-Name": WRITER}, READING),
    "header writes, body reads, older": (LEGACY | {"Mcp-Name": WRITER}, READING),
    "header writes, no body": (MODERN | {"Mcp-Name": WRITER}, b""),
    "header of another method": (MODERN | {"Mcp-Method": "prompts/get", "Mcp-Name": WRITER}, WRITING),
    "header in base64": (MODERN | {"Mcp-Name": encoded(WRITER)}, READING),
    "header in broken base64": (MODERN | {"Mcp-Name": "=?base64?Zg?="}, WRITING),
    "two headers": ([*MODERN.items(), ("Mcp-Name", READER), ("Mcp-Name", WRITER)], READING),
    "two methods": ([*MODERN.items(), ("Mcp-Method", "tools/list"), ("Mcp-Name", WRITER)], READING),
    "header with blanks": (MODERN | {"Mcp-Name": f"{WRITER} \t"}, READING),
    "header with encoded blanks": (MODERN | {"Mcp-Name": encoded(f" {WRITER}\n")}, READING),
    "body with blanks": (MODERN | {"Mcp-Name": f"{WRITER}"}, json.dumps(tool_call(f"  {WRITER}")).encode()),
    "body with blanks, older": (LEGACY, json.dumps(tool_call(f"{WRITER}\n")).encode()),
    "escapes": (LEGACY, WRITING.replace(b"freshdesk_", b"\\u0066reshdesk_").replace(b"tools/", b"tools\\/")),
    "writes last": (LEGACY, twice(READER, WRITER)),
    "two methods in the body": (LEGACY, WRITING.replace(b'"method":', b'"method": "ping", "method":')),
    "notification": (LEGACY, json.dumps({key: tool_call()[key] for key in ("jsonrpc", "method", "params")}).encode()),
}
NO_MESSAGE: dict[str, tuple[dict[str, str], bytes]] = {
    "unknown version": ({"MCP-Protocol-Version": "2099-01-01"}, WRITING),
    "batch": (LEGACY, batch(tool_call(READER), tool_call(WRITER))),
    "batch, newer": (MODERN | {"Mcp-Name": READER}, batch(tool_call(READER), tool_call(WRITER))),
    "UTF-16": (MODERN | {"Mcp-Name": READER}, WRITING.decode().encode("utf-16")),
}


@pytest.mark.parametrize("path", ["/mcp", MESSAGES, "/messages/deeper?session_id=0"])
@pytest.mark.parametrize("case", REFUSED)
async def test_a_call_that_writes_needs_the_writing_scope(web: httpx.AsyncClient, path: str, case: str) -> None:
    headers, body = REFUSED[case]
    sent = httpx.Headers([*httpx.Headers(headers).multi_items(), *bearer(READ).items()])
    answer = await web.post(path, content=body, headers=sent)
    assert answer.status_code == 403
    assert answer.headers["www-authenticate"] == (
        f'Bearer error="insufficient_scope", scope="{BOTH}", resource_metadata="{METADATA_URL}"'
    )
    assert answer.json()["error"] == "insufficient_scope"


@pytest.mark.parametrize("path", ["/mcp", MESSAGES])
@pytest.mark.parametrize("scope", [READ, BOTH])
@pytest.mark.parametrize("case", NO_MESSAGE)
async def test_a_call_that_reaches_no_tool_is_refused_for_every_scope(
    web: httpx.AsyncClient, path: str, scope: str, case: str
) -> None:
    headers, body = NO_MESSAGE[case]
    answer = await web.post(path, content=body, headers=headers | bearer(scope))
    assert answer.status_code == 400


HANDED_ON: dict[str, tuple[dict[str, str], bytes]] = {
    "reads, older": (LEGACY, READING),
    "reads, newer": (MODERN | {"Mcp-Name": READER}, READING),
    "reads, header in base64": (MODERN | {"Mcp-Name": encoded(READER)}, READING),
    "a tool that does not exist": (LEGACY, json.dumps(tool_call("freshdesk_burn_ticket")).encode()),
    "almost its name": (LEGACY, json.dumps(tool_call(WRITER.upper())).encode()),
    "no name": (LEGACY, json.dumps(tool_call(None)).encode()),
    "a list for a name": (LEGACY, json.dumps(tool_call([WRITER])).encode()),
    "no parameters": (LEGACY, json.dumps(tool_call(params=None)).encode()),
    "another method": (LEGACY, json.dumps(tool_call(method="prompts/get")).encode()),
    "a writing name as an argument": (
        LEGACY,
        json.dumps(tool_call(params={"name": READER, "arguments": {"name": WRITER, "params": tool_call()}})).encode(),
    ),
    "a prompt of that name": (
        MODERN | {"Mcp-Method": "prompts/get", "Mcp-Name": WRITER},
        json.dumps(tool_call(method="prompts/get")).encode(),
    ),
    "batch": (LEGACY, batch(tool_call(READER), tool_call(READER), 7, None)),
    "nothing": (LEGACY, b""),
    "not JSON": (LEGACY, WRITING[:-1]),
    "not UTF-8": (LEGACY, b"\xff" + WRITING),
    "writes, but for its last name": (LEGACY, twice(WRITER, READER)),
    "a number that nobody reads": (LEGACY, WRITING.replace(b'"id": 1', b'"id": ' + b"9" * 5000)),
    "deep": (LEGACY, b"[" * 200_000),
    "a form": (LEGACY, b"method=tools/call&name=freshdesk_delete_ticket"),
    "too large": (LEGACY, WRITING.ljust(LARGEST_REQUEST + 1)),
}


@pytest.mark.parametrize("case", HANDED_ON)
async def test_a_message_that_does_not_write_is_answered_alike_for_both_scopes(
    web: httpx.AsyncClient, case: str
) -> None:
    headers, body = HANDED_ON[case]
    answers = [await web.post("/mcp", content=body, headers=headers | bearer(scope)) for scope in (READ, BOTH)]
    assert answers[0].status_code == answers[1].status_code != 403
    assert answers[0].content == answers[1].content


async def test_a_body_in_pieces_arrives_whole(web: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in READING:
            yield bytes([piece])

    answer = await web.post("/mcp", content=pieces(), headers=LEGACY | bearer(READ))
    assert answer.json()["result"]["structuredContent"]["ticket"]["id"] == 7


async def test_the_guard_cuts_off_a_body_that_never_ends(
    web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_WITHIN_S", 0.05)

    async def endless() -> AsyncIterator[bytes]:
        yield WRITING[:-1]
        await anyio.sleep_forever()

    assert (await web.post("/mcp", content=endless(), headers=bearer(READ))).status_code == 408


@pytest.mark.parametrize("scopes", [["tickets:read"], []])
async def test_the_tools_refuse_a_call_that_gets_past_the_guard(scopes: list[str]) -> None:
    token = AccessToken(token="x", client_id="host", scopes=scopes)
    async with Client(server_over(reads_only)) as client:
        reset = auth_context_var.set(AuthenticatedUser(token))
        with pytest.raises(MCPError, match="tickets:write"):
            await client.call_tool(WRITER, {"ticket_id": 7})
        auth_context_var.reset(reset)


WORDS = st.sampled_from([READER, WRITER, "tools/call", "tools\\/call", "tools\\u002fcall", "ping", f"{WRITER} "]).map(
    lambda word: f'"{word}"'
)
ODDITIES = st.sampled_from(
    [
        "1",
        "-0",
        "1e999",
        "NaN",
        "-Infinity",
        "9" * 5000,
        "1.",
        "Inf",
        "01",
        "null",
        "[]",
        '"\\ud800"',
        '"\x01"',
        '"\x7f"',
    ]
)
NAMES = st.sampled_from(["method", "params", "name", "arguments", "n\\u0061me", "\\ud800"])


def written_object(members: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f'"{name}":{value}' for name, value in members) + "}"


VALUES = st.recursive(
    WORDS | ODDITIES, lambda inner: st.lists(st.tuples(NAMES, inner), max_size=3).map(written_object), max_leaves=4
)
PARAMETERS = st.lists(st.tuples(st.just("name"), WORDS) | st.tuples(NAMES, VALUES), max_size=3).map(written_object)
MEMBERS = st.lists(
    st.tuples(st.just("method"), WORDS) | st.tuples(st.just("params"), PARAMETERS) | st.tuples(NAMES, VALUES),
    max_size=3,
)
CALLS = st.tuples(WORDS, PARAMETERS, MEMBERS).map(
    lambda parts: written_object(
        [("jsonrpc", '"2.0"'), ("id", "1"), ("method", parts[0]), ("params", parts[1]), *parts[2]]
    )
)
READERS: list[Callable[[bytes], Any]] = [
    lambda body: jsonrpc_message_adapter.validate_python(pydantic_core.from_json(body), by_name=False),
    lambda body: jsonrpc_message_adapter.validate_json(body, by_name=False),
    lambda body: JSONRPCRequest.model_validate(json.loads(body)),
]


def tool_that(reader: Callable[[bytes], Any], body: bytes) -> str | None:
    """Return the name of the tool that `reader` of the SDK finds called, or None."""
    try:
        message = reader(body)
    except ValueError:
        return None
    is_call = isinstance(message, JSONRPCRequest) and message.method == "tools/call"
    name = (message.params or {}).get("name") if is_call else None
    return name if isinstance(name, str) else None


def test_a_call_for_any_reader_of_the_sdk_is_a_call_for_the_guard() -> None:
    found: Counter[str] = Counter()

    @given(CALLS, st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"]))
    @hypothesis_settings(max_examples=500, deadline=None)
    def check(text: str, coding: str) -> None:
        body = text.encode(coding)
        for tool in {tool_that(reader, body) for reader in READERS} - {None}:
            found[str(tool)] += 1
            assert str(tool).strip() in [*tools_called_by(body)]

    check()
    assert found[WRITER] > 0
    assert found[READER] > 0
