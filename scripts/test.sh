#!/usr/bin/env bash
# Run the tests, after the setup. No test needs the network, a key or an account.
#   scripts/test.sh                       runs all, and fails below the floor of branch coverage (pyproject.toml)
#   scripts/test.sh --fast                leaves out slow tests, and says so: two minutes on two cores
#   scripts/test.sh tests/unit -k retry   passes its options to pytest; coverage is not measured
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
if [ $# -gt 0 ]; then
    exec .venv/bin/python -m pytest "$@"
fi
mkdir -p .cache
.venv/bin/coverage run -m pytest
if ! total="$(.venv/bin/coverage report --format=total)"; then
    echo "Branch coverage of adapter/: $total %, below the floor (fail_under in pyproject.toml)" >&2
    .venv/bin/coverage report --skip-covered --sort=miss | head -20 >&2
    exit 1
fi
echo "Branch coverage of adapter/: $total %"
