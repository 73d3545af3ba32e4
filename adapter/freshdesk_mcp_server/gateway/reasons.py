"""The reason for a failed connection, from the types of exceptions, never from their texts. Pure."""

import socket
import ssl
from collections.abc import Iterator

import httpx

from freshdesk_mcp_server.errors import FreshdeskError, Unreachable

# Timeouts stand before TLS: a timeout during a handshake has an error of TLS among its causes.
_BY_CAUSE: tuple[tuple[type[BaseException], Unreachable], ...] = (
    (httpx.ProxyError, Unreachable.PROXY),
    (httpx.PoolTimeout, Unreachable.BUSY),
    (httpx.ConnectTimeout, Unreachable.TIMEOUT),
    (ssl.SSLCertVerificationError, Unreachable.CERTIFICATE),
    (ssl.SSLError, Unreachable.TLS),
    (socket.gaierror, Unreachable.DNS),
    (ConnectionRefusedError, Unreachable.REFUSED),
)


def reason_of(error: httpx.HTTPError) -> Unreachable:
    """Return the reason for a connection that was not made."""
    return next((reason for kind, reason in _BY_CAUSE if is_caused_by(error, kind)), Unreachable.NETWORK)


def is_caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    """Return True if `error`, or one of its causes, is of `kind`."""
    return any(isinstance(cause, kind) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and all its causes; a connection may have several, one for each address that was tried."""
    yield error
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _causes(one)
    # httpcore removes the cause, but not the context. An error of ours there belongs to an earlier request.
    before = error.__cause__ or error.__context__
    if before is not None and not isinstance(before, FreshdeskError):
        yield from _causes(before)
