#!/usr/bin/env bash
# Write requirements.txt (runtime), requirements-otel.txt (with the extra otel) and requirements-dev.txt (runtime and
# development), and those of the clients of scripts/interop.sh that need an environment of their own: pinned, hashed, for
# every Python from 3.12 up, and without the name of any package registry. Needs the network. Further options go to uv
# (--upgrade).
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${UV:-.venv/bin/uv}"
lock() { "$uv" pip compile --universal --python-version 3.12 --generate-hashes --no-header --quiet "$@"; }
lock pyproject.toml --output-file requirements.txt "$@"
lock pyproject.toml --extra otel --constraint requirements.txt --output-file requirements-otel.txt "$@"
lock pyproject.toml --group dev --constraint requirements-otel.txt --output-file requirements-dev.txt "$@"
for client in sdk_1 fastmcp google_genai_1 google_genai_3 langchain_google_genai openai_agents; do
    lock "tests/interop/python/$client.in" --output-file "tests/interop/python/$client.txt" "$@"
done
