#!/usr/bin/python3
"""The second verifier: the rules of fuzhen-verify written again, in another language and another shape, so that a mistake
in one shows as a disagreement. It prints the verdict words without reasons. Verdicts and exit codes: fuzhen-verify(1)."""
import base64
import datetime
import hashlib
import os
import re
import stat
import sys

import nacl.bindings as sodium
from nacl.exceptions import BadSignatureError

MAX_TEXT, MAX_NOTE, MAX_LINES, MAX_RAW = 60000, 1000000, 100, 256 << 20
WORDS = ["VALID", "VALID-KEY-EXPIRED-SINCE", "VALID-REVOKED-LATER", "INDETERMINATE", "INVALID-REVOKED-BEFORE", "INVALID"]
VALID, EXPIRED, LATER, UNSURE, BEFORE, BAD = range(6)
SPACE = re.compile("[\x00-\x20\x7f-\xa0+\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
KIND = re.compile(r"[a-z][a-z0-9_.]*[a-z0-9]/v[1-9][0-9]*")
KEY = re.compile(r"[a-z][a-z0-9_]*(\.([a-z][a-z0-9_]*|[0-9][0-9]))*")
TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


def sha256(data):
    return hashlib.sha256(data).digest()


def text_of(data, controls):
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if re.search(controls, text) else text


def unbase64(text, most):
    """Only the one spelling of standard base64 with padding."""
    if not re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text) or len(text) % 4:
        return None
    data = base64.b64decode(text)
    return data if base64.b64encode(data).decode() == text and len(data) <= most else None


def parse_time(text):
    match = TIME.fullmatch(text)
    if not match or int(match[1]) < 1900:
        return None
    try:
        return datetime.datetime(*[int(part) for part in match.groups()])
    except ValueError:
        return None


def parse_number(text):
    return int(text) if text is not None and NUMBER.fullmatch(text) else None


def parse_fields(data):
    """(kind, {key: value}) of canonical text, else None."""
    text = text_of(data, "[\x00-\x09\x0b-\x1f\x7f-\x9f]") if len(data) <= MAX_TEXT else None
    if not text or not text.endswith("\n"):
        return None
    lines = text[:-1].split("\n")
    if not KIND.fullmatch(lines[0]):
        return None
    fields, last = {}, ""
    for line in lines[1:]:
        key, space, value = line.partition(" ")
        if not space or not value or not KEY.fullmatch(key) or key <= last:
            return None
        if re.search(r"\\", re.sub(r"\\[\\n]", "", value)):
            return None
        fields[key] = re.sub(r"\\([\\n])", lambda m: "\n" if m[1] == "n" else "\\", value)
        last = key
    return lines[0], fields


class Note:
    def __init__(self, text, lines):
        self.text, self.lines = text, lines  # lines: (name, key id, signature)

    @staticmethod
    def parse(data):
        at = data.rfind(b"\n\n")
        if len(data) > MAX_NOTE or at < 0 or text_of(data, "[\x00-\x09\x0b-\x1f]") is None or not data.endswith(b"\n"):
            return None
        lines = []
        for line in data[at + 2:].decode().split("\n")[:-1]:
            parts = line.split(" ", 2)
            blob = unbase64(parts[2], 1028) if len(parts) == 3 and parts[0] == "\u2014" else None
            if blob is None or len(blob) <= 4 or not parts[1] or SPACE.search(parts[1]):
                return None
            lines.append((parts[1], blob[:4], blob[4:]))
        return Note(data[:at + 1], lines) if 0 < len(lines) <= MAX_LINES else None


class Key:
    role = person = since = until = revoked = None

    @staticmethod
    def parse(vkey):
        parts = vkey.split("+", 2)
        if len(parts) != 3 or not re.fullmatch("[0-9a-f]{8}", parts[1]) or not parts[0] or SPACE.search(parts[0]):
            return None
        key = unbase64(parts[2], 256)
        if key is None or len(key) < 2 or sha256(parts[0].encode() + b"\n" + key)[:4].hex() != parts[1]:
            return None
        self = Key()
        self.name, self.id = parts[0], bytes.fromhex(parts[1])
        self.public = key[1:] if key[0] == 1 else None  # None: an algorithm that is not judged
        if key[0] == 1 and (len(key) != 33 or not sodium.crypto_core_ed25519_is_valid_point(key[1:])):
            return None
        return self

    def fits(self, text, signature):
        if len(signature) != 64:
            return False
        try:
            sodium.crypto_sign_open(signature + text, self.public)
        except BadSignatureError:
            return False
        return True


