#!/usr/bin/env bash
# Serve MCP on http://127.0.0.1:5000, after the setup. Options go to `freshdesk-mcp-server serve`:
#   scripts/serve.sh --sandbox --port 5055      a simulated Freshdesk: no account, no key, no network
# Settings are read from .env beside this folder, wherever this is called from, unless --env-file names another file.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
"$here/scripts/setup.sh"
case " $* " in
    *" --env-file"[\ =]*) ;;
    *) [ ! -f "$here/.env" ] || set -- --env-file "$here/.env" "$@" ;;
esac
exec "$here/.venv/bin/freshdesk-mcp-server" serve "$@"
