"""The settings of an operator, read once: command line > environment > ``.env`` > default.

Only this room reads the environment, except for the token of the command ``call``. ``model`` holds the settings,
``values`` checks each, and ``account`` names an account and its key. ``load`` reads the sources and reports their
problems. ``environment`` reads what is no setting.
"""

from freshdesk_mcp_server.settings.account import Account, parse_account
from freshdesk_mcp_server.settings.environment import application_folder, asks_for_spans, is_open_to_others
from freshdesk_mcp_server.settings.load import ENV_FILE, load_network, load_settings
from freshdesk_mcp_server.settings.model import (
    SETTING_NAMES,
    Authentication,
    Confirmation,
    LogLevel,
    MetricsAccess,
    Settings,
)

__all__ = [
    "ENV_FILE",
    "SETTING_NAMES",
    "Account",
    "Authentication",
    "Confirmation",
    "LogLevel",
    "MetricsAccess",
    "Settings",
    "application_folder",
    "asks_for_spans",
    "is_open_to_others",
    "load_network",
    "load_settings",
    "parse_account",
]
