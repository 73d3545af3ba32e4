"""The parts that all toolsets use: they know MCP and values, and no resource of Freshdesk."""
