# Shared by the benchmarks: a server of their own on a free port, in a folder that is gone afterwards.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jiebang=${JIEBANG:-$PWD/.build/release/jiebang}
[ -x "$jiebang" ] || swift build -c release --product jiebang
room=$(mktemp -d) && chmod 755 "$room"
export JIEBANG_HOME=$room/.jiebang
server=
trap '[ -n "$server" ] && kill -INT $server 2>/dev/null && wait $server 2>/dev/null; rm -rf "$room"' EXIT

# start COMMAND…: serves in the background and waits until it is ready; $base is where.
start() {
  local port=$((20000 + RANDOM % 20000))
  "$jiebang" "$@" --no-limits --port "$port" >"$room/log" 2>&1 & server=$!
  base=http://127.0.0.1:$port
  until curl -fsS "$base/readyz" >/dev/null 2>&1; do
    kill -0 $server 2>/dev/null || { cat "$room/log"; exit 1; }
    sleep 0.2
  done
}

median() { sort -g | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }
