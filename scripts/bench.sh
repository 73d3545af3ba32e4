#!/usr/bin/env bash
# Measure this server on this machine: sizes, start-up, added latency, memory. Takes less than a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/python benchmarks/measure.py
