#!/usr/bin/env bash
# Everything that is claimed about speed, on this machine, now. Ratios from one run count; single times depend on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product jiebang
echo "machine: $(nproc) × $(sed -nE 's/^model name\s*: (.*)/\1/p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), $(. /etc/os-release && echo "$PRETTY_NAME")"
echo; echo "== the PostgreSQL client beside pgbench"
swift run --package-path Benchmarks -c release PostgresBench
echo; echo "== HTTP"; Benchmarks/http.sh
echo; echo "== import"; Benchmarks/import.sh
echo; echo "== feed"; Benchmarks/feed.sh
echo; echo "== ledger"; Benchmarks/ledger.sh
echo; echo "== publish to found"; Benchmarks/found.sh
