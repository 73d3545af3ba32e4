"""The account of each request, read from its headers (``FRESHDESK_MCP_SERVER_TENANCY=header``).

This layer stands behind authentication: an unauthenticated caller learns nothing else. The account becomes part of the
caller's identity. So a stream or a state that the SDK keeps for one caller serves no other, even where nobody needs a
token. The rules for an account and a key are in ``settings.account``.
"""

import structlog
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from freshdesk_mcp_server.gateway import account_in_use
from freshdesk_mcp_server.settings import Account, parse_account
from freshdesk_mcp_server.tools.kit.toolset import SCOPES

DOMAIN_HEADER = "x-freshdesk-domain"
API_KEY_HEADER = "x-freshdesk-api-key"
_PATHS = ("/mcp", "/sse", "/messages/")


class AccountHeaders:
    """Reads the account of each MCP request from its headers, and refuses a request without one."""

    def __init__(self, app: ASGIApp, *, needs_token: bool) -> None:
        self._app = app
        self._app_as_user = AuthContextMiddleware(app)
        self._needs_token = needs_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        user = scope.get("user")
        is_refused_anyway = self._needs_token and not isinstance(user, AuthenticatedUser)
        if scope["type"] != "http" or scope["path"] not in _PATHS or is_refused_anyway:
            await self._app(scope, receive, send)
            return
        try:
            account = _account_from(Headers(scope=scope))
        except ValueError as error:
            refusal = {"error": "invalid_account", "error_description": f"X-Freshdesk-Domain or -Api-Key: {error}"}
            await JSONResponse(refusal, 400)(scope, receive, send)
            return
        caller = user.access_token if isinstance(user, AuthenticatedUser) else None
        scope["user"] = AuthenticatedUser(_token_for(account, caller))
        with account_in_use(account), structlog.contextvars.bound_contextvars(account=account.fingerprint[:8]):
            await self._app_as_user(scope, receive, send)


def _account_from(headers: Headers) -> Account:
    return parse_account(_only(headers, DOMAIN_HEADER), _only(headers, API_KEY_HEADER))


def _only(headers: Headers, name: str) -> str:
    values = headers.getlist(name)
    if len(values) != 1:
        raise ValueError("both must be given, once, on each request")
    return values[0]


def _token_for(account: Account, caller: AccessToken | None) -> AccessToken:
    """Return the identity of the caller on this account; without tokens, a caller may do all that the key allows."""
    if caller is None:
        return AccessToken(
            token="none",  # noqa: S106  # there is none
            client_id=f"account-{account.fingerprint[:8]}",
            scopes=[*SCOPES],
            subject=account.fingerprint,
        )
    return caller.model_copy(update={"subject": f"{caller.subject or ''}@{account.fingerprint}"})
