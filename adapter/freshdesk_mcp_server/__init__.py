"""An MCP server through which AI agents work the tickets of a Freshdesk account.

Every call goes this way::

    host -> transports -> server -> tools -> gateway.call -> freshdesk_client -> httpx -> Freshdesk

``app`` builds it from the settings, for the commands in ``cli``. The rooms import downward only (pyproject.toml,
``tool.importlinter``).
"""

from importlib.metadata import version

__version__ = version("freshdesk-mcp-server")
