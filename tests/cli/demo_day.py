"""A demo day of twelve visits on a fixed date, and every command over it."""
import datetime
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
from xml.etree import ElementTree

DAY = "2026-03-02"
PLAY = ("demo", "--visits", "12", "--date", DAY, "--seed", "7", "--json")
SUMMARY = {"visits", "prescriptions", "approved", "returned", "refused", "terminated", "uploaded", "audit_size", "audit_root"}

METHODS = {"uploadDrugCatalogue", "uploadReferralIndicators", "uploadElectMedicalRecord", "uploadRecipeIndicators", "uploadRecipeVerificationIndicators",
           "uploadConsultIndicators", "uploadAppointRecord", "uploadBusinessInfoAfter", "pushMedicalDispute"}


def no_store(place):
    """Without a store: what needs none answers, the rest says what to do."""
    place.run("help")
    place.run("--help")
    place.run("help", "audit")
    assert place.run("--version").out.startswith("fuzhen 0.")
    assert "--limit" in place.run("audit", "--help").out
    place.run("audit", "head", code=2)
    place.run("list", "visits", code=2)
    parts = {row["package"].split(":")[0]: row["version"] for row in place.json("doctor", "--components").rows()}
    assert {"libc6", "libsodium23", "libsqlite3-0", "libgtk-4-1", "libssl3"} <= set(parts) and all(parts.values()), parts
    rows = place.json("doctor").rows()
    assert {"fonts", "locale", "clock", "disk", "store"} <= {row["check"] for row in rows}, rows
    rules = place.json("rules", "list").rows()
    assert len(rules) > 30 and all({"id", "text", "article", "severity", "require", "message"} <= set(row) for row in rules)
    assert place.json("rules", "show", "RX_FIVE").row()["parameter_max"] == "max_items"
    for name in place.run("schema").out.split():
        text = place.run("schema", name).out
        assert ElementTree.fromstring(text).tag.endswith("}grammar") if name == "record-xml" else json.loads(text)["type"] == "object"
    people = place.json("demo", "--people").rows()
    assert {"doctor", "pharmacist", "affairs", "security", "system", "audit"} == {row["role"] for row in people}


def wrong_usage(place):
    for words in (("bogus",), ("audit",), ("audit", "prove"), ("audit", "prove", "x"), ("audit", "head", "more"), ("list", "nothing"), ("export", "x"),
                  ("check",), ("check", "--visit", "a", "--draft", "b"), ("upload", "settle", "1"), ("upload", "--once", "--dry-run"),
                  ("staff", "add"), ("staff", "add", "colour=red"), ("import", "calendar", "x"), ("report", "daily"), ("rules", "show", "X"),
                  ("schema", "x"), ("rebuild",), ("keys",), ("backup",), ("restore", "x", "--share-fd", "3"), ("init",), ("enrol",), ("demo", "--visits", "-1"),
                  ("demo", "--date", "2026-02-30"), ("list", "visits", "--from", "soon"), ("audit", "head", "--colour")):
        place.run(*words, code=2)


def play(place):
    """The same seed and date twice: the same tree and the same documents."""
    twin = type(place)(place.fuzhen, place.verify, place.path("twin"))
    begin_connected(place)
    other = twin.start(*PLAY)
    answer = place.run(*PLAY)
    mine, its = answer.rows(), twin.finish(other).rows()
    assert SUMMARY <= set(mine[-1]), mine[-1]
    assert mine == its, "two plays differ"
    assert mine[-1]["visits"] == 12 and len(mine[-1]["audit_root"]) == 64 and all("step" in row for row in mine[:-1])
    place.sum, place.twin = mine[-1], twin
    place.signed = [row["id"] for row in mine[:-1] if row["step"] == "signed"]
    place.approved = [row["id"] for row in mine[:-1] if row["step"] == "approved"]
    steps = [row["step"] for row in mine[:-1]]
    assert [steps.count(step) for step in ("grant.asked", "grant.approved", "case.opened", "case.reviewed")] == [3, 2, 2, 1], steps
    assert len(place.signed) == place.sum["prescriptions"] and len(place.approved) == place.sum["approved"]
    place.run("demo", "--date", DAY, code=2)
    place.early = place.copy(place.folder + "-early")


