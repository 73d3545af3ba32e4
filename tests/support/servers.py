"""Servers that tests talk to: in this process, in a thread of it, or in one of their own; and a client's whole tour."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx
import uvicorn
from anyio.from_thread import start_blocking_portal
from mcp.client import Client
from starlette.applications import Starlette
from starlette.types import ASGIApp

from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_mcp_server.server import OpenGateway, Server, create_server
from freshdesk_mcp_server.settings import SETTING_NAMES, Settings
from freshdesk_mcp_server.telemetry.metrics import Metrics
from freshdesk_mcp_server.tools.kit.runtime import CallsUnderWay
from freshdesk_mcp_server.tools.registry import policy_from
from freshdesk_mcp_server.transports.auth import create_access
from freshdesk_mcp_server.transports.http import HttpOptions, create_app, http_options_from
from freshdesk_mcp_server.transports.probes import Reachability
from freshdesk_mcp_server.transports.shutdown import Drain
from support.gateways import settings_for_tests
from support.tools import data_of

COMMAND = (sys.executable, "-m", "freshdesk_mcp_server")
PATIENCE_S = 300.0
"""Seconds after which a test counts as hung. No promise depends on it, and no test comes near it on a busy machine."""


def is_heeded(name: str) -> bool:
    """Return True if this server, or OpenTelemetry, reads a variable of the environment."""
    return name.upper() in SETTING_NAMES or name.upper().startswith(("FRESHDESK_", "OTEL_"))


def environment(**given: str) -> dict[str, str]:
    """Return this environment without the variables that a server reads, and with `given`."""
    return {name: value for name, value in os.environ.items() if not is_heeded(name)} | given


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as `condition` holds; fail if it does not in `PATIENCE_S`."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} s for {what}"
        time.sleep(0.02)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for `condition` in a coroutine."""
    with anyio.fail_after(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  # the condition belongs to other tasks, and has no event
            await anyio.sleep(0.01)


def log_lines(path: Path) -> list[dict[str, Any]]:
    """Return the log of a process; a line that is not JSON, such as one of a traceback, is an error."""
    return [json.loads(line) for line in path.read_text().splitlines()]


@dataclass(frozen=True)
class ServerProcess:
    """A server in a process of its own, and the files of its output."""

    process: subprocess.Popen[bytes]
    url: str
    stdout: Path
    stderr: Path

    def end(self, signal_number: int) -> None:
        """Send a signal and wait for the end."""
        self.process.send_signal(signal_number)
        self.process.wait(PATIENCE_S)


@contextmanager
def http_server_process(
    directory: Path, *arguments: str, command: Sequence[str] = COMMAND, **variables: str
) -> Iterator[ServerProcess]:
    """``serve --sandbox`` on a free port, or what `arguments` say, from `directory`, with `variables` set."""
    stdout, stderr = directory / "stdout", directory / "stderr"
    with stdout.open("wb") as out, stderr.open("wb") as err:
        process = subprocess.Popen(
            [*command, *(arguments or ("serve", "--sandbox", "--port", "0"))],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=directory,
            env=environment(**variables),
        )
    try:
        wait_until(lambda: _url_in(stderr) is not None or process.poll() is not None, "the server to listen")
        url = _url_in(stderr)
        assert url, stderr.read_text()
        wait_until(lambda: _is_up(url), "the server to answer")
        yield ServerProcess(process, url, stdout, stderr)
    finally:
        process.kill()
        process.wait(PATIENCE_S)


def _url_in(log: Path) -> str | None:
    whole_lines = log.read_text().rpartition("\n")[0].splitlines()
    events = [json.loads(line) for line in whole_lines if line.startswith("{")]
    return next((event["url"] for event in events if event["event"] == "listening"), None)


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=PATIENCE_S, trust_env=False).is_success
    except httpx.TransportError:
        return False


