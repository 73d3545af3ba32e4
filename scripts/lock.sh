#!/usr/bin/env bash
# Write requirements.txt (runtime), requirements-otel.txt (with the extra otel) and requirements-dev.txt (runtime and
# development): pinned, hashed, for every Python from 3.12 up, and without the name of any package registry. Needs the
# network. Further options go to uv (--upgrade).
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${UV:-.venv/bin/uv}"
lock() { "$uv" pip compile pyproject.toml --universal --python-version 3.12 --generate-hashes --no-header --quiet "$@"; }
lock --output-file requirements.txt "$@"
lock --extra otel --constraint requirements.txt --output-file requirements-otel.txt "$@"
lock --group dev --constraint requirements-otel.txt --output-file requirements-dev.txt "$@"
