#!/usr/bin/env bash
# Print figures of the code that a document may quote: how long the functions of the server are.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python scripts/figures.py
