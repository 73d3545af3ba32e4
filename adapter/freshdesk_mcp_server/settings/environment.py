"""The environment of this process beside the settings: spans, folders, containers, and access to files."""

import os
import stat
import sys
from pathlib import Path

from dotenv import dotenv_values

from freshdesk_mcp_server.settings.model import SECRETS

CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""Files that Docker and Podman put into a container."""


def asks_for_spans() -> bool:
    """Return True if the environment asks for an export of spans, by OpenTelemetry's own variables.

    https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/. The only exporter here is OTLP.
    """
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporters = [name.strip() for name in os.environ.get("OTEL_TRACES_EXPORTER", "").split(",") if name.strip()]
    endpoints = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    has_endpoint = any(os.environ.get(name, "").strip() for name in endpoints)
    return "otlp" in exporters or (not exporters and has_endpoint)


def application_folder(system: str = sys.platform) -> Path:
    """Return the folder in which applications of this user keep their configuration, by the custom of the system."""
    if system == "darwin":
        return Path.home() / "Library" / "Application Support"
    if system == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    given = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return given if given.is_absolute() else Path.home() / ".config"


def is_open_to_others(env_file: Path) -> bool:
    """Return True if other users of this machine can read secrets in a file.

    In a container the answer is False: mounted files have the modes of the host, and there are no other users. On
    Windows it is False too, since modes mean nothing there.
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
