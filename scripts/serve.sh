#!/usr/bin/env bash
# Serve MCP on http://127.0.0.1:5000, after setting up what is needed. Options go to `freshdesk-mcp-server serve`:
#   scripts/serve.sh --sandbox --port 5055      a simulated Freshdesk: no account, no key, no network
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
"$here/scripts/setup.sh"
exec "$here/.venv/bin/freshdesk-mcp-server" serve "$@"
