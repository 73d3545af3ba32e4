#!/usr/bin/env bash
# Make .venv with all that this project needs: a Python 3.12 or newer, the locked and hashed requirements, and the project
# itself (editable). Does nothing, quickly, when nothing has changed since the last time.
#
# PYTHON=/path/to/python   use this interpreter instead of looking for one
set -euo pipefail
cd "$(dirname "$0")/.."

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }

find_python() { # the first interpreter that fits: $PYTHON, then PATH (which heeds .python-version), then pyenv, then uv
    local candidate
    if [ -n "${PYTHON:-}" ]; then
        fits "$PYTHON" && echo "$PYTHON" && return
        echo "setup: PYTHON=$PYTHON is not a Python 3.12 or newer with venv" >&2
        return 1
    fi
    for candidate in python3 python3.12 python3.13 python3.14 python \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python \
        "$(command -v uv >/dev/null && uv python find --no-project '>=3.12' 2>/dev/null)"; do
        [ -n "$candidate" ] && fits "$candidate" && echo "$candidate" && return
    done
    cat >&2 <<'EOF'
setup: no Python 3.12 or newer was found (looked at PATH, pyenv and uv). Do one of these, then run this again:
  - Debian/Ubuntu:  sudo apt-get install python3.12 python3.12-venv
  - macOS:          brew install python@3.12
  - pyenv:          pyenv install 3.12
  - uv:             uv python install 3.12
  - or name one:    PYTHON=/path/to/python3.12 scripts/setup.sh
EOF
    return 1
}

export PIP_DISABLE_PIP_VERSION_CHECK=1
stamp() { cksum <<<"$1"; }
is_current() { [ -x .venv/bin/python ] && [ "$(cat ".venv/$1" 2>/dev/null)" = "$2" ]; }

# The path counts too, because a virtual environment cannot be moved.
locked="$(stamp "$PWD $(cat .python-version requirements-dev.txt)")"
if ! is_current locked "$locked"; then
    python="$(find_python)"
    echo "setup: making .venv with $("$python" --version) (this takes a minute or two, once)" >&2
    rm -rf .venv
    "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --require-hashes --requirement requirements-dev.txt >&2
    printf '%s\n' "$locked" >.venv/locked
fi

project="$(stamp "$(cat pyproject.toml)")"
if ! is_current project "$project"; then
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable . >&2
    printf '%s\n' "$project" >.venv/project
fi
