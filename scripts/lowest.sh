#!/usr/bin/env bash
# Run the fast tests with the lowest version of each direct dependency that pyproject.toml allows, in an environment of its
# own below .cache. Needs the network. Options go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
uv=.venv/bin/uv
lowest=.cache/lowest
mkdir -p .cache
"$uv" pip compile --quiet --no-header --python .venv/bin/python --resolution lowest-direct --extra otel \
    pyproject.toml --output-file "$lowest.txt" >/dev/null
"$uv" venv --quiet --clear --python .venv/bin/python "$lowest"
"$uv" pip install --quiet --python "$lowest" --constraint "$lowest.txt" --requirement "$lowest.txt" --group dev
"$uv" pip install --quiet --python "$lowest" --no-deps --no-build-isolation --editable .
exec "$lowest/bin/python" -m pytest --fast "$@"
