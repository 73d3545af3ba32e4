"""The headers by which a request sees fewer tools than the operator grants, as in other MCP servers.

This layer stands behind authentication: an unauthenticated caller learns nothing else. On /sse the headers of the
request that opens the stream count.
"""

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from freshdesk_mcp_server.tools.kit.choice import Choice, narrowed_to
from freshdesk_mcp_server.tools.registry import ALL_TOOLSETS, TOOL_NAMES, expanded, in_lower_case, unknown_among

TOOLSETS_HEADER = "x-mcp-toolsets"
TOOLS_HEADER = "x-mcp-tools"
EXCLUDE_HEADER = "x-mcp-exclude-tools"
READ_ONLY_HEADER = "x-mcp-readonly"
NARROWING_HEADERS = (TOOLSETS_HEADER, TOOLS_HEADER, EXCLUDE_HEADER, READ_ONLY_HEADER)
_PATHS = ("/mcp", "/sse")
_TRUE = ("true", "1", "yes", "on")
_FALSE = ("false", "0", "no", "off", "")


class Narrowing:
    """Reads the choice of each MCP request from its headers, and refuses a choice that cannot be read."""

    def __init__(self, app: ASGIApp, *, needs_token: bool) -> None:
        self._app = app
        self._needs_token = needs_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        is_refused_anyway = self._needs_token and not isinstance(scope.get("user"), AuthenticatedUser)
        if scope["type"] != "http" or scope["path"] not in _PATHS or is_refused_anyway:
            await self._app(scope, receive, send)
            return
        try:
            choice = choice_from(Headers(scope=scope))
        except ValueError as error:
            refusal = {"error": "invalid_choice_of_tools", "error_description": str(error)}
            await JSONResponse(refusal, 400)(scope, receive, send)
            return
        with narrowed_to(choice):
            await self._app(scope, receive, send)


def choice_from(headers: Headers) -> Choice:
    """Return the choice that headers make; without any, everything.

    Raises:
        ValueError: A name does not exist, or headers exclude each other; the text gives the remedy.
    """
    toolsets = _names(headers, TOOLSETS_HEADER, ALL_TOOLSETS)
    tools = _names(headers, TOOLS_HEADER, TOOL_NAMES)
    excluded = _names(headers, EXCLUDE_HEADER, TOOL_NAMES)
    if toolsets and tools:
        raise ValueError("X-MCP-Tools says which tools there are; leave it or X-MCP-Toolsets out.")
    return Choice(
        toolsets=expanded(toolsets) if toolsets else None,
        tools=frozenset(tools) or None,
        excluded=frozenset(excluded),
        read_only=_is_true(headers, READ_ONLY_HEADER),
    )


def _names(headers: Headers, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    given = ",".join(headers.getlist(name)).split(",")
    names = tuple(filter(None, in_lower_case(given)))
    if problem := unknown_among(names, known):
        raise ValueError(f"{name} {problem}.")
    return names


def _is_true(headers: Headers, name: str) -> bool:
    value = headers.get(name, "").strip().lower()
    if value not in (*_TRUE, *_FALSE):
        raise ValueError(f"{name} is true or false.")
    return value in _TRUE