def begin_connected(place):
    """The same day once more, with the hospital's front and the platform: judged by accepted()."""
    away = place.away = type(place)(place.fuzhen, place.verify, place.path("away"))
    place.platform = subprocess.Popen([place.simulator, "--db", away.path("platform.db"), "--ca-out", away.path("ca.pem"), "--config-out", away.path("platform.json"),
                                       "--front-config-out", away.path("front.json"), "--unit-id", "DEMO-UNIT-0001", "--until-stdin-closes"],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert place.platform.stdout.readline().strip().isdigit(), place.platform.stderr.read()
    place.away_child = away.start(*PLAY, "--platform-config", away.path("platform.json"), "--front-config", away.path("front.json"))


def second_process(place):
    """One process a store: the second is told who holds it. A signal ends the first in good order."""
    config = write_config(place, place.path("config.json"))
    first = place.start("upload", "--platform-config", config)
    assert first.stderr.readline(), "the upload did not begin"
    answer = place.run("audit", "head", code=6)
    assert str(first.pid) in answer.err, answer.err
    first.send_signal(signal.SIGINT)
    assert place.finish(first).code == 0


def write_config(place, path, url="https://127.0.0.1:9/openapi/api"):
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"profile": "tianjin", "url": url, "app_key": "k", "app_secret": "00112233445566778899aabbccddeeff", "unit_id": "u"}, out)
    os.chmod(path, 0o600)
    return path


def unreachable_begins(place):
    """Waits out its patience while the rest goes on."""
    place.far = place.early.copy(place.folder + "-far")
    place.far_child = place.far.start("upload", "--once", "--json", "--platform-config", write_config(place, place.path("far.json")))


def exported_is_valid(place):
    keys, plain = place.path("keys.fzk"), place.path("plain.txt")
    place.run("keys", "export", "--out", keys)
    place.run("keys", "export", "--plain", "--out", plain)
    rows = place.json("keys", "list").rows()
    assert [row["role"] for row in rows].count("institution") == 1 and "desk" not in [row["role"] for row in rows]
    assert open(plain, encoding="utf-8").read().split() == [row["vkey"] for row in rows]
    institution = next(row["vkey"] for row in rows if row["role"] == "institution")
    paths = []
    for number in place.signed:
        path = place.path(number + ".fzd")
        place.run("export", "prescription", number, "--out", path)
        paths.append(path)
        word = "effective" if number in place.approved else "not-effective"
        judged = place.judge("--keys", keys, "--institution", institution, path, path + ".proof")
        assert judged.code == 0 and f"VALID {word}" in judged.out and judged.out.endswith(".proof: VALID\n"), judged.out + judged.err
    place.keys, place.institution, place.paths = keys, institution, paths
    bent = open(paths[0], "rb").read().replace(b"mg", b"ug", 1)
    open(place.path("bent.fzd"), "wb").write(bent)
    assert place.judge("--keys", keys, place.path("bent.fzd")).code == 1
    place.run("export", "prescription", place.signed[0], "--pdf", place.path("slip.pdf"))
    assert open(place.path("slip.pdf"), "rb").read(5) == b"%PDF-"
    place.run("export", "prescription", "CF00000000-00000", "--out", place.path("none.fzd"), code=2)


def same_bytes(place):
    for number, path in zip(place.signed, place.paths):
        other = place.path("twin-" + number)
        place.twin.run("export", "prescription", number, "--out", other)
        assert open(path, "rb").read() == open(other, "rb").read(), number
    assert place.twin.json("audit", "list").rows()[-place.sum["audit_size"]:] == place.json("audit", "list").rows()[-place.sum["audit_size"]:]


def audit(place):
    head = place.json("audit", "head").row()
    assert {"size", "root", "origin", "checkpoint"} <= set(head) and head["size"] > place.sum["audit_size"]
    verified = place.json("audit", "verify").row()
    assert verified["verdict"] == "valid" and verified["size"] > head["size"]
    rows = place.json("audit", "list", "--limit", "3").rows()
    assert [row["number"] for row in rows] == list(range(rows[0]["number"], rows[0]["number"] - 3, -1)), rows
    assert rows[0]["at"].endswith("+08:00") and rows[0]["actor"] == "S4003"
    log = place.path("log")
    newest = place.json("audit", "export", log).row()
    checkpoint = place.path("newest")
    open(checkpoint, "w", encoding="utf-8").write(newest["checkpoint"])
    judged = place.judge("--keys", place.keys, "--institution", place.institution, "--checkpoint", checkpoint, log)
    assert judged.code == 0 and "VALID" in judged.out, judged.out + judged.err
    place.run("audit", "export", log, code=2)
    prescriptions = [row for row in place.json("audit", "list").rows() if row["action"] == "prescription.sign"]
    assert len(prescriptions) == len(place.signed) and {row["subject"] for row in prescriptions} == set(place.signed)
    entry = prescriptions[-1]
    place.run("audit", "prove", str(entry["number"]), "--out", place.path("one"))
    leaf = open(place.path("one.entry"), encoding="utf-8").read()
    assert f"document_sha256 {entry['document_sha256']}\n" in leaf, leaf
    assert place.judge("--keys", place.keys, place.path("one.proof")).code == 0
    assert place.json("audit", "prove", "0").row()["proof"].startswith("c2sp.org/tlog-proof@v1\nindex 0\n")
    place.run("audit", "prove", "999999", code=2)
    open(os.path.join(log, "tile/entries/000"), "r+b").write(b"\0")
    assert place.judge("--keys", place.keys, log).code == 1
    assert place.json("rebuild", "--check").row() == {"differences": 0, "visits": 12}


