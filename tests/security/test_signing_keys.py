"""The keys of a token issuer, in virtual time: the waits for it, and the effects of its failures."""

import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise

import anyio
import httpx
import jwt
import pytest
import respx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from freshdesk_mcp_server.transports.jwt import (
    FETCH_TIMEOUT_S,
    FRESH_S,
    LARGEST_ANSWER,
    LONGEST_WAIT_S,
    OAUTH_DISCOVERY,
    OLDEST_S,
    OPENID_DISCOVERY,
    REFETCH_AFTER_S,
    SigningKeys,
)

# trio warns of a generator that is left before its end, as httpx leaves its own when a body is too large.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.usefixtures("virtual_time"),
    pytest.mark.filterwarnings("ignore:Async generator 'httpx\\.:ResourceWarning"),
]

ISSUER = "https://issuer.example.com"
JWKS_URL = f"{ISSUER}/keys"

type Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


def public_key(key_id: str) -> dict[str, str]:
    key = Ed25519PrivateKey.generate().public_key()
    return jwt.algorithms.OKPAlgorithm.to_jwk(key, as_dict=True) | {"kid": key_id, "alg": "EdDSA"}


@dataclass
class Issuer:
    """An issuer that publishes `key_ids`, `delay_s` after each request; `asked` are the times of requests, by path.

    Its discovery document is at `discovery_path` alone, and names the issuer `name`.
    """

    key_ids: tuple[str, ...] = ("one",)
    name: str = ISSUER
    discovery_path: str = OAUTH_DISCOVERY
    delay_s: float = 0.0
    answer: Answer | None = None
    asked: list[tuple[float, str]] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((anyio.current_time(), request.url.path))
        await anyio.sleep(self.delay_s)
        if self.answer:
            return await self.answer(request)
        if request.url.path == self.discovery_path:
            return httpx.Response(200, json={"issuer": self.name, "jwks_uri": JWKS_URL})
        if ".well-known" in request.url.path:
            return httpx.Response(404)
        return httpx.Response(200, json={"keys": [public_key(key_id) for key_id in self.key_ids]})


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    with respx.mock(assert_all_called=False) as router:
        router.route(host="issuer.example.com").mock(side_effect=made)
        yield made


@asynccontextmanager
async def signing_keys(*, jwks_url: str | None = JWKS_URL, name: str = ISSUER) -> AsyncIterator[SigningKeys]:
    async with anyio.create_task_group() as tasks:
        yield SigningKeys(name, jwks_url, tasks.start_soon)


async def waited_for(keys: SigningKeys, key_id: str) -> tuple[bool, float]:
    """Return True if a key is found, and the seconds of the wait."""
    started = anyio.current_time()
    found = await keys.find(key_id)
    return found is not None, anyio.current_time() - started


def answers(status: int = 200, content: bytes = b"", **headers: str) -> Answer:
    async def answer(_: httpx.Request) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(status, headers=named, stream=httpx.ByteStream(content))

    return answer


def fails(error: Exception) -> Answer:
    async def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


async def drips(_: httpx.Request) -> httpx.Response:
    """Answer with a byte each second, without an end."""

    async def body() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await anyio.sleep(1)

    return httpx.Response(200, content=body())


FAILURES: dict[str, Answer] = {
    "no connection": fails(httpx.ConnectError("down")),
    "no connection in time": fails(httpx.ConnectTimeout("down")),
    "500": answers(500),
    "redirect": answers(302, location="https://elsewhere.example.com/keys"),
    "empty": answers(),
    "html": answers(content=b"<html>"),
    "list": answers(content=b"[]"),
    "no keys": answers(content=b'{"keys": []}'),
    "keys of no kind": answers(content=b'{"keys": {"x": 1}}'),
    "unusable keys": answers(content=b'{"keys": [{"kty": "x"}, 7]}'),
    "deep": answers(content=b"[" * 100_000),
    "digits": answers(content=b"9" * 100_000),
    "too large": answers(content=json.dumps({"keys": [public_key("one")]}).encode().ljust(LARGEST_ANSWER + 1)),
    "bomb": answers(content=gzip.compress(bytes(LARGEST_ANSWER + 1)), content_encoding="gzip"),
    "two layers": answers(content=gzip.compress(gzip.compress(b"{}")), content_encoding="gzip, gzip"),
    "drips": drips,
}


async def test_keys_are_fetched_once(issuer: Issuer) -> None:
    async with signing_keys() as keys:
        assert [await waited_for(keys, "one") for _ in range(3)] == [(True, 0)] * 3
    assert issuer.asked == [(0, "/keys")]


async def test_the_discovery_document_gives_the_address_of_the_keys(issuer: Issuer) -> None:
    async with signing_keys(jwks_url=None) as keys:
        assert await waited_for(keys, "one") == (True, 0)
    assert issuer.asked == [(0, OAUTH_DISCOVERY), (0, "/keys")]


@pytest.mark.parametrize(
    ("path", "oauth", "openid"),
    [
        ("", OAUTH_DISCOVERY, OPENID_DISCOVERY),
        ("/", OAUTH_DISCOVERY, OPENID_DISCOVERY),
        ("/tenant", f"{OAUTH_DISCOVERY}/tenant", f"/tenant{OPENID_DISCOVERY}"),
        ("/tenant/", f"{OAUTH_DISCOVERY}/tenant", f"/tenant{OPENID_DISCOVERY}"),
        ("/realms/desk", f"{OAUTH_DISCOVERY}/realms/desk", f"/realms/desk{OPENID_DISCOVERY}"),
    ],
)
@pytest.mark.parametrize("is_oauth", [True, False])
async def test_the_discovery_document_is_requested_at_the_addresses_of_both_standards(
    issuer: Issuer, path: str, oauth: str, openid: str, *, is_oauth: bool
) -> None:
    issuer.name, issuer.discovery_path = ISSUER + path, oauth if is_oauth else openid
    async with signing_keys(jwks_url=None, name=issuer.name) as keys:
        assert await waited_for(keys, "one") == (True, 0)
    assert [path for _, path in issuer.asked] == [oauth, *(() if is_oauth else (openid,)), "/keys"]


@pytest.mark.parametrize("name", [f"{ISSUER}/", f"{ISSUER}/tenant", ISSUER.upper(), "https://evil.example.com", ""])
async def test_a_discovery_document_of_another_issuer_does_not_count(issuer: Issuer, name: str) -> None:
    issuer.name = name
    with capture_logs() as logs:
        async with signing_keys(jwks_url=None) as keys:
            issuer.discovery_path = OPENID_DISCOVERY
            assert await waited_for(keys, "one") == (False, 0)
    assert [line["error"] for line in logs] == ["OtherIssuerError"]
    assert "/keys" not in [path for _, path in issuer.asked]


@pytest.mark.parametrize("failure", ["500", "redirect", "html", "list", "no keys", "deep", "digits", "bomb"])
async def test_the_second_discovery_address_is_asked_if_the_first_fails(issuer: Issuer, failure: str) -> None:
    async def fails_at_first(request: httpx.Request) -> httpx.Response:
        if request.url.path == OAUTH_DISCOVERY:
            return await FAILURES[failure](request)
        issuer.answer, issuer.discovery_path = None, OPENID_DISCOVERY
        return await issuer(request)

    issuer.answer = fails_at_first
    async with signing_keys(jwks_url=None) as keys:
        assert (await waited_for(keys, "one"))[0]


@pytest.mark.parametrize("age_s", [REFETCH_AFTER_S + 1, FRESH_S - 1, FRESH_S + 1, OLDEST_S - 1])
async def test_a_known_key_never_waits_while_others_wait_for_the_issuer(issuer: Issuer, age_s: float) -> None:
    async with signing_keys() as keys:
        await keys.find("one")
        await anyio.sleep(age_s)
        issuer.delay_s = 60
        async with anyio.create_task_group() as tasks:
            for number in range(5):
                tasks.start_soon(keys.find, f"unknown-{number}")
            await anyio.wait_all_tasks_blocked()
            assert await waited_for(keys, "one") == (True, 0)


async def test_old_keys_are_used_while_newer_ones_are_fetched(issuer: Issuer) -> None:
    async with signing_keys() as keys:
        await keys.find("one")
        await anyio.sleep(FRESH_S + 1)
        issuer.key_ids, issuer.delay_s = ("two",), 2
        assert await waited_for(keys, "one") == (True, 0)
        await anyio.sleep(2.1)
        assert await waited_for(keys, "two") == (True, 0)
        assert await waited_for(keys, "one") == (False, 0)  # withdrawn
    assert len(issuer.asked) == 2


