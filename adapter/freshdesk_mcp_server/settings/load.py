"""The sources of settings, and the reports on their problems.

All settings that are wrong, misspelt or missing are reported together. Each report gives the remedy, and holds no part
of a secret.
"""

import difflib
import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, override

from dotenv import dotenv_values
from pydantic import ValidationError, create_model
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.network import Network
from freshdesk_mcp_server.settings.model import (
    ACCOUNT,
    NETWORK,
    SETTING_NAMES,
    AccountNaming,
    Authentication,
    Settings,
    Variables,
    network_of,
)

ENV_FILE = ".env"
PREFIX = "FRESHDESK_MCP_SERVER_"

# Kubernetes puts such variables into every pod beside a service called freshdesk-mcp-server
# (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
_SERVICE_LINK = re.compile(r"FRESHDESK_MCP_SERVER_(SERVICE_(HOST|PORT).*|PORT_\d+_.*)")

# https://github.com/theskumar/python-dotenv#variable-expansion, without references that have a default.
_REFERENCE = re.compile(r"\$\{([^}:]*)\}")


class _SettingsOfFile(Settings):
    """The settings without the environment of this process."""

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


@dataclass(frozen=True)
class _Sources:
    """The places where variables are set, by name: the command line, the environment, and the file at `path`."""

    given: Collection[str]
    environment: Mapping[str, str]
    path: Path | None
    file: Mapping[str, str | None]

    def called(self, name: str) -> str:
        """Return a variable as its source writes it: in that case, and with the name of its file."""
        if found := _spelt(name, self.given) or _spelt(name, _set_in(self.environment)):
            return found
        found = _spelt(name, self.file)
        return f"{found} in {self.path}" if found else name

    def unfilled(self) -> list[str]:
        """Return the settings in the file that refer to variables which do not exist."""
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
    """Read the names of variables in each source.

    Raises:
        ConfigurationError: The file exists and cannot be read.
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
    """Return the settings from `given` (the command line, by the names of the fields), the environment and `env_file`.

    A None in `given` counts as not given. Without the environment, the settings are those of a server that another
    program will start.

    Raises:
        ConfigurationError: Settings are missing, wrong, or of unknown names; it holds one problem for each.
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
    """Return the network settings alone, for a command that needs no other.

    Raises:
        ConfigurationError: As `load_settings`.
    """
    fields: Any = {name: (Settings.model_fields[name].annotation, Settings.model_fields[name]) for name in NETWORK}
    kind: Any = create_model("NetworkSettings", __base__=Variables, **fields)
    try:
        return network_of(kind(_env_file=env_file))
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
    if settings.account_naming is AccountNaming.NONE:
        return []
    return [
        f"{name} is set, but with FRESHDESK_MCP_SERVER_TENANCY=header each request names its account; leave one out."
        for name, value in zip(ACCOUNT, (settings.api_key, settings.domain), strict=True)
        if value
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
