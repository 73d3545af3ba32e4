"""What every toolset uses: it knows MCP and values, and no resource of Freshdesk."""
