"""Access over HTTP: no token, wrong tokens, right tokens, and the rights that each gives."""

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, tzinfo
from types import SimpleNamespace
from typing import Any, Self

import anyio
import httpx
import jwt
import pytest
import respx
from cryptography.hazmat.primitives.asymmetric import rsa
from structlog.testing import capture_logs

from freshdesk_mcp_server.settings import Settings
from freshdesk_mcp_server.transports.auth import create_access
from freshdesk_mcp_server.transports.jwt import LONGEST_NAME, JwtVerifier
from support.gateways import settings_for_tests
from support.servers import PATIENCE_S, app_of

pytestmark = pytest.mark.anyio

TOKEN = "first-token-of-an-operator"
NEXT_TOKEN = "second-token-of-an-operator"
ISSUER = "https://issuer.example.com"
PUBLIC_URL = "https://mcp.example.com"
JWKS_URL = f"{ISSUER}/keys"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HEADERS = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-11-25",
}
GUARDED = [("POST", "/mcp"), ("GET", "/sse"), ("POST", "/messages/?session_id=0"), ("GET", "/metrics")]


def no_upstream(request: httpx.Request) -> httpx.Response:
    pytest.fail(f"nothing here asks Freshdesk, but this was sent: {request.method}")


@asynccontextmanager
async def web_client(
    settings: Settings, upstream: Callable[[httpx.Request], httpx.Response] = no_upstream
) -> AsyncIterator[httpx.AsyncClient]:
    """Create a client of the application as the command line would make it of `settings`."""
    app = app_of(settings, upstream)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000", headers=HEADERS
        ) as client,
    ):
        yield client


def static_settings(**given: Any) -> Settings:
    return settings_for_tests(auth_tokens=f"{TOKEN}, {NEXT_TOKEN}", **given)


def oauth_settings(public_url: str = PUBLIC_URL) -> Settings:
    return settings_for_tests(oauth_issuer=ISSUER, oauth_jwks_url=JWKS_URL, public_url=public_url)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def signed(key: Any = KEY, algorithm: str = "RS256", kid: str = "one", **changes: Any) -> str:
    """Return a good access token, with `changes`; a change to None leaves a claim out."""
    claims = {
        "iss": ISSUER,
        "aud": PUBLIC_URL,
        "exp": int(time.time()) + 600,
        "client_id": "host",
        "scope": "tickets:read tickets:write",
    } | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": kid})


@asynccontextmanager
async def published_keys() -> AsyncIterator[respx.Router]:
    """Publish the issuer's one key."""
    public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "one", "alg": "RS256"}
    async with respx.mock(assert_all_called=False) as router:
        router.get(JWKS_URL).respond(json={"keys": [public]})
        yield router


async def call(client: httpx.AsyncClient, method: str, params: Any = None, token: str | None = None) -> httpx.Response:
    body = {"jsonrpc": "2.0", "id": 1, "method": method} | ({"params": params} if params else {})
    return await client.post("/mcp", json=body, headers=bearer(token) if token else {})


