#!/usr/bin/python3
"""What core writes, fuzhen-verify accepts; and both draw the border of canonical text in the same place.
Arguments: fuzhen-verify and core's note tool."""
import os
import random
import re
import subprocess
import sys
import tempfile
import unicodedata

sys.dont_write_bytecode = True
import bundles  # noqa: E402
import second  # noqa: E402

SEED = int(os.environ.get("FUZHEN_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
PIECES = [b"\n", b" ", b"\\", b"\\n", b"\\\\", b".", b"0", b"01", b"a", b"_", b"A", b"\t", b"\r", b"\x7f", b"\xc2\x85", b"\xe4\xb8\xad", b"\xc3",
          b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbf\xbe", b"e\xcc\x81", b"/v1", b"key ", b"item.00.x y\n", b".99", b"\xe3\x80\x80"]


def canonical(tool, text):
    done = subprocess.run([tool, "canon"], input=text, capture_output=True, check=False)
    return done.returncode == 0 and done.stdout == text


def expected(text):
    parsed = second.parse_fields(text)
    return parsed is not None and all(unicodedata.is_normalized("NFC", value) for value in parsed[1].values())


def judge_codes(program, folder, note):
    """The code of a slip and what is not quite it, by both verifiers; the disagreements."""
    head, _, lines = note.partition(b"\n\n")
    fields = second.parse_fields(head + b"\n")[1]
    words = ["FZ1", fields["institution.code"], fields["id"], second.sha256(head + b"\n\n" + lines.split(b"\n")[0] + b"\n").hex(), "3"]
    cases = [(" ".join(words), 0), (" ".join(words[:4] + ["5"]), 0), (" ".join(words[:4] + ["6"]), 1)]
    for i in range(4):
        bad = words[i][:-1] + ("0" if words[i][-1] != "0" else "1")
        cases.append((" ".join(words[:i] + [bad] + words[i + 1:]), 1))
    cases += [(" ".join(words[:4]), 1), (" ".join(words[:4] + ["03"]), 1), (" ".join(words) + " ", 1), ("", 1), ("FZ1", 1)]
    problems = []
    os.chdir(folder)
    for code, wanted in cases:
        line = ["--keys", "keys", "--checkpoint", "checkpoint", "--qr", code, "0.fzd"]
        first = subprocess.run([program] + line, capture_output=True, text=True, check=False).returncode
        other = second.verify(line)[1]
        if first != wanted or other != wanted:
            problems.append("%r: %d and %d, expected %d" % (code, first, other, wanted))
    if subprocess.run([program, "--qr", "x", "0.fzd", "1.fzd"], capture_output=True, check=False).returncode != 2:
        problems.append("two documents for one code")
    os.chdir("/")
    return problems


def judge_long_log(program, folder, rng, w):
    """A log of many bundles, which fuzhen-verify hashes in several threads: whole, and with one thing wrong anywhere; the disagreements."""
    n = (70000 if os.environ.get("FUZHEN_TEST_SCALE") == "full" else 4000) + rng.randrange(700)
    entries = w.entries(n)
    good = w.log(entries)
    at = rng.randrange(n)
    full = "log/tile/entries/" + bundles.tile_name(rng.randrange(n // 256), 256)
    other = "log/tile/entries/" + bundles.tile_name(rng.randrange(n // 256), 256)
    leaf = full.replace("entries", "0")
    flip = rng.randrange(len(good[leaf]))
    rewritten = entries[:at] + [entries[at].replace(b"outcome done", b"outcome dome")] + entries[at + 1:]
    cases = [("whole", {}, 0), ("no bundle", {full: None}, 1), ("no leaves", {leaf: None}, 1),
             ("a leaf", {leaf: good[leaf][:flip] + bytes([good[leaf][flip] ^ 1]) + good[leaf][flip + 1:]}, 1),
             ("an entry", {name: data for name, data in w.log(rewritten).items() if name.startswith("log/tile/entries/")}, 1),
             ("entry and tiles", {name: data for name, data in w.log(rewritten).items() if name != "log/checkpoint"}, 1),
             ("two bundles", {full: good[other], other: good[full]}, 0 if full == other else 1)]
    problems = []
    os.makedirs(folder)
    os.chdir(folder)
    for name, change, wanted in cases:
        for path, data in {**good, "keys": w.keys(["log", "institution"]), **change}.items():
            if data is None:
                os.remove(path)
                continue
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
        line = ["--keys", "keys", "--institution", w.institution, "log"]
        first = subprocess.run([program] + line, capture_output=True, text=True, check=False)
        lines, code = second.verify(line)
        if first.returncode != wanted or code != wanted or [x.split(": ")[1] for x in first.stdout.splitlines()] != [x.split(": ")[1] for x in lines]:
            problems.append("%s, %d entries: %d and %d, expected %d; %s" % (name, n, first.returncode, code, wanted, first.stdout.strip()))
    os.chdir("/")
    return problems


def main():
    program, tool = map(os.path.abspath, sys.argv[1:3])
    print("TAP version 13\n# seed %d (FUZHEN_TEST_SEED)\n1..5" % SEED)
    rng = random.Random(SEED)
    w = bundles.World(SEED)
    files, keys, wrong = {}, [], []
    for i, kind in enumerate(("record", "review", "consent")):
        name = "tj-demo/%d" % i
        done = subprocess.run([tool, "sign", name, bundles.sha256(b"%d %d" % (SEED, i)).hex()], input=w.document(kind, **{"institution.code": "12120000TEST000001"}), capture_output=True, check=True)
        files["%d.fzd" % i] = done.stdout
        keys.append(done.stderr.strip())
    entries = ["entry %d" % i for i in range(5)]
    head = subprocess.run([tool, "checkpoint", bundles.ORIGIN] + entries, capture_output=True, check=True).stdout
    done = subprocess.run([tool, "sign", bundles.ORIGIN, bundles.sha256(b"log").hex()], input=head, capture_output=True, check=True)
    files["checkpoint"] = done.stdout
    files["keys"] = b"".join(key + b"\n" for key in keys + [done.stderr.strip()])
    paths = sorted(set(files) - {"keys"})
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        codes = judge_codes(program, folder, files["0.fzd"])
        long = judge_long_log(program, os.path.join(folder, "long"), rng, w)
        done = subprocess.run([program, "--keys", "keys"] + paths, cwd=folder, capture_output=True, text=True, check=False)
    good = done.returncode == 0 and done.stdout.splitlines() == [path + ": VALID" for path in paths]
    print("%sok 1 - documents and a checkpoint made by core verify" % ("" if good else "not "))
    root = bundles.b64(bundles.root([bundles.leaf_hash(entry.encode()) for entry in entries])).encode()
    print("%sok 2 - core's root is the second verifier's" % ("" if root in head else "not "))
    for _ in range(400):
        text = w.document("record", **{"b.00": "x", "item.00.dose_ug": 5, "t": "两行\n\\"})
        for _ in range(rng.randrange(1, 3)):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(PIECES) + text[at + rng.randrange(2):]
        if re.search(rb"\.[0-9]{2}\.[0-9]{2}[. ]", text):
            continue  # a list within a list stands in key lists only
        if canonical(tool, text) != expected(text):
            wrong.append(text)
    print("%sok 3 - 400 damaged texts: core and the second verifier agree on what is canonical" % ("not " if wrong else ""))
    for text in wrong[:5]:
        print("# %r" % text)
    print("%sok 4 - a slip's code: the right one is valid, every other is not, for both verifiers" % ("not " if codes else ""))
    print("%sok 5 - a log of many bundles, whole and with one thing wrong: both verifiers say the same" % ("not " if long else ""))
    for line in codes + long:
        print("# %s" % line)
    sys.exit(0 if good and root in head and not wrong and not codes and not long else 1)


if __name__ == "__main__":
    main()
