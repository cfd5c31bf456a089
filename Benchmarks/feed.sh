#!/usr/bin/env bash
# See feed.py.
. "$(dirname "$0")/common.sh"
start demo
python3 Benchmarks/feed.py "$base" "$JIEBANG_HOME/demo-tokens.json" "${SECONDS_A_RUN:-60}"