@pytest.mark.parametrize(("method", "path"), GUARDED)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong-token-of-somebody"),
        bearer(TOKEN[:-1]),
        bearer(TOKEN + "x"),
        bearer(""),
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
    ],
    ids=["none", "wrong", "prefix", "longer", "empty", "basic", "bare"],
)
async def test_without_a_good_token_every_route_is_shut(method: str, path: str, headers: dict[str, str]) -> None:
    async with web_client(static_settings()) as client:
        response = await client.request(method, path, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in response.text


@pytest.mark.parametrize("token", [TOKEN, NEXT_TOKEN])
async def test_each_of_several_tokens_is_let_in(token: str) -> None:
    async with web_client(static_settings()) as client:
        assert (await call(client, "tools/list", token=token)).status_code == 200
        assert (await client.get("/metrics", headers=bearer(token))).status_code == 200


async def test_the_time_for_a_wrong_token_does_not_depend_on_its_right_part() -> None:
    """Compare the cheapest of many runs, taken in turns until both agree, so that other load does not count."""
    verifier = create_access(static_settings()).verifier
    assert verifier is not None
    wrong = {
        "all but the last": NEXT_TOKEN[:-1] + "!",
        "nothing": "!" * len(NEXT_TOKEN),
        "of the first": TOKEN[:-1] + "!",
    }
    cheapest = dict.fromkeys(wrong, math.inf)
    for finished in range(1, 5_001):
        for name, token in wrong.items():
            started = time.thread_time()
            for _ in range(20):
                assert await verifier.verify_token(token) is None
            cheapest[name] = min(cheapest[name], time.thread_time() - started)
        if finished >= 300 and max(cheapest.values()) < 1.2 * min(cheapest.values()):
            return
    pytest.fail(f"{cheapest}")


async def test_probes_need_no_token_and_metrics_only_if_public() -> None:
    async with web_client(static_settings()) as client:
        assert (await client.get("/health")).status_code == 200
        assert (await client.get("/health/ready")).status_code == 503  # no request to Freshdesk was seen yet
    async with web_client(static_settings(metrics="public")) as client:
        assert b"tool_calls" in (await client.get("/metrics")).content


async def test_a_configured_token_is_checked_on_loopback_too() -> None:
    async with web_client(settings_for_tests()) as client:
        assert (await call(client, "tools/list")).status_code == 200
    async with web_client(static_settings()) as client:
        assert (await call(client, "tools/list")).status_code == 401


async def test_a_server_that_others_can_reach_makes_a_token_for_its_run() -> None:
    first, second = (create_access(settings_for_tests(host="0.0.0.0")) for _ in range(2))
    assert first.made_token != second.made_token
    assert first.made_token is not None
    assert len(first.made_token) >= 32
    assert first.verifier is not None
    assert await first.verifier.verify_token(first.made_token)
    assert not await first.verifier.verify_token(second.made_token or "")


def test_a_server_is_open_to_all_only_by_its_settings() -> None:
    assert create_access(settings_for_tests(host="0.0.0.0", auth="none")).verifier is None
    assert create_access(settings_for_tests(host="0.0.0.0", auth="none")).made_token is None


async def test_a_good_token_of_the_issuer_is_let_in() -> None:
    async with published_keys(), web_client(oauth_settings()) as client:
        assert (await call(client, "tools/list", token=signed())).status_code == 200
        assert (await call(client, "tools/list", token=signed(aud=["x", PUBLIC_URL]))).status_code == 200
        assert (await call(client, "tools/list", token=signed(scope=None, scp=["tickets:read"]))).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        signed(exp=int(time.time()) - 3600),
        signed(exp=None),
        signed(aud="https://other.example.com"),
        signed(aud=None),
        signed(iss="https://evil.example.com"),
        signed(iss=f"{ISSUER}/"),
        signed(OTHER_KEY),
        signed(kid="unknown"),
        jwt.encode({"iss": ISSUER, "aud": PUBLIC_URL, "exp": 4102444800}, "", algorithm="none", headers={"kid": "one"}),
        signed(b"a-shared-secret-of-thirty-two-bytes", "HS256"),
        "not.a.jwt",
        "x" * 20_000,
    ],
    ids="expired no-exp audience no-audience issuer slash key kid none hs256 nonsense long".split(),  # noqa: SIM905  # one line
)
async def test_an_invalid_token_of_the_issuer_is_refused(token: str) -> None:
    async with published_keys(), web_client(oauth_settings()) as client:
        for method, path in GUARDED:
            response = await client.request(method, path, headers=bearer(token))
            assert response.status_code == 401, path
            assert "resource_metadata" in response.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("public_url", "audience", "status"),
    [
        (PUBLIC_URL, PUBLIC_URL, 200),
        (PUBLIC_URL, f"{PUBLIC_URL}/", 200),
        (f"{PUBLIC_URL}/", PUBLIC_URL, 200),
        (f"{PUBLIC_URL}/", f"{PUBLIC_URL}/", 200),
        (PUBLIC_URL, f"{PUBLIC_URL}//", 401),
        (PUBLIC_URL, f"{PUBLIC_URL}/mcp", 401),
        (PUBLIC_URL, f"{PUBLIC_URL}:443", 401),
        (PUBLIC_URL, PUBLIC_URL.replace("https", "http"), 401),
        (PUBLIC_URL, PUBLIC_URL.upper(), 401),
        (PUBLIC_URL, f" {PUBLIC_URL}", 401),
        (f"{PUBLIC_URL}/desk", f"{PUBLIC_URL}/desk", 200),
        (f"{PUBLIC_URL}/desk", f"{PUBLIC_URL}/desk/", 401),
        (f"{PUBLIC_URL}/desk", PUBLIC_URL, 401),
        (f"{PUBLIC_URL}/desk/", f"{PUBLIC_URL}/desk/", 200),
        (f"{PUBLIC_URL}/desk/", f"{PUBLIC_URL}/desk", 401),
    ],
)
async def test_the_audience_is_the_resource_to_the_letter_but_for_the_slash_of_an_origin(
    public_url: str, audience: str, status: int
) -> None:
    async with published_keys(), web_client(oauth_settings(public_url)) as client:
        assert (await call(client, "tools/list", token=signed(aud=audience))).status_code == status


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"aud": "https://marked.example.com"}, "InvalidAudienceError"),
        ({"iss": "https://marked.example.com"}, "InvalidIssuerError"),
    ],
)
async def test_the_log_names_the_wrong_claim_of_a_signed_token(claims: dict[str, str], error: str) -> None:
    async with published_keys(), web_client(oauth_settings()) as client:
        with capture_logs() as logs:
            await call(client, "tools/list", token=signed(**claims))
            await call(client, "tools/list", token=signed(OTHER_KEY, **claims))
    events = [line for line in logs if line["event"] != "request_refused"]
    assert events == [{"event": "token_for_another_server", "log_level": "warning", "error": error}]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> int:
    """Stop the clock for every reader of a token: PyJWT and the SDK."""
    moment = int(time.time())

    class Still(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(moment, tz)

    monkeypatch.setattr("jwt.api_jwt.datetime", Still)
    monkeypatch.setattr("mcp.server.auth.middleware.bearer_auth.time", SimpleNamespace(time=lambda: moment))
    return moment


@pytest.mark.parametrize(
    ("claim", "seconds", "status"),
    [
        ("exp", 1, 200),
        ("exp", -10, 200),
        ("exp", -10.5, 200),
        ("exp", -29, 200),
        ("exp", -31, 401),
        ("exp", -40, 401),
        ("nbf", -1, 200),
        ("nbf", 10, 200),
        ("nbf", 40, 401),
        ("iat", -1, 200),
        ("iat", 10, 200),
        ("iat", 40, 401),
    ],
)
async def test_the_issuers_clock_may_be_half_a_minute_from_ours(
    now: int, claim: str, seconds: float, status: int
) -> None:
    changes: dict[str, Any] = {claim: now + seconds}
    token = signed(**changes)
    async with published_keys(), web_client(oauth_settings()) as client:
        assert (await call(client, "tools/list", token=token)).status_code == status
        assert (await client.get("/metrics", headers=bearer(token))).status_code == status


async def test_a_token_of_a_known_key_is_let_in_while_the_issuer_is_asked_for_other_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("freshdesk_mcp_server.transports.jwt.REFETCH_AFTER_S", 0.0)
    is_asked, may_answer = anyio.Event(), anyio.Event()

    async def slowly(_: httpx.Request) -> httpx.Response:
        is_asked.set()
        await may_answer.wait()
        return httpx.Response(500)

    statuses = []

    async def come_with_an_unknown_key(client: httpx.AsyncClient) -> None:
        statuses.append((await call(client, "tools/list", token=signed(kid="unknown"))).status_code)

    async with published_keys() as router, web_client(oauth_settings()) as client, anyio.create_task_group() as tasks:
        assert (await call(client, "tools/list", token=signed())).status_code == 200
        router.get(JWKS_URL).mock(side_effect=slowly)
        for _ in range(3):
            tasks.start_soon(come_with_an_unknown_key, client)
        with anyio.fail_after(PATIENCE_S):
            await is_asked.wait()
            assert (await call(client, "tools/list", token=signed())).status_code == 200
        may_answer.set()
    assert statuses == [503] * 3


async def test_a_token_without_the_reading_scope_is_forbidden() -> None:
    async with published_keys(), web_client(oauth_settings()) as client:
        assert (await call(client, "tools/list", token=signed(scope="mail"))).status_code == 403


async def test_a_list_for_one_token_is_cached_for_that_token_only() -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}
    headers = bearer(TOKEN) | {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}
    async with web_client(static_settings()) as client:
        result = (await client.post("/mcp", json=body, headers=headers)).json()["result"]
    assert result["cacheScope"] == "private"


