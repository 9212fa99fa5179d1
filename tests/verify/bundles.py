"""Evidence made from a seed: good bundles, and bad ones of every kind that a forger or a fault could make. A bundle is
(name, {path: bytes}, arguments, [expected lines], expected exit code); the same seed gives the same bytes for ever."""
import base64
import hashlib
import random

import nacl.bindings as sodium

ORDER = 2**252 + 27742317777372353535851937790883648493  # of Ed25519's group
HOUSE = "tj-demo"
ORIGIN = "fuzhen.tj-demo.desk1"
DAY = "2026-03-02"


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def text(kind, fields):
    """Canonical text."""
    def escape(value):
        return str(value).replace("\\", "\\\\").replace("\n", "\\n")
    return (kind + "\n" + "".join("%s %s\n" % (key, escape(fields[key])) for key in sorted(fields))).encode()


class Signer:
    def __init__(self, name, seed, entry=None):
        self.name, self.entry = name, entry or {}
        self.public, self.secret = sodium.crypto_sign_seed_keypair(sha256(b"%s/%d" % (name.encode(), seed)))
        self.id = sha256(name.encode() + b"\n\1" + self.public)[:4]
        self.vkey = "%s+%s+%s" % (name, self.id.hex(), b64(b"\1" + self.public))

    def signature(self, data):
        return sodium.crypto_sign(data, self.secret)[:64]

    def line(self, data):
        return ("\u2014 %s %s\n" % (self.name, b64(self.id + self.signature(data)))).encode()


def foreign_line(name, algorithm, n, salt):
    """A line in an algorithm that the verifier doesn't judge."""
    key_id = sha256(name.encode() + b"\n" + algorithm + salt)[:4]
    return ("\u2014 %s %s\n" % (name, b64(key_id + (sha256(salt) * 4)[:n]))).encode()


def note(body, *signers):
    return body + b"\n" + b"".join(s if isinstance(s, bytes) else s.line(body) for s in signers)


def leaf_hash(data):
    return sha256(b"\0" + data)


def subtree(hashes):
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1" + subtree(hashes[:half]) + subtree(hashes[half:]))


def root(hashes):
    return subtree(hashes) if hashes else sha256(b"")


def path_to(index, hashes):
    if len(hashes) == 1:
        return []
    half = 1 << (len(hashes) - 1).bit_length() - 1
    if index < half:
        return path_to(index, hashes[:half]) + [subtree(hashes[half:])]
    return path_to(index - half, hashes[half:]) + [subtree(hashes[:half])]


def tile_name(number, width):
    groups = "%03d" % (number % 1000)
    while number >= 1000:
        number //= 1000
        groups = "x%03d/%s" % (number % 1000, groups)
    return groups + ("" if width == 256 else ".p/%d" % width)


