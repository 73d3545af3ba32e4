"""The names and addresses of this machine.

A host of this machine is trusted without TLS, a proxy or a token. All rooms ask here, so that they agree on it. No name
is resolved.
"""

import ipaddress
from urllib.parse import urlsplit

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


def is_this_machine(url: str) -> bool:
    """Return True if the host of `url`, which must be a URL, is a loopback name."""
    return urlsplit(url).hostname in LOOPBACK_NAMES


def is_beyond_this_machine(url: str) -> bool:
    """Return True if `url` leads to another machine; False for any text that is no URL."""
    try:
        return urlsplit(url).hostname not in (None, *LOOPBACK_NAMES)
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Return True if only this machine can reach an address; a name other than localhost counts as reachable."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
