#!/usr/bin/env bash
# Write the parts of README.md and .env.example that are made from the code.  --check: change nothing, fail on a difference.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python scripts/docs.py "$@"
