#!/usr/bin/env python3
"""Checks a Jiebang ledger from what anybody can download:  python3 verify.py ledger.jsonl key.json [head.json]

A second opinion that shares no line with the server. It needs Python 3.8 and nothing else for the suite `std`; for `sm` a Python
whose OpenSSL has SM3, and the `openssl` command for SM2. head.json is a head kept from before, which the ledger must still hold.
"""
import base64, hashlib, json, subprocess, sys, tempfile

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(a, b):  # points of edwards25519 as (X, Y, Z, T), RFC 8032 §5.1.4
    A, B = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    C, E = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = B - A, E - C, E + C, B + A
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(n, a):
    total = (0, 1, 1, 0)
    while n:
        total, a, n = (add(total, a) if n & 1 else total), add(a, a), n >> 1
    return total

def point(text):  # RFC 8032 §5.1.3; nothing where no point is meant
    y, sign = int.from_bytes(text, "little") & (1 << 255) - 1, text[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign): return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P

def ed25519(pem, message, signature):
    public = base64.b64decode("".join(pem.splitlines()[1:-1]))[-32:]
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if not a or not r or len(signature) != 64 or s >= L: return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, point(b"\x58" + b"\x66" * 31)), add(r, times(k, a))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))

def sm2(pem, message, signature):
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as text, tempfile.NamedTemporaryFile() as sign:
        for file, data in (key, pem.encode()), (text, message), (sign, signature): file.write(data), file.flush()
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key.name, "-in", text.name, "-sigfile", sign.name, "-rawin",
             "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"], capture_output=True).returncode == 0

def check(holds, what):
    if not holds: sys.exit(f"FAILED: {what}")

def signed(raw, word):  # {"head":{…},"signature":"…"}: what is said, its bytes, and the signature
    said, end = json.loads(raw), raw.rindex(b',"signature":')
    return said[word], raw[len(word) + 4:end], base64.b64decode(said["signature"])

def trust(raw, keys):
    key, text, signature = signed(raw, "key")
    if keys.get(key["id"]): return check(keys[key["id"]] == key, f"key {key['id']} is another one")
    by = keys.get(key["previous"]) if keys else key
    check(by and verify[by["algorithm"]](by["public_key"], text, signature), f"no trusted key vouches for key {key['id']}")
    keys[key["id"]] = key

verify = {"sm2": sm2, "ed25519": ed25519}
document, keys = json.load(open(sys.argv[2])), {}
ledger, line = document["ledger"], lambda value: json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
for each in document["keys"]: trust(line(each), keys)
H = lambda data: hashlib.new({"sm": "sm3", "std": "sha256"}[ledger["suite"]], data).digest()
kept = json.load(open(sys.argv[3])) if len(sys.argv) > 3 else None
size, edge, last, sealed, previous = 0, [], 0, 0, None  # edge: roots of complete subtrees, largest first (RFC 9162 §2.1)
for raw in open(sys.argv[1], "rb"):
    raw = raw.rstrip(b"\n")
    here = json.loads(raw)
    if "seq" in here:
        check(here["seq"] >= size + 1, f"event {here['seq']} comes twice or too late")
        check(here["seq"] == size + 1, f"event {size + 1} is missing")
        leaf = bytes.fromhex(here["hash"])
        if "event" in here:
            check(H(b"\0" + raw[len(b'{"event":'):raw.rindex(b',"hash":')]) == leaf, f"event {size + 1}, {here['event']['id']}, was changed")
        edge.append(leaf)
        size += 1
        for _ in range((size & -size).bit_length() - 1): edge[-2:] = [H(b"\1" + edge[-2] + edge[-1])]
    elif "head" in here:
        head, text, signature = signed(raw, "head")
        name = f"head {head['number']}"
        check(head["number"] >= last + 1, f"{name} comes twice or too late")
        check(head["number"] == last + 1, f"head {last + 1} is missing")
        check((head["ledger"], head["suite"]) == (ledger["id"], ledger["suite"]), f"{name} is of another ledger")
        check(head["key"] in keys, f"{name} is signed with a key that is not trusted")
        check(head["previous"] == previous, f"{name} does not follow the head before it")
        check(head["size"] == size, f"{name} is of {head['size']} events, {size} stand before it")
        root = edge[-1] if edge else H(b"")
        for left in edge[-2::-1]: root = H(b"\1" + left + root)
        check(head["root"] == root.hex(), f"among events {sealed + 1} to {size} is one that {name} was not signed over")
        key = keys[head["key"]]
        check(verify[key["algorithm"]](key["public_key"], text, signature), f"{name} is forged: its signature does not hold")
        check(not kept or kept["head"]["number"] != head["number"] or kept["head"] == head, f"{name} is not the one kept from before")
        last, sealed, previous = head["number"], size, H(text).hex()
    elif "key" in here: trust(raw, keys)
    else: check(here.get("ledger") == ledger and not size and not last, "this is not the ledger that the keys are of")
check(last and sealed == size, f"the last {size - sealed} events are under no head")
check(not kept or kept["head"]["number"] <= last, "the file ends before the head kept from before")
print(f"OK: {size} events under {last} signed heads, none missing, none changed")
