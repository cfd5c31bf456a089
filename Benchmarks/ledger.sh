#!/usr/bin/env bash
# How long until an event is under a signed head, at 2,000 events a second on a running server: see ledger.py.
. "$(dirname "$0")/common.sh"
start demo
data=$(cat "$JIEBANG_HOME/data.place" 2>/dev/null || echo "$JIEBANG_HOME")/data
sockets=$(sed -n 5p "$data/postmaster.pid")
python3 Benchmarks/ledger.py "$base" "$sockets" "${RATE:-2000}" "${SECONDS_A_RUN:-30}"
