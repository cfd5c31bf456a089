#!/usr/bin/env python3
"""How long from a publication's answer until a search finds it: RATE a second for SECONDS, beside an index that is already full.

found.py BASE TOKENS IDS [RATE] [SECONDS]; TOKENS has a token a line, IDS an id and the word that only it has, a line each."""
import http.client, json, queue, sys, threading, time, urllib.parse

base, tokens = urllib.parse.urlparse(sys.argv[1]), open(sys.argv[2]).read().split()
waiting = [line.split() for line in open(sys.argv[3])]
rate, seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 100, float(sys.argv[5]) if len(sys.argv) > 5 else 20
total = min(int(rate * seconds), len(waiting))
published, took, late, lock = queue.Queue(), [], [], threading.Lock()


class Client:
    """One connection; each question is asked with the next token, since one token may not ask as often."""
    def __init__(self, first):
        self.line, self.turn = http.client.HTTPConnection(base.hostname, base.port, timeout=60), first

    def call(self, method, path, body=None, headers={}):
        self.turn += 1
        headers = {"Authorization": "Bearer " + tokens[self.turn % len(tokens)], "Content-Type": "application/json", **headers}
        self.line.request(method, path, body and json.dumps(body), headers)
        answer = self.line.getresponse()
        data = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {data[:300]!r}")
        return json.loads(data)


def publish(first, step):
    client = Client(first * 7)
    for n in range(first, total, step):
        due = start + n / rate
        pause = due - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        else:
            late.append(-pause)
        id, word = waiting[n]
        client.call("POST", f"/api/v1/achievements/{id}/transitions", {"action": "publish"}, {"If-Match": "*"})
        published.put((word, time.perf_counter()))


def find(first):
    client = Client(first * 11 + 3)
    while True:
        word, since = published.get()
        if word is None:
            return
        while not client.call("GET", f"/api/v1/search?q={word}&limit=1")["total"]:
            time.sleep(0.01)
        with lock:
            took.append((time.perf_counter() - since) * 1000)


start = time.perf_counter() + 0.5
publishers = [threading.Thread(target=publish, args=(n, 8)) for n in range(8)]
finders = [threading.Thread(target=find, args=(n,)) for n in range(16)]
for thread in publishers + finders:
    thread.start()
for thread in publishers:
    thread.join()
spent = time.perf_counter() - start
for _ in finders:
    published.put((None, 0))
for thread in finders:
    thread.join()
took.sort()
at = lambda part: took[min(len(took) - 1, int(len(took) * part))]
print(f"publish to found: {len(took)} of {total} found, {total / spent:.0f} published a second, "
      f"p50 {at(.5):.0f} ms, p95 {at(.95):.0f} ms, max {took[-1]:.0f} ms (must be at most 1000)")
sys.exit(0 if len(took) == total and at(.95) <= 1000 else 1)