def lists(place):
    rx = place.json("list", "prescriptions").rows()
    assert rx and {row["rx_id"] for row in rx} < set(place.signed) and not any("rx_item" in row for row in rx)
    everything = place.json("list", "prescriptions", secrets=secrets_of(place, "A3001")[1], *secrets_of(place, "A3001")[0])
    assert len(everything.rows()) == len(place.signed) and all("*" in row["patient_name"] or "＊" in row["patient_name"] for row in everything.rows())
    visits = place.json("list", "visits").rows()
    assert visits and {row["visit_holder_name"] for row in visits} == {"林若溪"}
    assert place.json("list", "visits", "--from", "2026-03-03").rows() == []
    assert len(place.json("list", "visits", "--limit", "2").rows()) == 2
    outbox = place.json("list", "outbox", "--limit", "5").rows()
    assert len(outbox) == 5 and all({"id", "state", "method", "key"} <= set(row) for row in outbox)
    assert all(row["state"] == "blocked" for row in place.json("list", "outbox", "--state", "blocked").rows())
    staff = place.json("list", "staff").rows()
    assert len(staff) == 10 and all("factor" not in row and "*" in row["id_number"] for row in staff)


def problem_report(place):
    """What goes to whoever mends the program holds nobody of the store, and is whole."""
    mine = {"rx": place.json("list", "prescriptions").rows(), "visit": place.json("list", "visits").rows()}
    secret = {value for rows in mine.values() for row in rows for key, value in row.items()
              if isinstance(value, str) and (key in ("patient_name", "visit_id", "rx_id", "visit_complaint") or "name" in key and "patient" in key)}
    assert len(secret) > 5 and not any("*" in value for value in secret), secret
    folder = place.path("problem")
    answer = place.finish(place.start("doctor", "--report", folder))
    assert answer.code in (0, 1), answer.err
    names = sorted(os.listdir(folder))
    assert {"README.txt", "components.txt", "doctor.jsonl", "files.sha256", "machine.txt", "sizes.txt", "window.ini"} == set(names), names
    told = ""
    for name in names:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            told += file.read()
    assert "libsodium23" in told and "fuzhen 0." in told and "store.fz " in told and '"keys"' in told, told
    assert not [value for value in secret if value in told]
    assert not re.search(r"\b(\d{17}[\dX]|1[3-9]\d{9})\b", told), "an identity number or a telephone"
    again = place.finish(place.start("doctor", "--report", folder))
    assert again.code not in (0, 1) and folder in again.err, again.err


def papers(place):
    """What further provinces ask of people and the hospital, stated at the desk."""
    place.run("staff", "set", "P2001", "insurance_until=2027-06-31", code=2)
    kept = place.run("staff", "set", "D1001", "insurance_until=2027-06-30", code=3)
    assert "BX-000001" in kept.err, kept.err  # what an entry of a register says
    place.run("staff", "set", "D1001", "name=X", code=2)
    place.run("staff", "set", "D1001", code=2)
    assert place.json("staff", "set", "P2001", "insurance_until=2027-06-30", "departments=03.05|07").row()["departments"] == "03.05|07"
    row = next(row for row in place.json("staff", "list").rows() if row["number"] == "P2001")
    assert row["insurance_until"] == "2027-06-30" and row["departments"] == "03.05|07", row
    place.run("staff", "set", "P2001", "insurance_until=-")
    assert "insurance_until" not in next(row for row in place.json("staff", "list").rows() if row["number"] == "P2001")
    place.run("hospital", code=2)
    place.run("hospital", "set", "colour=red", code=2)
    place.run("hospital", "set", "department=03.04", code=2)
    assert "XK-000001" in place.run("hospital", "set", "licence_until=2029-06-30", code=3).err
    place.run("hospital", "set", "department=03.04", "seniors=2", "associates=4")
    shown = place.json("hospital", "show").row()
    assert shown["organ_licence_until"] > datetime.date.today().isoformat(), shown  # what the entry says
    assert [(row["department"], row["seniors"], row["counted_by"]) for row in shown["seniority"]] == [("03.04", "2", "A3001")], shown
    begin, until = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=h) for h in (1, 5))
    times = [moment.strftime("%Y-%m-%dT%H:%M:%S+00:00") for moment in (begin, until)]
    place.run("duty", "put", "P2001", code=2)
    place.run("duty", "put", "D1001", *times, code=3)
    place.run("duty", "put", "P2001", *times)
    place.run("duty", "put", "P2001", *times, code=2)
    rows = place.json("duty", "list").rows()
    assert [(row["number"], row["by"]) for row in rows] == [("P2001", "A3001")] and rows[0]["on_duty"] == "no", rows
    place.run("duty", "end", "P2001", times[0])
    assert place.json("duty", "list").rows() == []


def people_of(place):
    return {row["number"]: row for row in place.json("demo", "--people").rows()}


