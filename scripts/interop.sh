#!/usr/bin/env bash
# Let other software judge this server, and print the results: the official conformance suite, the Inspector, the client
# libraries over every transport, and the libraries that convert schemas for a model. Needs Node and npm, and the network
# the first time.
#   scripts/interop.sh                a table of all; exits with 1 for any unexplained failure
#   scripts/interop.sh conformance    the suite alone; clients, converters: those alone
# Installed software is in .cache, and is used again until its pins change. tests/interop/README.md says more.
set -euo pipefail
cd "$(dirname "$0")/.."

for part in "$@"; do
    case "$part" in
        conformance | clients | converters) ;;
        *) echo "usage: scripts/interop.sh [conformance] [clients] [converters]" >&2; exit 2 ;;
    esac
done
for tool in node npm; do
    command -v "$tool" >/dev/null || { echo "interop: $tool is needed and was not found in PATH; nothing was run" >&2; exit 3; }
done
scripts/setup.sh

export UV_CACHE_DIR="$PWD/.cache/uv"
pins="$PWD/tests/interop"
cache="$PWD/.cache/interop"
mkdir -p "$cache"
# The way of the installation counts too, and the path, because an installation cannot be moved.
stamp_of() { { echo "$PWD"; cat scripts/interop.sh "$@"; } | cksum; }
is_current() { [ "$(cat "$cache/$1/stamp" 2>/dev/null)" = "$2" ]; }

install_node() {
    local stamp
    stamp="$(stamp_of "$pins"/node/{package.json,package-lock.json,.npmrc})"
    if ! is_current node "$stamp"; then
        echo "interop: installing the Node tools (half a minute, once)" >&2
        rm -rf "$cache/node"
        mkdir "$cache/node"
        cp "$pins"/node/{package.json,package-lock.json,.npmrc} "$cache/node"
        npm ci --prefix "$cache/node" --cache "$PWD/.cache/npm" --loglevel error >&2
        mkdir "$cache/node/bin"
        ln -s "$cache"/node/node_modules/node-*/bin/node "$cache/node/bin/node" # not every npm links it
        "$cache/node/bin/node" --version >&2
        echo "$stamp" >"$cache/node/stamp"
    fi
    cp "$pins"/node/*.mjs "$cache/node" # Node looks for packages beside a script
}

install_python() { # install_python CLIENT: an environment of its own, with what CLIENT.txt pins
    local stamp
    stamp="$(stamp_of .venv/pyvenv.cfg "$pins/python/$1.txt")"
    is_current "$1" "$stamp" && return
    echo "interop: making an environment for the client $1" >&2
    rm -rf "${cache:?}/$1"
    .venv/bin/uv venv --quiet --python .venv/bin/python "$cache/$1"
    .venv/bin/uv pip install --quiet --python "$cache/$1" --require-hashes --requirement "$pins/python/$1.txt"
    echo "$stamp" >"$cache/$1/stamp"
}

install_node
for environment in sdk_1 fastmcp google_genai_1 google_genai_3 langchain_google_genai openai_agents; do
    install_python "$environment"
done
PYTHONPATH="$PWD/tests" exec .venv/bin/python -m interop.run "$@"
