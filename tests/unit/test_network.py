"""The network: proxies and authorities that are accepted, their hosts, and the problems of others."""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.network import Network, parse_proxy, proxy_of_system, trust_in
from freshdesk_mcp_server.settings import load_settings
from support.certificates import Authority, create_authority

ACCOUNT: dict[str, object] = {"api_key": "kEy-0123456789", "domain": "acme"}
PROXY = "http://proxy.example.com:3128"
HOST = "acme.freshdesk.com"
SECRET = "marked-and-secret"
BAD_PROXIES = [
    f"socks://user:{SECRET}@127.0.0.1:1080",
    f"socks5://user:{SECRET}@127.0.0.1:1080",
    f"socks5h://{SECRET}:1080",
    f"ftp://{SECRET}",
    f"htp://user:{SECRET}@proxy",
    f"http://user:{SECRET}@proxy:port",
    f"http://user:{SECRET}@proxy:70000",
    f"http://user:{SECRET}@proxy:0",
    f"http://user:{SECRET}@secret@proxy:3128",
    f"http://{SECRET} .example.com",
    f"http://{SECRET}:3128/path",
    f"http://:3128?{SECRET}",
    f"http://[{SECRET}]:3128",
    f"http://[::1:3128/{SECRET}",
    "http://",
    ":3128",
]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return create_authority(tmp_path)


def problems_with(given: Mapping[str, object] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings({**ACCOUNT, **(given or {})})
    assert SECRET not in str(caught.value)
    return caught.value.problems


# Proxies


@pytest.mark.parametrize(
    ("value", "url"),
    [
        (PROXY, PROXY),
        (" https://proxy.example.com ", "https://proxy.example.com"),
        ("proxy.example.com:3128", PROXY),
        ("proxy", "http://proxy"),
        ("HTTP://Proxy:3128/", "HTTP://Proxy:3128/"),
        ("http://user:p%40ss@10.0.0.1:3128", "http://user:p%40ss@10.0.0.1:3128"),
        ("user@proxy:3128", "http://user@proxy:3128"),
        ("http://[::1]:3128", "http://[::1]:3128"),
    ],
)
def test_a_proxy_is_a_url_or_a_host_with_a_port(value: str, url: str) -> None:
    assert parse_proxy(value) == url
    httpx.AsyncClient(proxy=parse_proxy(value), verify=False)


@given(st.text(alphabet="ahtps:/@[]%.1290-_\\ #?", max_size=30))
def test_an_accepted_proxy_can_be_used(value: str) -> None:
    try:
        url = parse_proxy(value)
    except ValueError:
        return
    httpx.AsyncClient(proxy=url, verify=False)


@pytest.mark.parametrize("value", BAD_PROXIES)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_that_cannot_be_used_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    (problem,) = problems_with()
    assert problem.startswith(f"{name} is not valid: it must be an HTTP proxy, such as http://proxy.example.com:3128")


def test_a_proxy_that_is_not_used_may_be_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", BAD_PROXIES[0])
    monkeypatch.setenv("ALL_PROXY", BAD_PROXIES[0])
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    assert load_settings(ACCOUNT).network.proxy_to(HOST) == PROXY


def test_a_proxy_may_stand_in_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"https_proxy={PROXY}\n", encoding="utf-8")
    assert load_settings(ACCOUNT).network.proxy_to(HOST) == PROXY
    (tmp_path / ".env").write_text(f"https_proxy=socks://{SECRET}\n", encoding="utf-8")
    assert problems_with()[0].startswith(f"https_proxy in {tmp_path / '.env'} is not valid")


