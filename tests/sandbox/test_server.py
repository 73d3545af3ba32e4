import asyncio
import json
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from freshdesk_sandbox import API_KEY, Fault, Sandbox, running_sandbox, serve_sandbox
from freshdesk_sandbox.faults import When
from freshdesk_sandbox.server import _Door
from freshdesk_sandbox.store import Records
from support.servers import PATIENCE_S, until

pytestmark = pytest.mark.anyio

LEAST = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(control=True)


@pytest.fixture
async def base_url(sandbox: Sandbox) -> AsyncIterator[str]:
    async with running_sandbox(sandbox=sandbox) as url:
        yield url


@pytest.fixture
async def api(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{base_url}/api/v2", auth=(API_KEY, "X"), timeout=PATIENCE_S) as client:
        yield client


async def test_the_sandbox_answers_on_a_real_socket(api: httpx.AsyncClient, base_url: str) -> None:
    response = await api.post("/tickets", json=LEAST)

    assert response.headers["location"] == f"{base_url}/api/v2/tickets/61"
    assert (await api.get(response.headers["location"])).json()["subject"] == "Late order"
    assert (await api.delete("/tickets/61")).status_code == 204
    assert (await api.get("/tickets/4711")).content == b" "


async def test_headers_are_freshdesks_and_not_the_servers(api: httpx.AsyncClient) -> None:
    headers = (await api.get("/tickets/1")).headers

    assert headers.get_list("server") == ["cloudflare"]
    assert len(headers.get_list("date")) == 1
    assert headers["transfer-encoding"] == "chunked"


async def test_the_link_points_at_the_socket(api: httpx.AsyncClient, base_url: str) -> None:
    response = await api.get("/tickets")

    assert response.links["next"]["url"] == f"{base_url}/api/v2/tickets?page=2"


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
async def test_a_connection_is_cut_before_the_answer(
    api: httpx.AsyncClient, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, when: When, made: int
) -> None:
    caplog.set_level(logging.DEBUG, logger="freshdesk_sandbox")
    sandbox.faults.add(Fault(drop="before_answer", when=when))

    with pytest.raises(httpx.RemoteProtocolError):
        await api.post("/tickets", json=LEAST)

    assert sandbox.statistics.tickets_made == made
    assert (await api.get("/tickets/1")).status_code == 200
    assert [record for record in caplog.records if not record.name.startswith("http")] == []


async def test_a_connection_is_cut_in_the_middle_of_the_body(
    api: httpx.AsyncClient, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.add(Fault(drop="mid_body"))

    response = await api.send(api.build_request("GET", "/tickets/1"), stream=True)
    parts = response.aiter_raw()
    received = await anext(parts)
    with pytest.raises(httpx.RemoteProtocolError):
        received += await anext(parts)

    assert response.status_code == 200
    assert received.startswith(b'{"cc_emails"')
    assert (await api.get("/tickets/1")).status_code == 200
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_delay_outlasts_an_impatient_caller(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(delay_s=3000, when="after"))

    calling = asyncio.create_task(api.post("/tickets", json=LEAST))
    await until(lambda: sandbox.statistics.tickets_made == 1)
    assert (await api.get("/tickets/1")).status_code == 200
    assert calling.cancel(), "it was answered"


async def test_broken_gzip_and_a_huge_body_cross_the_socket(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(body="broken_gzip"), Fault(body="huge"), Fault(body="truncated"), Fault(drip_s=0.001))

    with pytest.raises(httpx.DecodingError):
        await api.get("/tickets/1")
    assert len((await api.get("/tickets/1")).content) == 10_000_000
    with pytest.raises(json.JSONDecodeError):
        (await api.get("/tickets/1")).json()
    assert (await api.get("/tickets/1")).json()["id"] == 1


async def test_an_unexpected_exception_is_a_500_whose_traceback_is_logged_at_debug(
    api: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def empty_shelf(*_: object) -> None:
        raise LookupError("the shelf is empty")

    monkeypatch.setattr(Records, "__getitem__", empty_shelf)
    caplog.set_level(logging.DEBUG, logger="freshdesk_sandbox")

    assert (await api.get("/tickets/1")).status_code == 500
    told = {record.levelname: record.getMessage() for record in caplog.records if record.name.startswith("freshdesk")}
    assert set(told) == {"DEBUG", "ERROR"}
    assert told["DEBUG"].startswith("GET /api/v2/tickets/1 failed:\nTraceback")
    assert told["DEBUG"].endswith("LookupError: the shelf is empty\n")
    assert "shelf" not in told["ERROR"]


async def test_the_sandbox_stops_though_requests_are_running(caplog: pytest.LogCaptureFixture) -> None:
    """Both requests would outlast every timeout of the tests."""
    sandbox = Sandbox()
    sandbox.faults.add(Fault(drip_s=3000), Fault(delay_s=3000))
    async with httpx.AsyncClient(auth=(API_KEY, "X"), timeout=None) as client:
        async with asyncio.timeout(PATIENCE_S), running_sandbox(sandbox=sandbox) as url:
            request = client.build_request("GET", f"{url}/api/v2/tickets/1")
            dripping = await client.send(request, stream=True)
            delayed = asyncio.create_task(client.get(f"{url}/api/v2/tickets/2"))
            await until(lambda: sandbox.statistics.in_flight == 2)

        for cut in (dripping.aread(), delayed):
            with pytest.raises(httpx.RemoteProtocolError):
                await cut
        with pytest.raises(httpx.ConnectError):
            await client.get(url)

    assert sandbox.statistics.in_flight == 0
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_the_port_of_a_stopped_sandbox_is_free_again() -> None:
    async with running_sandbox() as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            async with running_sandbox(port=port):
                raise AssertionError
    async with running_sandbox(port=port) as again:
        assert again == url


async def test_control_is_off_unless_asked_for() -> None:
    async with (
        running_sandbox() as shut,
        running_sandbox(control=True) as open_,
        httpx.AsyncClient(timeout=PATIENCE_S) as client,
    ):
        assert (await client.get(f"{shut}/_sandbox/statistics")).status_code == 404
        assert (await client.get(f"{open_}/_sandbox/statistics")).status_code == 200


async def test_signal_handlers_stay_as_they_were() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with running_sandbox():
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_serving_ends_cleanly_with_a_signal(capfd: pytest.CaptureFixture[str], number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    serving = asyncio.create_task(serve_sandbox(port=port, control=False, rate_limit_per_minute=50))
    async with httpx.AsyncClient(auth=(API_KEY, "X"), timeout=PATIENCE_S) as client, asyncio.timeout(PATIENCE_S):
        response = await answered(client, f"http://127.0.0.1:{port}/api/v2/agents/me")
        os.kill(os.getpid(), number)
        await serving

    assert response.headers["x-ratelimit-total"] == "50.0"
    assert capfd.readouterr() == ("", "")


async def answered(client: httpx.AsyncClient, url: str) -> httpx.Response:
    """Send requests until the server listens."""
    while True:
        try:
            return await client.get(url)
        except httpx.ConnectError:
            await asyncio.sleep(0)


async def test_no_answer_waits_for_an_acknowledgement() -> None:
    door = _Door(Sandbox(), 0)
    await door.open()
    try:
        async with httpx.AsyncClient() as client:
            await client.get(f"http://127.0.0.1:{door.port}/")
            (connection,) = door._state.connections
            accepted = connection.transport.get_extra_info("socket")
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    finally:
        await door.close_for_good()
