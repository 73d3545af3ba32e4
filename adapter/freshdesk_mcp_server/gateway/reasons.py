"""Why a host was not reached, from the types of what was raised, never from its texts. Pure."""

import socket
import ssl
from collections.abc import Iterator

import httpx

from freshdesk_mcp_server.errors import FreshdeskError, Unreachable

# In this order: before a time-out TLS has wanted more to read, which is an error of TLS to the standard library.
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
    """The reason why a connection was not made."""
    return next((reason for kind, reason in _BY_CAUSE if is_caused_by(error, kind)), Unreachable.NETWORK)


def is_caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether `error`, or what it was raised from, is of a kind."""
    return any(isinstance(cause, kind) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and all that it was raised from: a connection may have been tried at several addresses."""
    yield error
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _causes(one)
    # httpcore cuts the cause off, but not the context; an error of ours in it is that of an earlier request.
    before = error.__cause__ or error.__context__
    if before is not None and not isinstance(before, FreshdeskError):
        yield from _causes(before)
