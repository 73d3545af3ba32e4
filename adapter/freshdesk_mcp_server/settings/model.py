"""The settings: one frozen `Settings`, and the words that an operator chooses from.

Each field has its variable, its default and its meaning, from which the tables of the documents are made. ``values``
checks single values, ``load`` several together.
"""

import hashlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from freshdesk_mcp_server.network import Network, check_cert_dir, check_cert_file, proxy_of_system
from freshdesk_mcp_server.settings.account import Account
from freshdesk_mcp_server.settings.values import (
    check_filled_in,
    check_proxy,
    check_state_secret,
    check_tokens,
    ignore_service_link,
    parse_api_key,
    parse_domain,
    parse_https_url,
    parse_issuer,
    parse_loopback_url,
    parse_public_url,
    split,
)
from freshdesk_mcp_server.this_machine import is_this_machine


class _Choice(StrEnum):
    """Words that an operator chooses from, in upper or lower case."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        word = str(value).strip().casefold()
        return next((choice for choice in cls if choice.casefold() == word), None)

    def is_meant_by(self, value: object) -> bool:
        """Return True if an operator who wrote `value` has chosen this word."""
        return type(self)._missing_(value) is self


class LogLevel(_Choice):
    """The lowest level of log lines on standard error."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Authentication(_Choice):
    """The need of a token where none was configured."""

    AUTO = "auto"
    NONE = "none"


class AccountNaming(_Choice):
    """The source of the account that is worked on: the settings, or each request."""

    NONE = "none"
    HEADER = "header"


class Confirmation(_Choice):
    """The need of a person's confirmation before a deletion."""

    OFF = "off"
    ASK = "ask"
    REQUIRE = "require"


class MetricsAccess(_Choice):
    """The access to the metrics."""

    AUTH = "auth"
    PUBLIC = "public"


def _where_used[T](check: Callable[[T], T], *, instead_of: str = "") -> AfterValidator:
    """Apply `check` to a variable that other programs share, but only if it leads to a host beyond this machine.

    It is not applied if the setting `instead_of` is set.
    """

    def judge(value: T, info: ValidationInfo) -> T:
        is_used = _reaches_out(info.data) and info.data.get(instead_of) is None
        return check(value) if is_used else value

    return AfterValidator(judge)


def _reaches_out(known: Mapping[str, object]) -> bool:
    """Return True if the settings `known` so far lead to a host beyond this machine."""
    issuer = known.get("oauth_issuer")
    return known.get("upstream_url") is None or (isinstance(issuer, str) and not is_this_machine(issuer))


Seconds = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)]


class Variables(BaseSettings):
    """The reading of variables: a blank one is not set, and no error shows a value."""

    model_config = SettingsConfigDict(
        frozen=True, env_ignore_empty=True, extra="ignore", env_file_encoding="utf-8", hide_input_in_errors=True
    )