@asynccontextmanager
async def listening(
    app: ASGIApp, *, on: socket.socket | None = None, **options: Any
) -> AsyncIterator[tuple[str, uvicorn.Server]]:
    """Serve `app` on a free port of 127.0.0.1, in this event loop; yield its address and the server.

    `on` is an existing listener, for an application that must know its address.

    `options` are uvicorn's. A connection without a request is kept, since nobody knows how long a busy machine takes to
    send the next one.
    """
    known = {"log_config": None, "access_log": False, "timeout_graceful_shutdown": 5, "timeout_keep_alive": PATIENCE_S}
    config = uvicorn.Config(app, **known | options)
    server = uvicorn.Server(config)
    with on or socket.create_server(("127.0.0.1", 0)) as listener:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: server.serve(sockets=[listener]))
            await until(lambda: server.started)
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
            finally:
                server.should_exit = True


@contextmanager
def in_background[T](context: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Run an asynchronous context in a thread, and yield its value."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(context) as value:
        yield value


def server_over(
    answer: Callable[[httpx.Request], httpx.Response] | None = None,
    *,
    gateway: OpenGateway | None = None,
    settings: Settings | None = None,
) -> Server:
    """Create a server whose network is `answer`, or whose gateway is `gateway`, or that works by `settings`."""
    known = settings or settings_for_tests()
    transport = httpx.MockTransport(answer) if answer else None

    def opened() -> AbstractAsyncContextManager[Any]:
        return open_gateway(known, lambda _: None, transport=transport)

    return create_server(gateway or opened, known.portal_url, lambda _: None)


def app_of(settings: Settings, answer: Callable[[httpx.Request], httpx.Response] | None = None) -> Starlette:
    """Create the application as the command line makes it of `settings`, also where `answer` is the network."""
    access = create_access(settings)
    transport = httpx.MockTransport(answer) if answer else None
    server = create_server(
        lambda: open_gateway(settings, lambda _: None, transport=transport),
        settings.portal_url,
        lambda _: None,
        policy=policy_from(settings),
        auth=access.settings,
        token_verifier=access.verifier,
    )
    needs_token = access.verifier is not None
    return http_app(server, http_options_from(settings, needs_token=needs_token, looks_at_freshdesk=False))


def http_app(
    server: Server, options: HttpOptions | None = None, *, metrics: Metrics | None = None, drain: Drain | None = None
) -> Starlette:
    """Create the application for `server`; live objects beside it are made for it alone unless given."""
    return create_app(
        server,
        options or HttpOptions(),
        metrics=metrics or Metrics(),
        reachability=Reachability(),
        drain=drain or Drain(CallsUnderWay(), grace_s=0),
    )


async def work_a_ticket(client: Client) -> None:
    """Create, read, update, list and delete a ticket on a sandbox, and check the result of each tool."""

    async def call(tool: str, **arguments: Any) -> dict[str, Any]:
        with anyio.fail_after(PATIENCE_S):
            return data_of(await client.call_tool(tool, arguments))

    email = f"tour-{os.urandom(4).hex()}@example.com"
    created = (
        await call(
            "freshdesk_create_ticket", subject="No toner", email=email, description="2nd floor\n<left>", priority=3
        )
    )["ticket"]
    _assert_holds(created, subject="No toner", priority_name="High", status_name="Open")

    read = (await call("freshdesk_get_ticket", ticket_id=created["id"]))["ticket"]
    _assert_holds(read, id=created["id"], url=created["url"], subject="No toner")
    assert "<left>" in read["description"]

    changes = {"status": 4, "tags": ["toner"], "subject": "Toner is here"}
    updated = (await call("freshdesk_update_ticket", ticket_id=created["id"], **changes))["ticket"]
    _assert_holds(updated, id=created["id"], **changes, status_name="Resolved", priority=3)

    listed = await call("freshdesk_list_tickets", email=email)
    assert [ticket["id"] for ticket in listed["tickets"]] == [created["id"]]
    assert listed["page"] == 1
    page = await call("freshdesk_list_tickets", per_page=2)
    assert len(page["tickets"]) == page["next_page"] == 2

    deleted = await call("freshdesk_delete_ticket", ticket_id=created["id"])
    assert deleted["deleted_ticket_id"] == created["id"]
    assert (await call("freshdesk_list_tickets", email=email))["tickets"] == []


def _assert_holds(view: Mapping[str, Any], **expected: Any) -> None:
    assert {name: view.get(name) for name in expected} == expected
