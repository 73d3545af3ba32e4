#!/usr/bin/env bash
# All static checks: lint, format, types, import rules, openings of docstrings, and generated files that are out of date.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
bin=.venv/bin
"$bin/ruff" check
"$bin/ruff" format --check
"$bin/mypy"
"$bin/lint-imports" --no-logo
scripts/wording.sh
scripts/docs.sh --check
scripts/generate.sh --check
