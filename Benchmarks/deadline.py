#!/usr/bin/env python3
"""Everybody bids within the last second before the deadline, and a few just after it. What was accepted has to be what was opened.

deadline.py BASE TOKENS CHALLENGE; TOKENS has a token a line."""
import datetime, http.client, json, random, sys, threading, time, urllib.parse

base, tokens, challenge = urllib.parse.urlparse(sys.argv[1]), open(sys.argv[2]).read().split(), sys.argv[3]
path = f"/api/v1/challenges/{challenge}"
body = json.dumps({"price": {"amount": "100000.00", "currency": "CNY"}, "plan": "示例方案" * 500}).encode()
took, late, wrong, lock = [], [], [], threading.Lock()


def connect():
    line = http.client.HTTPConnection(base.hostname, base.port, timeout=60)
    line.connect()
    return line


def ask(line, method, path, body=None, headers={}):
    line.request(method, path, body, headers)
    answer = line.getresponse()
    return answer.status, json.loads(answer.read())


def deadline():
    text = ask(connect(), "GET", path)[1]["closes_at"]
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def bid(token):
    line = connect()
    # One in twenty comes too late on purpose.
    time.sleep(max(0, closes - 1 + random.random() * 1.05 - time.time()))
    start = time.perf_counter()
    status, said = ask(line, "POST", path + "/bids", body, {"Authorization": "Bearer " + token, "Content-Type": "application/json"})
    with lock:
        if status == 201:
            took.append(((time.perf_counter() - start) * 1000, said["received_at"], said["commitment"]))
        elif status == 409 and said["code"] == "challenge_closed":
            late.append(status)
        else:
            wrong.append((status, said))


closes = deadline()
threads = [threading.Thread(target=bid, args=(token,)) for token in tokens]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
line = connect()
while ask(line, "GET", path)[1]["opened_at"] is None:
    time.sleep(0.2)
opened = ask(line, "GET", path)[1]
events = ask(line, "GET", "/api/v1/events?limit=1000&kinds=challenge&since=" + urllib.parse.quote(
    datetime.datetime.fromtimestamp(closes - 1, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")))[1]
said = [e for e in events["items"] if e["object"] == challenge and e["type"] == "challenge.open"]
took.sort()
lost = {c for _, _, c in took} ^ set(said[0]["data"]["commitments"]) if said else {"no opening"}
tardy = [at for _, at, _ in took if datetime.datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp() >= closes]
print(f"{len(tokens)} bidders: {len(took)} accepted, {len(late)} refused as late, {len(wrong)} other answers {wrong[:1]}")
print(f"accepted and opened: {opened['bids_received']}, lost {len(lost)}, taken late {len(tardy)}")
at = lambda share: took[min(len(took) - 1, int(len(took) * share))][0]
print(f"accepted bid: p50 {at(0.5):.0f} ms, p99 {at(0.99):.0f} ms, worst {took[-1][0]:.0f} ms (p99 has to be below 250)")
sys.exit(bool(wrong or lost or tardy or opened["bids_received"] != len(took)))
