#!/usr/bin/env bash
# BIDDERS bidders in the last second before a deadline, over HTTP: how long an accepted bid takes, and whether what was accepted is
# what was opened. See deadline.py.
. "$(dirname "$0")/common.sh"
bidders=${BIDDERS:-200}
start demo
socket=$JIEBANG_HOME/socket; [ -f "$JIEBANG_HOME/socket.place" ] && socket=$(cat "$JIEBANG_HOME/socket.place")
sql() { "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)/psql" -qAt -v ON_ERROR_STOP=1 -h "$socket" -U postgres jiebang "$@"; }
# Invented institutes, each with a token whose secret is its name.
sql -v bidders="$bidders" <<'SQL' >"$room/tokens"
WITH o AS (
  INSERT INTO organisations (id, status, rulebook, name, kind, region, origin, evidence, verified_at)
  SELECT gen_random_uuid(), 'verified', (SELECT max(version) FROM rulebooks), '示例揭榜单位 ' || n, 'institute', '450300', 'constructed',
    '示例', market_now() FROM generate_series(1, :bidders) n RETURNING id, name)
INSERT INTO tokens (id, organisation, role, label, hash, expires_at)
SELECT gen_random_uuid(), id, 'university', 'benchmark', sha256(('jb_pat_' || md5(name))::bytea), market_now() + interval '1 day' FROM o;
SELECT 'jb_pat_' || md5('示例揭榜单位 ' || n) FROM generate_series(1, :bidders) n;
SQL
challenge=$(curl -fsS "$base/api/v1/challenges?status=published&mode=plain_demand&page_size=1" | grep -oE 'chl_[0-9A-Z]{26}' | head -1)
seconds=6
sql -c "UPDATE challenges SET closes_at = clock_timestamp() + interval '$seconds seconds' WHERE id = '$(python3 -c '
import sys
digits, bits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 0
for c in sys.argv[1][4:]: bits = bits << 5 | digits.index(c)
print(f"{bits:032x}")' "$challenge")'"
echo "load $(cut -d' ' -f1-3 /proc/loadavg)"
python3 Benchmarks/deadline.py "$base" "$room/tokens" "$challenge"
