"""Access tokens of an OAuth 2.1 issuer: signed JWTs, checked against the issuer's published keys.

This server is a resource server (RFC 9728): it sees no password and issues no token.
"""

import asyncio
import hashlib
import json
import math
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
import jwt
import structlog
from mcp.server.auth.provider import AccessToken

from freshdesk_mcp_server.gateway import Route
from freshdesk_mcp_server.gateway.body import ACCEPT_ENCODING, read_bounded
from freshdesk_mcp_server.network import Network

ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
"""Asymmetric only: with HS256 every reader of the issuer's public key could sign."""
OAUTH_DISCOVERY = "/.well-known/oauth-authorization-server"
OPENID_DISCOVERY = "/.well-known/openid-configuration"
FRESH_S = 3600.0
OLDEST_S = 6 * 3600.0
"""The highest age of keys in seconds while the issuer cannot be reached; it may have withdrawn a key meanwhile."""
REFETCH_AFTER_S = 10.0
FETCH_TIMEOUT_S = 5.0
"""Seconds for discovery and keys together, bodies included."""
LONGEST_WAIT_S = 3.0
LARGEST_ANSWER = 256 * 1024
"""Bytes of an answer of the issuer; large issuers publish about 20 kB of keys."""
LEEWAY_S = 30
"""Seconds that the clocks of the issuer and of this server may differ."""

LONGEST_NAME = 100
"""Characters of the name of a client or of a subject; a longer name is replaced by its digest."""

type Start = Callable[[Callable[[], Coroutine[None, None, None]]], object]
"""Runs a coroutine function in the background."""

log = structlog.get_logger(__name__)

_started: set[asyncio.Task[None]] = set()


def in_background(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run `work` in a task of its own on asyncio's event loop, so that no request ends it."""
    task = asyncio.get_running_loop().create_task(work())
    _started.add(task)  # the event loop holds a weak reference only
    task.add_done_callback(_started.discard)


class OtherIssuerError(ValueError):
    """A discovery document of another issuer; nothing in it counts (RFC 8414, section 3.3)."""


class IssuerUnavailableError(Exception):
    """The key for a token could not be fetched, so the token can be neither accepted nor refused."""


class JwtVerifier:
    """Checks signature, issuer, audience and expiry of a token; `issuer` and `resource` are compared as given."""

    def __init__(self, issuer: str, resource: str, jwks_url: str | None, network: Network | None = None) -> None:
        self._issuer = issuer
        self._resource = resource
        self._audiences = _audiences_of(resource)
        self._keys = SigningKeys(issuer, jwks_url, network=network)

    async def verify(self, token: str) -> AccessToken | None:
        """Return the rights that `token` gives, or None if it is not valid.

        Raises:
            IssuerUnavailableError: The key of the token is unknown, and the issuer could not be asked for it.
        """
        try:
            key = await self._keys.find(_key_id_of(token))
            if key is None and self._keys.are_out_of_reach:
                raise IssuerUnavailableError
            if key is None:
                return None
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._audiences,
                issuer=self._issuer,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iss", "aud"]},
            )
            return _access_token_from(claims, self._resource)
        except (jwt.InvalidAudienceError, jwt.InvalidIssuerError) as error:
            # The issuer signed it, so a name in the settings is likely to be written otherwise there.
            log.warning("token_for_another_server", error=type(error).__name__)
            return None
        except (jwt.PyJWTError, ValueError, TypeError):
            return None


