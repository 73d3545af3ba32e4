"""This machine: the names and addresses by which it calls itself, and nobody else.

Lower rooms and higher ones ask here, so that a host which is trusted without TLS, a proxy or a token is the same
everywhere. No name is resolved.
"""

import ipaddress
from urllib.parse import urlsplit

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


def is_this_machine(url: str) -> bool:
    """True if the host of `url`, which must be one, is a loopback name."""
    return urlsplit(url).hostname in LOOPBACK_NAMES


def is_beyond_this_machine(url: str) -> bool:
    """True if `url` leads to another machine; False for what is no URL."""
    try:
        return urlsplit(url).hostname not in (None, *LOOPBACK_NAMES)
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """True if only this machine can reach an address; a name other than localhost counts as reachable."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
