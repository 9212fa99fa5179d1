"""A real hospital's store at the release's costs: init, first sign-in, backup, and restore with two shares."""
import json
import os


def make_profile(place):
    """The smallest hospital that can keep itself: two administrators."""
    with open(os.path.join(place.source, "assets/schema/samples/hospital-2.json"), encoding="utf-8") as file:
        profile = json.load(file)
    profile["staff"] = [row for row in profile["staff"] if row["role"] in ("security", "system")]
    path = place.path("hospital.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump(profile, out, ensure_ascii=False)
    return path, profile


def refused(place):
    path, profile = make_profile(place)
    for change in (lambda p: p["institution"].update(code="12119900MB9Y00016A"), lambda p: p.update(colour="red"), lambda p: p.update(jurisdiction="beijing"),
                   lambda p: p["staff"][0].update(id_number="119900198804051010"), lambda p: p["staff"][0].update(role="king"),
                   lambda p: p["staff"].pop(0), lambda p: p["staff"].append(p["staff"][0])):
        wrong = json.loads(json.dumps(profile))
        change(wrong)
        with open(place.path("wrong.json"), "w", encoding="utf-8") as out:
            json.dump(wrong, out)
        place.run("init", "--hospital", place.path("wrong.json"), code=2)
        assert not os.path.exists(place.data), "half a store was made"
    place.run("init", "--hospital", place.path("nothing.json"), code=2)


def init(place):
    path, profile = make_profile(place)
    profile["jurisdiction"] = "sichuan"
    with open(path, "w", encoding="utf-8") as out:
        json.dump(profile, out, ensure_ascii=False)
    rows = place.json("init", "--hospital", path).rows()
    place.shares = [row["text"] for row in rows if "share" in row]
    place.codes = {row["number"]: row["code"] for row in rows if "code" in row}
    assert len(place.shares) == 3 and set(place.codes) == {row["number"] for row in profile["staff"]}
    assert rows[-1]["institution"] == profile["institution"]["name"] and rows[-1]["people"] == 2
    with open(os.path.join(place.data, "front"), encoding="utf-8") as front:
        assert "rulebook.name 四川省" in front.read()
    place.run("init", "--hospital", path, code=2)


def who(number, folder, password=b"Xitong-2026-xx"):
    with open(os.path.join(folder, number + ".key"), "rb") as file:
        return ("--staff", number), [("--password-fd", password), ("--factor-fd", file.read())]


def first_sign_in(place):
    secrets = [("--code-fd", place.codes["S002"].encode() + b"\n"), ("--password-fd", b"Xitong-2026-xx\n"), ("--pin-fd", b"271828\n")]
    place.run("audit", "head", code=3)
    row = place.json("enrol", "--staff", "S002", "--factor", place.path("S002.key"), secrets=secrets).row()
    assert row["number"] == "S002" and os.stat(place.path("S002.key")).st_mode & 0o777 == 0o600


def backup(place):
    words, secrets = who("S002", place.folder)
    assert place.json("backup", place.path("store.fzb"), *words, secrets=secrets).row()["bytes"] > 10000


def drill(place):
    """With two of the real shares; what is not there, damaged or not theirs is no drill."""
    words, secrets = who("S002", place.folder)
    shares = [("--share-fd", share.encode() + b"\n") for share in place.shares]
    place.run("drill", *words, secrets=secrets + shares[:2], code=2)  # no daily backup yet
    report = place.json("drill", place.path("store.fzb"), *words, secrets=secrets + shares[1:]).row()
    assert report["file"] == "store.fzb" and report["differences"] == 0 and report["audit_size"] > 5 and len(report["audit_root"]) == 64, report
    assert report["outcome"] == "good" and report["documents_since"] == 0 and "document" not in report, report
    signed = place.json("drill", place.path("store.fzb"), *words, secrets=secrets + shares[1:] + [("--pin-fd", b"271828\n")]).row()
    assert signed["document"].startswith("HFYL-") and signed["log_agrees"] and signed["entries_since"] > 0, signed
    broken = place.shares[0][:-1] + ("A" if place.shares[0][-1] != "A" else "B")
    place.run("drill", place.path("store.fzb"), *words, secrets=secrets + [("--share-fd", broken.encode()), shares[1]], code=2)
    place.run("drill", place.path("store.fzb"), *words, secrets=secrets + shares[:1], code=2)
    with open(place.path("store.fzb"), "rb") as file:
        damaged = bytearray(file.read())
    damaged[len(damaged) // 2] ^= 1
    with open(place.path("damaged.fzb"), "wb") as out:
        out.write(damaged)
    place.run("drill", place.path("damaged.fzb"), *words, secrets=secrets + shares[:2], code=4)
    assert not [name for name in os.listdir(place.data) if name.startswith("drill-")], "a drill left its folder"


def deadlines(place):
    words, secrets = who("S002", place.folder)
    rows = place.json("list", "deadlines", *words, secrets=secrets).rows()
    assert [row["on"] for row in rows] == sorted(row["on"] for row in rows), rows
    assert [row["kind"] for row in rows].count("backup") == 1 and "upload" in {row["kind"] for row in rows}
    assert all(isinstance(row["days"], int) and row["label"] for row in rows)
    assert place.json("list", "deadlines", "--to", "2020-01-01", *words, secrets=secrets).rows() == []
    assert "备份" in place.run("list", "deadlines", *words, secrets=secrets).out


def restore(place):
    new = type(place)(place.fuzhen, place.verify, place.path("new"))
    new.source = place.source
    shares = [("--share-fd", share.encode() + b"\n") for share in place.shares]
    broken = place.shares[0][:-1] + ("A" if place.shares[0][-1] != "A" else "B")
    new.json("restore", place.path("store.fzb"), secrets=[("--share-fd", broken.encode()), shares[1]], code=2)
    rows = new.json("restore", place.path("store.fzb"), secrets=[shares[0], shares[2]]).rows()
    assert {row["number"] for row in rows if "code" in row} == {"S001", "S002"} and rows[-1]["audit_size"] > 0
    words, secrets = who("S002", place.folder)
    new.run("upload", "status", *words, secrets=secrets, code=3)
    new.run("restore", place.path("store.fzb"), secrets=shares[:2], code=2)


TESTS = [refused, init, first_sign_in, backup, drill, deadlines, restore]
