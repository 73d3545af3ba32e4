"""``python -m freshdesk_mcp_server`` is the command ``freshdesk-mcp-server``."""

from freshdesk_mcp_server.cli import main

main()
