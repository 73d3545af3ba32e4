"""Two servers behind a real nginx with the shipped configuration; skipped where nginx is not installed."""

import getpass
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from mcp.client import Client, ClientRequestContext
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitRequestParams, ElicitResult

from freshdesk_mcp_server.transports.http import LARGEST_REQUEST
from freshdesk_sandbox import API_KEY, running_sandbox
from support.servers import COMMAND, PATIENCE_S, environment, in_background, log_lines, wait_until, work_a_ticket
from support.tools import data_of

CONFIGURATION = Path(__file__).parents[2] / "deploy/nginx/nginx.conf"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
TOKEN = "a-token-that-all-servers-know"
AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}
HEADERS = AUTHORIZATION | {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-06-18",
}
LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
MODES = ["auto", "legacy"]

pytestmark = [
    pytest.mark.slow("nginx"),
    pytest.mark.anyio,
    pytest.mark.skipif(
        NGINX is None,
        reason="nginx is not installed: deploy/nginx/nginx.conf was NOT tried, neither its syntax nor its routing",
    ),
]


@dataclass(frozen=True)
class Proxy:
    """nginx before servers that share one simulated Freshdesk."""

    url: str
    directory: Path
    servers: dict[str, subprocess.Popen[bytes]]

    def calls(self, path: str) -> list[dict[str, Any]]:
        """Return nginx's log lines of requests for a path."""
        return [line for line in log_lines(self.directory / "access") if line["path"] == path]

    def servers_of(self, path: str) -> set[str]:
        return {line["upstream"] for line in self.calls(path)}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def command_of_nginx(directory: Path, port: int, servers: list[str]) -> list[str]:
    """Return the command of nginx with the shipped configuration, but other addresses, and `directory` as /tmp."""
    addresses = "".join(rf"server {address}\1;" for address in servers)
    text, count = re.subn(r"server server:5000 resolve( [^;]*);", addresses, CONFIGURATION.read_text())
    assert count == 2
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace(" /tmp/", f" {directory}/")
    # Workers of root's nginx run as another user, who cannot enter a test's directory.
    user = f"user {getpass.getuser()};\n" if os.geteuid() == 0 else ""
    path = directory / "nginx.conf"
    path.write_text(user + text)
    return [str(NGINX), "-e", "stderr", "-p", str(directory), "-c", str(path)]


@contextmanager
def server_process(directory: Path, upstream: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    directory.mkdir()
    with (directory / "stderr").open("wb") as err:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stderr=err,
            cwd=directory,
            env=environment(
                FRESHDESK_API_KEY=API_KEY,
                FRESHDESK_DOMAIN="sandbox",
                FRESHDESK_MCP_SERVER_UPSTREAM_URL=upstream,
                FRESHDESK_MCP_SERVER_AUTH_TOKENS=TOKEN,
            ),
        )
    try:
        yield f"127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait(PATIENCE_S)


@contextmanager
def nginx_process(directory: Path, servers: list[str]) -> Iterator[str]:
    port = free_port()
    command = command_of_nginx(directory, port, servers)
    with (directory / "access").open("ab") as out, (directory / "errors").open("ab") as err:
        process = subprocess.Popen([*command, "-g", "daemon off;"], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=PATIENCE_S, trust_env=False).is_success
    except httpx.TransportError:
        return False


@contextmanager
def two_servers_behind_nginx(directory: Path) -> Iterator[Proxy]:
    with ExitStack() as stack:
        upstream = stack.enter_context(in_background(running_sandbox()))
        servers = dict(stack.enter_context(server_process(directory / str(number), upstream)) for number in range(2))
        for address in servers:
            wait_until(partial(is_up, f"http://{address}"), "a server")
        url = stack.enter_context(nginx_process(directory, [*servers]))
        wait_until(partial(is_up, url), "nginx")
        yield Proxy(url, directory, servers)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with two_servers_behind_nginx(tmp_path_factory.mktemp("proxy")) as made:
        yield made


@pytest.fixture
def web(proxy: Proxy) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=proxy.url, headers=HEADERS, timeout=PATIENCE_S, trust_env=False) as client:
        yield client


def test_nginx_accepts_the_configuration(tmp_path: Path) -> None:
    command = command_of_nginx(tmp_path, free_port(), ["127.0.0.1:1", "127.0.0.1:2"])
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"\[(?:warn|error|emerg)\].*", done.stderr) == []


