"""``call --url`` to a server that wants a token: the ways to give it, and the texts without the right one."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import structlog
from click.testing import CliRunner, Result

from freshdesk_mcp_server.cli import main
from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_mcp_server.server import create_server
from freshdesk_mcp_server.transports.auth import create_access
from freshdesk_mcp_server.transports.http import HttpOptions
from support.gateways import settings_for_tests
from support.servers import http_app, in_background, listening

TOKEN = "the-right-token-of-this-test"
WRONG = "a-wrong-token-of-this-test"
VARIABLE = "FRESHDESK_MCP_SERVER_TOKEN"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


@pytest.fixture(scope="module")
def guarded_url() -> Iterator[str]:
    settings = settings_for_tests(auth_tokens=TOKEN)
    access = create_access(settings)
    network = httpx.MockTransport(lambda _: httpx.Response(200, json=[]))
    server = create_server(
        lambda: open_gateway(settings, lambda _: None, transport=network),
        settings.portal_url,
        lambda _: None,
        auth=access.settings,
        token_verifier=access.verifier,
    )

    @asynccontextmanager
    async def serving() -> AsyncIterator[str]:
        async with listening(http_app(server, HttpOptions(needs_token=True))) as (url, _):
            yield url

    with in_background(serving()) as url:
        yield url


def call(*options: str, stdin: str = "", **variables: str) -> Result:
    """Run the command in this process."""
    return CliRunner(env=variables).invoke(main, ["call", "freshdesk_list_tickets", *options], input=stdin)


@pytest.fixture(params=["/mcp", "/mcp/", "/sse"])
def url(request: pytest.FixtureRequest, guarded_url: str) -> str:
    """Return each address of the server in turn."""
    return guarded_url + str(request.param)


def test_a_token_comes_from_the_environment_from_standard_input_or_from_the_option(url: str) -> None:
    for result in (
        call("--url", url, **{VARIABLE: TOKEN}),
        call("--url", url, "--token", "-", stdin=f"{TOKEN}\r\nmore\n"),
        call("--url", url, "--token", TOKEN),
        call("--url", url, "--token", TOKEN, **{VARIABLE: WRONG}),
    ):
        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout)["tickets"] == []


def complaint_of(result: Result, exit_code: int = 1) -> str:
    """Return the one line of the complaint, which has no token."""
    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert TOKEN not in result.stderr
    assert WRONG not in result.stderr
    return result.stderr.splitlines()[-1]


def test_a_missing_token_is_reported_with_the_ways_to_give_one(url: str) -> None:
    result = call("--url", url)
    complaint = complaint_of(result)
    assert len(result.stderr.splitlines()) == 1
    assert all(part in complaint for part in (url, "401", "--token", VARIABLE))


def test_a_wrong_token_is_reported(url: str) -> None:
    result = call("--url", url, **{VARIABLE: WRONG})
    complaint = complaint_of(result)
    assert len(result.stderr.splitlines()) == 1
    assert all(part in complaint for part in (url, "401", "does not accept"))


@pytest.mark.parametrize("token", ["a b", "tok\xe9n-of-this-test", "", "a\x00b"])
def test_a_text_that_is_no_token_is_refused_before_it_is_sent(token: str) -> None:
    result = call("--url", "http://127.0.0.1:1/mcp", "--token", "-", stdin=f"{token}\n")
    assert "--token" in complaint_of(result, 2)
    assert not token.strip() or token not in result.stderr


def test_a_token_without_a_url_is_refused() -> None:
    assert "--url" in complaint_of(call("--sandbox", "--token", TOKEN), 2)


@pytest.mark.parametrize("path", ["/mcp", "/sse"])
@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, {"error": "insufficient_scope"}, ["403", "tickets:read", "--token"]),
        (421, {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Not as x."}}, ["421", "Not as x."]),
        (403, {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Not\nso."}}, ["403", "Not so."]),
        (421, ["odd"], ["421"]),
    ],
)
def test_a_refusal_is_one_line_with_the_remedy(path: str, status: int, body: object, said: list[str]) -> None:
    async def app(scope: dict[str, object], _: object, send: object) -> None:
        assert scope["type"] == "http"
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})  # type: ignore[operator]

    @asynccontextmanager
    async def serving() -> AsyncIterator[str]:
        async with listening(app, lifespan="off") as (url, _):  # type: ignore[arg-type]
            yield url

    with in_background(serving()) as url:
        result = call("--url", url + path, "--token", TOKEN)
    complaint = complaint_of(result)
    assert len(result.stderr.splitlines()) == 1
    assert all(part in complaint for part in (url, *said))
