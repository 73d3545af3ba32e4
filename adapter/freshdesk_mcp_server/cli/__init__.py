"""The command ``freshdesk-mcp-server``: parses arguments, calls ``app``, prints.

Only this room writes to standard output. Exit codes: 0 for success; 1 for a failure of the run; 2 for wrong arguments
or settings.
"""

from freshdesk_mcp_server.cli.commands import main

__all__ = ["main"]