def secrets_of(place, number, password=None):
    person = people_of(place)[number]
    return ("--staff", number), [("--password-fd", (password or person["password"]).encode() + b"\n")]


def not_allowed(place):
    for number, words in (("D1001", ("audit", "head")), ("S4002", ("staff", "list")), ("P2001", ("upload", "status")), ("S4003", ("backup", place.path("no"))),
                          ("A3001", ("export", "prescription", place.signed[0], "--out", place.path("no"))), ("S4001", ("list", "visits"))):
        who, secrets = secrets_of(place, number)
        place.run(*words, *who, secrets=secrets, code=3)
    assert not os.path.exists(place.path("no"))
    who, secrets = secrets_of(place, "S4003", "Not-The-Password-1")
    place.run("audit", "head", *who, secrets=secrets, code=3)
    place.run("audit", "head", "--staff", "NOBODY", secrets=[("--password-fd", b"x\n"), ("--factor-fd", b"123456\n")], code=3)
    place.run("audit", "head", "--staff", "S4003", code=3)
    denied = [row for row in place.json("audit", "list", "--limit", "60").rows() if row["outcome"] == "denied"]
    assert {"audit.verify", "backup", "list.waiting", "list.staff", "list.outbox", "prescription.export"} <= {row["action"] for row in denied}, denied


def checks(place):
    visit = f"D{DAY.replace('-', '')}-001"
    rows = place.json("check", "--visit", visit).rows()
    findings = [row for row in rows if "severity" in row]
    assert all(row["severity"] != "stop" and row["prescription"] in place.signed for row in findings), rows
    replayed = [row for row in rows if "severity" not in row]
    assert len(replayed) >= 5 and all(row["same"] == "yes" and row["on"] == DAY and row["rulebook"] == "tianjin-2025" for row in replayed), replayed
    assert {row["document"] for row in replayed} & set(place.signed), replayed
    # Other rules than those of the day change what is found now, and nothing of what was judged then.
    for words in (("--rulebook", "sichuan-2020"), ("--on", "2026-06-01"), ("--rulebook", "national-2022", "--on", "2026-03-03")):
        again = place.finish(place.start("check", "--visit", visit, "--json", *words)).rows()
        assert [row for row in again if "severity" not in row] == replayed, (words, again)
    place.run("check", "--visit", visit, "--rulebook", "beijing", code=2)
    place.run("check", "--visit", "D20260302-999", code=2)
    taken = place.json("intake", os.path.join(place.source, "assets/schema/samples/visit-1")).row()
    assert taken == {"taken": 1}, taken
    shutil.copytree(os.path.join(place.source, "assets/schema/samples/visit-2"), place.path("bundle"))
    with open(place.path("bundle", "visit.json"), encoding="utf-8") as file:
        visit = json.load(file)
    visit["patient"]["id_number"] = visit["patient"]["id_number"][:-1] + ("0" if visit["patient"]["id_number"][-1] != "0" else "1")
    with open(place.path("bundle", "visit.json"), "w", encoding="utf-8") as file:
        json.dump(visit, file)
    bad = place.json("intake", place.path("bundle"), code=2).row()
    assert bad["taken"] == 0 and "patient.id_number" in bad["problem"][0], bad
    place.run("intake", place.path("log"), code=2)
    waiting = [row for row in place.json("list", "visits").rows() if row["visit_stage"] == "waiting"]
    assert [row["visit_id"] for row in waiting] == ["S20260105-1"]
    place.json("check", "--visit", "S20260105-1")


def imports(place):
    good, bad = place.path("good.csv"), place.path("bad.csv")
    header = "code,label,aliases,chronic,red_flag,initials\n"
    open(good, "w", encoding="utf-8").write(header + "Z99.901,合成诊断,,yes,no,hczd\n")
    open(bad, "w", encoding="utf-8").write(header + "Z99.902,合成诊断二,,yes,no,hczd\n,没有编码,,no,no,mybm\n")
    assert place.json("import", "diagnoses", good).row() == {"rows": 1}
    answer = place.json("import", "diagnoses", bad, code=2)
    assert answer.row()["rows"] == 0 and "3" in answer.row()["problem"][0], answer.out
    place.run("import", "drugs", place.path("nothing.csv"), code=2)
    # A catalogue is only kept to be proposed: no command signs for a person, and nothing has changed.
    starter = open(os.path.join(os.path.dirname(__file__), "../../assets/drugs/starter.csv"), encoding="utf-8").read().split("\n")[:3]
    few, wrong = place.path("few.csv"), place.path("wrong.csv")
    open(few, "w", encoding="utf-8").write("\n".join(starter[:2]).replace("苯磺酸氨氯地平片", "苯磺酸氨氯地平片（新）", 1) + "\n")
    open(wrong, "w", encoding="utf-8").write("\n".join(starter).replace(",western,", ",eastern,", 1) + "\n")
    row = place.json("import", "drugs", few).row()
    assert row["rows"] == 1 and row["changes"] == 1 and row["staged"] == "IMP-000001", row
    row = place.json("import", "drugs", few).row()
    assert row["changes"] == 1 and row["staged"] == "IMP-000002", row
    answer = place.json("import", "drugs", wrong, code=2)
    assert answer.row()["rows"] == 0 and "2" in answer.row()["problem"][0], answer.out


