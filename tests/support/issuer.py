"""An OAuth 2.1 issuer for tests: authorization code with PKCE, dynamic registration, tokens for one resource.

It follows RFC 8414 (metadata), 7591 (registration), 7636 (PKCE), 8707 (resource) and 9207 (``iss``) to the letter, and
refuses any deviation. The person at it agrees to all scopes, or to fewer, see `grants`.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

KEY = Ed25519PrivateKey.generate()


@dataclass
class TokenIssuer:
    """The issuer called `identifier`, which gives tokens for `resource` alone.

    Attributes:
        identifier: Its name, to the letter. Its endpoints are beneath it.
        resource: The only value of the parameter `resource` that it takes (RFC 8707).
        is_oauth: True for metadata at the address of RFC 8414; otherwise they are at that of OpenID.
        grants: Scopes granted in place of the requested ones, one string for each login; afterwards all.
        asked: Scopes that were requested, one string for each login.
    """

    identifier: str
    resource: str
    is_oauth: bool = True
    grants: Iterator[str] = field(default_factory=lambda: iter(()))
    asked: list[str] = field(default_factory=list)
    _clients: dict[str, list[str]] = field(default_factory=dict)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Return its endpoints."""
        path = urlsplit(self.identifier).path.removesuffix("/")
        metadata = "/.well-known/oauth-authorization-server" + path
        return Starlette(
            routes=[
                Route(metadata if self.is_oauth else f"{path}/.well-known/openid-configuration", self._metadata),
                Route(f"{path}/keys", self._keys),
                Route(f"{path}/register", self._register, methods=["POST"]),
                Route(f"{path}/authorize", self._authorize),
                Route(f"{path}/token", self._token, methods=["POST"]),
            ]
        )

    async def _metadata(self, _: Request) -> Response:
        base = self.identifier.removesuffix("/")
        return JSONResponse(
            {
                "issuer": self.identifier,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "registration_endpoint": f"{base}/register",
                "jwks_uri": f"{base}/keys",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _keys(self, _: Request) -> Response:
        public = jwt.algorithms.OKPAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return JSONResponse({"keys": [public | {"kid": "one", "alg": "EdDSA"}]})

    async def _register(self, request: Request) -> Response:
        asked: dict[str, Any] = await request.json()
        client_id = secrets.token_hex(4)
        self._clients[client_id] = asked["redirect_uris"]
        return JSONResponse(asked | {"client_id": client_id, "token_endpoint_auth_method": "none"}, 201)

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        _check(
            asked["response_type"] == "code"
            and asked["redirect_uri"] in self._clients[asked["client_id"]]
            and asked["code_challenge_method"] == "S256"
            and request.query_params.getlist("resource") == [self.resource],
            "invalid_request",
        )
        self.asked.append(asked["scope"])
        code = secrets.token_hex(8)
        with suppress(StopIteration):
            asked["scope"] = next(self.grants)
        self._codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"], "iss": self.identifier})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}")

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        granted = self._codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        _check(
            form["grant_type"] == "authorization_code"
            and all(form[name] == granted[name] for name in ("client_id", "redirect_uri", "resource"))
            and base64.urlsafe_b64encode(digest).decode().rstrip("=") == granted["code_challenge"],
            "invalid_grant",
        )
        token = self.signed(aud=form["resource"], client_id=form["client_id"], scope=granted["scope"])
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 600, "scope": granted["scope"]}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    def signed(self, **claims: Any) -> str:
        """Return a good token of a person, with `claims`."""
        known = {"iss": self.identifier, "aud": self.resource, "exp": int(time.time()) + 600, "sub": "ada"}
        return jwt.encode(known | claims, KEY, algorithm="EdDSA", headers={"kid": "one", "typ": "at+jwt"})


def _check(is_good: bool, error: str) -> None:
    if not is_good:
        raise HTTPException(400, error)