def tiles(entries):
    """The files of C2SP tlog-tiles, without the checkpoint."""
    files, row, level = {}, [leaf_hash(entry) for entry in entries], 0
    for at in range(0, len(entries), 256):
        part = entries[at:at + 256]
        files["tile/entries/" + tile_name(at // 256, len(part))] = b"".join(len(e).to_bytes(2, "big") + e for e in part)
    while row:
        for at in range(0, len(row), 256):
            part = row[at:at + 256]
            files["tile/%d/%s" % (level, tile_name(at // 256, len(part)))] = b"".join(part)
        row = [subtree(row[at:at + 256]) for at in range(0, len(row) - len(row) % 256, 256)]
        level += 1
    return files


class World:
    """One hospital with its people, documents and log."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seed = seed
        people = [("institution", "institution", None, {}), ("doctor", "110120", "p1", {}), ("doctor2", "110121", "p2", {}),
                  ("pharmacist", "220330", "p3", {}), ("pharmacist2", "220331", "p1", {}), ("affairs", "330440", "p4", {}),
                  ("desk", "desk", None, {}), ("ended", "110122", "p5", {"until": "2026-03-02T12:00:00Z"}),
                  ("revoked", "110123", "p6", {"revoked_at_size": 3})]
        self.who = {}
        for name, number, person, more in people:
            role = {"doctor2": "doctor", "pharmacist2": "pharmacist", "ended": "doctor", "revoked": "doctor"}.get(name, name)
            entry = {"role": role, "from": "2025-01-01T00:00:00Z", **more}
            if person:
                entry.update(person=person, licence=number, name="合成人员%s" % number[-2:])
            self.who[name] = Signer((ORIGIN + "/" if name == "desk" else HOUSE + "/") + number, seed, entry)
        self.who["log"] = Signer(ORIGIN, seed, {"role": "log", "from": "2025-01-01T00:00:00Z"})
        self.who["left"] = Signer(HOUSE + "/220339", seed, {"role": "pharmacist", "from": "2025-01-01T00:00:00Z", "person": "p9", "revoked_at_size": 3})
        self.who["log2026"] = Signer(ORIGIN, seed + 2026, {"role": "log", "from": "2026-01-01T00:00:00Z"})
        self.stranger = Signer(HOUSE + "/110120", seed + 1)  # the doctor's name, another key
        self.institution = self.who["institution"].vkey

    def keys(self, names, by=None, change=None):
        fields = {"created_at": "2026-03-03T00:00:00Z", "institution": "合成互联网医院", "institution_code": "000000"}
        for i, name in enumerate(names):
            for key, value in dict(self.who[name].entry, vkey=self.who[name].vkey).items():
                fields["key.%02d.%02d.%s" % (i // 100, i % 100, key)] = value
        if change:
            change(fields)
        return note(text("fuzhen.keys/v1", fields), by or self.who["institution"])

    def plain(self, names):
        return "".join(self.who[name].vkey + "\n" for name in names).encode()

    def rx(self, doctor="doctor", at=DAY + "T01:10:00Z", **more):
        digit = self.random.randrange(10**6)
        return text("fuzhen.prescription/v1", {
            "id": "rx-%06d" % digit, "doctor.key": self.who[doctor].name, "signed_at": at, "visit": "v-%d" % (digit % 997),
            "item.00.generic": "缬沙坦胶囊", "item.00.dose_ug": 80000, "item.00.days": self.random.randrange(1, 29),
            "item.01.generic": "氨氯地平片", "item.01.dose_ug": 5000, "note": "早晨服\n遵 C:\\医嘱", **more})

    def document(self, kind, **more):
        return text("fuzhen.%s/v1" % kind, {"id": "d-%d" % self.random.randrange(10**6), "signed_at": DAY + "T02:00:00Z", **more})

    def entry(self, number, day=0, **more):
        minute = number % 600
        return text("fuzhen.audit/v1", {
            "number": number, "at": "2026-03-%02dT%02d:%02d:00Z" % (2 + day, minute // 60, minute % 60), "desk": "desk1",
            "action": "case.read", "actor": "1001", "role": "doctor", "outcome": "done",
            "payload_sha256": sha256(b"%d" % self.random.randrange(10**9)).hex(), **more})

    def entries(self, n, **named):
        """named: number -> fields, as `e3={...}`."""
        return [self.entry(i, **named.get("e%d" % i, {})) for i in range(n)]

    def checkpoint(self, hashes, at=DAY + "T10:00:00Z", by=None, size=None, origin=ORIGIN, more=(), extra=""):
        body = "%s\n%d\n%s\n" % (origin, len(hashes) if size is None else size, b64(root(hashes)))
        body += ("time %s\n" % at if at else "") + extra
        return note(body.encode(), by or self.who["log"], *more)

    def proof(self, index, entries, checkpoint=None, extra=""):
        hashes = [leaf_hash(entry) for entry in entries]
        lines = "".join(b64(h) + "\n" for h in path_to(index, hashes))
        head = "c2sp.org/tlog-proof@v1\n%sindex %d\n%s\n" % (extra, index, lines)
        return head.encode() + (checkpoint or self.checkpoint(hashes))

    def slice(self, numbers, entries, since=0, checkpoint=None):
        """Some entries with one proof, and their bundle."""
        hashes, lines = [leaf_hash(entry) for entry in entries], []

        def walk(start, end):
            inside = [n for n in numbers if start <= n < end]
            if end - start == 1 and inside:
                return
            if not inside and not start < since < end:
                lines.append(b64(subtree(hashes[start:end])) + "\n")
                return
            middle = start + (1 << (end - start - 1).bit_length() - 1)
            order = [(start, middle), (middle, end)]
            for part in order if any(n < middle for n in inside) or start < since < middle else order[::-1]:
                walk(*part)

        walk(0, len(entries))
        head = "fuzhen.log_slice/v1\n%sentries %d\n%s\n" % ("since %d\n" % since if since else "", len(numbers), "".join(lines))
        return head.encode() + (checkpoint or self.checkpoint(hashes)), b"".join(len(entries[n]).to_bytes(2, "big") + entries[n] for n in numbers)

    def package(self, files, by=None, change=None):
        """A folder with its signed list."""
        listed = "".join("%s  %s\n" % (sha256(files[name]).hex(), name) for name in sorted(files)).encode()
        if change:
            listed = change(listed)
        body = text("fuzhen.package/v1", {"number": "JC-1", "signed_at": DAY + "T11:00:00Z", "files_sha256": sha256(listed).hex()})
        return {"pack/" + name: data for name, data in
                {**files, "files.sha256": listed, "manifest.fzd": note(body, by or self.who["institution"])}.items()}

    def log(self, entries, prefix="log/", **how):
        files = {prefix + name: data for name, data in tiles(entries).items()}
        files[prefix + "checkpoint"] = self.checkpoint([leaf_hash(entry) for entry in entries], **how)
        return files


ALL = ["institution", "doctor", "doctor2", "pharmacist", "pharmacist2", "affairs", "desk", "ended", "revoked", "log", "log2026"]


def good(seed):
    """Bundles that hold: what they are worth is VALID in one of its forms."""
    w = World(seed)
    who = w.who
    anchored = ["--keys", "keys.fzd", "--institution", w.institution]
    keys = {"keys.fzd": w.keys(ALL)}
    plain = {"keys.txt": w.plain(ALL)}

    def bundle(name, files, lines, paths=None, arguments=None, code=0):
        paths = paths or sorted(files)
        return name, {**(plain if arguments == "plain" else keys), **files}, \
            (["--keys", "keys.txt"] if arguments == "plain" else arguments or anchored) + paths, lines, code

    rx = w.rx()
    yield bundle("rx-effective", {"a.fzd": note(rx, who["doctor"], who["pharmacist"])}, ["a.fzd: VALID effective"])
    yield bundle("rx-doctor-only", {"a.fzd": note(rx, who["doctor"])}, ["a.fzd: VALID not-effective"])
    yield bundle("rx-pharmacist-first", {"a.fzd": note(rx, who["pharmacist"], who["doctor"])}, ["a.fzd: VALID effective"])
    yield bundle("rx-same-person", {"a.fzd": note(rx, who["doctor"], who["pharmacist2"])}, ["a.fzd: VALID not-effective"])
    yield bundle("rx-two-doctors", {"a.fzd": note(rx, who["doctor"], who["doctor2"])}, ["a.fzd: VALID not-effective"])
    yield bundle("rx-by-affairs", {"a.fzd": note(rx, who["doctor"], who["affairs"])}, ["a.fzd: VALID not-effective"])
    yield bundle("rx-sm2-beside", {"a.fzd": note(rx, who["doctor"], foreign_line(who["doctor"].name, b"\xfffuzhen-sm2-sm3", 71, b"k"),
                                                 who["pharmacist"])}, ["a.fzd: VALID effective"])
    yield bundle("rx-plain", {"a.fzd": note(rx, who["doctor"], who["pharmacist"])}, ["a.fzd: VALID not-effective"], arguments="plain")
    ended = w.rx("ended")
    yield bundle("rx-ended-since", {"a.fzd": note(ended, who["ended"], who["pharmacist"]),
                                    "b.fzd": w.checkpoint([leaf_hash(b"x")], at=DAY + "T13:00:00Z")},
                 ["a.fzd: VALID-KEY-EXPIRED-SINCE effective", "b.fzd: VALID"])
    yield bundle("rx-not-ended-yet", {"a.fzd": note(ended, who["ended"], who["pharmacist"]),
                                      "b.fzd": w.checkpoint([leaf_hash(b"x")], at=DAY + "T11:00:00Z")},
                 ["a.fzd: VALID effective", "b.fzd: VALID"])
    revoked = w.rx("revoked")
    named = {"document_sha256": sha256(revoked).hex(), "action": "prescription.sign"}
    entries = w.entries(5, e2=named)
    yield bundle("rx-revoked-later", {"a.fzd": note(revoked, who["revoked"], who["pharmacist"]), "b.entry": entries[2],
                                      "b.proof": w.proof(2, entries)},
                 ["a.fzd: VALID-REVOKED-LATER effective", "b.proof: VALID"], paths=["a.fzd", "b.proof"])
    yield bundle("rx-revoked-later-log", {"a.fzd": note(revoked, who["revoked"], who["pharmacist"]), **w.log(entries)},
                 ["a.fzd: VALID-REVOKED-LATER effective", "log: VALID"], paths=["a.fzd", "log"])
    for kind, by in (("record", "doctor"), ("review", "pharmacist"), ("consent", "desk"), ("intake", "desk"), ("finish", "doctor2"),
                     ("termination", "affairs")):
        yield bundle("doc-" + kind, {"a.fzd": note(w.document(kind, **{"text": "说明：%s" % kind}), who[by])}, ["a.fzd: VALID"])
    yield bundle("doc-countersigned", {"a.fzd": note(w.document("record"), who["doctor"], who["affairs"], who["desk"])}, ["a.fzd: VALID"])
    yield bundle("doc-plain", {"a.fzd": note(w.document("record"), who["doctor"])}, ["a.fzd: VALID"], arguments="plain")
    yield bundle("doc-unanchored", {"a.fzd": note(w.document("record"), who["doctor"])}, ["a.fzd: VALID"], arguments=["--keys", "keys.fzd"])
    yield bundle("keys-judged", {}, ["keys.fzd: VALID"], paths=["keys.fzd"])
    for size in (0, 1, 7):
        hashes = [leaf_hash(b"%d" % i) for i in range(size)]
        yield bundle("checkpoint-%d" % size, {"checkpoint": w.checkpoint(hashes)}, ["checkpoint: VALID"])
    hashes = [leaf_hash(b"x")]
    yield bundle("checkpoint-extended", {"checkpoint": w.checkpoint(hashes, extra="witnessed by paper\n")}, ["checkpoint: VALID"])
    yield bundle("checkpoint-witness", {"checkpoint": w.checkpoint(hashes, more=[foreign_line("witness.example", b"\4", 72, b"w")])},
                 ["checkpoint: VALID"])
    yield bundle("checkpoint-of-the-year", {"checkpoint": w.checkpoint(hashes, by=who["log2026"])}, ["checkpoint: VALID"])
    for size in (1, 2, 3, 5, 8, 13, 21, 33, 64, 100):
        entries = w.entries(size)
        index = w.random.randrange(size)
        yield bundle("proof-%d-of-%d" % (index, size), {"p.entry": entries[index], "p.proof": w.proof(index, entries)},
                     ["p.proof: VALID"], paths=["p.proof"])
    for size in (1, 2, 3, 7, 255, 256, 257, 513):
        yield bundle("log-%d" % size, w.log(w.entries(size)), ["log: VALID"], paths=["log"])
    entries = [w.entry(i, day=i) for i in range(3)] + [w.entry(3, day=8), w.entry(4, day=12, action="day.seal")]
    yield bundle("log-days", w.log(entries), ["log: VALID"], paths=["log"])
    entries = w.entries(9)
    older = w.checkpoint([leaf_hash(e) for e in entries[:4]], at=DAY + "T05:00:00Z")
    yield bundle("log-witnessed", {**w.log(entries), "outside": older}, ["log: VALID"], paths=["log"],
                 arguments=anchored + ["--checkpoint", "outside"])
    yield bundle("log-consistent", {**w.log(entries), "older.checkpoint": older}, ["log: VALID", "older.checkpoint: VALID"],
                 paths=["log", "older.checkpoint"])
    image = b"\xff\xd8 picture " + bytes(range(256))
    record = note(w.document("record", **{"evidence.00.sha256": sha256(image).hex()}), who["doctor"])
    package = {"case/1.fzd": note(rx, who["doctor"], who["pharmacist"]), "case/2.fzd": record, "case/e1.jpg": image,
               "keys.fzd": w.keys(ALL), "p.entry": entries[1], "p.proof": w.proof(1, entries), **w.log(entries)}
    lines = ["pack/case/1.fzd: VALID effective", "pack/case/2.fzd: VALID", "pack/case/e1.jpg: VALID", "pack/keys.fzd: VALID",
             "pack/log: VALID", "pack/p.proof: VALID"]
    yield "package", {"pack/" + k: v for k, v in package.items()}, ["--institution", w.institution, "pack"], lines, 0
    # slices of the log
    for size, numbers, since in ((1, [0], 0), (2, [1], 1), (5, [0, 4], 3), (9, [2, 3, 7], 0), (9, [], 4), (21, [16, 20], 16), (33, list(range(5, 12)), 21),
                                 (64, [0, 63], 64), (100, [1, 50, 98], 99)):
        entries = w.entries(size)
        proof, part = w.slice(numbers, entries, since)
        name = "slice-%d-of-%d-since-%d" % (len(numbers), size, since)
        yield bundle(name, {"s.entry": part, "s.proof": proof}, ["s.proof: VALID"], paths=["s.proof"])
        if 0 < since < size:
            older = w.checkpoint([leaf_hash(e) for e in entries[:since]], at=DAY + "T05:00:00Z")
            yield bundle(name + "-outside", {"s.entry": part, "s.proof": proof, "outside": older}, ["s.proof: VALID"], paths=["s.proof"],
                         arguments=anchored + ["--checkpoint", "outside"])
    entries = w.entries(9)
    proof, part = w.slice([3, 4], entries)
    files = {"1.fzd": note(rx, who["doctor"], who["pharmacist"]), "a.txt": b"fuzhen.rulebook/v2\nx\n", "b/c.jpg": image, "keys.fzd": w.keys(ALL), "s.entry": part, "s.proof": proof}
    lines = ["pack/1.fzd: VALID effective", "pack/a.txt: VALID", "pack/b/c.jpg: VALID", "pack/files.sha256: VALID", "pack/keys.fzd: VALID",
             "pack/manifest.fzd: VALID", "pack/s.proof: VALID"]
    yield "package-listed", w.package(files), ["--institution", w.institution, "pack"], lines, 0
    # a second signature, revoked after its own entry
    left = {"keys.fzd": w.keys(ALL + ["left"])}
    entries = w.entries(6, e1={"document_sha256": sha256(rx).hex(), "action": "prescription.sign"}, e2=second_entry(rx, who["left"]))
    signed = note(rx, who["doctor"], who["left"])
    yield bundle("rx-second-revoked-later", {**left, "a.fzd": signed, "b.entry": entries[2], "b.proof": w.proof(2, entries)},
                 ["a.fzd: VALID-REVOKED-LATER effective", "b.proof: VALID"], paths=["a.fzd", "b.proof"])
    yield bundle("rx-second-revoked-later-log", {**left, "a.fzd": signed, **w.log(entries)},
                 ["a.fzd: VALID-REVOKED-LATER effective", "log: VALID"], paths=["a.fzd", "log"])


def second_entry(body, signer, **change):
    return {"document_sha256": sha256(body).hex(), "action": "document.countersign", "role": "pharmacist", "signer": signer.name, **change}


def edit_lines(data, change):
    lines = data.split(b"\n")
    change(lines)
    return b"\n".join(lines)


def malleable(line):
    """The same signature with S + L: accepted by careless verifiers."""
    start, blob = line.rstrip(b"\n").rsplit(b" ", 1)
    blob = base64.b64decode(blob)
    s = int.from_bytes(blob[36:], "little") + ORDER
    return start + b" " + base64.b64encode(blob[:36] + s.to_bytes(32, "little")) + b"\n"


def loose_base64(line):
    """The same bytes, spelled with stray bits before the padding."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(line) - 3
    return line[:at] + bytes([alphabet[alphabet.index(line[at]) | 1]]) + line[at + 1:]


def bad_texts(w):
    """Texts that canonical text does not allow, each over a good one: (name, bytes)."""
    base = w.document("record", **{"b.00": "x", "b.01": "y", "c": "两行"})
    swap = base.split(b"\n")
    swap[1], swap[2] = swap[2], swap[1]
    yield "unsorted", b"\n".join(swap)
    yield "repeated", base.replace(b"b.00 x\n", b"b.00 x\nb.00 x\n")
    yield "empty-value", base.replace(b"b.00 x\n", b"b.00 \n")
    yield "no-value", base.replace(b"b.00 x\n", b"b.00\n")
    yield "upper-key", base.replace(b"b.00 x\n", b"B.00 x\n")
    yield "one-digit", base.replace(b"b.00 x\n", b"b.0 x\n")
    yield "three-digits", base.replace(b"b.00 x\n", b"b.000 x\n")
    yield "dot-end", base.replace(b"b.00 x\n", b"b.00. x\n")
    yield "dots", base.replace(b"b.00 x\n", b"b..00 x\n")
    yield "starts-with-digits", base.replace(b"\nb.00 x\n", b"\n00.b x\n")
    yield "escape", base.replace(b"b.00 x\n", b"b.00 \\x\n")
    yield "escape-end", base.replace(b"b.00 x\n", b"b.00 x\\\n")
    yield "delete", base.replace(b"b.00 x\n", b"b.00 x\x7f\n")
    yield "c1", base.replace(b"b.00 x\n", "b.00 x\u0085\n".encode())
    yield "kind-upper", base.replace(b"fuzhen.record/v1", b"fuzhen.Record/v1")
    yield "kind-v0", base.replace(b"fuzhen.record/v1", b"fuzhen.record/v0")
    yield "kind-v01", base.replace(b"fuzhen.record/v1", b"fuzhen.record/v01")
    yield "kind-dot", base.replace(b"fuzhen.record/v1", b"fuzhen.record./v1")
    yield "kind-none", base.split(b"\n", 1)[1]
    yield "kind-space", base.replace(b"fuzhen.record/v1", b"fuzhen.record/v1 ")
    yield "empty-line", base.replace(b"b.00 x\n", b"\nb.00 x\n")
    yield "long", text("fuzhen.record/v1", {"signed_at": DAY + "T02:00:00Z", "t": "长" * 20000})


def bad(seed):
    """Bundles that do not hold, each with the verdict it must get."""
    w = World(seed)
    who = w.who
    anchored = ["--keys", "keys.fzd", "--institution", w.institution]

    def one(name, data, verdict, keys=None, arguments=None, file="a.fzd"):
        return name, {"keys.fzd": keys or w.keys(ALL), file: data}, (arguments or anchored) + [file], [file + ": " + verdict], 1

    def many(name, files, paths, lines, more=()):
        return name, {"keys.fzd": w.keys(ALL), **files}, anchored + list(more) + paths, lines, 1

    rx = w.rx()
    other = w.rx()
    doctor, pharmacist = who["doctor"], who["pharmacist"]
    whole = note(rx, doctor, pharmacist)
    # who signed
    yield one("rx-edited", whole.replace(b"80000", b"90000"), "INVALID not-effective")
    yield one("rx-nobody-known", note(rx, w.stranger), "INDETERMINATE not-effective")
    yield one("rx-stranger-reviews", note(rx, doctor, Signer(HOUSE + "/9", seed)), "INDETERMINATE not-effective")
    yield one("rx-pharmacist-alone", note(rx, pharmacist), "INVALID not-effective")
    yield one("rx-other-doctor", note(rx, who["doctor2"], pharmacist), "INVALID not-effective")
    yield one("rx-doctor-by-pharmacist-key", note(w.rx("pharmacist"), pharmacist, doctor), "INVALID not-effective")
    yield one("rx-no-doctor-named", note(rx.replace(b"doctor.key", b"doctor.kex"), doctor, pharmacist), "INVALID not-effective")
    yield one("rx-log-key", note(rx, doctor, who["log"]), "INVALID not-effective")
    yield one("rx-signature-moved", rx + b"\n" + doctor.line(other) + pharmacist.line(rx), "INVALID not-effective")
    yield one("rx-review-moved", rx + b"\n" + doctor.line(rx) + pharmacist.line(other), "INVALID not-effective")
    yield one("rx-renamed-line", rx + b"\n" + doctor.line(rx) + pharmacist.line(rx).replace(b"220330", b"220331"), "INDETERMINATE not-effective")
    yield one("rx-line-of-none", rx + b"\n" + doctor.line(rx) + foreign_line(HOUSE + "/x", b"\xff", 71, b"q"), "INDETERMINATE not-effective")
    for i, signer in enumerate((doctor, pharmacist)):
        lines = [doctor.line(rx), pharmacist.line(rx)]
        lines[i] = malleable(lines[i])
        yield one("rx-malleable-%d" % i, rx + b"\n" + b"".join(lines), "INVALID not-effective")
        lines[i] = loose_base64(signer.line(rx))
        yield one("rx-loose-base64-%d" % i, rx + b"\n" + b"".join(lines), "INVALID")
        lines[i] = signer.line(rx).replace(b"=\n", b"\n")
        yield one("rx-unpadded-%d" % i, rx + b"\n" + b"".join(lines), "INVALID")
        blob = signer.id + signer.signature(rx)
        for cut in (4, 5, 67, 69):
            lines[i] = ("\u2014 %s %s\n" % (signer.name, b64((blob + b"\0")[:cut]))).encode()
            yield one("rx-signature-of-%d-%d" % (cut, i), rx + b"\n" + b"".join(lines), "INVALID" + ("" if cut == 4 else " not-effective"))
    # the note
    for name, data in (("no-blank-line", whole.replace(b"\n\n", b"\n")), ("crlf", whole.replace(b"\n", b"\r\n")),
                       ("no-last-lf", whole[:-1]), ("nothing-signed", rx + b"\n"), ("text-only", rx), ("empty", b""),
                       ("nul", whole.replace(b"note ", b"note \0")), ("tab", whole.replace(b"note ", b"note \t")),
                       ("bad-utf8", whole.replace(b"note ", b"note \xc3\x28")), ("overlong", whole.replace(b"note ", b"note \xc0\xaf")),
                       ("surrogate", whole.replace(b"note ", b"note \xed\xa0\x80")), ("hyphen", whole.replace("\u2014".encode(), b"-")),
                       ("en-dash", whole.replace("\u2014".encode(), "\u2013".encode())), ("two-spaces", whole.replace(b"220330 ", b"220330  ")),
                       ("plus-in-name", whole.replace(b"220330 ", b"220+330 ")), ("blank-between", whole.replace(b"\n\xe2", b"\n\n\xe2", 2)),
                       ("text-after", whole + b"more\n"), ("lf-after", whole + b"\n"), ("lf-before", b"\n" + whole),
                       ("cut", whole[:len(whole) // 2]), ("bom", b"\xef\xbb\xbf" + whole),
                       ("space-name", whole.replace(b"220330 ", "220330\u3000 ".encode())), ("many-lines", rx + b"\n" + doctor.line(rx) * 101),
                       ("json", b'{"kind": "fuzhen.prescription/v1"}\n'), ("large", whole + b"x" * 1000001)):
        files = {"keys.fzd": w.keys(ALL), "a.fzd": data}
        yield "note-" + name, files, anchored + ["a.fzd"], ["a.fzd: INVALID"], 1
    for name, body in bad_texts(w):
        yield one("text-" + name, note(body, doctor), "INVALID")
    # when
    for name, at, verdict in (("before", "2024-12-31T23:59:59Z", "INVALID"), ("not-a-day", "2026-02-30T00:00:00Z", "INVALID"),
                              ("leap", "2026-03-02T23:59:60Z", "INVALID"), ("offset", "2026-03-02T09:10:00+08:00", "INVALID"),
                              ("lower", "2026-03-02t09:10:00Z", "INVALID"), ("spaces", "2026-03- 2T09:10:00Z", "INVALID"),
                              ("early", "1899-03-02T09:10:00Z", "INVALID"), ("words", "昨天", "INVALID")):
        yield one("time-" + name, note(w.rx(at=at), doctor, pharmacist), verdict + " not-effective")
    yield one("time-after-end", note(w.rx("ended", at=DAY + "T12:00:01Z"), who["ended"], pharmacist), "INVALID not-effective")
    yield one("time-none", note(text("fuzhen.record/v1", {"id": "1"}), doctor), "INDETERMINATE")
    yield one("kind-next-rx", note(rx.replace(b"/v1", b"/v2", 1), doctor, pharmacist), "INDETERMINATE")
    yield one("kind-next-keys", note(w.document("keys").replace(b"/v1", b"/v9", 1), who["institution"]), "INDETERMINATE")
    # revocation
    revoked = w.rx("revoked")
    signed = note(revoked, who["revoked"], pharmacist)
    named = {"document_sha256": sha256(revoked).hex(), "action": "prescription.sign"}
    yield one("revoked-no-place", signed, "INDETERMINATE not-effective")
    for at in (3, 4, 6):
        entries = w.entries(7, **{"e%d" % at: named})
        yield many("revoked-at-%d" % at, {"a.fzd": signed, "b.entry": entries[at], "b.proof": w.proof(at, entries)}, ["a.fzd", "b.proof"],
                   ["a.fzd: INVALID-REVOKED-BEFORE not-effective", "b.proof: VALID"])
        yield many("revoked-log-%d" % at, {"a.fzd": signed, **w.log(entries)}, ["a.fzd", "log"],
                   ["a.fzd: INVALID-REVOKED-BEFORE not-effective", "log: VALID"])
    for name, change in (("denied", {"outcome": "denied"}), ("only-read", {"action": "document.read"}), ("other", {"document_sha256": sha256(b"").hex()})):
        entries = w.entries(4, e1={**named, **change})
        yield many("revoked-place-" + name, {"a.fzd": signed, **w.log(entries)}, ["a.fzd", "log"], ["a.fzd: INDETERMINATE not-effective", "log: VALID"])
    entries = w.entries(4, e1=named)
    forged = w.log(entries)
    forged["log/tile/0/000.p/4"] = forged["log/tile/0/000.p/4"][::-1]
    yield many("revoked-place-in-bad-log", {"a.fzd": signed, **forged}, ["a.fzd", "log"], ["a.fzd: INDETERMINATE not-effective", "log: INVALID"])
    # the key list
    good_doc = note(w.document("record"), doctor)
    wrong_keys = (("by-doctor", w.keys(ALL, by=doctor)), ("by-stranger", w.keys(ALL, by=Signer(HOUSE + "/institution", seed + 9))),
                  ("edited", w.keys(ALL).replace("合成人员20".encode(), "合成人员21".encode())),
                  ("role-edited", w.keys(ALL).replace(b"role pharmacist", b"role doctor", 1)),
                  ("unknown-part", w.keys(ALL, change=lambda f: f.update({"key.00.00.colour": "red"}))),
                  ("no-role", w.keys(ALL, change=lambda f: f.pop("key.00.02.role"))),
                  ("no-vkey", w.keys(ALL, change=lambda f: f.pop("key.00.02.vkey"))),
                  ("bad-vkey", w.keys(ALL, change=lambda f: f.update({"key.00.02.vkey": f["key.00.02.vkey"].replace("+", "-", 1)}))),
                  ("wrong-id", w.keys(ALL, change=lambda f: f.update({"key.00.02.vkey": f["key.00.02.vkey"].replace("110121", "110129")}))),
                  ("twice", w.keys(ALL, change=lambda f: f.update({"key.00.02.vkey": f["key.00.01.vkey"]}))),
                  ("bad-time", w.keys(ALL, change=lambda f: f.update({"key.00.02.from": "2026-13-01T00:00:00Z"}))),
                  ("bad-size", w.keys(ALL, change=lambda f: f.update({"key.00.08.revoked_at_size": "03"}))),
                  ("flat", w.keys(ALL, change=lambda f: f.update({"key.00.vkey": doctor.vkey}))),
                  ("next-version", w.keys(ALL).replace(b"/v1", b"/v2", 1)), ("unsigned", w.keys(ALL).split(b"\n\n")[0] + b"\n"))
    for name, keys in wrong_keys:
        yield "keys-" + name, {"keys.fzd": keys, "a.fzd": good_doc}, anchored + ["a.fzd"], ["keys.fzd: INVALID", "a.fzd: INDETERMINATE"], 1
    small = b"\1" + bytes(31)  # the neutral element: every signature fits for some text
    small_key = "%s+%s+%s" % ("low", sha256(b"low\n\1" + small)[:4].hex(), b64(b"\1" + small))
    for name, keys in (("small-order", small_key.encode() + b"\n"), ("empty", b""), ("words", b"not a key\n"), ("no-lf", w.plain(ALL)[:-1]),
                       ("twice", w.plain(["doctor", "doctor"])), ("blank-line", w.plain(["doctor"]) + b"\n"), ("short", doctor.vkey[:-4].encode() + b"\n")):
        yield "plain-" + name, {"keys.txt": keys, "a.fzd": good_doc}, ["--keys", "keys.txt", "a.fzd"], ["keys.txt: INVALID", "a.fzd: INDETERMINATE"], 1
    yield "keys-none", {"a.fzd": good_doc}, ["a.fzd"], ["a.fzd: INDETERMINATE"], 1
    yield one("keys-list-by-doctor", note(w.document("keys"), doctor), "INVALID")
    # checkpoints
    hashes = [leaf_hash(b"%d" % i) for i in range(6)]
    fine = w.checkpoint(hashes)
    for name, data, verdict in (
            ("by-doctor", w.checkpoint(hashes, by=doctor), "INVALID"), ("by-institution", w.checkpoint(hashes, by=who["institution"]), "INVALID"),
            ("other-origin", w.checkpoint(hashes, origin="fuzhen.tj-demo.desk2"), "INVALID"), ("longer-origin", w.checkpoint(hashes, origin=ORIGIN + "x"), "INVALID"),
            ("edited-size", fine.replace(b"\n6\n", b"\n7\n"), "INVALID"), ("leading-zero", w.checkpoint(hashes, size=0).replace(b"\n0\n", b"\n00\n"), "INVALID"),
            ("negative", fine.replace(b"\n6\n", b"\n-6\n"), "INVALID"), ("huge", w.checkpoint(hashes, size=10**19), "INVALID"),
            ("short-root", fine.replace(b64(root(hashes)).encode(), b64(root(hashes)[:31]).encode()), "INVALID"), ("bad-time", w.checkpoint(hashes, at="2026-99-01T00:00:00Z"), "INVALID"),
            ("no-time", w.checkpoint(hashes, at=None), "INDETERMINATE"), ("two-times", w.checkpoint(hashes, extra="time %sT10:00:00Z\n" % DAY), "INVALID"),
            ("no-origin", w.checkpoint(hashes, origin=""), "INVALID"), ("stranger", w.checkpoint(hashes, by=Signer(ORIGIN, seed + 5)), "INDETERMINATE"),
            ("stranger-beside", w.checkpoint(hashes, more=[w.stranger.line(b"x")]), "INDETERMINATE")):
        yield one("checkpoint-" + name, data, verdict, file="checkpoint")
    yield "checkpoint-by-desk", {"keys.txt": w.plain(ALL), "checkpoint": w.checkpoint(hashes, by=who["desk"])}, \
        ["--keys", "keys.txt", "checkpoint"], ["checkpoint: INVALID"], 1
    fork = w.checkpoint(hashes[:5] + [leaf_hash(b"other")])
    yield many("fork", {"a.checkpoint": fine, "b.checkpoint": fork}, ["a.checkpoint", "b.checkpoint"], ["a.checkpoint: VALID", "b.checkpoint: INVALID"])
    yield many("fork-outside", {"a.checkpoint": fine, "outside": fork}, ["a.checkpoint"], ["a.checkpoint: INVALID"], more=["--checkpoint", "outside"])
    # proofs
    entries = w.entries(11)
    proof = w.proof(6, entries)
    lines = proof.split(b"\n")
    for name, data, leaf in (
            ("other-entry", proof, entries[5]), ("edited-entry", proof, entries[6].replace(b"1001", b"1002")), ("other-index", proof.replace(b"index 6", b"index 7"), entries[6]),
            ("index-beyond", proof.replace(b"index 6", b"index 11"), entries[6]), ("index-zeros", proof.replace(b"index 6", b"index 06"), entries[6]),
            ("one-less", b"\n".join(lines[:2] + lines[3:]), entries[6]), ("one-more", b"\n".join(lines[:3] + lines[2:]), entries[6]),
            ("swapped", b"\n".join(lines[:2] + [lines[3], lines[2]] + lines[4:]), entries[6]), ("no-index", b"\n".join(lines[:1] + lines[2:]), entries[6]),
            ("header", proof.replace(b"@v1", b"@v2"), entries[6]), ("no-checkpoint", proof.split(b"\n\n")[0] + b"\n\n", entries[6]), ("empty", b"", entries[6]),
            ("other-log", w.proof(6, entries, w.checkpoint([leaf_hash(e) for e in w.entries(11)])), entries[6]),
            ("no-audit-entry", w.proof(1, [b"a", b"b", b"c"]), b"b"), ("wrong-number", w.proof(1, [entries[0], entries[2]]), entries[2]),
            ("too-many", b"\n".join(lines[:2] + [lines[2]] * 65 + lines[2:]), entries[6])):
        yield many("proof-" + name, {"p.entry": leaf, "p.proof": data}, ["p.proof"], ["p.proof: INVALID"])
    yield many("proof-extra", {"p.entry": entries[6], "p.proof": w.proof(6, entries, extra="extra AAAA\n")}, ["p.proof"], ["p.proof: INDETERMINATE"])
    yield many("proof-no-entry", {"p.proof": proof}, ["p.proof"], ["p.proof: INDETERMINATE"])
    yield many("entry-no-proof", {"p.entry": entries[6]}, ["p.entry"], ["p.entry: INDETERMINATE"])
    # logs
    for size in (3, 5, 258, 300):
        entries = w.entries(size)
        files = w.log(entries)
        middle = size // 2
        bundle = "log/tile/entries/" + tile_name((size - 1) // 256, (size - 1) % 256 + 1)
        tile = "log/tile/0/" + tile_name((size - 1) // 256, (size - 1) % 256 + 1)
        cases = {
            "edited": {bundle: files[bundle].replace(b"1001", b"1002", 1)}, "bundle-gone": {bundle: None}, "bundle-cut": {bundle: files[bundle][:-1]},
            "bundle-more": {bundle: files[bundle] + b"\0\1x"}, "bundle-byte": {bundle: files[bundle] + b"\0"}, "tile-gone": {tile: None}, "tile-cut": {tile: files[tile][:-32]},
            "tile-more": {tile: files[tile] + bytes(32)}, "tile-edited": {tile: bytes(32) + files[tile][32:]}, "checkpoint-gone": {"log/checkpoint": None},
            "stray-file": {"log/tile/0/999": bytes(32)}, "stray-partial": {"log/tile/0/000.p/1": files[sorted(f for f in files if f.startswith("log/tile/0/"))[0]][:32]},
            "rebuilt-edited": w.log(entries[:middle] + [entries[middle].replace(b"1001", b"1002")] + entries[middle + 1:], by=Signer(ORIGIN, seed + 3)),
            "entry-deleted": w.log(entries[:middle] + entries[middle + 1:]), "entry-added": w.log(entries[:middle] + [entries[middle]] + entries[middle:]),
            "entries-swapped": w.log(entries[:middle] + [entries[middle + 1], entries[middle]] + entries[middle + 2:]),
            "old-checkpoint": {"log/checkpoint": w.checkpoint([leaf_hash(e) for e in entries[:-1]])},
            "not-entries": w.log([b"x"] * size), "tile-as-link": {tile: files[tile] + b"", "log/tile/0/link": b"x"}}
        for name, change in cases.items():
            left = {**files, **change}
            if name in ("rebuilt-edited", "entry-deleted", "entry-added", "entries-swapped", "not-entries"):
                left = change
            left = {path: data for path, data in left.items() if data is not None}
            verdict = "INDETERMINATE" if name == "rebuilt-edited" else "INVALID"
            yield many("log-%d-%s" % (size, name), left, ["log"], ["log: " + verdict])
        newer = w.checkpoint([leaf_hash(e) for e in entries] + [leaf_hash(b"more")])
        yield many("log-%d-truncated" % size, {**files, "outside": newer}, ["log"], ["log: INVALID"], more=["--checkpoint", "outside"])
        rewritten = w.checkpoint([leaf_hash(b"once")] + [leaf_hash(e) for e in entries[1:middle + 1]])
        yield many("log-%d-rewritten" % size, {**files, "outside": rewritten}, ["log"], ["log: INVALID"], more=["--checkpoint", "outside"])
        yield many("log-%d-bad-witness" % size, {**files, "outside": rewritten[:-1]}, ["log"], ["outside: INVALID", "log: VALID"], more=["--checkpoint", "outside"])
    # packages
    pack = {"pack/keys.fzd": w.keys(ALL), "pack/1.fzd": whole, "pack/2.jpg": b"\xff\xd8"}
    yield "package-unnamed-file", pack, ["--institution", w.institution, "pack"], ["pack/1.fzd: VALID effective", "pack/2.jpg: INDETERMINATE", "pack/keys.fzd: VALID"], 1
    yield "package-cut-document", {**pack, "pack/1.fzd": whole[:-9], "pack/2.jpg": whole}, ["--institution", w.institution, "pack"], \
        ["pack/1.fzd: INVALID", "pack/2.jpg: VALID effective", "pack/keys.fzd: VALID"], 1
    deep = "pack/" + "d/" * 20 + "1.fzd"
    yield "package-too-deep", {"keys.fzd": w.keys(ALL), deep: whole, "a.fzd": whole}, anchored + ["a.fzd", "pack"], ["a.fzd: VALID effective"], 2
    yield "no-such-file", {"keys.fzd": w.keys(ALL)}, anchored + ["a.fzd"], [], 2
    yield "no-keys-file", {"a.fzd": whole}, ["--keys", "keys.fzd", "a.fzd"], [], 2
    yield "wrong-institution-word", {"a.fzd": whole}, ["--institution", "someone", "a.fzd"], [], 2
    yield "no-path", {"keys.fzd": w.keys(ALL)}, anchored, [], 2
    # slices of the log
    entries = w.entries(13)
    hashes = [leaf_hash(e) for e in entries]
    proof, part = w.slice([2, 3, 9], entries, 5)

    def cut(name, proof, part, verdict="INVALID", more=None, arguments=()):
        return many("slice-" + name, {"s.proof": proof, "s.entry": part, **(more or {})}, ["s.proof"], ["s.proof: " + verdict], more=arguments)

    yield cut("edited", proof, part.replace(b"case.read", b"case.raed", 1))
    yield cut("entry-missing", proof, w.slice([2, 9], entries)[1])
    yield cut("entry-other", proof, w.slice([2, 3, 8], entries)[1])
    yield cut("entry-added", proof, w.slice([2, 3, 4, 9], entries)[1])
    yield cut("entries-swapped", proof, w.slice([3], entries)[1] + w.slice([2], entries)[1] + w.slice([9], entries)[1])
    yield cut("entries-cut", proof, part[:-1])
    yield cut("count", proof.replace(b"entries 3", b"entries 4"), part)
    yield cut("since-moved", proof.replace(b"since 5", b"since 6"), part)
    yield cut("since-dropped", proof.replace(b"since 5\n", b""), part)
    yield cut("hash-dropped", edit_lines(proof, lambda lines: lines.pop(3)), part)
    yield cut("hash-doubled", edit_lines(proof, lambda lines: lines.insert(3, lines[3])), part)
    yield cut("kind", proof.replace(b"log_slice/v1", b"log_slice/v2"), part)
    yield cut("other-root", w.slice([2, 3, 9], entries, 5, w.checkpoint(hashes[:-1] + [leaf_hash(b"x")]))[0], part)
    outside = ["--checkpoint", "outside"]
    yield cut("rolled-back", proof, part, more={"outside": w.checkpoint(hashes + [leaf_hash(b"more")])}, arguments=outside)
    yield cut("forked", proof, part, more={"outside": w.checkpoint([leaf_hash(b"once")] + hashes[1:5], at=DAY + "T05:00:00Z")}, arguments=outside)
    yield cut("not-connected", proof, part, "INDETERMINATE", more={"outside": w.checkpoint(hashes[:7], at=DAY + "T05:00:00Z")}, arguments=outside)
    # packages with a signed list
    image = b"\xff\xd8 picture"
    files = {"1.fzd": whole, "a.txt": b"fuzhen.rulebook/v2\nx\n", "b/c.jpg": image, "keys.fzd": w.keys(ALL), "s.entry": part, "s.proof": proof}
    fine = {"pack/1.fzd": "VALID effective", "pack/a.txt": "VALID", "pack/b/c.jpg": "VALID", "pack/files.sha256": "VALID", "pack/keys.fzd": "VALID",
            "pack/manifest.fzd": "VALID", "pack/s.proof": "VALID"}

    def pack_of(name, made, verdicts):
        lines = {**fine, **verdicts}
        return "package-listed-" + name, made, ["--institution", w.institution, "pack"], \
            ["%s: %s" % (path, lines[path]) for path in sorted(lines) if lines[path]], 1

    made = w.package(files)
    yield pack_of("changed", {**made, "pack/b/c.jpg": image + b"x"}, {"pack/b/c.jpg": "INVALID"})
    yield pack_of("text-changed", {**made, "pack/a.txt": b"fuzhen.rulebook/v2\ny\n"}, {"pack/a.txt": "INVALID"})
    yield pack_of("document-other", {**made, "pack/1.fzd": note(rx, doctor)}, {"pack/1.fzd": "INVALID not-effective"})
    yield pack_of("missing", {k: v for k, v in made.items() if k != "pack/b/c.jpg"}, {"pack/b/c.jpg": "", "pack/manifest.fzd": "INVALID"})
    yield pack_of("added", {**made, "pack/z.txt": b"x"}, {"pack/z.txt": "INVALID"})
    yield pack_of("list-changed", {**made, "pack/files.sha256": made["pack/files.sha256"][:-1]},
                  {"pack/manifest.fzd": "INVALID", "pack/files.sha256": "INDETERMINATE", "pack/b/c.jpg": "INDETERMINATE", "pack/a.txt": "INVALID"})
    yield pack_of("unsorted", w.package(files, change=lambda listed: b"".join(sorted(listed.splitlines(True), key=lambda line: line[66:], reverse=True))),
                  {"pack/manifest.fzd": "INVALID", "pack/files.sha256": "VALID", "pack/b/c.jpg": "INDETERMINATE", "pack/a.txt": "INVALID"})
    yield pack_of("by-doctor", w.package(files, by=doctor),
                  {"pack/manifest.fzd": "INVALID", "pack/files.sha256": "INDETERMINATE", "pack/b/c.jpg": "INDETERMINATE", "pack/a.txt": "INVALID"})
    # a second signature by a key that was revoked before its entry, or that no entry speaks of
    left = w.who["left"]
    body = w.document("knowledge_proposal")
    signed = note(body, pharmacist, left)
    first = {"document_sha256": sha256(body).hex(), "action": "knowledge_proposal.sign", "role": "pharmacist"}
    for name, more, verdict in (("late", {"e4": second_entry(body, left)}, "INVALID-REVOKED-BEFORE"), ("at-once", {"e3": second_entry(body, left)}, "INVALID-REVOKED-BEFORE"),
                                ("unsaid", {}, "INDETERMINATE"), ("another", {"e2": second_entry(body, pharmacist)}, "INDETERMINATE"),
                                ("denied", {"e2": second_entry(body, left, outcome="denied")}, "INDETERMINATE"),
                                ("another-text", {"e2": second_entry(rx, left)}, "INDETERMINATE")):
        files = w.log(w.entries(6, e1=first, **more))
        yield many("second-" + name, {"keys.fzd": w.keys(ALL + ["left"]), "a.fzd": signed, **files}, ["a.fzd", "log"], ["a.fzd: " + verdict, "log: VALID"])