def records(place):
    """Out: the doctor's own visit without who it is. In: a record of the waiting patient, once, and nobody else's."""
    visit, out = f"D{DAY.replace('-', '')}-001", place.path("record")
    row = place.json("export", "record", "--visit", visit, "--out", out).row()
    assert row["n_visits"] == 1 and row["masked"] == "yes", row
    with open(os.path.join(out, "records", visit + ".json"), encoding="utf-8") as file:
        given = json.load(file)
    assert given["patient"]["name"] is None and given["missing"]["patient.name"] == "masked" and given["diagnosis"], given
    place.run("import", "record", os.path.join(out, "records", visit + ".xml"), code=2)
    place.run("export", "record", "--visit", visit, "--out", out + "-full", "--full", code=3)
    place.run("export", "record", "--from", DAY, "--to", DAY, "--out", out + "-days", code=3)
    with open(os.path.join(place.source, "assets/schema/samples/record-1.json"), encoding="utf-8") as file:
        prior = json.load(file)
    with open(os.path.join(place.source, "assets/schema/samples/visit-1/visit.json"), encoding="utf-8") as file:
        patient = json.load(file)["patient"]
    prior["patient"].update({key: patient[key] for key in ("name", "id_kind", "id_number", "birth_date")}, sex={"F": "2", "M": "1"}[patient["sex"]])
    prior["encounter"].update(at="2025-11-02T09:00:00+08:00", ended_at="2025-11-02T09:20:00+08:00")
    prior["source"]["made_at"] = "2025-11-03T09:00:00+08:00"
    path = place.path("prior.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(prior, file)
    taken = place.json("import", "record", path).row()
    assert taken["visit"] == ["S20260105-1"] and taken["n_diagnoses"] == 2, taken
    place.run("import", "record", path, code=2)


def portal(place):
    """What is filed by hand: it arose by itself in the day; one is exported, what is missing of another is named, one is done with a receipt."""
    rows = place.json("portal", "list").rows()
    states = {row["id"]: row["state"] for row in place.json("portal", "list", "--all").rows()}
    assert {"open", "exported", "filed", "done"} <= set(states.values()), states
    assert all(row["due_on"] or row["problem"] for row in rows)
    licence = next(row for row in rows if row["kind"] == "licence")
    assert licence["due_on"] == "2026-03-03", licence  # changed on 22 February; the 23rd is a day off and the 28th, a Saturday, is worked
    staff = next(row for row in rows if row["kind"] == "staff")
    refused = place.run("portal", "export", staff["id"], "--out", place.path("staff"), code=2)
    assert "照片" in refused.err and not os.path.exists(place.path("staff")), refused.err
    folder = place.path("licence")
    made = place.json("portal", "export", licence["id"], "--out", folder).row()
    assert made["list_sha256"] and {f"{licence['id']}.xlsx", f"{licence['id']}.csv", "README.txt", "files.sha256"} <= set(os.listdir(folder))
    assert subprocess.run(("sha256sum", "-c", "--quiet", "files.sha256"), cwd=folder).returncode == 0
    place.run("portal", "export", licence["id"], "--out", folder, code=2)
    place.run("portal", "done", licence["id"], code=2)
    place.run("portal", "done", licence["id"], "--receipt", "/nonexistent", code=2)
    done = place.json("portal", "done", licence["id"], "--receipt", os.path.join(folder, "README.txt"), "--number", "SL-1", "--on", "2026-03-03").row()
    assert done["state"] == "done" and done["number"] == "SL-1", done
    place.run("portal", "done", "TS-000001", "--receipt", os.path.join(folder, "README.txt"), code=2)


def messages(place):
    """Messages of the platform that the hospital adds: wrong ones are named by line and change nothing; a good one is proposed by who signs, for another to adopt."""
    sample = os.path.join(place.source, "assets/schema/samples/platform-messages-1.json")
    text = open(sample, encoding="utf-8").read()
    bad = place.path("messages.json")
    open(bad, "w", encoding="utf-8").write(text.replace('"meeting.opinion": "opinion"', '"meeting.opinion": "verdict"', 1))
    answer = place.run("import", "platform-messages", bad, code=2)
    assert "messages.json:53" in answer.err and "verdict" in answer.err, answer.err
    place.run("import", "platform-messages", sample, "--skip-bad", code=2)
    place.run("import", "drugs", sample, "--check", code=2)
    place.run("import", "platform-messages", sample, "--since", "2020-01-01", code=2)
    read = place.json("import", "platform-messages", sample, "--check").row()
    assert "id" not in read and "fixtureMeeting" in read["methods"], read
    made = place.json("import", "platform-messages", sample).row()
    assert made["id"].startswith("BW-") and made["sha256"] == read["sha256"] == hashlib.sha256(text.encode()).hexdigest(), made


def calendar(place):
    """Working days of a year that did not ship: bad rows are all named, and half a year is none."""
    path = place.path("2030.csv")
    head, good = "day,kind,name,source\n", "2030-01-01,rest,元旦,通知\n2030-05-01,rest,劳动节,通知\n2030-10-01,rest,国庆节,通知\n"
    for text, words in ((head + good + "2030-02-30,rest,x,y\n2030-03-01,free,x,y\n", ("第 5 行", "第 6 行")), (head + good[:40] + "\n", ()), (head + "2030-01-01,rest,元旦,y\n", ("国庆节",))):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        answer = place.run("import", "calendar", path, code=2)
        assert all(word in answer.err for word in words), answer.err
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + good)
    assert place.json("import", "calendar", path).row()["rows"] == 3


