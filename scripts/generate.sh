#!/usr/bin/env bash
# Make generated_client/freshdesk_client from the specification, openapi/.
#
#   scripts/generate.sh           replace the client
#   scripts/generate.sh --check   change nothing; if a new client would differ, print the difference and
#                                 exit 1
#
# VENV=/path/to/venv   use the tools of this environment instead of making .venv up to date and using that
set -euo pipefail
cd "$(dirname "$0")/.."

GENERATOR_VERSION=0.29.1
RUFF_VERSION=0.17.6
CLIENT=generated_client/freshdesk_client

usage() { echo "usage: scripts/generate.sh [--check]" >&2; exit 2; }

case "$#:${1:-}" in
    0:) check=false ;;
    1:--check) check=true ;;
    *) usage ;;
esac

if [ -z "${VENV:-}" ]; then
    scripts/setup.sh
    VENV=.venv
fi
PATH="$(cd "$VENV/bin" && pwd):$PATH" # the generator calls ruff by name
export PATH

need() { # need NAME WANTED ACTUAL
    [ "$2" = "$3" ] || { echo "generate: need $1 $2, found: $3" >&2; exit 3; }
}
need openapi-python-client "openapi-python-client version: $GENERATOR_VERSION" "$(openapi-python-client --version)"
need ruff "ruff $RUFF_VERSION" "$(ruff --version)"

# Outside the repository, so that nothing in it (settings, ignore files) can change the output.
work="$(mktemp -d)"
aside="generated_client/.freshdesk_client.old.$$"
incoming="generated_client/.freshdesk_client.new.$$"
clean_up() { # also puts the old client back if the swap was cut short
    [ -e "$CLIENT" ] || [ ! -e "$aside" ] || mv "$aside" "$CLIENT"
    rm -rf "$work" "$aside" "$incoming"
}
trap clean_up EXIT
fresh="$work/freshdesk_client"
specification="$work/freshdesk.json"

quietly() { # run, and show the output only of what failed
    "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; exit 1; }
}

python scripts/specification.py >"$specification"
# The generator takes a misspelt keyword for an extension and leaves the operation incomplete; the validator does not.
quietly openapi-spec-validator "$specification"
quietly openapi-python-client generate --path "$specification" --config openapi/generator.yaml \
    --custom-template-path openapi/templates --meta none --output-path "$fresh" --fail-on-warning
: >"$fresh/py.typed" # --meta none leaves it out

# No hash of the specification: an edit that does not change the client, such as a comment, must not make it stale.
python - "$fresh" "$GENERATOR_VERSION" <<'PYTHON'
import sys
from pathlib import Path

header = f"""\
# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client {sys.argv[2]}). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.
"""
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    code = path.read_bytes()
    path.write_bytes(header.encode() + b"\n" * bool(code) + code)
PYTHON

if "$check"; then
    if diff -ru -x __pycache__ "$CLIENT" "$fresh" | sed "s#$work/freshdesk_client#(would be made)#g"; then
        echo "$CLIENT is up to date"
    else
        echo "generate: $CLIENT differs from what openapi/ makes (+); run scripts/generate.sh" >&2
        exit 1
    fi
else
    # A plain overwrite would leave obsolete files behind.
    mkdir -p generated_client
    cp -R "$fresh" "$incoming"
    if [ -e "$CLIENT" ]; then mv "$CLIENT" "$aside"; fi
    mv "$incoming" "$CLIENT"
    echo "$CLIENT made from openapi/"
fi
