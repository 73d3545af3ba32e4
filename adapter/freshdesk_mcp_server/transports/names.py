"""The names by which a request came: Host, and the Origin of a web page.

The SDK compares both with the allowed names, but compares only the beginning of a name before a port. So it takes
``localhost:5000@evil.example`` for localhost. It also reads only the first of several headers. Here the form of both is
checked before.
"""

import re

from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from mcp_types import INVALID_REQUEST
from starlette.requests import Request
from starlette.responses import Response

from freshdesk_mcp_server.transports.messages import answer_with_error

_AUTHORITY = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(?::(?P<port>[0-9]{1,5}))?"
_HOST = re.compile(_AUTHORITY)
_ORIGIN = re.compile(rf"[a-z][a-z0-9+.-]*://{_AUTHORITY}")
_LARGEST_PORT = 65535
_LONGEST_SHOWN = 100


class Names:
    """Refuses a request that does not come by a name in `security`."""

    def __init__(self, security: TransportSecuritySettings) -> None:
        self._hosts, self._origins = _literal(security.allowed_hosts), _literal(security.allowed_origins)
        self._gate = TransportSecurityMiddleware(security)

    async def refusal_of(self, request: Request) -> Response | None:
        """Return an answer of 421 or 403 if the request came by another name, or by a malformed one."""
        hosts, origins = request.headers.getlist("host"), request.headers.getlist("origin")
        if not all(host in self._hosts or _is_formed(host, _HOST) for host in hosts):
            return _refusal(421, hosts)
        if not all(origin in self._origins or _is_formed(origin, _ORIGIN) for origin in origins):
            return _refusal(403, origins)
        refusal = await self._gate.validate_request(request)
        return _refusal(refusal.status_code, hosts if refusal.status_code == 421 else origins) if refusal else None


def are_ambiguous(request: Request) -> bool:
    """Return True for a request without Host, or with several names, of which a proxy may have read another.

    Source: RFC 9112, section 3.2, for Host.
    """
    hosts = request.headers.getlist("host")
    origins = request.headers.getlist("origin")
    return len(hosts) > 1 or (not hosts and request.scope["http_version"] == "1.1") or len(set(origins)) > 1


def shown(value: str) -> str:
    """Return a value from a client as printable ASCII of bounded length, for the text of an answer."""
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in value[:_LONGEST_SHOWN]) or "(none)"


def _refusal(status: int, names: list[str]) -> Response:
    name = shown(", ".join(names))
    text = (
        f"This server is not to be called as {name} unless FRESHDESK_MCP_SERVER_ALLOWED_HOSTS names it."
        if status == 421
        else f"Pages of {name} may not call this server unless FRESHDESK_MCP_SERVER_ALLOWED_ORIGINS names it."
    )
    return Response(answer_with_error(None, INVALID_REQUEST, text), status, media_type="application/json")


def _literal(allowed: list[str]) -> frozenset[str]:
    """Return the allowed names that are compared literally, of any form; a name for any port is not one."""
    return frozenset(name for name in allowed if not name.endswith(":*"))


def _is_formed(name: str, form: re.Pattern[str]) -> bool:
    found = form.fullmatch(name)
    return found is not None and 1 <= int(found["port"] or 1) <= _LARGEST_PORT
