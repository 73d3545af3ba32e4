"""The connections to Freshdesk over real sockets: authorities, proxies, and reasons for failures."""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest

from freshdesk_mcp_server.errors import REMEDIES, FreshdeskError, Unreachable, UnreachableError
from freshdesk_mcp_server.gateway import current_agent, open_gateway
from freshdesk_mcp_server.gateway.reasons import reason_of
from freshdesk_mcp_server.gateway.route import trust_of_system
from freshdesk_mcp_server.settings import Settings
from freshdesk_mcp_server.telemetry.events import AttemptFinished, Event
from freshdesk_mcp_server.telemetry.metrics import Metrics
from freshdesk_mcp_server.tools.kit.error_result import error_shape
from support.certificates import Authority, create_authority
from support.gateways import settings_for_tests
from support.proxies import AGENT, Proxy, json_answer, running_proxy, tls_server
from support.raw import raw_server

pytestmark = pytest.mark.anyio

HOST = "acme.freshdesk.com"
PASSWORD = "marked-and-secret"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return create_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Yield a port that belongs to this test, and has no listener."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def settings_of(*, domain: str = HOST, **given: object) -> Settings:
    """Return settings for an account at `domain`, which may be on this machine."""
    return settings_for_tests(**{"max_attempts": 1} | given).model_copy(update={"domain": domain})


async def ask(settings: Settings, events: list[Event] | None = None) -> int:
    """Return the number of the agent that the host of `settings` names."""
    observed = events if events is not None else []
    async with open_gateway(settings, observed.append) as gateway:
        agent, _ = await current_agent(gateway)
        return agent.id


async def reason_for(settings: Settings) -> Unreachable:
    """Return the reason for a failed connection; error, event, metrics and hint must agree on it."""
    events: list[Event] = []
    with pytest.raises(UnreachableError) as caught:
        await ask(settings, events)
    reason = caught.value.reason
    (event,) = [event for event in events if isinstance(event, AttemptFinished)]
    metrics = Metrics()
    metrics(event)
    assert event.reason == error_shape(caught.value)["reason"] == reason
    assert f'freshdesk_unreachable_total{{reason="{reason}"}} 1.0' in metrics.text().decode()
    assert caught.value.hint == REMEDIES[reason].hint
    return reason


# Authorities


async def test_an_authority_of_a_company_is_trusted_where_it_is_given(authority: Authority) -> None:
    async with tls_server(authority.server_context("localhost")) as port:
        here = f"localhost:{port}"
        assert await ask(settings_of(domain=here, ssl_cert_file=str(authority.file))) == 7
        assert await ask(settings_of(domain=here, ssl_cert_dir=str(authority.folder()))) == 7
        assert await reason_for(settings_of(domain=here)) is Unreachable.CERTIFICATE


async def test_an_authority_of_the_system_is_trusted(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))  # OpenSSL's own name for where the system has them
    monkeypatch.setattr("freshdesk_mcp_server.gateway.route.trust_of_system", trust_of_system.__wrapped__)
    async with tls_server(authority.server_context("localhost")) as port:
        assert await ask(settings_of(domain=f"localhost:{port}")) == 7


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_on_windows_and_macos_the_system_itself_is_asked(system: str) -> None:
    assert type(trust_of_system(system)).__module__.startswith("truststore")


def test_authorities_are_read_once() -> None:
    assert trust_of_system() is trust_of_system()


async def test_a_certificate_for_another_name_is_refused(authority: Authority) -> None:
    async with tls_server(authority.server_context(HOST)) as port:
        settings = settings_of(domain=f"localhost:{port}", ssl_cert_file=str(authority.file))
        assert await reason_for(settings) is Unreachable.CERTIFICATE


async def test_a_certificate_that_is_not_trusted_is_not_tried_again(authority: Authority) -> None:
    events: list[Event] = []
    async with tls_server(authority.server_context("localhost")) as port:
        with pytest.raises(UnreachableError) as caught:
            await ask(settings_of(domain=f"localhost:{port}", max_attempts=8), events)
    assert (len(events), caught.value.retryable) == (1, False)


# Proxies


