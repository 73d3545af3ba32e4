#!/usr/bin/env bash
# Write what README.md, docs, .env.example and server.json have from the code.  --check: change nothing, fail on a difference.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python scripts/docs.py "$@"
