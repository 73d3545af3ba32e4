"""The connections to any host: direct or through a proxy, and only to hosts with a trusted certificate.

httpx would read the environment by itself, even for a local host, and fail at some of its values. Here it gets the
network that ``settings`` have read and checked. Reading and checking are not here.
"""

import ssl
import sys
from functools import cache

import httpx
import truststore

from freshdesk_mcp_server.gateway.reasons import is_caused_by
from freshdesk_mcp_server.network import Network, trust_in


class Route(httpx.AsyncBaseTransport):
    """A transport of httpx for `network`. Connections are kept within `limits`, which each proxy has for itself.

    Nothing is opened or read before the first request: an account on this machine needs no certificate authorities.
    """

    def __init__(self, network: Network, limits: httpx.Limits | None = None) -> None:
        self._network = network
        self._limits = limits or httpx.Limits()
        self._ways: dict[tuple[str, str | None], httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            httpx.TransportError: The exchange failed; a ProxyError if the proxy could not be reached.
        """
        proxy = self._network.proxy_to(request.url.host)
        way = self._way(request.url.scheme, proxy)
        try:
            return await way.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if proxy is None or is_caused_by(error, ssl.SSLError):
                raise
            raise httpx.ProxyError("the proxy cannot be reached", request=request) from error

    async def aclose(self) -> None:
        """Close all connections."""
        for way in self._ways.values():
            await way.aclose()

    def _way(self, scheme: str, proxy: str | None) -> httpx.AsyncHTTPTransport:
        if (scheme, proxy) not in self._ways:
            context = tls_context(self._network) if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._ways[scheme, proxy] = httpx.AsyncHTTPTransport(
                verify=context,
                limits=self._limits,
                proxy=httpx.Proxy(proxy, ssl_context=context if proxy.lower().startswith("https:") else None)
                if proxy
                else None,
            )
        return self._ways[scheme, proxy]


def tls_context(network: Network) -> ssl.SSLContext:
    """Return the context that checks certificates; accounts share it, since reading the authorities is slow."""
    if network.cert_file or network.cert_dir:
        return trust_in(network.cert_file, network.cert_dir)
    return trust_of_system()


@cache
def trust_of_system(system: str = sys.platform) -> ssl.SSLContext:
    """Return the context that checks certificates against the system's authorities, a company's own included."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if system not in ("darwin", "win32"):
        # truststore would read OpenSSL's file for each connection, which blocks the event loop for 30 ms.
        context.load_default_certs()
        if context.get_ca_certs():
            return context
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
