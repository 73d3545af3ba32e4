"""All tools, all faults and all transports, with marked secrets and personal data: no byte of output has the mark.

The processes are real, and all their output is read: standard output except for the protocol, standard error at DEBUG,
the metrics, and the exported spans.
"""

import base64
import itertools
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import anyio
import httpx
import httpx2
import pytest
from mcp.client import Client, ClientRequestContext
from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitRequestParams, ElicitResult, ErrorData
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from freshdesk_sandbox import Fault, Sandbox, running_sandbox
from freshdesk_sandbox.faults import Body, Drop
from support.answers import MARK
from support.operations import TABLE
from support.servers import COMMAND, PATIENCE_S, environment, http_server_process, in_background, listening, log_lines

pytestmark = pytest.mark.anyio

API_KEY = f"{MARK}-key-of-an-agent"
TOKEN = f"{MARK}-token-of-an-operator"
EMAIL = f"{MARK}@example.com"
ONE = "/api/v2/tickets/{id}"
TOOL_CALLS = [(row, call, 7 + number) for number, row in enumerate(TABLE) for call in row.calls]
CALLS: list[tuple[str, dict[str, Any]]] = [(call.tool, call.arguments(number)) for _, call, number in TOOL_CALLS]
BAD_CALLS: list[tuple[str, dict[str, Any]]] = [
    ("freshdesk_create_ticket", {"email": f"{MARK} no address", "subject": f"{MARK}"}),
    ("freshdesk_get_ticket", {"ticket_id": MARK}),
    ("freshdesk_update_ticket", {"ticket_id": 8, f"argument_{MARK}": MARK}),
    ("freshdesk_update_ticket", {"ticket_id": 8, "tags": [MARK, ""]}),
    ("freshdesk_delete_ticket", {"ticket_id": {MARK: MARK}}),
    ("freshdesk_list_tickets", {"updated_since": MARK}),
    ("freshdesk_list_tickets", {"email": f"nobody-{MARK}@example.com"}),
]
FAULTS = [
    *(Fault(status=status) for status in (302, 400, 401, 403, 404, 405, 409, 415, 500, 502, 503, 504, 520)),
    Fault(status=429, headers={"Retry-After": "0"}),
    *(Fault(body=body, when="after") for body in get_args(Body.__value__) if body != "huge"),
    *(Fault(drop=drop, when="after") for drop in get_args(Drop.__value__)),
    Fault(delay_s=2),
    Fault(headers={"X-Request-Id": API_KEY, "Retry-After": MARK, "Link": f"<{MARK}>"}),
    Fault(status=400, body="not_json", headers={"X-Request-Id": API_KEY}),
]
REQUESTS = [(row.calls[0].tool, row.method, row.sandbox_path) for row in TABLE if row.calls]
IMPATIENT = {"MAX_ATTEMPTS": "2", "DEADLINE_S": "4", "READ_TIMEOUT_S": "1", "LOG_LEVEL": "DEBUG"}

TURNS = itertools.cycle((True, False))
CODES = {
    *("ok", "invalid_arguments", "reply_lost", "unreadable_reply", "server_failure", "validation_failed"),
    *("authentication_failed", "forbidden", "not_found", "method_not_allowed", "conflict", "unsupported_media_type"),
    *("rate_limited", "unexpected_status"),
}
"""The expected ends of the calls."""


class Collector:
    """The receiver of exported spans, which keeps every byte."""

    def __init__(self) -> None:
        self.received = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.received += await Request(scope, receive).body()
        await Response(media_type="application/x-protobuf")(scope, receive, send)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(api_key=API_KEY, rate_limit_per_minute=100_000)


@pytest.fixture
def collector() -> Collector:
    return Collector()


@pytest.fixture
def variables(sandbox: Sandbox, collector: Collector) -> Iterator[dict[str, str]]:
    """Yield the settings of a server on the sandbox, with spans exported to the collector."""
    with (
        in_background(running_sandbox(sandbox=sandbox)) as upstream,
        in_background(listening(collector, lifespan="off")) as (spans, _),
    ):
        yield {
            "FRESHDESK_API_KEY": API_KEY,
            "FRESHDESK_DOMAIN": "sandbox",
            "FRESHDESK_MCP_SERVER_UPSTREAM_URL": upstream,
            "OTEL_EXPORTER_OTLP_ENDPOINT": spans,
            **{f"FRESHDESK_MCP_SERVER_{name}": value for name, value in IMPATIENT.items()},
        }


