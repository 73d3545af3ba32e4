"""Authentication over HTTP: static bearer tokens, OAuth 2.1 access tokens, or none.

The SDK asks `Verifier` before it reads anything else of a request. The scopes of a caller limit later calls; ``guard``
compares them with each request.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

import structlog
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.settings import AuthSettings
from pydantic import AnyHttpUrl

from freshdesk_mcp_server.settings import Authentication, Settings
from freshdesk_mcp_server.this_machine import is_loopback
from freshdesk_mcp_server.tools.kit.toolset import READ_SCOPE, SCOPES
from freshdesk_mcp_server.transports.jwt import JwtVerifier

NO_ISSUER = AnyHttpUrl("https://static.invalid")
"""The issuer that the SDK requires. No client sees it: pydantic adds a slash to the real one (``metadata``)."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """The decision for one run. `made_token` is the token made because none was given; it is announced once."""

    verifier: TokenVerifier | None = None
    settings: AuthSettings | None = None
    made_token: str | None = None


def create_access(settings: Settings) -> Access:
    """Decide on the access to the server of `settings`.

    A configured token or issuer is checked at every address. Without either, a server that only this machine can reach
    is open. Any other server makes a token, unless the settings say that it is open.
    """
    if settings.auth_tokens or settings.oauth_issuer:
        return _checked(settings, tuple(token.get_secret_value() for token in settings.auth_tokens))
    if settings.auth is Authentication.NONE or is_loopback(settings.host):
        return Access()
    made = secrets.token_urlsafe(24)
    access = _checked(settings, (made,))
    return Access(access.verifier, access.settings, made)


def _checked(settings: Settings, tokens: tuple[str, ...]) -> Access:
    resource = settings.public_url
    issuer = settings.oauth_issuer
    jwt = JwtVerifier(issuer, resource, settings.oauth_jwks_url, settings.network) if issuer and resource else None
    return Access(
        Verifier(tokens, jwt, resource),
        AuthSettings(issuer_url=NO_ISSUER, resource_server_url=None, required_scopes=[READ_SCOPE]),
    )


class Verifier:
    """Verifies static tokens first, in constant time, and then tokens of the issuer, if there is one."""

    def __init__(self, tokens: tuple[str, ...], jwt: JwtVerifier | None, resource: str | None) -> None:
        self._digests = [hashlib.sha256(token.encode()).digest() for token in tokens]
        self._jwt = jwt
        self._resource = resource

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return the rights that `token` gives, or None if it is not valid."""
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        # No early end: the time taken tells nothing about which token is near.
        known = sum(hmac.compare_digest(digest, own) for own in self._digests)
        if known:
            return AccessToken(
                token="static",  # noqa: S106  # the real token need not be kept
                client_id=f"token-{digest.hex()[:8]}",
                scopes=[*SCOPES],
                resource=self._resource,
            )
        return await self._jwt.verify(token) if self._jwt else None