async def test_unknown_keys_make_one_fetch_and_the_issuers_outage_lets_nobody_in() -> None:
    async with published_keys() as router, web_client(oauth_settings()) as client:
        for number in range(5):
            assert (await call(client, "tools/list", token=signed(kid=f"k{number}"))).status_code == 401
        assert router.calls.call_count == 1
    async with respx.mock() as router, web_client(oauth_settings()) as client:
        router.get(JWKS_URL).mock(side_effect=httpx.ConnectError("down"))
        assert (await call(client, "tools/list", token=signed())).status_code == 503


@pytest.mark.parametrize("path", ["/mcp", "/sse", "/messages/"])
async def test_a_token_that_cannot_be_checked_is_not_called_invalid(path: str) -> None:
    method = "GET" if path == "/sse" else "POST"
    async with respx.mock() as router, web_client(oauth_settings()) as client:
        router.get(JWKS_URL).mock(side_effect=httpx.ConnectError("down"))
        for _ in range(2):  # by a fetch of its own, and by the one before
            response = await client.request(method, path, headers=bearer(signed()))
            assert response.status_code == 503
            assert int(response.headers["retry-after"]) > 0
            assert response.json()["error"] == "temporarily_unavailable"
            assert "keys" in response.json()["error_description"]
        for bad in ("no-token-of-an-issuer", signed("x" * 32, "HS256")):
            assert (await client.request(method, path, headers=bearer(bad))).status_code == 401