async def call(client: Client, tool: str, arguments: dict[str, Any]) -> None:
    with suppress(MCPError):  # a newer client that fails to ask its person fails itself
        await client.call_tool(tool, arguments)


async def read_by_hand(client: Client, sandbox: Sandbox) -> None:
    """Read prompts and resources, with good and bad requests, and with refusals of Freshdesk."""
    uri = "freshdesk://tickets/7"
    for ask in (
        lambda: client.get_prompt("triage_ticket", {"ticket_id": "7"}),
        lambda: client.get_prompt("triage_ticket", {"ticket_id": MARK}),
        lambda: client.get_prompt("draft_reply", {"ticket_id": "7", "tone": MARK, MARK: MARK}),
        lambda: client.get_prompt(MARK, {}),
        lambda: client.read_resource(uri),
        lambda: client.read_resource(f"freshdesk://tickets/{MARK}"),
        lambda: client.read_resource(f"{MARK}://{EMAIL}"),
        lambda: client.call_tool(f"tool_{MARK}", {MARK: MARK}),
    ):
        with suppress(MCPError):
            await ask()
    for status in (403, 404, 500):
        for _ in range(2):
            sandbox.faults.add(Fault(times=2, status=status, method="GET", path=ONE))
            with suppress(MCPError):
                await client.get_prompt("triage_ticket", {"ticket_id": "7"})
            with suppress(MCPError):
                await client.read_resource(uri)


async def make_all_calls(client: Client, sandbox: Sandbox) -> None:
    """Call every tool with good and bad arguments, then at the same time with as many faults as there are."""
    for tool, arguments in (*CALLS, *BAD_CALLS):
        await call(client, tool, arguments)
    await read_by_hand(client, sandbox)
    async with anyio.create_task_group() as tasks:
        for tool, method, path in REQUESTS:
            sandbox.faults.add(*(replace(fault, method=method, path=path) for fault in FAULTS))
            for number in range(len(FAULTS)):
                # Equal creates would wait for each other.
                given = dict(CALLS)[tool] | (
                    {"subject": f"{MARK} {number}"} if tool == "freshdesk_create_ticket" else {}
                )
                tasks.start_soon(call, client, tool, given)
    sandbox.faults.clear()


async def meet_what_does_not_pass(client: Client, sandbox: Sandbox) -> None:
    """Meet faults that no repetition survives, and last a rate limit that all later calls would meet."""
    for fault in (Fault(times=2, drop="before_answer"), Fault(status=429, headers={"Retry-After": "60"})):
        for tool, method, path in REQUESTS:
            sandbox.faults.add(replace(fault, method=method, path=path))
            await call(client, tool, dict(CALLS)[tool])


def assert_unmarked(*outputs: bytes) -> None:
    pair = base64.b64encode(f"{API_KEY}:X".encode())
    for output in outputs:
        for secret in (MARK.encode(), pair[:-4], MARK.encode().hex().encode()):
            place = output.lower().find(secret.lower())
            assert place < 0, output[max(0, place - 300) : place + 100]


def codes_in(log: Path) -> set[str]:
    return {line["code"] for line in log_lines(log) if line["event"] == "tool_call"}


