"""A Freshdesk account and the key to it, whoever names them: the settings or a request."""

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
        """What stands for the account where it must not be named: 64 hexadecimal digits, one way only."""
        return hashlib.sha256(f"{self.domain}\0{self.api_key.get_secret_value()}".encode()).hexdigest()


def parse_account(domain: str, api_key: str) -> Account:
    """The account that a request names, by the rules of the settings; a ValueError says which part is wrong."""
    return Account(parse_domain(domain), parse_api_key(SecretStr(api_key)))
