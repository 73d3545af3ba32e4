"""Any arguments get a small result, at a cost that grows no faster than the arguments."""

import asyncio
import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import anyio
import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mcp_types import CallToolResult

from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_mcp_server.tools.kit.runtime import Runtime
from freshdesk_mcp_server.tools.registry import create_tools
from support.gateways import settings_for_tests
from support.growth import assert_linear
from support.operations import needed_by
from support.servers import http_app, server_over
from support.tickets import ticket_body

pytestmark = pytest.mark.slow("generated arguments")

TOOLS = {tool.name: tool for tool in create_tools()}
NEEDED = {name: needed_by(tool) for name, tool in TOOLS.items()}
NAMES = sorted({name for tool in TOOLS.values() for name in tool.parameters["properties"]})
SIZE = 2_000
LARGEST_RESULT = 16_000
"""Bytes as JSON, of a ticket as of an error."""
SETTINGS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
"""Settings of hypothesis that give the same examples in every run."""

PIECES = st.one_of(
    st.sampled_from([*" \t\n,;@.-+:/<>&'\"\\[]{}()0a9eTZ#%_|~^`", "\u2028", "\u200d", "\u0300", "\ufdfa", "\u0660"]),
    st.sampled_from(["a@b.cc", "ب.", "xn--", "1.", "-1", "[1,", '{"a":', "\\u0041", "1e9", "NaN,", "stats,"]),
    st.sampled_from(["<a", "<a x=", "<p>", "</p>", "<!--", "-->", "&#", "&amp;", "<script>", "T00:", "+00:", "\r\n"]),
    st.text(min_size=1, max_size=3),
)
ENDS = st.one_of(st.just(""), PIECES)

type Shape = Callable[[int], Any]
"""Makes a value of the given number of parts."""


def long_text(before: str, piece: str, after: str) -> Shape:
    return lambda size: before + piece * size + after


SHAPES: st.SearchStrategy[Shape] = st.one_of(
    st.builds(long_text, ENDS, PIECES, ENDS),
    PIECES.map(lambda piece: lambda size: [piece] * size),
    PIECES.map(lambda piece: lambda size: json.dumps([piece] * size)),
    PIECES.map(lambda piece: lambda size: [piece * size]),
    PIECES.map(lambda piece: lambda size: [[piece]] * size),
    PIECES.map(lambda piece: lambda size: {f"{piece}{number}": piece for number in range(size)}),
    PIECES.map(lambda piece: lambda size: {piece: {piece: [piece] * size}}),
    PIECES.map(lambda piece: lambda size: json.dumps({f"{piece}{number}": piece * 9 for number in range(size)})),
    st.sampled_from([None, True, 1.5, -1e308, 2**63, 0, "", [], {}]).map(lambda value: lambda _: value),
    st.just(lambda size: 10 ** min(size, 4_000)),
    st.just(lambda size: "[" * size + "]" * size),
    st.just(lambda size: '{"a":' * size),
)
ARGUMENTS = st.dictionaries(st.one_of(st.sampled_from(NAMES), ENDS), SHAPES, min_size=1, max_size=3)


def answer(request: httpx.Request) -> httpx.Response:
    status = {"POST": 201, "DELETE": 204}.get(request.method, 200)
    body = [ticket_body()] if request.url.path.endswith("/tickets") and status == 200 else ticket_body()
    return httpx.Response(status, json=body) if status != 204 else httpx.Response(status)


@pytest.mark.parametrize("tool", TOOLS)
@SETTINGS
@given(shapes=ARGUMENTS, size=st.integers(0, 500), is_modern=st.booleans())
def test_any_argument_gets_a_result(tool: str, shapes: dict[str, Shape], size: int, *, is_modern: bool) -> None:
    requests: list[httpx.Request] = []

    def listen(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return answer(request)

    arguments = NEEDED[tool] | {name: shape(size) for name, shape in shapes.items()}
    result = anyio.run(call_over_http, listen, tool, arguments, is_modern)
    if result is None:  # the older protocol reads no half of a character
        assert not is_modern
        assert "\\ud" in json.dumps(arguments)
        return
    error = result["structuredContent"].get("error")
    assert result.get("isError", False) is bool(error)
    assert error is None or (error["code"], requests) == ("invalid_arguments", [])
    assert len(json.dumps(result)) < LARGEST_RESULT


async def call_over_http(
    listen: Callable[[httpx.Request], httpx.Response], tool: str, arguments: dict[str, Any], is_modern: bool
) -> dict[str, Any] | None:
    app = http_app(server_over(listen))
    params: dict[str, Any] = {"name": tool, "arguments": arguments}
    headers = {"Accept": "application/json, text/event-stream"}
    if is_modern:
        params["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        headers |= {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": tool}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000") as web,
    ):
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        response = await web.post("/mcp", json=message, headers=headers)
    return cast("dict[str, Any] | None", response.json().get("result"))


class Caller:
    """Calls tools without a transport, which would cost more than the tools."""

    def __init__(self, runner: asyncio.Runner) -> None:
        known = settings_for_tests()
        self._runner = runner
        self._opened = open_gateway(known, lambda _: None, transport=httpx.MockTransport(answer))
        gateway = runner.run(self._opened.__aenter__())
        self._context: Any = SimpleNamespace(
            request_context=SimpleNamespace(lifespan_context=Runtime(gateway, known.portal_url, lambda _: None)),
            session=SimpleNamespace(client_params=None),
            **dict.fromkeys(["client_capabilities", "protocol_version", "request_state", "input_responses"]),
        )

    def __call__(self, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        return cast("CallToolResult", self._runner.run(TOOLS[tool].run(arguments, self._context)))

    def close(self) -> None:
        self._runner.run(self._opened.__aexit__(None, None, None))


@pytest.fixture
def call() -> Iterator[Caller]:
    with asyncio.Runner() as runner:
        caller = Caller(runner)
        yield caller
        caller.close()


@pytest.mark.parametrize("tool", TOOLS)
@SETTINGS
@given(shapes=ARGUMENTS)
@example(shapes={"include": long_text("a", " ", "b")})
@example(shapes={"include": long_text("", ",", "")})
@example(shapes={"include": long_text("stats", " ", ",")})
@example(shapes={"cc_emails": lambda size: ["a@b.cc"] * size})
@example(shapes={"email": long_text("a@", "\u0660", ".cc")})
@example(shapes={"email": long_text("", "(", "@b.cc")})
@example(shapes={"ticket_id": long_text("", "9", "")})
@example(shapes={"due_by": long_text("2026-01-31", " ", "x"), "updated_since": long_text("2026-01-31", " ", "x")})
@example(shapes={"description": long_text("<a", " x=y", "")})
@example(shapes={"custom_fields": lambda size: {"cf": [[1] * size]}})
@example(shapes={"custom_fields": lambda size: '{"cf":' + "[" * size})
def test_no_argument_costs_more_than_in_proportion_to_its_size(
    call: Caller, tool: str, shapes: dict[str, Shape]
) -> None:
    def arguments(size: int) -> dict[str, Any]:
        return NEEDED[tool] | {name: shape(size) for name, shape in shapes.items()}

    assert_linear(lambda given: call(tool, given), arguments, SIZE)