@pytest.mark.parametrize("name", ["https_proxy", "all_proxy"])
async def test_a_proxy_leads_to_freshdesk(authority: Authority, name: str) -> None:
    async with tls_server(authority.server_context(HOST)) as port, running_proxy(Proxy(port)) as proxy:
        given = {name: f"http://user:{PASSWORD}@127.0.0.1:{proxy.port}", "ssl_cert_file": str(authority.file)}
        assert await ask(settings_of(**given)) == 7
    (asked,) = proxy.asked
    assert asked.startswith(b"CONNECT acme.freshdesk.com:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " in asked


async def test_the_certificate_is_checked_behind_a_proxy_too(authority: Authority) -> None:
    async with tls_server(authority.server_context(HOST)) as port, running_proxy(Proxy(port)) as proxy:
        assert await reason_for(settings_of(https_proxy=f"127.0.0.1:{proxy.port}")) is Unreachable.CERTIFICATE


@pytest.mark.parametrize("status", [b"407 Proxy Authentication Required", b"403 Forbidden", b"502 Bad Gateway"])
async def test_a_proxy_that_refuses_is_told(status: bytes) -> None:
    async with running_proxy(Proxy(status=status)) as proxy:
        settings = settings_of(https_proxy=f"http://user:{PASSWORD}@127.0.0.1:{proxy.port}")
        assert await reason_for(settings) is Unreachable.PROXY


async def test_a_proxy_that_is_not_there_is_told(closed_port: int) -> None:
    assert await reason_for(settings_of(https_proxy=f"127.0.0.1:{closed_port}")) is Unreachable.PROXY


async def test_a_proxy_whose_name_is_not_found_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", name_not_found)
    assert await reason_for(settings_of(https_proxy="http://proxy.example.com:3128")) is Unreachable.PROXY


async def test_a_freshdesk_on_this_machine_needs_neither_proxy_nor_authority(
    monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"socks://user:{PASSWORD}@127.0.0.1:{closed_port}")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    async with raw_server([json_answer(AGENT)]) as (url, _):
        assert await ask(settings_of(upstream_url=url)) == 7


# No connection


def name_not_found(*_: Any, **__: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def test_a_name_that_is_not_found_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", name_not_found)
    assert await reason_for(settings_of()) is Unreachable.DNS


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_port_where_nobody_listens_is_told(closed_port: int, host: str) -> None:
    assert await reason_for(settings_of(domain=f"{host}:{closed_port}")) is Unreachable.REFUSED


async def test_a_server_that_does_not_speak_tls_is_told() -> None:
    async def serve(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        assert await reason_for(settings_of(domain=f"127.0.0.1:{port}")) is Unreachable.TLS
        tasks.cancel_scope.cancel()


@pytest.mark.slow("sockets")
async def test_a_server_that_never_answers_is_told(put_forward: Any) -> None:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:

        async def serve(stream: anyio.abc.SocketStream) -> None:
            async with stream:
                put_forward(10)
                await anyio.sleep_forever()

        tasks.start_soon(listener.serve, serve)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        assert await reason_for(settings_of(domain=f"127.0.0.1:{port}")) is Unreachable.TIMEOUT
        tasks.cancel_scope.cancel()


# Kinds of exceptions


def raised(error: httpx.HTTPError, *causes: BaseException) -> httpx.HTTPError:
    """Return `error`, raised from the first cause, raised from the second, and so on."""
    one: BaseException = error
    for cause in causes:
        one.__cause__ = cause
        one = cause
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (httpx.PoolTimeout(""), Unreachable.BUSY),
        (httpx.ConnectTimeout(""), Unreachable.TIMEOUT),
        (httpx.ProxyError(""), Unreachable.PROXY),
        (httpx.UnsupportedProtocol(""), Unreachable.NETWORK),
        (httpx.ConnectError("certificate verify failed: Name or service not known"), Unreachable.NETWORK),
        (raised(httpx.ConnectError(""), OSError(errno.ENETUNREACH, "")), Unreachable.NETWORK),
        (raised(httpx.ConnectError(""), OSError(), ConnectionRefusedError()), Unreachable.REFUSED),
        (
            raised(
                httpx.ConnectError(""),
                OSError(),
                ExceptionGroup("", [OSError(errno.ENETUNREACH, ""), ConnectionRefusedError()]),
            ),
            Unreachable.REFUSED,
        ),
        (raised(httpx.ConnectError(""), Exception(), socket.gaierror()), Unreachable.DNS),
        (raised(httpx.ConnectError(""), ssl.SSLCertVerificationError()), Unreachable.CERTIFICATE),
        (raised(httpx.ConnectError(""), ssl.SSLError()), Unreachable.TLS),
        (raised(httpx.ProxyError(""), httpx.ConnectError(""), ConnectionRefusedError()), Unreachable.PROXY),
    ],
    ids=repr,
)
def test_the_reason_is_found_in_the_types_of_the_causes(error: httpx.HTTPError, reason: Unreachable) -> None:
    assert reason_of(error) is reason


async def test_the_reason_of_an_earlier_request_is_not_that_of_a_later_one() -> None:
    with pytest.raises(FreshdeskError) as earlier:
        await ask(settings_of(domain="localhost:1"))
    earlier.value.__context__ = ssl.SSLCertVerificationError()
    error = httpx.ConnectError("")
    error.__context__ = ConnectionRefusedError()
    error.__context__.__context__ = earlier.value
    assert reason_of(error) is Unreachable.REFUSED


def test_every_reason_has_a_hint_of_its_own() -> None:
    assert set(REMEDIES) == set(Unreachable)
    assert len({remedy.hint for remedy in REMEDIES.values()}) == len(Unreachable)
