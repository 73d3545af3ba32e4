#!/usr/bin/env bash
# Send many calls to a faulty Freshdesk, over a real socket, and compare their results with its tickets afterwards.
#   scripts/soak.sh                            2,000 calls, 16 at a time, every fifth request goes wrong: about two minutes
#   scripts/soak.sh --calls 300 --seed 7       a short one; the same seed plans the same calls and faults
#   scripts/soak.sh --shapes [SHAPE ...]       creates that a fault meets, in each shape that the ticket may have: a minute
#   scripts/soak.sh --outages [S ...]          calls of all kinds around outages of S seconds; --credits 50 is a trial's
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
PYTHONPATH="$PWD/tests" exec .venv/bin/python -m soak "$@"
