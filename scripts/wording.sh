#!/usr/bin/env bash
# Print each docstring that begins with What, Whether, How, Who, One that or Those, and fail if there is one.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python scripts/wording.py "$@"
