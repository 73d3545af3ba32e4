#!/usr/bin/env bash
# Write the generated parts of README.md, docs, .env.example and server.json.  --check: change nothing, fail on a difference.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python scripts/docs.py "$@"