@pytest.mark.parametrize(
    "variables",
    [{"HTTPS_PROXY": BAD_PROXIES[0]}, {"all_proxy": BAD_PROXIES[1]}, {"SSL_CERT_FILE": "/nowhere"}],
    ids=lambda variables: next(iter(variables)),
)
def test_where_nothing_beyond_this_machine_is_reached_the_variables_may_say_anything(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    local = {"upstream_url": "http://127.0.0.1:5056", "public_url": "https://mcp.example.com"}
    assert load_settings(ACCOUNT | local)
    assert load_settings(ACCOUNT | local | {"oauth_issuer": "http://localhost:9000"})
    assert len(problems_with(local | {"oauth_issuer": "https://issuer.example.com"})) == 1


def test_all_problems_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HTTPS_PROXY": "socks://x", "SSL_CERT_FILE": "/x", "SSL_CERT_DIR": "/x"}.items():
        monkeypatch.setenv(name, value)
    assert [problem.split()[0] for problem in problems_with({"port": -1})] == [
        "FRESHDESK_MCP_SERVER_PORT",
        "HTTPS_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ]


def test_the_password_of_a_proxy_is_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{SECRET}@proxy:3128")
    settings = load_settings(ACCOUNT)
    assert SECRET not in f"{settings!r}{settings.network!r}{settings.model_dump_json()}"


# Hosts


@pytest.mark.parametrize(
    "excluded",
    [
        "*",
        "localhost,*",
        HOST,
        HOST.upper(),
        "freshdesk.com",
        ".freshdesk.com",
        "*.freshdesk.com",
        "localhost, freshdesk.com",
        "localhost freshdesk.com",
        f"{HOST}:443",
        f"https://{HOST}",
    ],
)
def test_a_host_that_is_excluded_is_reached_without_the_proxy(excluded: str) -> None:
    assert Network(SecretStr(PROXY), excluded).proxy_to(HOST) is None


@pytest.mark.parametrize(
    "excluded",
    ["", "[::1]", "::1", "fe80::/10", "10.0.0.0/8", "127.0.0.1,[::1]", "desk.com", "com.", ":443", "http://", ",.,*."],
)
def test_exclusions_of_other_hosts_change_nothing(monkeypatch: pytest.MonkeyPatch, excluded: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("no_proxy", excluded)
    assert load_settings(ACCOUNT).network.proxy_to(HOST) == PROXY


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_is_never_reached_through_a_proxy(host: str) -> None:
    assert Network(SecretStr(PROXY), "").proxy_to(host) is None


def test_windows_and_macos_have_a_proxy_in_their_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.getproxies", lambda: {"https": PROXY, "http": "socks://x"})
    monkeypatch.setattr("urllib.request.proxy_bypass", lambda host: host == "intranet")
    assert proxy_of_system("win32") == proxy_of_system("darwin") == PROXY
    assert proxy_of_system("linux") is None
    network = Network(SecretStr(PROXY), None)
    assert (network.proxy_to(HOST), network.proxy_to("intranet")) == (PROXY, None)


def test_a_proxy_of_the_system_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.getproxies", lambda: {"https": f"socks://{SECRET}"})
    monkeypatch.setattr("freshdesk_mcp_server.settings.model.proxy_of_system", lambda: proxy_of_system("darwin"))
    (problem,) = problems_with()
    assert problem.startswith("The proxy in the settings of this system is not valid: it must be an HTTP proxy")
    assert load_settings(ACCOUNT | {"upstream_url": "http://127.0.0.1:1"})
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    assert load_settings(ACCOUNT).network.proxy_to(HOST) == PROXY


# Authorities


def test_authorities_may_be_given_in_the_environment_and_in_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, authority: Authority
) -> None:
    (tmp_path / ".env").write_text(f"SSL_CERT_FILE={authority.file}\n", encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_DIR", str(authority.folder()))
    network = load_settings(ACCOUNT).network
    assert (network.cert_file, network.cert_dir) == (str(authority.file), str(authority.folder()))


def test_authorities_that_are_given_are_the_only_ones(authority: Authority) -> None:
    context = trust_in(str(authority.file), None)
    assert [certificate["serialNumber"] for certificate in context.get_ca_certs()]
    assert len(context.get_ca_certs()) == 1
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize("content", [None, "", "no certificate", "-----BEGIN CERTIFICATE-----\nx\n"])
def test_a_file_without_authorities_is_named_without_its_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / SECRET
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    (problem,) = problems_with()
    assert problem.startswith("SSL_CERT_FILE is not valid: it must be a file that can be read, with certificates")


def test_a_folder_in_place_of_the_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path))
    assert problems_with()[0].startswith("SSL_CERT_FILE is not valid")


@pytest.mark.parametrize("names", [None, [], ["company-root.pem"]])
def test_a_folder_without_authorities_is_named_without_its_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, names: list[str] | None
) -> None:
    folder = tmp_path / SECRET
    if names is not None:
        folder.mkdir()
        for name in names:
            (folder / name).touch()
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    assert problems_with()[0].startswith("SSL_CERT_DIR is not valid: it must be a folder with certificates under their")


def test_authorities_may_be_in_one_of_several_folders(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, authority: Authority
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path / 'nowhere'}{os.pathsep}{authority.folder()}")
    assert load_settings(ACCOUNT)
