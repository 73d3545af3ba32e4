"""One frozen `Settings`, read once: command line > environment > ``.env`` > default.

The only module that reads the environment. A setting that is wrong, misspelt or missing is reported together with all
others, in words that say what to do; a secret is never part of such a report.
"""

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from freshdesk_mcp_server.errors import ConfigurationError

ENV_FILE = ".env"
PREFIX = "FRESHDESK_MCP_SERVER_"
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

_ACCOUNT = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# Kubernetes puts such variables into every pod beside a service called freshdesk-mcp-server
# (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
_SERVICE_LINK = re.compile(r"FRESHDESK_MCP_SERVER_(SERVICE_(HOST|PORT).*|PORT_\d+_.*)")


class LogLevel(StrEnum):
    """How much is logged on standard error."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def parse_domain(value: str) -> str:
    """The host of a Freshdesk account, from its name, its host, or a URL of it.

    The API works on hosts under freshdesk.com only (https://developers.freshdesk.com/api/#intro), and the key must go
    nowhere else, so anything else is a ValueError.
    """
    text = value.strip().lower()
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        plain = url.scheme in ("http", "https") and url.username is None and url.port in (None, 443)
        host = url.hostname or ""
    except ValueError:
        plain, host = False, ""
    account = host.removesuffix(".freshdesk.com")
    if not plain or not _ACCOUNT.fullmatch(account):
        raise ValueError(
            "it must be yourcompany, yourcompany.freshdesk.com, or a URL of that (other hosts never get the key)"
        )
    return f"{account}.freshdesk.com"


def parse_loopback_url(value: str) -> str:
    """The origin of a server on this machine; any other address is a ValueError."""
    try:
        url = urlsplit(value.strip())
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    if url.scheme != "http" or url.hostname not in LOOPBACK_NAMES or port is None or url.username is not None:
        raise ValueError("it must be an address on this machine with a port, for example http://127.0.0.1:5056")
    return f"http://{url.netloc}"


def _parse_api_key(value: SecretStr) -> SecretStr:
    key = value.get_secret_value().strip()
    if not re.fullmatch(r"[!-9;-~]{8,128}", key):  # printable ASCII, no colon: it is the user name of basic auth
        raise ValueError(
            "it does not look like an API key; copy it from Freshdesk: profile picture > Profile settings > API key"
        )
    return SecretStr(key)


def _ignore_service_link(value: object) -> object:
    return 5000 if isinstance(value, str) and value.startswith("tcp://") else value


Seconds = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)]


class Settings(BaseSettings):
    """All that an operator can set; the names in the environment are the upper-case aliases."""

    model_config = SettingsConfigDict(
        frozen=True, env_ignore_empty=True, extra="ignore", env_file_encoding="utf-8", hide_input_in_errors=True
    )

    api_key: Annotated[SecretStr, AfterValidator(_parse_api_key)] = Field(
        alias="FRESHDESK_API_KEY",
        description="The API key of the agent on whose behalf tickets are worked (profile picture > Profile settings)",
    )
    domain: Annotated[str, AfterValidator(parse_domain)] = Field(
        alias="FRESHDESK_DOMAIN",
        description="The account: `yourcompany`, `yourcompany.freshdesk.com`, or a URL of it",
    )
    port: Annotated[int, Field(ge=0, le=65535), BeforeValidator(_ignore_service_link)] = Field(
        default=5000, alias="FRESHDESK_MCP_SERVER_PORT", description="The port of the HTTP server; 0 takes a free one"
    )
    host: str = Field(
        default="127.0.0.1",
        alias="FRESHDESK_MCP_SERVER_HOST",
        description="The address that the HTTP server listens on",
    )
    log_level: Annotated[LogLevel, BeforeValidator(lambda value: str(value).upper())] = Field(
        default=LogLevel.INFO, alias="FRESHDESK_MCP_SERVER_LOG_LEVEL", description="DEBUG, INFO, WARNING or ERROR"
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
        default=4,
        alias="FRESHDESK_MCP_SERVER_MAX_ATTEMPTS",
        description="Requests that one tool call may send, the first included",
    )
    max_connections: Annotated[int, Field(ge=1, le=200)] = Field(
        default=20, alias="FRESHDESK_MCP_SERVER_MAX_CONNECTIONS", description="Connections to Freshdesk at a time"
    )
    upstream_url: Annotated[str, AfterValidator(parse_loopback_url)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_UPSTREAM_URL",
        description="For tests and the sandbox: a Freshdesk on this machine in place of the real one",
    )

    @property
    def api_url(self) -> str:
        """Where the API is, without a trailing slash."""
        return f"{self.upstream_url or f'https://{self.domain}'}/api/v2"

    @property
    def is_upstream_local(self) -> bool:
        """Whether a Freshdesk on this machine stands in for the real one."""
        return self.upstream_url is not None

    def ticket_url(self, ticket_id: int) -> str:
        """Where an agent sees the ticket."""
        return f"https://{self.domain}/a/tickets/{ticket_id}"


SETTING_NAMES = tuple(str(field.alias) for field in Settings.model_fields.values())
"""Every variable, in the order in which a reader wants them."""


def load_settings(given: Mapping[str, object] | None = None, *, env_file: str | None = ENV_FILE) -> Settings:
    """The settings from `given` (the command line, by the names of the fields), the environment, and `env_file`.

    A `given` None is not given.

    Raises:
        ConfigurationError: One problem for each setting that is missing, wrong, or of a name that does not exist.
    """
    problems = [_unknown_problem(name) for name in _unknown_names(env_file)]
    aliased = {
        str(Settings.model_fields[name].alias): value for name, value in (given or {}).items() if value is not None
    }
    try:
        settings = Settings(_env_file=env_file, **aliased)  # type: ignore[arg-type,call-arg]  # checked by pydantic
    except ValidationError as error:
        problems[:0] = [_problem(details) for details in error.errors(include_url=False, include_input=False)]
    if problems:
        raise ConfigurationError(problems)
    return settings


def _problem(details: ErrorDetails) -> str:
    name = str(details["loc"][0])
    if details["type"] == "missing":
        field = next(field for field in Settings.model_fields.values() if field.alias == name)
        return f"{name} is not set. {field.description}."
    message = details["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return f"{name} is not valid: {message if message.startswith('it ') else f'it should be {message}'}."


def _unknown_names(env_file: str | None) -> Iterable[str]:
    given = {*os.environ, *(dotenv_values(env_file) if env_file else ())}
    return sorted(
        name
        for name in given
        if name.upper().startswith(PREFIX) and name.upper() not in SETTING_NAMES and not _SERVICE_LINK.fullmatch(name)
    )


def _unknown_problem(name: str) -> str:
    near = difflib.get_close_matches(name.upper(), SETTING_NAMES, n=1)
    return f"{name} is not a setting of this server" + (f"; did you mean {near[0]}?" if near else "; remove it.")