async def test_a_probe_does_not_wait_for_the_issuer() -> None:
    async with respx.mock(assert_all_called=False) as router, web_client(oauth_settings()) as client:
        router.get(JWKS_URL).mock(side_effect=httpx.ConnectError("down"))
        for path in ("/health", "/health/"):
            assert (await client.get(path, headers=bearer(signed()))).status_code == 200
        assert not router.calls


@pytest.mark.parametrize("claim", ["client_id", "sub"])
async def test_different_claims_are_logged_as_different_short_words(claim: str) -> None:
    verifier = JwtVerifier(ISSUER, PUBLIC_URL, JWKS_URL)
    names = []
    async with published_keys():
        for value in ("host", "x" * 5_000, "x" * 5_001, "a\nb", "a\x1b[2Jb", "a\u202eb"):
            token = await verifier.verify(signed(**{claim: value}))
            assert token is not None
            names.append(token.client_id if claim == "client_id" else str(token.subject))
    assert names[0] == "host"
    assert all(name.isprintable() and len(name) <= LONGEST_NAME for name in names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "localhost.evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:5000"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "mcp.example.com"}, 401),
        ({"Host": "desk.example.com:8443"}, 401),
        ({"Origin": "https://app.example.com"}, 401),
    ],
)
async def test_host_and_origin_are_checked_before_the_token(headers: dict[str, str], status: int) -> None:
    settings = static_settings(
        public_url=PUBLIC_URL, allowed_hosts="desk.example.com", allowed_origins="https://app.example.com"
    )
    async with web_client(settings) as client:
        for method, path in GUARDED:
            assert (await client.request(method, path, headers=headers)).status_code == status, path


async def test_a_page_may_call_from_an_allowed_origin_only() -> None:
    async with web_client(static_settings(allowed_origins="https://app.example.com")) as client:
        ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        allowed = await client.options("/mcp", headers={"Origin": "https://app.example.com"} | ask)
        other = await client.options("/mcp", headers={"Origin": "https://evil.example"} | ask)
    assert allowed.headers["access-control-allow-origin"] == "https://app.example.com"
    assert other.status_code == 403
    assert "access-control-allow-origin" not in other.headers
