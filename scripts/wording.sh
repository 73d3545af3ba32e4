#!/usr/bin/env bash
# Hold each top folder to its allowance of docstrings that begin with What, Whether, How, Who, One that or Those.
#   scripts/wording.sh           fails if a folder has more than scripts/wording.txt allows
#   scripts/wording.sh --list    prints their places
#   scripts/wording.sh --lower   lowers scripts/wording.txt to the present counts; it never rises
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python scripts/wording.py "$@"