class SigningKeys:
    """The issuer's keys, fetched in the background, one fetch at a time.

    Keys are valid for `FRESH_S`, and up to `OLDEST_S` while no fetch succeeds. Times are of anyio's clock.
    """

    def __init__(
        self, issuer: str, jwks_url: str | None, start: Start = in_background, network: Network | None = None
    ) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._start = start
        self._network = network or Network()
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched = -math.inf
        self._begun = -math.inf
        self._under_way: anyio.Event | None = None
        self._has_failed = False

    @property
    def are_out_of_reach(self) -> bool:
        """True if the last fetch failed, or if a fetch is still under way."""
        return self._has_failed or self._under_way is not None

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """Return the key of that id, or None: at once if it is known, otherwise after `LONGEST_WAIT_S` at most.

        An unknown id, or old keys, start a fetch, at most one in `REFETCH_AFTER_S`.
        """
        key = self._known(key_id)
        if key is None or self._age_s > FRESH_S:
            self._begin_fetch()
        if key is None and self._under_way:
            with anyio.move_on_after(LONGEST_WAIT_S):
                await self._under_way.wait()
            key = self._known(key_id)
        return key

    @property
    def _age_s(self) -> float:
        return anyio.current_time() - self._fetched

    def _known(self, key_id: str | None) -> jwt.PyJWK | None:
        return self._keys.get(key_id) if self._age_s <= OLDEST_S else None

    def _begin_fetch(self) -> None:
        now = anyio.current_time()
        if self._under_way is None and now - self._begun > REFETCH_AFTER_S:
            self._begun, self._under_way = now, anyio.Event()
            self._start(self._fetch)

    async def _fetch(self) -> None:
        try:
            with anyio.fail_after(FETCH_TIMEOUT_S):
                self._keys = await self._fetch_keys()
            self._fetched, self._has_failed = anyio.current_time(), False
        except Exception as error:  # noqa: BLE001  # no caller to tell; the earlier keys are kept
            self._has_failed = True
            log.warning("signing_keys_not_fetched", error=type(error).__name__)
        finally:
            if self._under_way:
                self._under_way.set()
            self._under_way = None

    async def _fetch_keys(self) -> dict[str | None, jwt.PyJWK]:
        headers = {"Accept": "application/json", "Accept-Encoding": ACCEPT_ENCODING}
        route = Route(self._network)
        async with httpx.AsyncClient(
            headers=headers, timeout=FETCH_TIMEOUT_S, transport=route, trust_env=False
        ) as client:
            url = self._jwks_url or await _discover(client, self._issuer)
            return {key.key_id: key for key in jwt.PyJWKSet.from_dict(await _get(client, url)).keys}


def discovery_urls(issuer: str) -> tuple[str, str]:
    """Return the addresses of an issuer's possible discovery documents, in the order of asking.

    Source: RFC 8414, section 3.1, puts the issuer's path behind the name of the document. OpenID Connect Discovery 1.0,
    section 4, puts it before the name. Both leave out a slash at the end.
    """
    bare = issuer.removesuffix("/")
    url = urlsplit(bare)
    return f"{url.scheme}://{url.netloc}{OAUTH_DISCOVERY}{url.path}", f"{bare}{OPENID_DISCOVERY}"


async def _discover(client: httpx.AsyncClient, issuer: str) -> str:
    """Return the address of the issuer's keys from its first good document, or raise the error of the last."""
    first, last = discovery_urls(issuer)
    try:
        return await _keys_url_at(client, first, issuer)
    except (httpx.HTTPError, ValueError, LookupError, TypeError, RecursionError):
        return await _keys_url_at(client, last, issuer)


async def _keys_url_at(client: httpx.AsyncClient, url: str, issuer: str) -> str:
    document = await _get(client, url)
    if document["issuer"] != issuer:
        raise OtherIssuerError
    return str(document["jwks_uri"])


async def _get(client: httpx.AsyncClient, url: str) -> Any:
    async with client.stream("GET", url) as answer:
        answer.raise_for_status()
        return json.loads(await read_bounded(answer, LARGEST_ANSWER))


def _audiences_of(resource: str) -> list[str]:
    """Return the audiences that a token may have: `resource`, with or without an insignificant slash.

    URL types of clients add or drop a slash behind an origin (RFC 3986, section 6.2.3: both are the same address).
    Behind a path the slash is part of the name.
    """
    origin = resource.removesuffix("/")
    return [resource] if urlsplit(origin).path else [origin, f"{origin}/"]


def _key_id_of(token: str) -> str | None:
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError
    return header.get("kid")


def _name_from(claim: object) -> str:
    """Return a claim as one printable word of bounded length for logs; different claims give different words."""
    name = str(claim)
    if len(name) <= LONGEST_NAME and name.isprintable():
        return name
    return f"sha256-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _access_token_from(claims: Mapping[str, Any], resource: str) -> AccessToken:
    return AccessToken(
        token="jwt",  # noqa: S106  # the real token need not be kept
        client_id=_name_from(claims.get("client_id") or claims.get("azp") or "unknown"),
        scopes=_scopes_from(claims.get("scope", claims.get("scp"))),
        expires_at=int(claims["exp"]) + LEEWAY_S,  # the SDK compares it with the time, without a leeway
        resource=resource,
        subject=_name_from(claims["sub"]) if "sub" in claims else None,
        claims={"iss": claims["iss"]},
    )


def _scopes_from(claim: object) -> list[str]:
    """Return the scopes of a claim: words in one string (RFC 9068), or a list, as some issuers have it."""
    if isinstance(claim, str):
        return claim.split()
    return [str(scope) for scope in claim] if isinstance(claim, list) else []