class Head:
    @staticmethod
    def parse(text):
        lines = text.decode().split("\n")[:-1]
        self = Head()
        if len(text) > MAX_TEXT or len(lines) < 3 or not 0 < len(lines[0].encode()) < 256:
            return None
        self.origin, self.size, self.root, self.time = lines[0], parse_number(lines[1]), unbase64(lines[2], 32), None
        if self.size is None or self.root is None or len(self.root) != 32 or "" in lines:
            return None
        times = [line[5:] for line in lines[3:] if line.startswith("time ")]
        if len(times) > 1 or (times and not parse_time(times[0])):
            return None
        self.time = times[0] if times else None
        return self


def leaf_hash(entry):
    return sha256(b"\0" + entry)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def root_of(hashes):
    if not hashes:
        return sha256(b"")
    while len(hashes) > 1:
        hashes = [node_hash(*hashes[i:i + 2]) if i + 1 < len(hashes) else hashes[i] for i in range(0, len(hashes), 2)]
    return hashes[0]


def root_by_proof(index, size, node, proof):
    """RFC 6962: the path read from the root down, by recursion on the size."""
    if size == 1:
        return node if not proof else None
    if not proof:
        return None
    half = 1 << (size - 1).bit_length() - 1
    below = root_by_proof(index % half if index < half else index - half, half if index < half else size - half, node, proof[:-1])
    if below is None:
        return None
    return node_hash(below, proof[-1]) if index < half else node_hash(proof[-1], below)


def read(path, most):
    try:
        info = os.lstat(path)
        if not stat.S_ISREG(info.st_mode) or info.st_size > most:
            return None
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