async def test_keys_expire_when_the_issuer_is_out_of_reach_for_long(issuer: Issuer) -> None:
    async with signing_keys() as keys:
        await keys.find("one")
        issuer.answer = FAILURES["500"]
        await anyio.sleep(OLDEST_S - 1)
        assert await waited_for(keys, "one") == (True, 0)
        await anyio.sleep(REFETCH_AFTER_S + 1)
        assert await waited_for(keys, "one") == (False, 0)
        issuer.answer = None
        await anyio.sleep(REFETCH_AFTER_S + 1)
        assert await waited_for(keys, "one") == (True, 0)


async def test_a_new_key_is_waited_for(issuer: Issuer) -> None:
    async with signing_keys() as keys:
        await keys.find("one")
        await anyio.sleep(REFETCH_AFTER_S + 1)
        issuer.key_ids, issuer.delay_s = ("one", "two"), 2
        assert await waited_for(keys, "two") == (True, 2)


@pytest.mark.parametrize("jwks_url", [None, JWKS_URL])
async def test_the_wait_for_a_silent_issuer_is_bounded(issuer: Issuer, jwks_url: str | None) -> None:
    issuer.delay_s = 60
    async with signing_keys(jwks_url=jwks_url) as keys:
        assert await waited_for(keys, "one") == (False, LONGEST_WAIT_S)
        assert await waited_for(keys, "one") == (False, FETCH_TIMEOUT_S - LONGEST_WAIT_S)
        assert await waited_for(keys, "one") == (False, 0)
    assert len(issuer.asked) == 1


@pytest.mark.parametrize(
    ("jwks_url", "delay_s", "is_found"), [(JWKS_URL, 3, True), (None, 2, True), (None, 3, False), (JWKS_URL, 6, False)]
)
async def test_discovery_and_keys_have_one_deadline(
    issuer: Issuer, jwks_url: str | None, delay_s: float, *, is_found: bool
) -> None:
    issuer.delay_s = delay_s
    async with signing_keys(jwks_url=jwks_url) as keys:
        await keys.find("one")
        await anyio.sleep(FETCH_TIMEOUT_S - LONGEST_WAIT_S)
        assert await waited_for(keys, "one") == (is_found, 0)


async def test_a_dripping_answer_of_the_issuer_ends_at_the_deadline(issuer: Issuer) -> None:
    issuer.answer = drips
    async with signing_keys() as keys:
        await keys.find("one")
    assert anyio.current_time() == FETCH_TIMEOUT_S


async def test_keys_are_fetched_once_at_a_time_and_once_in_ten_seconds(issuer: Issuer) -> None:
    issuer.delay_s = 4
    async with signing_keys() as keys:
        for moment in range(30):
            async with anyio.create_task_group() as tasks:
                for number in range(3):
                    tasks.start_soon(keys.find, f"unknown-{moment}-{number}")
            await anyio.sleep(1)
    times = [time for time, _ in issuer.asked]
    assert len(times) > 2
    assert all(later - earlier > REFETCH_AFTER_S for earlier, later in pairwise(times))


@pytest.mark.parametrize("failure", FAILURES)
async def test_keys_are_kept_when_a_fetch_fails(issuer: Issuer, failure: str) -> None:
    async with signing_keys() as keys:
        known = await keys.find("one")
        issuer.answer = FAILURES[failure]
        await anyio.sleep(FRESH_S + 1)
        assert await waited_for(keys, "one") == (True, 0)
        await anyio.sleep(FETCH_TIMEOUT_S + 1)
        assert (await keys.find("one"), len(issuer.asked)) == (known, 2)


@pytest.mark.parametrize("failure", FAILURES)
async def test_an_issuer_that_fails_at_first_lets_nobody_in_and_is_asked_again_later(
    issuer: Issuer, failure: str
) -> None:
    issuer.answer = FAILURES[failure]
    async with signing_keys() as keys:
        found, wait_s = await waited_for(keys, "one")
        assert not found
        assert wait_s <= LONGEST_WAIT_S
        issuer.answer = None
        await anyio.sleep(REFETCH_AFTER_S + 1)
        assert await waited_for(keys, "one") == (True, 0)


async def test_a_cancelled_wait_does_not_stop_the_fetch(issuer: Issuer) -> None:
    issuer.delay_s = 2
    async with signing_keys() as keys:
        with anyio.move_on_after(1):
            await keys.find("one")
        await anyio.sleep(1.5)
        assert await waited_for(keys, "one") == (True, 0)
    assert len(issuer.asked) == 1