@pytest.mark.parametrize("mode", MODES)
async def test_any_server_answers_the_calls_of_one_client(proxy: Proxy, mode: str) -> None:
    async with (
        httpx2.AsyncClient(headers=AUTHORIZATION, timeout=PATIENCE_S, trust_env=False) as http,
        Client(streamable_http_client(f"{proxy.url}/mcp", http_client=http), mode=mode) as client,
    ):
        await work_a_ticket(client)
    wait_until(lambda: proxy.servers_of("/mcp") == set(proxy.servers), "calls at both servers")


async def test_the_question_of_one_server_may_be_answered_to_another(proxy: Proxy) -> None:
    """nginx sends the call that asks and the call that answers to different servers about half of the time."""

    async def agree(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        del context, params
        return ElicitResult(action="accept", content={"confirm": True})

    async with (
        httpx2.AsyncClient(headers=AUTHORIZATION, timeout=PATIENCE_S, trust_env=False) as http,
        Client(streamable_http_client(f"{proxy.url}/mcp", http_client=http), elicitation_callback=agree) as client,
    ):
        for _ in range(6):
            ticket = {"subject": "Short-lived", "email": "ada@example.com"}
            made = data_of(await client.call_tool("freshdesk_create_ticket", ticket))["ticket"]["id"]
            deleted = data_of(await client.call_tool("freshdesk_delete_ticket", {"ticket_id": made}))
            assert deleted["deleted_ticket_id"] == made


@pytest.mark.parametrize("mode", MODES)
async def test_the_clients_of_sse_come_back_to_the_server_they_connected_to(proxy: Proxy, mode: str) -> None:
    """No other server knows their sessions; the address alone decides on the server."""

    async def work_over_sse() -> None:
        stream = sse_client(f"{proxy.url}/sse", headers=AUTHORIZATION, timeout=PATIENCE_S)
        async with Client(stream, mode=mode) as client:
            await work_a_ticket(client)

    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(work_over_sse)
    wait_until(lambda: bool(proxy.calls("/sse")), "the end of a stream")
    assert len(proxy.servers_of("/messages/")) == 1
    assert proxy.servers_of("/sse") == proxy.servers_of("/messages/")


def test_an_answer_carries_the_id_of_its_call_once(web: httpx.Client) -> None:
    answer = web.post("/mcp", json=LIST_TOOLS, headers={"X-Request-Id": "abc-1"})
    assert answer.status_code == 200, answer.text
    assert answer.headers.get_list("X-Request-Id") == ["abc-1"]
    made = web.post("/mcp", json=LIST_TOOLS, headers={"X-Request-Id": "not an id"}).headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_the_servers_log_a_call_by_the_id_that_nginx_logs(proxy: Proxy, web: httpx.Client) -> None:
    call = {"method": "tools/call", "params": {"name": "freshdesk_list_tickets", "arguments": {"per_page": 1}}}
    call_id = web.post("/mcp", json=LIST_TOOLS | call).headers["X-Request-Id"]
    wait_until(lambda: call_id in {line["request_id"] for line in proxy.calls("/mcp")}, "a line of nginx")
    logs = [line for number in range(2) for line in log_lines(proxy.directory / str(number) / "stderr")]
    assert call_id in {line.get("request_id") for line in logs}


def test_the_servers_authenticate_calls_behind_nginx(web: httpx.Client) -> None:
    assert web.post("/mcp", json=LIST_TOOLS, headers={"Authorization": "Bearer no"}).status_code == 401
    assert web.post("/mcp", json=LIST_TOOLS, headers={"Host": "evil.example"}).status_code == 421
    assert web.get("/sse", headers={"Authorization": ""}).status_code == 401


def test_nginx_shows_health_and_nothing_that_only_one_server_knows(web: httpx.Client) -> None:
    assert web.get("/health").json()["status"] == "ok"
    assert web.get("/health/ready").status_code == 200
    assert web.get("/metrics").status_code == 404
    assert web.get("/").status_code == 404


def test_a_body_that_is_too_large_ends_at_nginx(proxy: Proxy, web: httpx.Client) -> None:
    assert web.post("/mcp", content=b" " * (LARGEST_REQUEST + 1)).status_code == 413
    assert web.post("/mcp", content=b" " * LARGEST_REQUEST).status_code == 400
    assert "buffered to a temporary file" not in (proxy.directory / "errors").read_text()


def test_a_server_that_has_gone_is_passed_over(tmp_path: Path) -> None:
    with (
        two_servers_behind_nginx(tmp_path) as proxy,
        httpx.Client(base_url=proxy.url, headers=HEADERS, timeout=PATIENCE_S, trust_env=False) as web,
    ):
        gone, *_ = proxy.servers.values()
        gone.kill()
        gone.wait(PATIENCE_S)
        assert [web.post("/mcp", json=LIST_TOOLS).status_code for _ in range(8)] == [200] * 8