class Settings(Variables):
    """All settings of an operator; the names in the environment are the upper-case aliases."""

    # These two are None where, and only where, each request names its own account.
    api_key: Annotated[SecretStr, AfterValidator(parse_api_key)] | None = Field(
        alias="FRESHDESK_API_KEY",
        description="The API key of the agent on whose behalf tickets are worked (profile picture > Profile settings)",
    )
    domain: Annotated[str, AfterValidator(parse_domain)] | None = Field(
        alias="FRESHDESK_DOMAIN",
        description="The account: `yourcompany`, `yourcompany.freshdesk.com`, or a URL of it",
    )
    port: Annotated[int, Field(ge=0, le=65535), BeforeValidator(ignore_service_link)] = Field(
        default=5000, alias="FRESHDESK_MCP_SERVER_PORT", description="The port of the HTTP server; 0 takes a free one"
    )
    host: Annotated[str, AfterValidator(check_filled_in)] = Field(
        default="127.0.0.1",
        alias="FRESHDESK_MCP_SERVER_HOST",
        description="The address that the HTTP server listens on",
    )
    log_level: LogLevel = Field(
        default=LogLevel.INFO, alias="FRESHDESK_MCP_SERVER_LOG_LEVEL", description="DEBUG, INFO, WARNING or ERROR"
    )
    auth: Authentication = Field(
        default=Authentication.AUTO,
        alias="FRESHDESK_MCP_SERVER_AUTH",
        description=(
            "`auto`: no token is needed on 127.0.0.1; on any other address one is made for this run unless given. "
            "`none`: open to everybody who can reach it"
        ),
    )
    auth_tokens: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(split), AfterValidator(check_tokens)] = (
        Field(
            default=(),
            alias="FRESHDESK_MCP_SERVER_AUTH_TOKENS",
            description="Bearer tokens that are let in, separated by commas, each of 16 characters or more",
        )
    )
    oauth_issuer: Annotated[str, AfterValidator(parse_issuer)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_OAUTH_ISSUER",
        description="The OAuth 2.1 issuer whose access tokens (JWT) are let in, to the letter; needs PUBLIC_URL",
    )
    oauth_jwks_url: Annotated[str, AfterValidator(parse_https_url)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_OAUTH_JWKS_URL",
        description="Where the issuer publishes its keys, if its discovery document does not say",
    )
    public_url: Annotated[str, AfterValidator(parse_public_url)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_PUBLIC_URL",
        description="Where clients reach this server, without /mcp; the audience of the issuer's tokens, to the letter",
    )
    read_only: bool = Field(
        default=False,
        alias="FRESHDESK_MCP_SERVER_READ_ONLY",
        description="`true`: there are no tools that change anything (also `serve --read-only`)",
    )
    toolsets: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)] = Field(
        default=("tickets",),
        alias="FRESHDESK_MCP_SERVER_TOOLSETS",
        description="The toolsets that are on, separated by commas; `support` and `all` stand for several",
    )
    tools: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)] = Field(
        default=(),
        alias="FRESHDESK_MCP_SERVER_TOOLS",
        description="In place of toolsets: the only tools there are, by their names, separated by commas",
    )
    exclude_tools: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)] = Field(
        default=(),
        alias="FRESHDESK_MCP_SERVER_EXCLUDE_TOOLS",
        description="Tools that are taken away, by their names, separated by commas",
    )
    confirm: Confirmation = Field(
        default=Confirmation.ASK,
        alias="FRESHDESK_MCP_SERVER_CONFIRM",
        description=(
            "Whether a person confirms each deletion: `ask` where the client can ask one, `require` (where it cannot, "
            "nothing is deleted) or `off`"
        ),
    )
    account_naming: AccountNaming = Field(
        default=AccountNaming.NONE,
        alias="FRESHDESK_MCP_SERVER_TENANCY",
        description=(
            "`none`: one account, that of the first two variables. `header`: each HTTP request names its account in "
            "X-Freshdesk-Domain and X-Freshdesk-Api-Key, and those two variables are left out"
        ),
    )
    state_secret: Annotated[SecretStr, AfterValidator(check_state_secret)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_STATE_SECRET",
        description=(
            "What seals a question to a person between two requests, 32 characters or more, the same for all replicas; "
            "made from the API key or the tokens unless given"
        ),
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)] = Field(
        default=(),
        alias="FRESHDESK_MCP_SERVER_ALLOWED_HOSTS",
        description="Names by which clients may call this server (the Host header), beside those of this machine",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)] = Field(
        default=(),
        alias="FRESHDESK_MCP_SERVER_ALLOWED_ORIGINS",
        description="Origins of web pages that may call this server, such as https://app.example.com",
    )
    max_streams: Annotated[int, Field(ge=0, le=10_000)] = Field(
        default=1000,
        alias="FRESHDESK_MCP_SERVER_MAX_STREAMS",
        description="SSE streams open at a time, of some 100 kB each; 0 turns /sse off",
    )
    metrics: MetricsAccess = Field(
        default=MetricsAccess.AUTH,
        alias="FRESHDESK_MCP_SERVER_METRICS",
        description="Who may read GET /metrics: `auth` (whoever may call tools) or `public`",
    )
    deadline_s: Seconds = Field(
        default=45.0,
        alias="FRESHDESK_MCP_SERVER_DEADLINE_S",
        description="Seconds one tool call may take in all, repetitions and waits included; hosts give up after 60",
    )
    connect_timeout_s: Seconds = Field(
        default=5.0, alias="FRESHDESK_MCP_SERVER_CONNECT_TIMEOUT_S", description="Seconds to wait for a connection"
    )
    read_timeout_s: Seconds = Field(
        default=20.0, alias="FRESHDESK_MCP_SERVER_READ_TIMEOUT_S", description="Seconds to wait for an answer to go on"
    )
    max_attempts: Annotated[int, Field(ge=1, le=10)] = Field(
        default=8,
        alias="FRESHDESK_MCP_SERVER_MAX_ATTEMPTS",
        description="Requests that one tool call may send, the first included",
    )
    max_in_flight: Annotated[int, Field(ge=1, le=200)] = Field(
        default=20,
        alias="FRESHDESK_MCP_SERVER_MAX_IN_FLIGHT",
        description="Requests of tool calls to Freshdesk at a time",
    )
    max_waiting: Annotated[int, Field(ge=0, le=10_000)] = Field(
        default=100,
        alias="FRESHDESK_MCP_SERVER_MAX_WAITING",
        description="Tool calls that may wait beside those; more fail at once as `overloaded`",
    )
    shutdown_grace_s: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] = Field(
        default=8.0,
        alias="FRESHDESK_MCP_SERVER_SHUTDOWN_GRACE_S",
        description="Seconds that tool calls under way get to end at shutdown; Docker kills after 10",
    )
    upstream_url: Annotated[str, AfterValidator(parse_loopback_url)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_UPSTREAM_URL",
        description="For tests and the sandbox: a Freshdesk on this machine in place of the real one",
    )
    # The validators above check these only where a host beyond this machine is reached: other programs share them.
    https_proxy: Annotated[SecretStr, _where_used(check_proxy)] | None = Field(
        default=None,
        alias="HTTPS_PROXY",
        description="The HTTP proxy that leads to Freshdesk and to the OAuth issuer, such as http://proxy.example.com:3128",
    )
    all_proxy: Annotated[SecretStr, _where_used(check_proxy, instead_of="https_proxy")] | None = Field(
        default=None, alias="ALL_PROXY", description="The same, where there is no HTTPS_PROXY"
    )
    no_proxy: str = Field(
        default="", alias="NO_PROXY", description="Names of hosts that are reached without a proxy, separated by commas"
    )
    ssl_cert_file: Annotated[str, _where_used(check_cert_file)] | None = Field(
        default=None,
        alias="SSL_CERT_FILE",
        description="A file with the only certificate authorities to trust; those of the system unless given",
    )
    ssl_cert_dir: Annotated[str, _where_used(check_cert_dir)] | None = Field(
        default=None, alias="SSL_CERT_DIR", description="The same as a folder, by the hashes that OpenSSL gives them"
    )

    @model_validator(mode="before")
    @classmethod
    def _need_no_account(cls, given: dict[str, object]) -> dict[str, object]:
        needs_none = AccountNaming.HEADER.is_meant_by(given.get("FRESHDESK_MCP_SERVER_TENANCY"))
        known = {name: value for name, value in given.items() if name not in ACCOUNT or value != ""}
        return dict.fromkeys(ACCOUNT) | known if needs_none else known

    @property
    def account(self) -> Account | None:
        """The one account of the server; None where each request names its own."""
        return Account(self.domain, self.api_key) if self.domain and self.api_key else None

    @property
    def own_account(self) -> Account:
        """The account, for callers that need one.

        Raises:
            LookupError: Each request names its own; a defect of the caller.
        """
        if self.account is None:
            raise LookupError("each request names its account")
        return self.account

    def for_account(self, account: Account) -> "Settings":
        """Return the same settings for another account."""
        return self.model_copy(update={"domain": account.domain, "api_key": account.api_key})

    @property
    def state_keys(self) -> tuple[bytes, ...]:
        """The keys that seal the state of a question, equal in all replicas: the first seals, and each of them opens.

        They are derived, one way, from a secret that the replicas share anyway. None without such a secret: each
        request names its account, and an issuer vouches for callers, or nobody does.
        """
        secrets = [self.state_secret] if self.state_secret else [self.api_key] if self.api_key else self.auth_tokens
        return tuple(
            hashlib.sha256(b"freshdesk-mcp-server state\0" + secret.get_secret_value().encode()).digest()
            for secret in dict.fromkeys(secrets)
        )

    @property
    def api_url(self) -> str:
        """The URL of the API, without a trailing slash."""
        return f"{self.upstream_url or f'https://{self.own_account.domain}'}/api/v2"

    @property
    def network(self) -> Network:
        """The network to Freshdesk and to the OAuth issuer. Its variables do not count if both are on this machine."""
        return network_of(self) if _reaches_out(dict(self)) else Network()

    def portal_url(self) -> str:
        """The address at which agents work in the account, without a slash at the end."""
        return f"https://{self.own_account.domain}"


def network_of(settings: Any) -> Network:
    """Return the network that settings with the fields of `NETWORK` describe."""
    proxy = settings.https_proxy or settings.all_proxy
    of_system = None if proxy else proxy_of_system()
    return Network(
        proxy=SecretStr(of_system) if of_system else proxy,
        no_proxy=None if of_system else settings.no_proxy,
        cert_file=settings.ssl_cert_file,
        cert_dir=settings.ssl_cert_dir,
    )


ACCOUNT = ("FRESHDESK_API_KEY", "FRESHDESK_DOMAIN")
"""The variables that name the one account of the server."""
NETWORK = ("https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")
"""The fields that say how a host beyond this machine is reached."""
SETTING_NAMES = tuple(str(field.alias) for field in Settings.model_fields.values())
"""Every variable, in the order for readers."""
SECRETS = tuple(str(field.alias) for field in Settings.model_fields.values() if "SecretStr" in repr(field.annotation))
"""The variables that hold secrets."""
