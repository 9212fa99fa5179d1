#!/usr/bin/python3
"""Holds fuzhen-verify against the second verifier: over made evidence with known verdicts, over random damage, and over
every single flipped bit. Arguments: the two programs `fuzhen-verify` and `many`; `--write` renews vectors.txt.
FUZHEN_TEST_SCALE=full is the size of the promise; FUZHEN_TEST_SEED repeats a run."""
import hashlib
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import bundles  # noqa: E402
import second  # noqa: E402

FULL = os.environ.get("FUZHEN_TEST_SCALE") == "full"
SEED = int(os.environ.get("FUZHEN_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
LINE = re.compile(r"(.*?): (VALID-KEY-EXPIRED-SINCE|VALID-REVOKED-LATER|VALID|INDETERMINATE|INVALID-REVOKED-BEFORE|INVALID)"
                  r"( effective| not-effective)?(?=$|: )")
VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vectors.txt")


def write(folder, files):
    for path, data in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def words(line):
    """A verdict line without its reason."""
    match = LINE.match(line)
    return match[0] if match else line


class Runner:
    def __init__(self, many, folder):
        self.many, self.folder = many, folder

    def run(self, cases):
        """[(lines, code)] by fuzhen-verify for [(files, arguments)]; each case keeps its folder until the next call."""
        shutil.rmtree(self.folder, ignore_errors=True)
        orders = []
        for i, (files, arguments) in enumerate(cases):
            os.makedirs("%s/%d" % (self.folder, i))
            write("%s/%d" % (self.folder, i), files)
            orders.append("\t".join(["%s/%d" % (self.folder, i), "--lang", "en"] + arguments))
        done = subprocess.run([self.many, "batch"], input="\n".join(orders) + "\n", capture_output=True, text=True, check=True,
                              errors="backslashreplace")
        results, lines = [], []
        for line in done.stdout.split("\n")[:-1]:
            if line.startswith("exit "):
                results.append((lines, int(line[5:])))
                lines = []
            else:
                lines.append(words(line))
        assert len(results) == len(cases)
        return results

    def second(self, i, arguments):
        os.chdir("%s/%d" % (self.folder, i))
        try:
            return second.verify(arguments)
        finally:
            os.chdir("/")


def vector_line(seed, bundle):
    name, files, arguments, lines, code = bundle
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(b"%d %s %d\n" % (len(path), path.encode(), len(files[path])) + files[path])
    digest.update("\0".join(arguments).encode())
    return "%d %s %s %d %s\n" % (seed, name, digest.hexdigest(), code, " | ".join(lines))


def disagreements(runner, made):
    """Of bundles with known verdicts: what either verifier says otherwise."""
    wrong = []
    for (name, _, arguments, lines, code), (i, (got, got_code)) in zip(made, enumerate(runner.run([m[1:3] for m in made]))):
        for who, answer in (("fuzhen-verify", (got, got_code)), ("second", runner.second(i, arguments))):
            if answer != (lines, code):
                wrong.append("%s: %s says %s, expected %s" % (name, who, answer, (lines, code)))
    return wrong


def mutate(rng, files, donors):
    """Damages one to three places; returns what was done."""
    done = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        path = rng.choice(sorted(files))
        data = files[path]
        at = rng.randrange(len(data) + 1)
        lines = data.split(b"\n")
        line = rng.randrange(len(lines))
        what = rng.choice(("bit", "bit", "byte", "insert", "delete", "cut", "double", "drop-line", "copy-line", "swap-lines", "digit",
                           "donor-line", "donor-file", "drop-file", "signature-block", "letter", "swap-files", "append"))
        if what in ("bit", "byte", "digit", "letter") and at < len(data):
            new = {"bit": data[at] ^ 1 << rng.randrange(8), "byte": rng.randrange(256), "digit": 48 + rng.randrange(10),
                   "letter": 97 + rng.randrange(26)}[what]
            data = data[:at] + bytes([new]) + data[at + 1:]
        elif what == "insert":
            data = data[:at] + bytes(rng.choice((b"\n", b" ", b"\\", b".", b"\0", b"\xe2", b"a", b"0", b"="))) + data[at:]
        elif what == "delete":
            data = data[:at] + data[at + rng.choice((1, 1, 2, 8, 32)):]
        elif what == "cut":
            data = data[:at]
        elif what == "append":
            data += rng.choice((b"\n", b"\0", b"x", b"\n\n", bytes(32), data[-40:]))
        elif what == "double":
            data += data
        elif what == "drop-line":
            data = b"\n".join(lines[:line] + lines[line + 1:])
        elif what == "copy-line":
            data = b"\n".join(lines[:line] + [lines[line]] + lines[line:])
        elif what == "swap-lines":
            other = rng.randrange(len(lines))
            lines[line], lines[other] = lines[other], lines[line]
            data = b"\n".join(lines)
        elif what == "donor-line":
            donor = rng.choice(donors).split(b"\n")
            lines[line] = rng.choice(donor)
            data = b"\n".join(lines)
        elif what == "signature-block":
            donor = rng.choice(donors)
            if b"\n\n" in data and b"\n\n" in donor:
                data = data[:data.rfind(b"\n\n")] + donor[donor.rfind(b"\n\n"):]
        elif what == "donor-file":
            data = rng.choice(donors)
        elif what == "swap-files":
            other = rng.choice(sorted(files))
            data, files[other] = files[other], data
        files[path] = data
        if what == "drop-file" and len(files) > 1:
            del files[path]
        done.append("%s %s %d" % (what, path, at))
    return done


def random_damage(runner, count):
    """fuzhen-verify and the second verifier over damaged bundles: [disagreements], how many of the damaged still held."""
    rng = random.Random(SEED)
    made = [b for b in list(bundles.good(SEED)) + list(bundles.bad(SEED)) if sum(map(len, b[1].values())) < 20000 and b[3]]
    donors = sorted({data for bundle in made for data in bundle[1].values() if len(data) < 4000})
    wrong, held = [], 0
    while count > 0:
        cases, notes = [], []
        for _ in range(min(count, 250)):
            name, files, arguments, _, _ = rng.choice(made)
            files = dict(files)
            notes.append("%s: %s" % (name, mutate(rng, files, donors)))
            cases.append((files, arguments))
        for i, answer in enumerate(runner.run(cases)):
            other = runner.second(i, cases[i][1])
            held += answer[1] == 0
            if answer != other or answer[1] not in (0, 1, 2):
                wrong.append("%s: fuzhen-verify %s, second %s" % (notes[i], answer, other))
        count -= len(cases)
    return wrong, held


def flip_cases():
    """Bundles so small that every bit of them can be flipped: (files, arguments). 80, and at CI size 22 of other seeds each time."""
    for seed in range(1, 41) if FULL else [SEED % 97 + i for i in range(1, 12)]:
        w = bundles.World(seed)
        rx = bundles.text("fuzhen.prescription/v1", {"doctor.key": w.who["doctor"].name, "id": "rx", "signed_at": "2026-03-02T01:10:00Z"})
        names = ["doctor", "pharmacist"] + (bundles.ALL[-1:] if FULL else [])
        seed = seed if FULL else seed % 5 + 1  # of the log's length
        for name in names:
            w.who[name].entry = {k: v for k, v in w.who[name].entry.items() if k in ("role", "person")}
        yield ({"keys.fzd": w.keys(names), "rx.fzd": bundles.note(rx, w.who["doctor"], w.who["pharmacist"])},
               ["--keys", "keys.fzd", "--institution", w.institution, "rx.fzd"])
        entries = w.entries(seed + 1)
        yield ({"keys": w.plain(["log"]), "p.entry": entries[seed], "p.proof": w.proof(seed, entries),
                **(w.log(entries[:2]) if seed == 1 else w.log(entries))},
               ["--keys", "keys", "p.proof", "log"])


def main():
    program, many = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    fast = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="fuzhen-verify-", dir=fast)
    runner = Runner(many, folder + "/cases")
    failed, number = False, 0

    def tell(good, what, details=()):
        nonlocal failed, number
        number += 1
        failed = failed or not good
        print("%sok %d - %s" % ("" if good else "not ", number, what))
        for line in list(details)[:20]:
            print("# " + line)
        sys.stdout.flush()

    # A sanitizer's word must not pass for a verdict.
    os.environ.setdefault("ASAN_OPTIONS", "exitcode=99")
    os.environ.setdefault("UBSAN_OPTIONS", "halt_on_error=1:exitcode=99")
    print("TAP version 13\n# seed %d (FUZHEN_TEST_SEED), scale %s" % (SEED, "full" if FULL else "ci"))
    flips, total = [], 0  # they run beside the rest
    step = 1 if FULL else 29  # of the bits, from another one each time
    start = SEED % step
    os.environ.update(FUZHEN_FLIP_STEP=str(step), FUZHEN_FLIP_FROM=str(start))
    for i, (files, arguments) in enumerate(flip_cases()):
        there = "%s/flip%d" % (folder, i)
        os.makedirs(there)
        write(there, files)
        flips.append([many, "flip", there] + arguments + ["--"] + sorted(files))
        total += sum(len(range(start, 8 * len(data), step)) for data in files.values())
    beside = subprocess.Popen(["sh", "-c", 'while [ $# -gt 0 ]; do sh -c "$1" || true; shift; done', "flip"] + [shlex.join(f) for f in flips],
                              stdout=subprocess.PIPE, text=True)
    made = [list(bundles.good(1)), list(bundles.bad(1))]
    frozen = "".join(vector_line(1, bundle) for group in made for bundle in group)
    if "--write" in sys.argv:
        with open(VECTORS, "w", encoding="utf-8") as file:
            file.write(frozen)
    with open(VECTORS, encoding="utf-8") as file:
        kept = file.read()
    tell(kept == frozen, "the generator still makes the frozen vectors", [a for a, b in zip(kept.split("\n"), frozen.split("\n")) if a != b])
    names = [bundle[0] for group in made for bundle in group]
    tell(len(made[0]) >= 50 and len(made[1]) >= 200 and len(set(names)) == len(names), "%d good and %d bad vectors" % (len(made[0]), len(made[1])))
    for seed in range(1, 6 if FULL else 2):
        for make, word in ((bundles.good, "good"), (bundles.bad, "bad")):
            wrong = disagreements(runner, list(make(seed)))
            tell(not wrong, "%s vectors of seed %d: both verifiers give the expected lines" % (word, seed), wrong)
    count = 100000 if FULL else 5000
    wrong, held = random_damage(runner, count)
    tell(not wrong, "%d damaged bundles: no disagreement (%d still held)" % (count, held), wrong)
    tell(held < count // 4, "most damage is seen")
    lines = beside.communicate()[0].split("\n")[:-1]
    ends = [line for line in lines if line.endswith(" flips, 0 missed")]
    tell(len(ends) == len(flips) and sum(int(line.split()[0]) for line in ends) == total,
         "each of %d flipped bits in %d bundles is found" % (total, len(flips)), [line for line in lines if line not in ends])
    with tempfile.TemporaryDirectory(dir=folder) as there:
        name, files, arguments, lines, _ = made[0][0]
        write(there, files)
        done = subprocess.run([program] + arguments, cwd=there, capture_output=True, text=True)
        tell(done.returncode == 0 and [words(line) for line in done.stdout.splitlines()] == lines, "the installed program says the same: " + name)
    print("1..%d" % number)
    shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
