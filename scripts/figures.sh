#!/usr/bin/env bash
# Print figures of the code that a document may quote: the lengths of the server's functions.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python scripts/figures.py
