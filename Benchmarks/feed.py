#!/usr/bin/env python3
"""Eight writers and one reader of /events for a minute: no event missed, none twice, the order stable.

feed.py BASE TOKENS.json [SECONDS]; BASE is a running demonstration server."""
import json, random, sys, threading, time, urllib.error, urllib.request

base, tokens = sys.argv[1], json.load(open(sys.argv[2]))
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
university = tokens["university"]


def call(method, path, body=None, headers={}):
    request = urllib.request.Request(base + "/api/v1" + path, method=method, data=body and json.dumps(body).encode())
    request.add_header("Authorization", "Bearer " + university)
    request.add_header("Content-Type", "application/json")
    for name, value in headers.items():
        request.add_header(name, value)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response), response.headers


stop, written, lock = threading.Event(), set(), threading.Lock()


def write():
    mine = random.Random()
    while not stop.is_set():
        made, headers = call("POST", "/achievements", {"title": "示例:事件流测试", "region": "450300", "origin": "constructed"})
        facts = [(made["id"], 1)]
        for _ in range(mine.randint(0, 3)):
            made, headers = call("PATCH", "/achievements/" + made["id"], {"summary": str(mine.random())}, {"If-Match": headers["ETag"]})
            facts.append((made["id"], made["version"]))
        with lock:
            written.update(facts)


def follow(after, until_quiet):
    """Events after one, in the order in which they came."""
    while True:
        page, _ = call("GET", "/events?limit=1000" + (f"&after={after}" if after else ""))
        for event in page["items"]:
            after = event["id"]
            yield event
        if not page["items"]:
            if until_quiet():
                return
            time.sleep(0.02)


start = list(follow(None, lambda: True))
last = start[-1]["id"] if start else None
writers = [threading.Thread(target=write) for _ in range(8)]
for writer in writers:
    writer.start()
done = threading.Event()


def finish():
    time.sleep(seconds)
    stop.set()
    for writer in writers:
        writer.join()
    time.sleep(1)
    done.set()


threading.Thread(target=finish).start()
live = list(follow(last, done.is_set))
again = list(follow(last, lambda: True))
seen = [(event["object"], event["version"]) for event in live]
missed, twice = written - set(seen), len(seen) - len(set(seen))
stable = [event["id"] for event in live] == [event["id"] for event in again]
print(f"feed: {len(written)} events by 8 writers in {seconds:.0f} s, {len(missed)} missed, {twice} twice, order {'stable' if stable else 'CHANGED'}")
sys.exit(0 if not missed and not twice and stable and len(written) > 100 else 1)
