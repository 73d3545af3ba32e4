"""By which names a request came: Host, and the Origin of a web page.

The SDK compares both with the names that are allowed, but the one before a port by its beginning alone: for it
``localhost:5000@evil.example`` is localhost. It reads the first of several. So the form is checked here before.
"""

import re

from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_AUTHORITY = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(?::(?P<port>[0-9]{1,5}))?"
_HOST = re.compile(_AUTHORITY)
_ORIGIN = re.compile(rf"[a-z][a-z0-9+.-]*://{_AUTHORITY}")
_LARGEST_PORT = 65535


class Names:
    """Refuses a request that does not come by a name in `security`."""

    def __init__(self, security: TransportSecuritySettings) -> None:
        self._hosts, self._origins = _literal(security.allowed_hosts), _literal(security.allowed_origins)
        self._gate = TransportSecurityMiddleware(security)

    async def refusal_of(self, request: Request) -> Response | None:
        """An answer of 421 or 403 to a request by another name, or by one that is not well formed."""
        for host in request.headers.getlist("host"):
            if host not in self._hosts and not _is_formed(host, _HOST):
                return PlainTextResponse("Invalid Host header", 421)
        for origin in request.headers.getlist("origin"):
            if origin not in self._origins and not _is_formed(origin, _ORIGIN):
                return PlainTextResponse("Invalid Origin header", 403)
        return await self._gate.validate_request(request)


def are_ambiguous(request: Request) -> bool:
    """Whether a request has no Host, or more names than one, of which a proxy may have read another.

    Source: RFC 9112, section 3.2, for Host.
    """
    hosts = request.headers.getlist("host")
    origins = request.headers.getlist("origin")
    return len(hosts) > 1 or (not hosts and request.scope["http_version"] == "1.1") or len(set(origins)) > 1


def _literal(allowed: list[str]) -> frozenset[str]:
    """Those that an operator named as they are, in whatever form, and that do not stand for any port."""
    return frozenset(name for name in allowed if not name.endswith(":*"))


def _is_formed(name: str, form: re.Pattern[str]) -> bool:
    found = form.fullmatch(name)
    return found is not None and 1 <= int(found["port"] or 1) <= _LARGEST_PORT
