"""The command ``freshdesk-mcp-server``: parses, asks ``app``, prints.

The only room that writes to standard output. Exit codes: 0 well; 1 it ran and failed; 2 arguments or settings are
wrong.
"""

from freshdesk_mcp_server.cli.commands import main

__all__ = ["main"]