async def fail_to_ask(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult | ErrorData:
    """Repeat the question in the text of the client's own error, or agree, by turns."""
    del context
    if next(TURNS):
        return ElicitResult(action="accept", content={"confirm": True})
    return ErrorData(code=-1, message=f"{MARK}: {params.message}")


@asynccontextmanager
async def client_of(url: str, mode: str) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if url.endswith("/sse"):
        stream = sse_client(url, headers=headers, timeout=PATIENCE_S)
        async with Client(stream, mode=mode, elicitation_callback=fail_to_ask) as client:
            yield client
    else:
        async with (
            httpx2.AsyncClient(headers=headers, timeout=PATIENCE_S, trust_env=False) as http,
            Client(
                streamable_http_client(url, http_client=http), mode=mode, elicitation_callback=fail_to_ask
            ) as client,
        ):
            yield client


TRACED = {
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "tracestate": f"{MARK}={MARK}",
}
BAD_BODIES = [
    MARK,
    f'{{"method": "{MARK}"}}',
    f'{{"jsonrpc": "2.0", "id": "{MARK}", "method": "{MARK}"}}',
    f'{{"jsonrpc": "2.0", "id": "{MARK}", "method": "tools/call", "params": {{"name": "{MARK}", "arguments": {{}}}}}}',
    json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": TRACED}}),
]


async def make_bad_requests(url: str) -> bytes:
    """Send requests that are refused before a call, by every kind of caller; return the answers."""
    good = {"Authorization": f"Bearer {TOKEN}"}
    bad = {"Authorization": f"Bearer {TOKEN}x"}
    answers = b""
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, trust_env=False) as web:
        for headers in (good, bad, good | {"Host": f"{MARK}.example"}, good | {"Origin": f"https://{MARK}.example"}):
            for path in ("/mcp", f"/mcp?key={MARK}", f"/messages/?session_id={MARK}", f"/{MARK}"):
                for body in BAD_BODIES:
                    answers += (await web.post(path, headers=headers, content=body)).content
        async with web.stream("GET", "/sse", headers=good) as stream:
            lines = stream.aiter_lines()
            endpoint = [await anext(lines) for _ in range(2)][1].removeprefix("data: ")
            await web.post(endpoint, headers=good, content=f'{{"jsonrpc": "{MARK}"}}')
            await web.post(endpoint, headers=good, content=MARK)
    return answers


@pytest.mark.slow("processes")
async def test_no_mark_leaks_over_http(
    variables: dict[str, str], sandbox: Sandbox, collector: Collector, tmp_path: Path
) -> None:
    variables["FRESHDESK_MCP_SERVER_AUTH_TOKENS"] = TOKEN
    with http_server_process(tmp_path, "serve", "--port", "0", **variables) as served:
        for path, mode in (("/mcp", "auto"), ("/mcp", "legacy"), ("/sse", "legacy")):
            sandbox.reset()
            async with client_of(served.url + path, mode) as client:
                await make_all_calls(client, sandbox)
                if path == "/sse":
                    await meet_what_does_not_pass(client, sandbox)
        await make_bad_requests(served.url)
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as web:
            metrics = (await web.get(f"{served.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).content
        served.end(signal.SIGTERM)
    outputs = (served.stdout.read_bytes(), served.stderr.read_bytes(), metrics, collector.received)
    assert_unmarked(*outputs)
    assert outputs[0] == b""
    assert codes_in(served.stderr) >= CODES
    assert all(f'code="{code}",tool="freshdesk_create_ticket"'.encode() in metrics for code in ("ok", "server_failure"))
    assert {b"tools/call freshdesk_create_ticket", b"freshdesk create_ticket"} <= words_of(collector.received)


@pytest.mark.slow("processes")
async def test_no_mark_leaks_over_stdio(
    variables: dict[str, str], sandbox: Sandbox, collector: Collector, tmp_path: Path
) -> None:
    parameters = StdioServerParameters(
        command=COMMAND[0],
        args=[*COMMAND[1:], "serve", "--transport", "stdio"],
        env=environment(**variables),
        cwd=tmp_path,
    )
    with (tmp_path / "stderr").open("w") as stderr:
        async with Client(
            stdio_client(parameters, errlog=stderr), mode="legacy", elicitation_callback=fail_to_ask
        ) as client:
            await make_all_calls(client, sandbox)
            await meet_what_does_not_pass(client, sandbox)
    assert_unmarked((tmp_path / "stderr").read_bytes(), collector.received)
    assert codes_in(tmp_path / "stderr") >= CODES


def words_of(spans: bytes) -> set[bytes]:
    """Return the names of spans in the export."""
    return {name for name in (b"tools/call freshdesk_create_ticket", b"freshdesk create_ticket") if name in spans}
