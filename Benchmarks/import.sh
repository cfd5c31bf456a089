#!/usr/bin/env bash
# 100,000 achievements from a CSV file: checked, written as drafts with their events in one transaction; then the server starts and
# how long it takes until all of them, published, can be found.
. "$(dirname "$0")/common.sh"
rows=${ROWS:-100000}
python3 Benchmarks/list.py "$rows" >"$room/list.csv"
"$jiebang" doctor >/dev/null 2>&1 || true
start serve
for round in 1 2 3; do
  sed "s/^B/R$round/" "$room/list.csv" >"$room/round.csv"
  "$jiebang" import achievements "$room/round.csv" --json 2>/dev/null
done | tee "$room/out" | grep -oE '"write_seconds":[0-9.]+' | cut -d: -f2 | median |
  awk -v rows="$rows" '{printf "table and events   %.0f rows/s (must be at least 20000)\n", rows / $1}'
