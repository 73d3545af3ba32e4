"""Access tokens of an OAuth 2.1 issuer: signed JWTs, checked against the issuer's published keys.

This server is a resource server (RFC 9728): it never sees a password and hands out no token.
"""

from collections.abc import Mapping

import anyio
import httpx
import jwt
import structlog
from mcp.server.auth.provider import AccessToken

ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
"""Asymmetric only: with HS256 anybody who can read the issuer's public key could sign."""
FRESH_S = 3600.0
REFETCH_AFTER_S = 10.0
LEEWAY_S = 30.0
FETCH_TIMEOUT_S = 5.0

log = structlog.get_logger(__name__)


class JwtVerifier:
    """Checks signature, issuer, audience and expiry of a token."""

    def __init__(self, issuer: str, audience: str, jwks_url: str | None) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = SigningKeys(issuer, jwks_url)

    async def verify(self, token: str) -> AccessToken | None:
        """What `token` allows, or None if it is not good."""
        try:
            key = await self._keys.find(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                return None
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iss", "aud"]},
            )
            return _access_token_from(claims, self._audience)
        except (jwt.PyJWTError, ValueError, TypeError):
            return None


class SigningKeys:
    """The issuer's keys: fetched when first needed, kept for an hour, fetched again for a key that is not known."""

    def __init__(self, issuer: str, jwks_url: str | None) -> None:
        self._issuer = issuer.rstrip("/")
        self._jwks_url = jwks_url
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched = -FRESH_S
        self._lock = anyio.Lock()

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of that id, if the issuer has one. Unknown ids make one fetch in `REFETCH_AFTER_S` at most."""
        async with self._lock:
            age_s = anyio.current_time() - self._fetched
            if age_s > FRESH_S or (key_id not in self._keys and age_s > REFETCH_AFTER_S):
                self._fetched = anyio.current_time()
                await self._fetch()
        return self._keys.get(key_id)

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=FETCH_TIMEOUT_S) as client:
                url = self._jwks_url or await self._discover(client)
                found = (await client.get(url)).raise_for_status().json()
            self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(found).keys}
        except (httpx.HTTPError, httpx.InvalidURL, jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            log.warning("signing_keys_not_fetched", error=type(error).__name__)

    async def _discover(self, client: httpx.AsyncClient) -> str:
        answer = await client.get(f"{self._issuer}/.well-known/openid-configuration")
        return str(answer.raise_for_status().json()["jwks_uri"])


def _access_token_from(claims: Mapping[str, object], resource: str) -> AccessToken:
    return AccessToken(
        token="jwt",  # noqa: S106  # not the token, which nobody needs to hold any longer
        client_id=str(claims.get("client_id") or claims.get("azp") or "unknown"),
        scopes=_scopes_from(claims.get("scope", claims.get("scp"))),
        expires_at=int(str(claims["exp"]).split(".")[0]),
        resource=resource,
        subject=str(claims["sub"]) if "sub" in claims else None,
        claims={"iss": claims["iss"]},
    )


def _scopes_from(claim: object) -> list[str]:
    """Words in one string (RFC 9068), or a list of them, as some issuers have it."""
    if isinstance(claim, str):
        return claim.split()
    return [str(scope) for scope in claim] if isinstance(claim, list) else []
