"""The guard of a route: refuses a missing or insufficient token, and names the scopes to ask the issuer for.

A client asks its issuer for more scopes (step-up) on an HTTP 403 alone. So a call that needs more is refused here,
before the SDK reads it. The SDK's own challenge names no scope. ``server`` refuses such a call again, so security does
not depend on the reading of a body here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from freshdesk_mcp_server.tools.kit.toolset import READ_SCOPE
from freshdesk_mcp_server.transports.calls import tools_called_by, tools_named_in


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions for tokens, and the form of the refusals.

    Attributes:
        scopes: Scopes that a token of the issuer may have here; empty without an issuer.
        metadata_url: The address at which a client finds the issuer, if there is one.
        scope_of: The scope that a token needs for each tool, by the names of the tools.
        largest_body: Bytes of a body that are examined. A larger body is passed on, and the SDK refuses it.
    """

    scopes: Sequence[str]
    metadata_url: str | None
    scope_of: Mapping[str, str]
    largest_body: int

    def refusal(self, status: int, error: str, description: str) -> Response:
        """Return an answer with a challenge (RFC 6750, section 3; RFC 9728, section 5.1)."""
        told = {"error": error, "scope": " ".join(self.scopes), "resource_metadata": self.metadata_url}
        challenge = ", ".join(f'{name}="{value}"' for name, value in told.items() if value)
        body = {"error": error, "error_description": description}
        return JSONResponse(body, status, {"WWW-Authenticate": f"Bearer {challenge}"})

    def missing_for(self, tools: Iterable[str], scopes: Collection[str]) -> str | None:
        """Return a scope that `tools` need and `scopes` lack, or None."""
        needed = {self.scope_of.get(tool, READ_SCOPE) for tool in tools}
        return min(needed.difference(scopes), default=None)


class Guard:
    """Passes a request on to `app` if its token has the scopes that it needs; stands behind authentication."""

    def __init__(self, app: ASGIApp, terms: Terms) -> None:
        self._app = app
        self._terms = terms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        user = scope.get("user")
        if not isinstance(user, AuthenticatedUser):
            refusal = self._terms.refusal(401, "invalid_token", "Authentication required")
            await refusal(scope, receive, send)
        elif READ_SCOPE not in user.scopes:
            await self._too_little(READ_SCOPE)(scope, receive, send)
        elif scope["method"] != "POST" or self._terms.missing_for(self._terms.scope_of, user.scopes) is None:
            await self._app(scope, receive, send)
        else:
            await self._judge(scope, receive, send, user.scopes)

    async def _judge(self, scope: Scope, receive: Receive, send: Send, scopes: Collection[str]) -> None:
        """Pass a request on unless its tool needs more than `scopes`; the header and the body both count."""
        missing = self._terms.missing_for(tools_named_in(Request(scope).headers), scopes)
        messages = [] if missing else await _read(receive, self._terms.largest_body)
        body = b"".join(message.get("body", b"") for message in messages)
        if not missing and len(body) <= self._terms.largest_body:
            missing = self._terms.missing_for(tools_called_by(body), scopes)
        handle = self._too_little(missing) if missing else self._app
        await handle(scope, _again(messages, receive), send)

    def _too_little(self, scope: str) -> Response:
        return self._terms.refusal(403, "insufficient_scope", f"The token needs the scope {scope}.")


async def _read(receive: Receive, most: int) -> list[Message]:
    """Read the messages of a body up to its end, or up to the one that exceeds `most` bytes."""
    messages: list[Message] = []
    size, is_whole = 0, False
    while not is_whole and size <= most:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
    return messages


def _again(messages: Sequence[Message], receive: Receive) -> Receive:
    """Return a `receive` that gives `messages`, and then the rest of the request."""
    waiting = iter(messages)

    async def next_message() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return next_message
