#!/usr/bin/env bash
# Hold each top folder to its allowance of docstrings that begin with What, Whether, How, Who, One that or Those.
#   scripts/wording.sh           fails if a folder has more than scripts/wording.txt allows
#   scripts/wording.sh --list    prints where they are
#   scripts/wording.sh --lower   brings scripts/wording.txt down to what there is; it never goes up
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python scripts/wording.py "$@"
