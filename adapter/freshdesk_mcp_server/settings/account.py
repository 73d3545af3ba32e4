"""A Freshdesk account and the key to it, from the settings or from a request."""

import hashlib
from dataclasses import dataclass

from pydantic import SecretStr

from freshdesk_mcp_server.settings.values import parse_api_key, parse_domain


@dataclass(frozen=True, slots=True)
class Account:
    """A Freshdesk account and a key to it; equal only if both are."""

    domain: str
    api_key: SecretStr

    @property
    def fingerprint(self) -> str:
        """The fingerprint of account and key, where neither may be named: 64 hexadecimal digits, one way only."""
        return hashlib.sha256(f"{self.domain}\0{self.api_key.get_secret_value()}".encode()).hexdigest()


def parse_account(domain: str, api_key: str) -> Account:
    """Return the account that a request names, by the rules of the settings; a ValueError names the wrong part."""
    return Account(parse_domain(domain), parse_api_key(SecretStr(api_key)))
