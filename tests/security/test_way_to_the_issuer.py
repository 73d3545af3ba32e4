"""The keys of a token issuer over real sockets: through a proxy, and with a given authority."""

import json
from pathlib import Path

import anyio
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from freshdesk_mcp_server.network import Network
from freshdesk_mcp_server.transports.jwt import SigningKeys
from support.certificates import Authority, create_authority
from support.proxies import Proxy, running_proxy, tls_server

pytestmark = pytest.mark.anyio

ISSUER = "issuer.example.com"
KEY = jwt.algorithms.OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate().public_key(), as_dict=True)
KEYS = json.dumps({"keys": [KEY | {"kid": "one", "alg": "EdDSA"}]}).encode()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return create_authority(tmp_path)


async def finds_key(host: str, network: Network) -> bool:
    """Return True if the key of the issuer at `host` is found."""
    async with anyio.create_task_group() as tasks:
        keys = SigningKeys(f"https://{host}", f"https://{host}/keys", tasks.start_soon, network=network)
        found = await keys.find("one")
    return found is not None


async def test_a_given_authority_vouches_for_the_issuer(authority: Authority) -> None:
    async with tls_server(authority.server_context("localhost"), KEYS) as port:
        assert await finds_key(f"localhost:{port}", Network(cert_file=str(authority.file)))
        assert not await finds_key(f"localhost:{port}", Network())


async def test_a_proxy_leads_to_the_issuer(authority: Authority) -> None:
    async with tls_server(authority.server_context(ISSUER), KEYS) as port, running_proxy(Proxy(port)) as proxy:
        url = SecretStr(f"http://127.0.0.1:{proxy.port}")
        assert await finds_key(ISSUER, Network(url, "", str(authority.file)))
    assert [head.split(b"\r\n")[0] for head in proxy.asked] == [b"CONNECT issuer.example.com:443 HTTP/1.1"]


async def test_the_environment_is_not_read_again(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "[::1]")
    async with tls_server(authority.server_context("localhost"), KEYS) as port:
        assert await finds_key(f"localhost:{port}", Network(cert_file=str(authority.file)))
