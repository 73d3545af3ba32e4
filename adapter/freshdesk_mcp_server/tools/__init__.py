"""The MCP tools: validate, call, present. No tool knows HTTP, and none turns an error into text itself."""
