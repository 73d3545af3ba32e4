"""One frozen `Settings`, read once: command line > environment > ``.env`` > default.

The only module that reads the environment. A setting that is wrong, misspelt or missing is reported together with all
others, in words that say what to do; a secret is never part of such a report.
"""

import difflib
import hashlib
import os
import re
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, override
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    create_model,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.network import (
    LOOPBACK_NAMES,
    Network,
    check_cert_dir,
    check_cert_file,
    parse_proxy,
    proxy_of_system,
)
from freshdesk_mcp_server.values import (
    check_filled_in,
    parse_api_key,
    parse_domain,
    parse_loopback_url,
)

ENV_FILE = ".env"
CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""What Docker and Podman put into a container."""
PREFIX = "FRESHDESK_MCP_SERVER_"

_PUBLIC_URL = re.compile(r"https?://[^/?#]+(/[A-Za-z0-9._~-]+)*/?")
# Kubernetes puts such variables into every pod beside a service called freshdesk-mcp-server
# (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
_SERVICE_LINK = re.compile(r"FRESHDESK_MCP_SERVER_(SERVICE_(HOST|PORT).*|PORT_\d+_.*)")

# https://github.com/theskumar/python-dotenv#variable-expansion, without those that have a default.
_REFERENCE = re.compile(r"\$\{([^}:]*)\}")


class _Choice(StrEnum):
    """Words that an operator chooses from, in upper or lower case."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        word = str(value).strip().casefold()
        return next((choice for choice in cls if choice.casefold() == word), None)

    def is_meant_by(self, value: object) -> bool:
        """Whether an operator who wrote `value` has chosen this."""
        return type(self)._missing_(value) is self


