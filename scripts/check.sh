#!/usr/bin/env bash
# All static checks: lint, format, types, import rules, and that what is generated is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
bin=.venv/bin
"$bin/ruff" check
"$bin/ruff" format --check
"$bin/mypy"
"$bin/lint-imports" --no-logo --no-timings 2>/dev/null || "$bin/lint-imports"
scripts/generate.sh --check