def reports(place):
    assert "daily" in [row["name"] for row in place.json("report", "list").rows()]
    for kind, first in (("csv", b""), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        path = place.path("daily." + kind)
        place.run("report", "daily", "--from", DAY, "--to", DAY, "--format", kind, "--out", path)
        assert open(path, "rb").read().startswith(first) and os.path.getsize(path) > 100


def inspections(place):
    """Nobody makes a package alone: without another person's grant there is none, and nothing is left of the try."""
    words = ("export", "inspection", "--from", DAY, "--to", DAY, "--out", place.path("inspected"))
    answer = place.run(*words, "--recipient", "卫生监督所", "--purpose", "例行检查", code=3)
    assert answer.err.strip(), answer
    place.run(*words, code=2)
    place.run(*words[:-2], code=2)
    place.run(*words, "--pdf", place.path("x.pdf"), code=2)
    assert not os.path.exists(place.path("inspected")) and not os.path.exists(place.path("inspected.partial"))


def uploads(place):
    status = place.json("upload", "status").row()
    assert status["queued"] > 100 and status["accepted"] == 0, status
    due = place.json("upload", "--dry-run").rows()
    assert len(due) == status["queued"] and due[0]["method"] == "uploadDrugCatalogue", due[0]
    place.run("upload", "retry", due[0]["id"], code=2)
    place.run("upload", "settle", due[0]["id"], "--as", "sent", "--reason", "电话核实", code=2)
    far = write_config(place, place.path("away.json"), "https://platform.example.org/openapi/api")
    place.run("upload", "--once", "--platform-config", far, code=3)


def spool(place):
    """The folder of the background sender: made by it, chosen by the desk, empty until a window closes."""
    folder = place.path("spool")
    assert "--spool" in place.run("upload", "spool", folder, code=2).err
    made = place.run("upload", "--spool", folder)
    assert "upload spool" in made.out and os.stat(folder).st_mode & 0o777 == 0o700, made
    assert os.stat(os.path.join(folder, "service.key")).st_mode & 0o777 == 0o600
    assert place.json("upload", "--spool", folder).row() == {"accepted": 0, "refused": 0, "unknown": 0}
    place.run("upload", "spool", folder)
    place.run("upload", "--spool", folder, "--once", code=2)
    place.run("upload", "status", "--spool", folder, code=2)
    place.run("upload", "spool", "off")


def traced(place, rows):
    """Of every row that was accepted: each value says where it is from. What no one said stands there only where the platform has a word for it: that nothing was
    found by a doctor who never saw the patient, and an empty first diagnosis."""
    fields = place.json("upload", "show", *(row["id"] for row in rows)).rows()
    shown = {row["id"]: [field for field in fields if field["id"] == row["id"]] for row in rows if row["method"] != "uploadDrugCatalogue"}
    assert {field["id"] for field in fields} == {row["id"] for row in rows} and all(len(few) > 5 for few in shown.values())
    assert all(field.get("from") for field in fields), [field for field in fields if not field.get("from")]
    papers = [field for field in fields if field["from"] in ("document", "register")]
    assert all(len(field["sha256"]) == 64 and field["document"] and field["key"] for field in papers)
    assert {field["id"] for field in papers} == set(shown), "a row that no document speaks of"
    constant = [field for field in fields if field["how"] == "constant"]
    assert all((field["from"], field["field"]) in (("platform", "firstDiagnosis"), ("platform", "thisDiagnosis")) for field in constant), constant
    said = [field for field in constant if field.get("value")]
    assert [field["value"] for field in said] == ["无"] * place.sum["refused"], said
    for field in said:
        assert [other["value"] for other in shown[field["id"]] if other["field"] == "answerFlag"] == ["0"], shown[field["id"]]


def accepted(place):
    """Everything of the day, what came by the front too, was sent to the simulator over TLS and accepted; then nothing is due."""
    away = place.away
    try:
        away.sum = away.finish(place.away_child).rows()[-1]
        assert away.sum["visits"] == 12 and away.sum["upload_refused"] == away.sum["upload_unknown"] == 0, away.sum
        rows = away.json("list", "outbox", "--limit", "2000").rows()
        assert {row["state"] for row in rows} == {"accepted"} and len(rows) == away.sum["uploaded"], [row for row in rows if row["state"] != "accepted"]
        assert {row["method"] for row in rows} == METHODS, METHODS ^ {row["method"] for row in rows}
        assert away.json("upload", "--once").row() == {"accepted": 0, "refused": 0, "unknown": 0}
        assert away.json("upload", "--dry-run").rows() == []
        traced(away, rows)
        by_front = [row for row in away.json("front", "list").rows() if row["way"] == "in"]
        assert [row["kind"] for row in by_front] == ["evidence"], by_front  # one that came too late, as the script wants it
    finally:
        place.platform.communicate()


def accounts(place):
    """reset closes the key and keeps what it signed judgeable."""
    code = place.json("staff", "reset", "D1001").row()
    assert {"number", "name", "code", "until"} <= set(code)
    who, secrets = secrets_of(place, "D1001")
    place.run("list", "visits", *who, secrets=secrets, code=3)
    keys = place.path("after.fzk")
    place.run("keys", "export", "--out", keys)
    judged = place.judge("--keys", keys, *place.paths)
    assert judged.code == 0, judged.out
    factor = place.path("data", "demo-keys", "D1001.fzkey")
    os.unlink(factor)
    enrol = [("--code-fd", code["code"].lower().encode()), ("--password-fd", b"Chongxin-2026-x"), ("--pin-fd", b"314159")]
    place.json("enrol", "--staff", "D1001", "--factor", factor, secrets=[("--code-fd", b"AAAA-AAAA-AAAA-AAAA")] + enrol[1:], code=3)
    place.json("enrol", "--staff", "D1001", "--factor", factor, secrets=enrol[:1] + [("--password-fd", b"short")] + enrol[2:], code=2)
    assert not os.path.exists(factor)
    place.json("enrol", "--staff", "D1001", "--factor", factor, secrets=enrol)
    place.json("enrol", "--staff", "D1001", "--factor", place.path("again"), secrets=enrol, code=3)
    assert place.json("list", "visits", "--staff", "D1001", "--limit", "1", secrets=enrol[1:2]).rows()
    added = place.json("staff", "add", "number=N1", "name=新合成", "role=doctor", "id_number=11010519491231002X").row()
    assert added["number"] == "N1"
    assert place.json("staff", "idle").row()["idle_minutes"] == 5 and place.json("staff", "idle", "3").row()["idle_minutes"] == 3
    place.run("staff", "idle", "16", code=2)
    table = place.path("people.csv")
    open(table, "w", encoding="utf-8").write("number,name,role,id_number\nN2,甲合成,doctor,440524188001010014\nN1,乙合成,doctor,11010519491231002X\n")
    answer = place.run("staff", "import", table, code=2)
    assert "N1" in answer.err and "N2" not in [row["number"] for row in place.json("staff", "list").rows()]
    place.run("staff", "leave", "N1")
    place.run("staff", "reset", "N1", code=3)
    place.run("staff", "leave", "S4001", code=3)


def keys_change(place):
    """Keys are replaced and revoked; what was signed before stays judgeable, also by whoever knows only the old institution key."""
    mine = place.early.copy(place.folder + "-keys")
    for words in (("rotate", "store"), ("rotate", "x", "--reason", "x"), ("revoke", "D1001"), ("told", "D1001", "--reason", "x"), ("renew", "D9999"), ("shares",)):
        mine.run("keys", *words, code=2)
    who, secrets = secrets_of(place, "S4003")
    mine.run("keys", "rotate", "store", "--reason", "x", *who, secrets=secrets + [("--pin-fd", b"000000")], code=3)
    mine.run("keys", "rotate", "log", "--reason", "yearly")
    note = mine.json("keys", "rotate", "institution", "--reason", "yearly").row()["note"]
    open(place.path("succession"), "w", encoding="utf-8").write(note)
    assert mine.json("keys", "rotate", "store", "--reason", "somebody left").row()["rotated"] == "store"
    keys, log = place.path("keys-2.fzk"), place.path("log-2")
    mine.run("keys", "export", "--out", keys)
    newest = [row["vkey"] for row in mine.json("keys", "list").rows() if row["role"] == "institution"][-1]
    mine.run("audit", "export", log)
    assert newest != place.institution
    for anchor in (place.institution, newest):
        judged = place.judge("--keys", keys, "--institution", anchor, place.paths[0], place.path("succession"), log)
        assert judged.code == 0, judged.out + judged.err
    # In one store everything of the doctor's was in time, in another nothing was.
    late = place.early.copy(place.folder + "-late")
    mine.run("keys", "revoke", "D1001", "--from", "now", "--reason", "stick lost")
    mine.run("keys", "told", "D1001", "--reason", "platform and pharmacy, by telephone")
    mine.run("keys", "renew", "P2002")
    late.run("keys", "revoke", "D1001", "--from", DAY, "--reason", "PIN seen")
    written = [path for path in place.paths if "doctor.staff_number D1001\n" in open(path, encoding="utf-8").read()]
    for number, (store, word, code) in enumerate(((mine, "VALID-REVOKED-LATER", 0), (late, "INVALID-REVOKED-BEFORE", 1))):
        keys, log = place.path(f"keys-{number}.fzk"), place.path(f"log-{number}")
        store.run("keys", "export", "--out", keys)
        store.run("audit", "export", log)
        alone = place.judge("--keys", keys, "--institution", place.institution, written[0])
        assert alone.code == 1 and "INDETERMINATE" in alone.out, alone.out
        judged = place.judge("--keys", keys, "--institution", place.institution, log, *written)
        assert judged.code == code and all(f"{path}: {word}" in judged.out for path in written), judged.out
    assert mine.json("keys", "shares", "--second", "S4002").rows()[2]["share"] == 3
    assert mine.json("audit", "verify").row()["verdict"] == "valid" and mine.json("rebuild", "--check").row()["differences"] == 0


def drill_is_played(place):
    """The published shares of a demo store open a backup; new ones, made by two, take their place."""
    mine = place.early.copy(place.folder + "-drill")
    mine.run("backup", place.path("drill.fzb"))
    report = mine.json("drill", place.path("drill.fzb")).row()
    assert report["differences"] == 0 and report["visits"] == 12, report


def backup_is_whole(place):
    row = place.json("backup", place.path("store.fzb")).row()
    assert row["bytes"] > 100000
    place.run("backup", place.path("store.fzb"), code=2)


def rolled_back(place):
    """Yesterday's folder beside today's memory of it."""
    old = type(place)(place.fuzhen, place.verify, place.path("old"))
    shutil.copytree(place.early.data, old.data)
    shutil.rmtree(old.path("state"))
    shutil.copytree(place.path("state"), old.path("state"))
    with open(os.path.join(old.data, "store.fz"), "rb") as store:
        before = store.read()
    assert "只能查看" in old.run("audit", "head", code=4).err
    # What is in it can be read, verified and handed out; whatever would write says why not.
    assert old.json("audit", "verify", code=4).row()["verdict"] == "valid"
    old.read("audit", "prove", "3")
    old.read("audit", "export", old.path("log"))
    row = next(row for row in old.read("list", "prescriptions", "--json").rows() if row["rx_stage"] == "effective")
    words, secrets = secrets_of(place, row["rx_doctor_number"])
    old.read("export", "prescription", row["rx_id"], "--out", old.path("old.fzd"), *words, secrets=secrets)
    old.read("export", "prescription", row["rx_id"], "--pdf", old.path("old.pdf"), *words, secrets=secrets)
    assert os.path.getsize(old.path("old.pdf")) > 1000
    for words in (("backup", old.path("old.fzb")), ("hospital", "queue", "90"), ("keys", "renew", "P2002"), ("upload", "--once")):
        answer = old.run(*words, code=4)
        assert "只能查看" in answer.err, answer.err
    with open(os.path.join(old.data, "store.fz"), "rb") as store:
        assert store.read() == before, "reading changed the store"
    assert any(row["state"] == "bad" for row in old.json("doctor", code=1).rows())


def damaged(place):
    size = os.path.getsize(os.path.join(place.early.data, "store.fz"))
    for at in (100, 5000, size // 3):
        hurt = place.early.copy(place.path(f"hurt-{at}"))
        with open(os.path.join(hurt.data, "store.fz"), "r+b") as store:
            store.seek(at)
            byte = store.read(1)
            store.seek(at)
            store.write(bytes([byte[0] ^ 1]))
        hurt.run("audit", "verify", code=4)


def unreachable_ends(place):
    answer = place.far.finish(place.far_child)
    assert answer.code == 5 and answer.err.strip(), answer.err
    row = json.loads(answer.out)
    assert row["accepted"] == row["refused"] == row["unknown"] == 0 and row["trouble"]


def waiting_limit(place):
    assert place.json("hospital", "queue").row() == {"limit_minutes": "none"}
    assert place.json("hospital", "queue", "90").row() == {"limit_minutes": "90"}
    assert place.run("hospital", "queue", "none").out == "none\n"
    for wrong in ("5", "soon", "-1", "999999"):
        place.run("hospital", "queue", wrong, code=2)
    place.run("hospital", "queue", "60", "--staff", "D1001", code=3)


TESTS = [wrong_usage, play, unreachable_begins, second_process, exported_is_valid, same_bytes, audit, lists, problem_report, papers, waiting_limit, not_allowed, checks, imports, records, portal, messages, calendar, reports, inspections, uploads, spool,
         accepted, keys_change, drill_is_played, backup_is_whole, accounts, rolled_back, damaged, unreachable_ends]