class LogLevel(_Choice):
    """How much is logged on standard error."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Authentication(_Choice):
    """Whether callers need a token where none was configured."""

    AUTO = "auto"
    NONE = "none"


class Tenancy(_Choice):
    """Whose account is worked on."""

    NONE = "none"
    HEADER = "header"


class Confirmation(_Choice):
    """Whether a person confirms a deletion."""

    OFF = "off"
    ASK = "ask"
    REQUIRE = "require"


class MetricsAccess(_Choice):
    """Who may read the metrics."""

    AUTH = "auth"
    PUBLIC = "public"


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


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = tuple(check_filled_in(part.strip()) for part in value.split(",") if part.strip())
    if not parts:  # or a slip would lift a restriction
        raise ValueError("it should name something, or be left out")
    return parts


def _check_tokens(tokens: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if any(not re.fullmatch(r"[!-~]{16,512}", token.get_secret_value()) for token in tokens):
        raise ValueError("it must be tokens of 16 to 512 printable characters; `openssl rand -base64 24` makes one")
    return tokens


def _check_state_secret(secret: SecretStr) -> SecretStr:
    check_filled_in(secret.get_secret_value().strip())
    if len(secret.get_secret_value().strip()) < 32:
        raise ValueError("it must have 32 characters or more; `openssl rand -base64 32` makes one")
    return secret


def _parse_https_url(value: str) -> str:
    try:
        url = urlsplit(value.strip())
        _ = url.port  # read, because it is parsed only then
    except ValueError:
        url = urlsplit("")
    is_local = url.scheme == "http" and url.hostname in LOOPBACK_NAMES
    if not url.hostname or url.username is not None or not (url.scheme == "https" or is_local):
        raise ValueError("it must be an https URL")
    return value.strip()


def _parse_issuer(value: str) -> str:
    """The issuer as it was given, because clients compare it letter by letter (RFC 8414, section 3.3)."""
    text = _parse_https_url(value)
    if "?" in text or "#" in text:
        raise ValueError("it must be the issuer's name as in its tokens, an https URL without ? and #")
    return text


def _parse_public_url(value: str) -> str:
    """The address as it was given, if clients write it so: they send it to the issuer, which copies it into tokens."""
    text = _parse_https_url(value)
    if not _PUBLIC_URL.fullmatch(text) or str(AnyHttpUrl(text)).rstrip("/") != text.removesuffix("/"):
        raise ValueError(
            "it must be where /mcp is, without /mcp, as clients write it: lower case, no default port, no ? and #; "
            "such as https://mcp.example.com or https://example.com/freshdesk"
        )
    return text


def _ignore_service_link(value: object) -> object:
    return 5000 if isinstance(value, str) and value.startswith("tcp://") else value


def _where_used[T](check: Callable[[T], T], *, instead_of: str = "") -> AfterValidator:
    """Let `check` judge a variable of other programs too, but only where it leads to a host beyond this machine.

    It does not where the setting `instead_of` is there.
    """

    def judge(value: T, info: ValidationInfo) -> T:
        is_used = _reaches_out(info.data) and info.data.get(instead_of) is None
        return check(value) if is_used else value

    return AfterValidator(judge)


def _reaches_out(known: Mapping[str, object]) -> bool:
    """Whether there is a host beyond this machine to reach, by the settings that are `known` so far."""
    issuer = known.get("oauth_issuer")
    return known.get("upstream_url") is None or (isinstance(issuer, str) and not _is_here(issuer))


def _is_here(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK_NAMES


def _check_proxy(value: SecretStr) -> SecretStr:
    return SecretStr(parse_proxy(value.get_secret_value()))


Seconds = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)]


class _Variables(BaseSettings):
    model_config = SettingsConfigDict(
        frozen=True, env_ignore_empty=True, extra="ignore", env_file_encoding="utf-8", hide_input_in_errors=True
    )


class Settings(_Variables):
    """All that an operator can set; the names in the environment are the upper-case aliases."""

    # These two are empty where, and only where, each request names its own account.
    api_key: Annotated[SecretStr, AfterValidator(lambda key: key and parse_api_key(key))] = Field(
        alias="FRESHDESK_API_KEY",
        description="The API key of the agent on whose behalf tickets are worked (profile picture > Profile settings)",
    )
    domain: Annotated[str, AfterValidator(lambda domain: domain and parse_domain(domain))] = Field(
        alias="FRESHDESK_DOMAIN",
        description="The account: `yourcompany`, `yourcompany.freshdesk.com`, or a URL of it",
    )
    port: Annotated[int, Field(ge=0, le=65535), BeforeValidator(_ignore_service_link)] = Field(
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
    auth_tokens: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split), AfterValidator(_check_tokens)] = (
        Field(
            default=(),
            alias="FRESHDESK_MCP_SERVER_AUTH_TOKENS",
            description="Bearer tokens that are let in, separated by commas, each of 16 characters or more",
        )
    )
    oauth_issuer: Annotated[str, AfterValidator(_parse_issuer)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_OAUTH_ISSUER",
        description="The OAuth 2.1 issuer whose access tokens (JWT) are let in, to the letter; needs PUBLIC_URL",
    )
    oauth_jwks_url: Annotated[str, AfterValidator(_parse_https_url)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_OAUTH_JWKS_URL",
        description="Where the issuer publishes its keys, if its discovery document does not say",
    )
    public_url: Annotated[str, AfterValidator(_parse_public_url)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_PUBLIC_URL",
        description="Where clients reach this server, without /mcp; the audience of the issuer's tokens, to the letter",
    )
    read_only: bool = Field(
        default=False,
        alias="FRESHDESK_MCP_SERVER_READ_ONLY",
        description="`true`: there are no tools that change anything (also `serve --read-only`)",
    )
    toolsets: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=("tickets",),
        alias="FRESHDESK_MCP_SERVER_TOOLSETS",
        description="The toolsets that are on, separated by commas; `support` and `all` stand for several",
    )
    tools: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        alias="FRESHDESK_MCP_SERVER_TOOLS",
        description="In place of toolsets: the only tools there are, by their names, separated by commas",
    )
    exclude_tools: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
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
    tenancy: Tenancy = Field(
        default=Tenancy.NONE,
        alias="FRESHDESK_MCP_SERVER_TENANCY",
        description=(
            "`none`: one account, that of the first two variables. `header`: each HTTP request names its account in "
            "X-Freshdesk-Domain and X-Freshdesk-Api-Key, and those two variables are left out"
        ),
    )
    state_secret: Annotated[SecretStr, AfterValidator(_check_state_secret)] | None = Field(
        default=None,
        alias="FRESHDESK_MCP_SERVER_STATE_SECRET",
        description=(
            "What seals a question to a person between two requests, 32 characters or more, the same for all replicas; "
            "made from the API key or the tokens unless given"
        ),
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        alias="FRESHDESK_MCP_SERVER_ALLOWED_HOSTS",
        description="Names by which clients may call this server (the Host header), beside those of this machine",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
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
    # These are checked by what stands above: where nothing beyond this machine is reached, they may say anything.
    https_proxy: Annotated[SecretStr, _where_used(_check_proxy)] | None = Field(
        default=None,
        alias="HTTPS_PROXY",
        description="The HTTP proxy that leads to Freshdesk and to the OAuth issuer, such as http://proxy.example.com:3128",
    )
    all_proxy: Annotated[SecretStr, _where_used(_check_proxy, instead_of="https_proxy")] | None = Field(
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
        needs_none = Tenancy.HEADER.is_meant_by(given.get("FRESHDESK_MCP_SERVER_TENANCY"))
        return {"FRESHDESK_API_KEY": "", "FRESHDESK_DOMAIN": ""} | given if needs_none else given

    def for_account(self, account: Account) -> "Settings":
        """The same settings for another account."""
        return self.model_copy(update={"domain": account.domain, "api_key": account.api_key})

    @property
    def state_keys(self) -> tuple[bytes, ...]:
        """What seals the state of a question: keys that all replicas have; the first seals, and all of them open.

        Made, one way, from a secret that the replicas share anyway. None where there is no such secret: each request
        names its account, and an issuer vouches for callers, or nobody does.
        """
        secrets = [self.state_secret] if self.state_secret else [self.api_key] if self.api_key else self.auth_tokens
        return tuple(
            hashlib.sha256(b"freshdesk-mcp-server state\0" + secret.get_secret_value().encode()).digest()
            for secret in dict.fromkeys(secrets)
        )

    @property
    def api_url(self) -> str:
        """Where the API is, without a trailing slash."""
        return f"{self.upstream_url or f'https://{self.domain}'}/api/v2"

    @property
    def is_upstream_local(self) -> bool:
        """Whether a Freshdesk on this machine stands in for the real one."""
        return self.upstream_url is not None

    @property
    def network(self) -> Network:
        """The way to Freshdesk and to the OAuth issuer; where both are on this machine, nothing leads astray."""
        return _network_of(self) if _reaches_out(dict(self)) else Network()

    def portal_url(self) -> str:
        """The address at which agents work in the account, without a slash at the end."""
        return f"https://{self.domain}"


def _network_of(settings: Any) -> Network:
    """The network that settings with the fields of `NETWORK` make."""
    proxy = settings.https_proxy or settings.all_proxy
    of_system = None if proxy else proxy_of_system()
    return Network(
        proxy=SecretStr(of_system) if of_system else proxy,
        no_proxy=None if of_system else settings.no_proxy,
        cert_file=settings.ssl_cert_file,
        cert_dir=settings.ssl_cert_dir,
    )


class _SettingsOfFile(Settings):
    """The same, without the environment of this process."""

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, dotenv_settings


def asks_for_spans() -> bool:
    """Whether the environment asks for spans to be exported, by OpenTelemetry's own variables.

    https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/. The only exporter here is OTLP.
    """
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporters = [name.strip() for name in os.environ.get("OTEL_TRACES_EXPORTER", "").split(",") if name.strip()]
    endpoints = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    has_endpoint = any(os.environ.get(name, "").strip() for name in endpoints)
    return "otlp" in exporters or (not exporters and has_endpoint)


def application_folder(system: str = sys.platform) -> Path:
    """Where applications of this user keep their configuration, by the custom of the system."""
    if system == "darwin":
        return Path.home() / "Library" / "Application Support"
    if system == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    given = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return given if given.is_absolute() else Path.home() / ".config"


def is_open_to_others(env_file: Path) -> bool:
    """Whether other users of this machine can read secrets in a file.

    Not in a container: the modes of what is mounted there are those of its host, and there are no other users. Not on
    Windows either, where modes say nothing.
    """
    if sys.platform == "win32" or _is_in_container():
        return False
    try:
        is_readable = env_file.stat().st_mode & stat.S_IROTH
        values = dotenv_values(env_file) if is_readable else {}
    except (OSError, UnicodeDecodeError):
        return False
    return any(value and name.upper() in SECRETS for name, value in values.items())


def _is_in_container() -> bool:
    return "KUBERNETES_SERVICE_HOST" in os.environ or any(mark.exists() for mark in CONTAINER_MARKS)


NETWORK = ("https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")
"""The fields that say how a host beyond this machine is reached."""
SETTING_NAMES = tuple(str(field.alias) for field in Settings.model_fields.values())
"""Every variable, in the order in which a reader wants them."""
SECRETS = tuple(str(field.alias) for field in Settings.model_fields.values() if "SecretStr" in repr(field.annotation))
"""Those that nobody else should know."""


@dataclass(frozen=True)
class _Sources:
    """Where variables are set: by name on the command line, in the environment, and in the file at `path`."""

    given: Collection[str]
    environment: Mapping[str, str]
    path: Path | None
    file: Mapping[str, str | None]

    def called(self, name: str) -> str:
        """How a variable is called where it is set: in which case, and in which file."""
        if found := _spelt(name, self.given) or _spelt(name, _set_in(self.environment)):
            return found
        found = _spelt(name, self.file)
        return f"{found} in {self.path}" if found else name

    def unfilled(self) -> list[str]:
        """The settings that are made of variables which are not there, as the file can make them."""
        before = (*self.given, *_set_in(self.environment))
        return [
            name
            for name, value in self.file.items()
            if name.upper() in SETTING_NAMES
            and not _spelt(name.upper(), before)
            and not all(map(self._is_set, _REFERENCE.findall(value or "")))
        ]

    def _is_set(self, name: str) -> bool:
        return bool(self.environment.get(name) or self.file.get(name))


def _set_in(environment: Mapping[str, str]) -> list[str]:
    return [name for name, value in environment.items() if value]  # a blank one hides no other source


def _spelt(name: str, names: Iterable[str]) -> str | None:
    return next((known for known in names if known.upper() == name), None)


def _read_sources(given: Collection[str], env_file: str | None, *, use_environment: bool) -> _Sources:
    """The sources of settings.

    Raises:
        ConfigurationError: The file is there and cannot be read.
    """
    path = Path(env_file).absolute() if env_file else None
    try:
        file = dotenv_values(path, interpolate=False) if path else {}
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError([f"{path} cannot be read; it must be a text file in UTF-8."]) from None
    return _Sources(given, dict(os.environ) if use_environment else {}, path, file)


def load_settings(
    given: Mapping[str, object] | None = None, *, env_file: str | None = ENV_FILE, use_environment: bool = True
) -> Settings:
    """The settings from `given` (the command line, by the names of the fields), the environment, and `env_file`.

    A `given` None is not given. Without the environment they are those of a server that somebody else will start.

    Raises:
        ConfigurationError: One problem for each setting that is missing, wrong, or of a name that does not exist.
    """
    aliased = {
        str(Settings.model_fields[name].alias): value for name, value in (given or {}).items() if value is not None
    }
    sources = _read_sources(aliased, env_file, use_environment=use_environment)
    unfilled = sources.unfilled()
    problems = [_unfilled_problem(name, sources) for name in unfilled]
    kind = Settings if use_environment else _SettingsOfFile
    try:
        settings = kind(_env_file=env_file, **aliased)  # type: ignore[arg-type,call-arg]  # checked by pydantic
    except ValidationError as error:
        problems += _problems(error, sources, told={name.upper() for name in unfilled})
    else:
        problems += _conflicts(settings)
    problems += [_unknown_problem(name, sources) for name in _unknown_names(sources)]
    if problems:
        raise ConfigurationError(problems)
    return settings


def load_network(env_file: str | None = ENV_FILE) -> Network:
    """The way out alone, for a command that needs no other setting.

    Raises:
        ConfigurationError: As `load_settings`.
    """
    fields: Any = {name: (Settings.model_fields[name].annotation, Settings.model_fields[name]) for name in NETWORK}
    kind: Any = create_model("NetworkSettings", __base__=_Variables, **fields)
    try:
        return _network_of(kind(_env_file=env_file))
    except ValidationError as error:
        raise ConfigurationError(_problems(error, _read_sources((), env_file, use_environment=True))) from None
    except ValueError as error:
        raise ConfigurationError([_problem_of_system(error)]) from None


def _conflicts(settings: Settings) -> list[str]:
    return [
        *_account_problems(settings),
        *_access_problems(settings),
        *_tool_problems(settings),
        *_network_problems(settings),
    ]


def _account_problems(settings: Settings) -> list[str]:
    given = {"FRESHDESK_API_KEY": bool(settings.api_key), "FRESHDESK_DOMAIN": bool(settings.domain)}
    if settings.tenancy is Tenancy.NONE:
        return [_missing_problem(name) for name, is_given in given.items() if not is_given]
    return [
        f"{name} is set, but with FRESHDESK_MCP_SERVER_TENANCY=header each request names its account; leave one out."
        for name, is_given in given.items()
        if is_given
    ]


def _access_problems(settings: Settings) -> list[str]:
    if settings.oauth_issuer and not settings.public_url:
        return [
            "FRESHDESK_MCP_SERVER_PUBLIC_URL is not set. With an OAuth issuer it is needed: the audience of tokens."
        ]
    if settings.auth is Authentication.NONE and (settings.oauth_issuer or settings.auth_tokens):
        return ["FRESHDESK_MCP_SERVER_AUTH=none and tokens or an issuer exclude each other; leave one out."]
    return []


def _tool_problems(settings: Settings) -> list[str]:
    if settings.tools and "toolsets" in settings.model_fields_set:
        return ["FRESHDESK_MCP_SERVER_TOOLS says which tools there are; leave it or FRESHDESK_MCP_SERVER_TOOLSETS out."]
    return []


def _network_problems(settings: Settings) -> list[str]:
    try:
        _ = settings.network
    except ValueError as error:
        return [_problem_of_system(error)]
    return []


def _problem_of_system(error: ValueError) -> str:
    return f"The proxy in the settings of this system is not valid: {error}."


def _missing_problem(name: str) -> str:
    field = next(field for field in Settings.model_fields.values() if field.alias == name)
    return f"{name} is not set. {field.description}."


def _unfilled_problem(name: str, sources: _Sources) -> str:
    return (
        f"{sources.called(name.upper())} is not valid: it is made of a variable, ${{...}}, that is not set or is blank."
    )


def _problems(error: ValidationError, sources: _Sources, told: Collection[str] = ()) -> list[str]:
    found = error.errors(include_url=False, include_input=False)
    return [_problem(details, sources) for details in found if details["loc"][0] not in told]


def _problem(details: ErrorDetails, sources: _Sources) -> str:
    name = str(details["loc"][0])
    if details["type"] == "missing":
        return _missing_problem(name)
    message = details["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return (
        f"{sources.called(name)} is not valid: {message if message.startswith('it ') else f'it should be {message}'}."
    )


def _unknown_names(sources: _Sources) -> Iterable[str]:
    return sorted(
        name
        for name in {*sources.environment, *sources.file}
        if name.upper().startswith(PREFIX) and name.upper() not in SETTING_NAMES and not _SERVICE_LINK.fullmatch(name)
    )


def _unknown_problem(name: str, sources: _Sources) -> str:
    near = difflib.get_close_matches(name.upper(), SETTING_NAMES, n=1)
    told = f"{sources.called(name.upper())} is not a setting of this server"
    return told + (f"; did you mean {near[0]}?" if near else "; remove it.")