class Verifier:
    def __init__(self):
        self.items, self.keys, self.roles = [], {}, False  # items: [kind, path, given, verdict, second word]
        self.heads, self.positions, self.named, self.now = [], [], set(), ""
        self.packages, self.outside = [], None

    # What a path stands for

    def add(self, path, given, depth=0):
        try:
            mode = os.lstat(path).st_mode
        except OSError:
            return False
        if stat.S_ISDIR(mode):
            try:
                names = sorted(os.listdir(path), key=os.fsencode) if depth < 16 else None
            except OSError:
                names = None
            log = os.path.isdir(path + "/tile") and not os.path.islink(path + "/tile")
            if log:
                self.items.append(["log", path, False, VALID, ""])
            if names is None:
                return False
            return all([self.add(path + "/" + name, False, depth + 1) for name in names
                        if not (log and name in ("tile", "checkpoint"))])
        pair = path.endswith((".proof", ".entry")) and len(path) > 6
        if pair and path.endswith(".entry") and not given and os.path.exists(path[:-6] + ".proof"):
            return True
        self.items.append(["odd" if not stat.S_ISREG(mode) else "proof" if pair else "file", path, given, VALID, ""])
        return True

    # Keys

    def load_keys(self, path, anchor):
        """True: usable or none; False: bad; None: cannot be read."""
        data = read(path, MAX_NOTE) if path else None
        if path is None:
            for item in self.items:
                data = read(item[1], MAX_NOTE)
                if data is not None and data.startswith(b"fuzhen.keys/v1\n"):
                    path = item[1]
                    break
            else:
                return True, None
        if data is None:
            return None, path
        self.roles = data.startswith(b"fuzhen.keys/v1\n")
        good = self.load_signed(data, anchor) if self.roles else self.load_plain(data)
        if not good:
            self.keys = {}
        return good, path

    def add_key(self, key):
        if key is None or (key.name, key.id) in self.keys:
            return False
        self.keys[key.name, key.id] = key
        return True

    def load_plain(self, data):
        lines = data.split(b"\n")
        if len(lines) < 2 or lines.pop() != b"":
            return False
        texts = [text_of(line, "[\x00-\x1f]") for line in lines]
        return all([text is not None and self.add_key(Key.parse(text)) for text in texts])

    def load_signed(self, data, anchor):
        note = Note.parse(data)
        fields = parse_fields(note.text) if note else None
        if fields is None:
            return False
        entries = {}
        for name, value in fields[1].items():
            if name.startswith("key."):
                match = re.fullmatch(r"(key\...\...)\.(.*)", name)
                if not match:
                    return False
                entries.setdefault(match[1], {})[match[2]] = value
        for entry in entries.values():
            if not set(entry) <= {"from", "licence", "name", "person", "revoked_at_size", "role", "until", "vkey"}:
                return False
            key = Key.parse(entry.get("vkey", ""))
            if key is None or "role" not in entry:
                return False
            key.role, key.person = entry["role"], entry.get("person")
            key.since, key.until = entry.get("from"), entry.get("until")
            if any(time is not None and parse_time(time) is None for time in (key.since, key.until)):
                return False
            if "revoked_at_size" in entry:
                key.revoked = parse_number(entry["revoked_at_size"])
                if key.revoked is None:
                    return False
            if not self.add_key(key):
                return False
        if anchor:
            self.add_key(anchor)
        vouched = False
        for name, key_id, signature in note.lines:
            key = self.keys.get((name, key_id))
            if key is None or key.public is None or key.role != "institution" or (anchor and key.public != anchor.public):
                continue
            if not key.fits(note.text, signature):
                return False
            vouched = True
        return vouched

    # Signatures

    def line_verdict(self, note, i, time, maker, head):
        """(verdict, is it a good signature)."""
        name, key_id, signature = note.lines[i]
        key = self.keys[name, key_id]
        if key.public is None:
            return VALID, False
        if not key.fits(note.text, signature):
            return BAD, False
        found = [VALID]
        if head is None and key.role == "log":
            found.append(BAD)
        elif key.since or key.until:
            if time is None:
                found.append(UNSURE)
            elif key.since and i == maker and time < key.since:
                found.append(BAD)
            elif key.until and time > key.until:
                found.append(BAD)
            elif key.until and self.now > key.until:
                found.append(EXPIRED)
        if key.revoked is not None:
            place = max(head.size - 1, 0) if head else self.place_of(sha256(note.text).hex(), name if i != maker else None)
            found.append(UNSURE if place is None else BEFORE if place >= key.revoked else LATER)
        return max(found), True

    def place_of(self, digest, signer):
        if len({origin for origin, _, _, _ in self.positions}) != 1:
            return None
        return min([number for _, number, named, by in self.positions if named == digest and signer in (None, by)], default=None)

    def judge_lines(self, note, time, maker, head):
        """(verdict, [key of each good line, None for the others])."""
        verdict, good = VALID, []
        for i, (name, key_id, _) in enumerate(note.lines):
            fits = False
            if (name, key_id) in self.keys:
                worth, fits = self.line_verdict(note, i, time, maker, head)
                verdict = max(verdict, worth)
            good.append(self.keys[name, key_id] if fits else None)
        names = {key.name for key in good if key}
        for name, key_id, signature in note.lines:
            if (name, key_id) not in self.keys and name not in names and not (head and len(signature) != 64):
                verdict = max(verdict, UNSURE)
        return (verdict if any(good) else max(verdict, UNSURE)), good

    def judge_checkpoint(self, note, head):
        verdict, good = self.judge_lines(note, head.time, 0, head)
        own = [key for key in good if key and key.role in (None, "log") and key.name == head.origin]
        if not own and verdict < UNSURE:
            verdict = BAD
        forked = any(h.origin == head.origin and h.size == head.size and h.root != head.root for h in self.heads)
        return BAD if forked else verdict

    def judge_document(self, note):
        """(verdict, second word, fields)."""
        parsed = parse_fields(note.text)
        if parsed is None:
            return BAD, "", {}
        kind, fields = parsed
        word = " not-effective" if kind == "fuzhen.prescription/v1" else ""
        verdict = VALID
        if kind.rsplit("/", 1)[0] in ("fuzhen.prescription", "fuzhen.keys") and not kind.endswith("/v1"):
            verdict = UNSURE
        time = next((fields[key] for key in ("signed_at", "made_at", "created_at", "at") if key in fields), None)
        if time is not None and parse_time(time) is None:
            verdict = BAD
        doctor = fields.get("doctor.key") if word else None
        judged = [i for i, (name, key_id, _) in enumerate(note.lines)
                  if name == doctor and (name, key_id) in self.keys and self.keys[name, key_id].public]
        maker = judged[0] if judged else 0
        worth, good = self.judge_lines(note, time, maker, None)
        verdict = max(verdict, worth)
        if kind in ("fuzhen.keys/v1", "fuzhen.package/v1") and self.roles and good[0] and good[0].role != "institution":
            verdict = BAD
        if word:
            by = good[maker]
            if by is None or doctor is None or note.lines[maker][0] != doctor or by.role not in (None, "doctor"):
                return (UNSURE if verdict == UNSURE else BAD), word, fields
            others = [key for key in good if key and key.role == "pharmacist" and key.person and by.person
                      and key.person != by.person]
            if self.roles and others and verdict < UNSURE:
                word = " effective"
        return verdict, word, fields

    # The log

    @staticmethod
    def read_entry(data, number):
        parsed = parse_fields(data)
        if parsed is None or parsed[0] != "fuzhen.audit/v1" or parse_time(parsed[1].get("at", "")) is None:
            return None
        return parsed[1] if parse_number(parsed[1].get("number")) == number else None

    def place(self, fields, number, origin):
        named = fields.get("document_sha256", fields.get("subject"))
        if named and len(named.encode()) == 64 and fields.get("outcome", "done") == "done" and not fields.get("action", "").endswith(".read"):
            self.positions.append((origin, number, named, fields.get("signer")))

    @staticmethod
    def cut_bundle(data):
        """The entries of a bundle, None when one is cut off."""
        entries = []
        while data:
            length = int.from_bytes(data[:2], "big")
            if len(data) < 2 + length:
                return None
            entries.append(data[2:2 + length])
            data = data[2 + length:]
        return entries

    def judge_slice(self, lines, checkpoint, bundle):
        """Some entries of a log: a hash for each part of the tree without one; perhaps also what an older size had for its root."""
        lines, since = list(lines), 0
        if lines and lines[0].startswith(b"since "):
            since = parse_number(lines.pop(0)[6:].decode("latin-1"))
        if since is None or not lines or not lines[0].startswith(b"entries "):
            return BAD
        count = parse_number(lines.pop(0)[8:].decode("latin-1"))
        hashes = [unbase64(line.decode("latin-1"), 32) for line in lines]
        note, entries = Note.parse(checkpoint), self.cut_bundle(bundle)
        head = Head.parse(note.text) if note else None
        if count is None or head is None or entries is None or count != len(entries) or any(h is None or len(h) != 32 for h in hashes):
            return BAD
        parsed = [parse_fields(entry) for entry in entries]
        numbers = [parse_number(p[1].get("number")) if p else None for p in parsed]
        if None in numbers or any(a >= b for a, b in zip(numbers, numbers[1:])):
            return BAD
        fields = [self.read_entry(entry, number) for entry, number in zip(entries, numbers)]
        leaves = {number: leaf_hash(entry) for number, entry in zip(numbers, entries)}
        used = iter(hashes)

        def walk(start, end):
            """(root of these entries, root of those before `since`)."""
            inside = [n for n in leaves if start <= n < end]
            if end - start == 1 or not (inside or start < since < end):
                node = leaves.pop(inside[0]) if inside else next(used)
                return node, node
            middle = start + (1 << (end - start - 1).bit_length() - 1)
            if any(n < middle for n in inside) or start < since < middle:
                left = walk(start, middle)
                right = walk(middle, end)
            else:
                right = walk(middle, end)
                left = walk(start, middle)
            both = node_hash(left[0], right[0])
            return both, both if since >= end else left[1] if since <= middle else node_hash(left[0], right[1])

        try:
            whole, old = walk(0, head.size) if head.size else (None, None)
        except (StopIteration, RecursionError):
            return BAD
        if None in fields or whole != head.root or leaves or next(used, None) is not None:
            return BAD
        verdict = self.judge_checkpoint(note, head)
        for other in self.heads:
            if other.path != self.outside or self.outside is None or other.origin != head.origin or other.size == head.size:
                continue
            if other.size > head.size or (other.size == since and other.root != old):
                verdict = BAD
            elif other.size != since:
                verdict = max(verdict, UNSURE)
        if verdict < UNSURE:
            for number, entry in zip(numbers, fields):
                self.place(entry, number, head.origin)
        return verdict

    def judge_proof(self, proof, entry):
        top, gap, checkpoint = proof.partition(b"\n\n")
        lines = top.split(b"\n")
        if gap and lines[0] == b"fuzhen.log_slice/v1":
            return self.judge_slice(lines[1:], checkpoint, entry)
        if not gap or lines[0] != b"c2sp.org/tlog-proof@v1":
            return BAD
        extra = len(lines) > 1 and lines[1].startswith(b"extra ")
        lines = lines[2:] if extra else lines[1:]
        if not lines or not lines[0].startswith(b"index "):
            return BAD
        index = parse_number(lines[0][6:].decode("latin-1"))
        hashes = [unbase64(line.decode("latin-1"), 32) for line in lines[1:]]
        note = Note.parse(checkpoint)
        head = Head.parse(note.text) if note else None
        if index is None or head is None or len(hashes) > 64 or any(h is None or len(h) != 32 for h in hashes):
            return BAD
        verdict = max(self.judge_checkpoint(note, head), UNSURE if extra else VALID)
        if index >= head.size or root_by_proof(index, head.size, leaf_hash(entry), hashes) != head.root:
            return BAD
        fields = self.read_entry(entry, index)
        if fields is None:
            return BAD
        if verdict < UNSURE:
            self.place(fields, index, head.origin)
        return verdict

    @staticmethod
    def tile(number, width):
        text = "%03d" % (number % 1000)
        while number >= 1000:
            number //= 1000
            text = "x%03d/" % (number % 1000) + text
        return text + (".p/%d" % width if width < 256 else "")

    def read_log(self, path, head):
        """The entries of a log whose every stored byte agrees, else None."""
        entries, files = [], 0
        while len(entries) < head.size:
            width = min(256, head.size - len(entries))
            data = read(path + "/tile/entries/" + self.tile(len(entries) // 256, width), 256 * 65537)
            files += 1
            for _ in range(width):
                if data is None or len(data) < 2:
                    return None
                length = int.from_bytes(data[:2], "big")
                if len(data) < 2 + length:
                    return None
                entries.append(data[2:2 + length])
                data = data[2 + length:]
            if data:
                return None
        row, level = [leaf_hash(entry) for entry in entries], 0
        while row:
            for at in range(0, len(row), 256):
                part = row[at:at + 256]
                if read("%s/tile/%d/%s" % (path, level, self.tile(at // 256, len(part))), 8192) != b"".join(part):
                    return None
                files += 1
            row = [root_of(row[at:at + 256]) for at in range(0, len(row) - len(row) % 256, 256)]
            level += 1
        below = Verifier()
        if not below.add(path + "/tile", False) or len(below.items) != files:
            return None
        return entries

    def judge_log(self, path):
        data = read(path + "/checkpoint", MAX_NOTE)
        note = Note.parse(data) if data is not None else None
        head = Head.parse(note.text) if note else None
        if head is None:
            return BAD
        verdict = self.judge_checkpoint(note, head)
        known = [h for h in self.heads if h.origin == head.origin]
        entries = self.read_log(path, head)
        if entries is None or any(h.size > head.size for h in known):
            return BAD
        fields = [self.read_entry(entry, number) for number, entry in enumerate(entries)]
        hashes = [leaf_hash(entry) for entry in entries]
        if None in fields or any(root_of(hashes[:h.size]) != h.root for h in known + [head]):
            return BAD
        if verdict < UNSURE:
            for number, entry in enumerate(fields):
                self.place(entry, number, head.origin)
        return verdict

    # Everything together

    def gather(self, kind, path):
        data = read(path + "/checkpoint" if kind == "log" else path, MAX_RAW if kind == "proof" else MAX_NOTE)
        if data is None:
            return
        if kind == "proof" and b"\n\n" in data:
            data = data.partition(b"\n\n")[2]
        note = Note.parse(data)
        head = Head.parse(note.text) if note else None
        if head and self.judge_checkpoint(note, head) < UNSURE:
            head.path = path
            self.heads.append(head)
            self.now = max(self.now, head.time or "")

    def judge_file(self, item):
        data = read(item[1], MAX_NOTE)
        note = Note.parse(data) if data is not None else None
        if note is None:
            raw = not item[2] and not item[1].endswith((".fzd", "checkpoint"))
            item[0] = "raw" if raw else "file"
            item[3] = BAD if not raw or (data or b"").startswith(b"fuzhen.") else VALID
            return
        head = Head.parse(note.text)
        if head:
            item[3] = self.judge_checkpoint(note, head)
            return
        item[3], item[4], fields = self.judge_document(note)
        if item[3] < UNSURE and note.text.startswith(b"fuzhen.package/v1\n"):
            self.packages.append((item, fields.get("files_sha256")))
        if item[3] < UNSURE:
            self.named.update(value for key, value in fields.items() if key.endswith("sha256") and len(value.encode()) == 64)

    @staticmethod
    def read_list(data):
        """{name: hash} as sha256sum writes them, names rising; None: malformed."""
        if data is None or (data and not data.endswith(b"\n")):
            return None
        listed, last = {}, b""
        for line in data.split(b"\n")[:-1]:
            name = line[66:]
            if not name or line[64:66] != b"  " or name.startswith(b"/") or b".." in line or name <= last:
                return None
            listed[name] = line[:64]
            last = name
        return listed

    def judge_package(self, manifest, digest):
        folder = os.path.dirname(manifest[1])
        before = folder + "/" if "/" in manifest[1] else ""
        data = read(before + "files.sha256", MAX_RAW)
        listed = self.read_list(data) if data is not None and sha256(data).hex() == digest else None
        if listed is None:
            manifest[3] = BAD
            return

        def fits(name):
            there = read(before + os.fsdecode(name), MAX_RAW)
            return there is not None and sha256(there).hex().encode() == listed[name]

        seen = set()
        for item in self.items:
            if manifest[2] or item is manifest or item[0] == "log" or not item[1].startswith(before):
                continue
            name = os.fsencode(item[1][len(before):])
            if name != b"files.sha256" and name in listed:
                seen.add(name)
            if name == b"files.sha256" or (name in listed and fits(name)):
                if item[0] == "raw":
                    item[0], item[3] = "file", VALID
            else:
                item[3] = BAD
        if not all(fits(name) for name in listed if name not in seen):
            manifest[3] = BAD

    def judge_code(self, code, path):
        """What a slip's code says of this one document."""
        data = read(path, MAX_NOTE)
        note = Note.parse(data) if data is not None else None
        fields = parse_fields(note.text) if note else None
        words = code.split(" ")
        if fields is None or len(words) != 5 or parse_number(words[4]) is None:
            return BAD
        head, _, lines = data.partition(b"\n\n")
        signed = head + b"\n\n" + lines.split(b"\n")[0] + b"\n"
        if words[:4] != ["FZ1", fields[1].get("institution.code"), fields[1].get("id"), sha256(signed).hex()]:
            return BAD
        sizes = [known.size for known in self.heads]
        return BAD if sizes and max(sizes) < int(words[4]) else VALID

    def judge(self):
        for item in self.items:
            self.gather(item[0], item[1])
        for item in self.items:
            if item[0] == "log":
                item[3] = self.judge_log(item[1])
            elif item[0] == "proof":
                other = item[1][:-6] + (".entry" if item[1].endswith(".proof") else ".proof")
                pair = [read(item[1], MAX_RAW), read(other, MAX_RAW)]
                pair = pair if item[1].endswith(".proof") else pair[::-1]
                item[3] = UNSURE if None in pair else self.judge_proof(*pair)
            elif item[0] == "odd":
                item[3] = UNSURE
        for item in self.items:
            if item[0] == "file":
                self.judge_file(item)
        for manifest, digest in self.packages:
            self.judge_package(manifest, digest)
        for item in self.items:
            if item[0] == "raw":
                data = read(item[1], MAX_RAW)
                item[3] = VALID if data is not None and sha256(data).hex() in self.named else max(item[3], UNSURE)


def verify(arguments):
    """([verdict lines], exit code)."""
    options, paths = {}, []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word in ("--keys", "--institution", "--checkpoint", "--lang", "--qr") and rest:
            options[word] = rest.pop(0)
        elif word.startswith("--"):
            return [], 2
        else:
            paths.append(word)
    anchor = Key.parse(options["--institution"]) if "--institution" in options else None
    if not paths or ("--qr" in options and len(paths) != 1) or ("--institution" in options and (anchor is None or anchor.public is None)):
        return [], 2
    if anchor:
        anchor.role = "institution"
    self, lines, failed, outside = Verifier(), [], False, options.get("--checkpoint")
    self.outside = outside
    unreadable = [path for path in ([outside] if outside else []) + paths if not self.add(path, True)]
    good, path = self.load_keys(options.get("--keys"), anchor)
    if good is None:
        return [], 2
    if not good:
        lines.append(path + ": INVALID")
        failed = True
    self.judge()
    if "--qr" in options and self.items:
        last = self.items[-1]
        last[3] = max(last[3], self.judge_code(options["--qr"], last[1]))
    for number, (_, path, _, verdict, word) in enumerate(self.items):
        failed = failed or verdict >= UNSURE
        if verdict >= UNSURE or number > 0 or outside != path:
            lines.append(path + ": " + WORDS[verdict] + word)
    return lines, 1 if failed else 2 if unreadable or not self.items else 0


if __name__ == "__main__":
    out, code = verify(sys.argv[1:])
    print("\n".join(out))
    sys.exit(code)
