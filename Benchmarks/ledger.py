#!/usr/bin/env python3
"""Sealing lag: from the moment an event is written until /api/v1/ledger/head can be seen to hold it.

ledger.py BASE SOCKETS RATE SECONDS; BASE is a running demonstration server, SOCKETS the folder of its PostgreSQL's socket. pgbench
writes RATE events a second in transactions of ten by sixteen clients; events mean nothing and are gone with the database."""
import bisect, json, os, subprocess, sys, tempfile, threading, time, urllib.request

base, sockets, rate, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
user = ["-h", sockets, "-U", "jiebang_app"]
script = tempfile.NamedTemporaryFile("w", suffix=".sql")
script.write("""INSERT INTO events (id, kind, object_id, action, version, actor_role, public, payload)
SELECT gen_random_uuid(), 'achievement', gen_random_uuid(), 'edit', n, 'system', n % 3 = 0,
  jsonb_build_object('title', '示例:账本测试', 'n', n) FROM generate_series(1, 10) n;\n""")
script.flush()


def sql(text):
    return subprocess.run(["psql", *user, "-d", "jiebang", "-At", "-F", " ", "-c", text], check=True, capture_output=True, text=True).stdout


stop, seen = threading.Event(), []


def watch():
    while not stop.is_set():
        with urllib.request.urlopen(base + "/api/v1/ledger/head", timeout=10) as response:
            head = json.load(response)["head"]
        if not seen or head["size"] > seen[-1][0]:
            seen.append((head["size"], time.time(), head["number"]))
        time.sleep(0.01)


time.sleep(2)  # the demonstration's own events are under a head
first = int(sql("SELECT coalesce(max(seq), 0) FROM ledger_leaves"))
watcher = threading.Thread(target=watch)
watcher.start()
pgbench = next(p for p in [*sorted(f"/usr/lib/postgresql/{v}/bin/pgbench" for v in os.listdir("/usr/lib/postgresql")), "pgbench"] if os.path.exists(p) or p == "pgbench")
subprocess.run([pgbench, *user, "-n", "-f", script.name, "-c", "16", "-j", "2", "-R", str(rate // 10), "-T", str(seconds), "jiebang"],
               check=True, capture_output=True)
time.sleep(3)
stop.set()
watcher.join()
sizes = [size for size, _, _ in seen]
lags = []
shift = float(sql("SELECT extract(epoch FROM coalesce((SELECT shift FROM market_clock), '0'))"))
for row in sql(f"SELECT seq, extract(epoch FROM at) FROM ledger_leaves JOIN events USING (position) WHERE seq > {first}").splitlines():
    seq, at = row.split()
    lags.append(seen[bisect.bisect_left(sizes, int(seq))][1] - (float(at) - shift))
lags.sort()
at = lambda share: lags[min(len(lags) - 1, int(share * len(lags)))] * 1000
print(f"ledger: {len(lags)} events in {seconds} s ({len(lags) / seconds:.0f}/s) under {seen[-1][2] - seen[0][2]} heads; "
      f"written to seen under a signed head: p50 {at(.5):.0f} ms, p99 {at(.99):.0f} ms, worst {lags[-1] * 1000:.0f} ms")
sys.exit(0 if at(.99) < 1000 and len(lags) > rate * seconds * 0.9 else 1)
