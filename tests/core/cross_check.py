#!/usr/bin/python3
"""Signed notes, checkpoints and canonical texts against code that is not ours: PyNaCl, hashlib and unicodedata.

usage: cross_check.py NOTE_TOOL
"""
import base64
import hashlib
import random
import subprocess
import sys
import unicodedata

import nacl.exceptions
import nacl.signing

TOOL = sys.argv[1]
done = 0


def tool(*args, data=b""):
    return subprocess.run([TOOL, *args], input=data, capture_output=True, timeout=60)


def ok(good, what):
    global done
    done += 1
    print(f"{'ok' if good else 'not ok'} {done} {what}", flush=True)


def key_id(name, public):
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def sign(name, key, text):
    """The note as C2SP writes it."""
    blob = key_id(name, bytes(key.verify_key)) + key.sign(text).signature
    return text + b"\n\xe2\x80\x94 " + name.encode() + b" " + base64.b64encode(blob) + b"\n"


def verify(note, vkey):
    """True when the note has a good signature of the key: written from the format alone."""
    name, hash_hex, public64 = vkey.split("+", 2)
    blob = base64.b64decode(public64, validate=True)
    public = blob[1:]
    if blob[0] != 1 or key_id(name, public).hex() != hash_hex:
        return False
    text, lines = note.rsplit(b"\n\n", 1)
    for line in lines.decode().splitlines():
        dash, signer, signature64 = line.split(" ")
        signature = base64.b64decode(signature64, validate=True)
        if dash == "\u2014" and signer == name and signature[:4] == key_id(name, public):
            try:
                nacl.signing.VerifyKey(public).verify(text + b"\n", signature[4:])
                return True
            except nacl.exceptions.BadSignatureError:
                return False
    return False


def root(entries):
    """MTH of RFC 6962."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\1" + root(entries[:k]) + root(entries[k:])).digest()


def canonical(kind, pairs):
    lines = [kind]
    for key in sorted(pairs, key=str.encode):
        value = unicodedata.normalize("NFC", pairs[key]).replace("\\", "\\\\").replace("\n", "\\n")
        lines.append(f"{key} {value}")
    return ("\n".join(lines) + "\n").encode()


def random_pairs(rng):
    letters = "abAB09 \\\n张三阿司匹林é\u0301\u1100\u1161\u11a8\u00c5\u2126μ℃，。"
    keys = [f"item.{i:02}.dose_ug" for i in range(100)] + ["a", "a.b", "a_b", "ab", "note", "item.00", "item"]
    return {k: "".join(rng.choice(letters) for _ in range(rng.randint(1, 30))) for k in rng.sample(keys, rng.randint(0, 20))}


def main():
    seed = random.randrange(1 << 32)
    print(f"# seed {seed}")
    print("1..7")
    rng = random.Random(seed)
    names = ["hospital/110", "医院/执业110", "a"]

    keys = [nacl.signing.SigningKey(rng.randbytes(32)) for _ in names]
    texts = [canonical("fuzhen.test/v1", random_pairs(rng)) for _ in range(8)]
    made = [(n, k, t, tool("sign", n, bytes(k).hex(), data=t)) for n, k in zip(names, keys) for t in texts]
    ok(all(r.returncode == 0 and verify(r.stdout, r.stderr.decode()) for *_, r in made), "our notes verify with PyNaCl")
    ok(all(r.stdout == sign(n, k, t) for n, k, t, r in made), "and are the same bytes")
    ok(all(tool("check", r.stderr.decode(), data=sign(n, k, t)).returncode == 0 for n, k, t, r in made), "PyNaCl's notes verify with ours")
    ok(all(tool("check", r.stderr.decode(), data=sign(n, k, t + b"x 1\n").replace(b"x 1\n", b"x 2\n")).returncode == 1
           for n, k, t, r in made), "altered ones do not")

    good = True
    for size in (0, 1, 2, 3, 7, 8, 9, 100):
        entries = ["".join(rng.choice("ab 诊") for _ in range(rng.randint(1, 40))) for _ in range(size)]
        expected = f"h/desk\n{size}\n{base64.b64encode(root([e.encode() for e in entries])).decode()}\ntime 2023-11-14T22:13:20Z\n"
        good = good and tool("checkpoint", "h/desk", *entries).stdout == expected.encode()
    ok(good, "checkpoints have the same text and root")

    texts = [canonical("fuzhen.test/v1", random_pairs(rng)) for _ in range(100)]
    ok(all(tool("canon", data=t).stdout == t for t in texts), "canonical texts are taken and printed again")
    wrong = [t.replace(b"\n", b"\r\n", 1) for t in texts] + [unicodedata.normalize("NFD", "ab/v1\nx é\n").encode()]
    ok(all(tool("canon", data=t).returncode == 1 for t in wrong), "others are refused")


main()
