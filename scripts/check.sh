#!/usr/bin/env bash
# All static checks: lint, format, types, import rules, and that what is generated is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
bin=.venv/bin
"$bin/ruff" check
"$bin/ruff" format --check
"$bin/mypy"
"$bin/lint-imports" --no-logo
scripts/docs.sh --check
scripts/generate.sh --check
