#!/usr/bin/env bash
# Run all tests, after setting up what is needed. Options go to pytest: scripts/test.sh tests/unit -k retry
# No test needs the network, a key or an account.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python -m pytest "$@"
