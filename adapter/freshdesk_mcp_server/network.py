"""The network beyond this machine: the proxy that leads to a host, and the authorities that vouch for it.

The variables are shared with other programs. This module checks their values, and derives the settings for a host.
``settings`` reads them, and ``gateway.route`` makes the connections. A proxy may hold a password, so no text of an
error holds a part of any value.
"""

import re
import ssl
import sys
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from os import pathsep
from pathlib import Path

from pydantic import SecretStr

from freshdesk_mcp_server.this_machine import LOOPBACK_NAMES

_PROXY = re.compile(
    r"(https?://)?"
    r"([\w.~!$&'()*+,;=%-]+(:[\w.~!$&'()*+,;=%-]*)?@)?"
    r"([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]{2,39}\])"
    r"(:(?P<port>[0-9]{1,5}))?/?",
    re.ASCII | re.IGNORECASE,
)
# https://docs.openssl.org/3.0/man1/openssl-rehash/: the names by which OpenSSL finds an authority in a folder.
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d+", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Network:
    """The network. Without `proxy`, every host is reached directly; without `no_proxy`, the system names those hosts.

    `cert_file` and `cert_dir` hold the only trusted authorities; without both, those of the system are trusted.
    """

    proxy: SecretStr | None = None
    no_proxy: str | None = None
    cert_file: str | None = None
    cert_dir: str | None = None

    def proxy_to(self, host: str) -> str | None:
        """Return the URL of the proxy to `host`; None if it is reached directly, as this machine always is."""
        if self.proxy is None or host in LOOPBACK_NAMES or self._excludes(host):
            return None
        return self.proxy.get_secret_value()

    def _excludes(self, host: str) -> bool:
        if self.no_proxy is None:
            return bool(urllib.request.proxy_bypass(host))
        names = map(_name_in, re.split(r"[,\s]+", self.no_proxy))
        return any(name in ("*", host) or (name and host.endswith(f".{name}")) for name in names)


def _name_in(entry: str) -> str:
    """Return the host or domain that an entry of NO_PROXY names, in any of its forms.

    ``example.com``, ``.example.com``, ``*.example.com``, ``example.com:443`` and ``https://example.com`` are equal
    here. Addresses and networks name no host that this server reaches.
    """
    name = entry.rpartition("://")[2].partition(":")[0].lower()
    return name if name == "*" else name.lstrip("*.")


def parse_proxy(value: str) -> str:
    """Return the URL of an HTTP proxy, from a URL or from host and port; any other value is a ValueError."""
    found = _PROXY.fullmatch(value.strip())
    if not found or int(found["port"] or 80) not in range(1, 65536):
        raise ValueError(
            "it must be an HTTP proxy, such as http://proxy.example.com:3128 (not SOCKS; special characters of a user "
            "name or a password percent-encoded)"
        )
    return found[0] if found[1] else f"http://{found[0]}"


def proxy_of_system(system: str = sys.platform) -> str | None:
    """Return the proxy in the settings of Windows or macOS; other systems have none.

    Raises:
        ValueError: The proxy cannot be used.
    """
    if system not in ("darwin", "win32"):
        return None
    known = urllib.request.getproxies()
    found = known.get("https") or known.get("all")
    return parse_proxy(found) if found else None


def check_cert_file(path: str) -> str:
    """Return `path`, if it is a file with certificates in PEM form; otherwise a ValueError."""
    try:
        trust_in(path, None)
    except OSError:
        raise ValueError("it must be a file that can be read, with certificates in PEM form") from None
    return path


def check_cert_dir(paths: str) -> str:
    """Return `paths`, one folder or several, if one holds certificates by their hashes; otherwise a ValueError."""
    if not any(_HASHED_NAME.fullmatch(name) for path in paths.split(pathsep) for name in _names_in(path)):
        raise ValueError("it must be a folder with certificates under their hashes; `openssl rehash` makes such names")
    return paths


def _names_in(folder: str) -> Iterable[str]:
    try:
        return [path.name for path in Path(folder).iterdir()]
    except OSError:
        return []


@cache
def trust_in(cert_file: str | None, cert_dir: str | None) -> ssl.SSLContext:
    """Create a context that checks servers against these authorities alone.

    Raises:
        OSError: The authorities cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cert_file, cert_dir)
    return context
