"""The values of single settings: the check of each, and the reason of a refusal.

The functions are pure. Each returns the value in its used form, or raises a ValueError that begins with "it" and gives
the remedy. No part of the value is in the text.
"""

import re
from urllib.parse import urlsplit

from pydantic import AnyHttpUrl, SecretStr

from freshdesk_mcp_server.network import parse_proxy
from freshdesk_mcp_server.this_machine import LOOPBACK_NAMES

_ACCOUNT = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_QUOTES = frozenset("\"'`\u2018\u2019\u201c\u201d")
_PUBLIC_URL = re.compile(r"https?://[^/?#]+(/[A-Za-z0-9._~-]+)*/?")
_PLACEHOLDER = re.compile(r"\$\{|\{\{|^(\$\w+|%\w+%|<.*>)$")


def check_filled_in(text: str) -> str:
    """Return `text`; refuse an unreplaced ``${NAME}``, or quotes that a program should have removed."""
    if text[:1] in _QUOTES or text[-1:] in _QUOTES:
        raise ValueError("it must stand without quotes: Docker's --env-file, for one, takes them for a part of it")
    if _PLACEHOLDER.search(text):
        raise ValueError("it must be the value itself, not a placeholder such as ${NAME} that nothing has filled in")
    return text


def parse_domain(value: str) -> str:
    """Return the host of a Freshdesk account, from its name, its host, or a URL of it.

    The API works on hosts under freshdesk.com only (https://developers.freshdesk.com/api/#intro), and the key must go
    nowhere else. So any other value is a ValueError.
    """
    text = check_filled_in(value.strip())
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        plain = url.scheme in ("http", "https") and url.username is None and url.port in (None, 443)
        host = (url.hostname or "").lower()
    except ValueError:
        plain, host = False, ""
    account = host.removesuffix(".freshdesk.com")
    # urlsplit drops line breaks, and a lower-case K may have been a Kelvin sign.
    if not plain or not text.isascii() or not text.isprintable() or not _ACCOUNT.fullmatch(account):
        raise ValueError(f"{_what_to_look_for(host)} (other hosts never get the key)")
    return f"{account}.freshdesk.com"


def _what_to_look_for(host: str) -> str:
    if re.search(r"\.(my)?freshworks\.com$", host):
        return "it must be the address of the tickets, yourcompany.freshdesk.com, not that of a Freshworks organisation"
    if host.endswith(".freshservice.com"):
        return "it must be yourcompany.freshdesk.com; Freshservice is another product, with another API"
    if re.search(r"\.[a-z]", host) and not host.endswith("freshdesk.com"):
        return (
            "it must be yourcompany.freshdesk.com, which an account keeps beside a domain of its own; "
            "an administrator of the account knows it"
        )
    return "it must be yourcompany, yourcompany.freshdesk.com, or a URL of that"


def parse_loopback_url(value: str) -> str:
    """Return the origin of a server on this machine; any other address is a ValueError."""
    try:
        url = urlsplit(value.strip())
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    if url.scheme != "http" or url.hostname not in LOOPBACK_NAMES or port is None or url.username is not None:
        raise ValueError("it must be an address on this machine with a port, for example http://127.0.0.1:5056")
    return f"http://{url.netloc}"


def parse_api_key(value: SecretStr) -> SecretStr:
    """Check an API key: printable ASCII without a colon, since it is the user name of basic authentication."""
    key = check_filled_in(value.get_secret_value().strip())
    if re.search(r"\s", key):
        raise ValueError("it must be the key alone, without blanks or line breaks")
    if not re.fullmatch(r"[!-9;-~]{8,128}", key):
        raise ValueError(
            "it does not look like an API key; copy it from Freshdesk: profile picture > Profile settings > API key"
        )
    return SecretStr(key)


def split(value: object) -> object:
    """Return the parts of a text between commas, without blanks around them; any other value stays as it is."""
    if not isinstance(value, str):
        return value
    parts = tuple(check_filled_in(part.strip()) for part in value.split(",") if part.strip())
    if not parts:  # otherwise a slip would lift a restriction
        raise ValueError("it should name something, or be left out")
    return parts


def check_tokens(tokens: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """Return `tokens`, if each is long enough and can stand in a header."""
    if any(not re.fullmatch(r"[!-~]{16,512}", token.get_secret_value()) for token in tokens):
        raise ValueError("it must be tokens of 16 to 512 printable characters; `openssl rand -base64 24` makes one")
    return tokens


def check_state_secret(secret: SecretStr) -> SecretStr:
    """Return `secret`, if it is long enough to seal with."""
    check_filled_in(secret.get_secret_value().strip())
    if len(secret.get_secret_value().strip()) < 32:
        raise ValueError("it must have 32 characters or more; `openssl rand -base64 32` makes one")
    return secret


def parse_https_url(value: str) -> str:
    """Return an https URL without a user name; on this machine also an http URL."""
    try:
        url = urlsplit(value.strip())
        _ = url.port  # read because urlsplit parses it only then
    except ValueError:
        url = urlsplit("")
    is_local = url.scheme == "http" and url.hostname in LOOPBACK_NAMES
    if not url.hostname or url.username is not None or not (url.scheme == "https" or is_local):
        raise ValueError("it must be an https URL")
    return value.strip()


def parse_issuer(value: str) -> str:
    """Return the issuer as given, because clients compare it letter by letter (RFC 8414, section 3.3)."""
    text = parse_https_url(value)
    if "?" in text or "#" in text:
        raise ValueError("it must be the issuer's name as in its tokens, an https URL without ? and #")
    return text


def parse_public_url(value: str) -> str:
    """Return the address as given, in the form that clients send to the issuer, which copies it into tokens."""
    text = parse_https_url(value)
    if not _PUBLIC_URL.fullmatch(text) or str(AnyHttpUrl(text)).rstrip("/") != text.removesuffix("/"):
        raise ValueError(
            "it must be where /mcp is, without /mcp, as clients write it: lower case, no default port, no ? and #; "
            "such as https://mcp.example.com or https://example.com/freshdesk"
        )
    return text


def ignore_service_link(value: object) -> object:
    """Return a port, or the default one in place of a URL that Kubernetes sets for a service of our name."""
    return 5000 if isinstance(value, str) and value.startswith("tcp://") else value


def check_proxy(value: SecretStr) -> SecretStr:
    """Return the URL of an HTTP proxy, from a URL or from host and port."""
    return SecretStr(parse_proxy(value.get_secret_value()))
