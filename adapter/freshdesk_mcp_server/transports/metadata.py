"""Protected resource metadata (RFC 9728): the document by which a client finds the issuer and the scopes.

The SDK's own document has the required scopes only, and addresses as pydantic rewrites them. Clients and issuers
compare addresses letter by letter, so they must stay as given.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

WELL_KNOWN = "/.well-known/oauth-protected-resource"
FRESH_S = 300
"""Seconds that a client may keep the document. It changes only with the configuration, and a login reads it once."""
_METHODS = "GET, HEAD, OPTIONS"


@dataclass(frozen=True, slots=True)
class Resource:
    """A server as its issuer knows it: `identifier` and `issuer` stay as given."""

    identifier: str
    issuer: str

    @property
    def path(self) -> str:
        """The path of the identifier, without a slash at the end; empty for an origin."""
        return urlsplit(self.identifier).path.removesuffix("/")

    @property
    def metadata_url(self) -> str:
        """The address of the document: its name stands before the path (RFC 9728, section 3.1)."""
        url = urlsplit(self.identifier)
        return f"{url.scheme}://{url.netloc}{WELL_KNOWN}{self.path}"

    @property
    def metadata_paths(self) -> frozenset[str]:
        """Paths at which a request for the document arrives, from a proxy that removes a prefix or keeps it."""
        return frozenset({WELL_KNOWN, WELL_KNOWN + self.path, f"{WELL_KNOWN}{self.path}/"})

    def metadata(self, scopes: Sequence[str]) -> dict[str, object]:
        """The document (RFC 9728, section 2)."""
        return {
            "resource": self.identifier,
            "authorization_servers": [self.issuer],
            "scopes_supported": list(scopes),
            "bearer_methods_supported": ["header"],
            "resource_name": "Freshdesk",
        }


class Metadata:
    """Answers requests for the document, and passes on all others.

    Pages of every origin that is let in may read it: it is the same for everybody, and needs no token.
    """

    def __init__(self, app: ASGIApp, *, resource: Resource, scopes: Sequence[str]) -> None:
        self._app = app
        self._paths = resource.metadata_paths
        self._document = json.dumps(resource.metadata(scopes)).encode()
        self._with_cors = CORSMiddleware(
            self._answer, allow_origins=["*"], allow_methods=["GET", "HEAD"], allow_headers=["*"]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        is_asked = scope["type"] == "http" and scope["path"] in self._paths
        await (self._with_cors if is_asked else self._app)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._response_to(Request(scope).method)(scope, receive, send)

    def _response_to(self, method: str) -> Response:
        if method in ("GET", "HEAD"):
            # Sent without an Origin too: a browser may keep that answer for a page.
            headers = {"Cache-Control": f"public, max-age={FRESH_S}", "Access-Control-Allow-Origin": "*"}
            return Response(self._document, headers=headers, media_type="application/json")
        return Response(status_code=204 if method == "OPTIONS" else 405, headers={"Allow": _METHODS})
