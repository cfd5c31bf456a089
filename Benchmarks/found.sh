#!/usr/bin/env bash
# From publication to being found, beside an index of DOCUMENTS: RATE publications a second for SECONDS_A_RUN. See found.py.
. "$(dirname "$0")/common.sh"
documents=${DOCUMENTS:-100000} rate=${RATE:-100} seconds=${SECONDS_A_RUN:-20}
start demo
organisation=$("$jiebang" token list --json | python3 -c 'import json, sys
print([t["organisation"] for t in map(json.loads, sys.stdin) if t["role"] == "university"][0])')
for _ in $(seq 40); do "$jiebang" token create --organisation "$organisation" --role university --label benchmark 2>/dev/null; done >"$room/tokens"
socket=$JIEBANG_HOME/socket; [ -f "$JIEBANG_HOME/socket.place" ] && socket=$(cat "$JIEBANG_HOME/socket.place")
sql() { "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)/psql" -qAt -v ON_ERROR_STOP=1 -h "$socket" -U postgres jiebang "$@"; }
# Published rows are read at the start; those to be published each have a word of their own.
sql -v documents="$documents" -v waiting="$((rate * seconds))" <<'SQL'
CREATE FUNCTION words(n integer) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT string_agg(chr(19968 + (power(random(), 3) * 6000)::int) || chr(19968 + (power(random(), 3) * 6000)::int), '') FROM generate_series(1, n) $$;
INSERT INTO achievements (id, organisation, status, rulebook, title, summary, field, keywords, region, origin, confirmed_at, expires_at)
SELECT gen_random_uuid(), o.id, CASE WHEN n <= :documents THEN 'published' ELSE 'approved' END, (SELECT max(version) FROM rulebooks),
  words(6) || CASE WHEN n <= :documents THEN '' ELSE ' w' || n END, words(60), '09', '{示例}', '450300', 'constructed', market_now(),
  market_now() + interval '1 year'
FROM generate_series(1, :documents + :waiting) n,
  (SELECT t.organisation AS id FROM tokens t WHERE t.role = 'university' AND t.label = 'benchmark' LIMIT 1) o;
SQL
sql -F ' ' -c "SELECT id, substring(title FROM 'w[0-9]+\$') FROM achievements WHERE status = 'approved' AND title ~ ' w[0-9]+\$' ORDER BY random()" |
  python3 -c 'import sys
digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
for line in sys.stdin:
    id, word = line.split()
    bits = int(id.replace("-", ""), 16)
    print("ach_" + "".join(digits[bits >> (125 - 5 * n) & 31] for n in range(26)), word)' >"$room/ids"
kill -INT $server; wait $server || true
start serve
echo "index: $documents documents and the samples; load $(cut -d' ' -f1-3 /proc/loadavg)"
python3 Benchmarks/found.py "$base" "$room/tokens" "$room/ids" "$rate" "$seconds"
