#!/usr/bin/env bash
# Print the folder of an nginx for tests/deploy/test_nginx.py: an installed one, else Debian's package unpacked into
# .cache/nginx, which needs no rights and leaves nothing else on the machine. Without either, prints nothing on standard
# output, and a note on standard error.
set -euo pipefail
cd "$(dirname "$0")/.."
if found="$(PATH="$PATH:/usr/sbin" command -v nginx)"; then
    dirname "$found"
    exit
fi
cache="$PWD/.cache/nginx"
if [ ! -x "$cache/usr/sbin/nginx" ]; then
    mkdir -p "$cache"
    fetch() { (cd "$cache" && apt-get download nginx) >/dev/null 2>&1; }
    # The package lists of a fresh machine may be empty, and only root may fill them.
    if ! { fetch || { apt-get update >/dev/null 2>&1 && fetch; }; } || ! dpkg-deb -x "$cache"/nginx_*.deb "$cache"; then
        echo "nginx: could not be had through apt-get; the tests that need it will be skipped" >&2
        exit
    fi
fi
"$cache/usr/sbin/nginx" -v 2>&1 | sed 's/^/nginx: unpacked, /' >&2
echo "$cache/usr/sbin"
