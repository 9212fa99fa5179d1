"""check --draft: the example of the command line's page and what happens when one thing in it is wrong."""
import copy
import json

EXAMPLE = {"id": "any", "patient": {"age_years": 67, "age_days": None, "sex": "F", "weight_kg": 60, "pregnant": False, "lactating": False,
                                    "egfr": 88, "liver": "normal", "allergies": ["青霉素"]},
           "diagnoses": ["高血压"], "icd": ["I10.x00x002"], "current": [{"generic": "氨氯地平"}],
           "lines": [{"generic": "缬沙坦胶囊", "brand": None, "strength": "80mg", "form": "胶囊剂", "route": "口服", "dose": "80mg", "freq": "qd",
                      "days": 28}],
           "context": {"region": "tianjin", "revisit": True, "prior_diagnoses": ["高血压"], "reason_over_7d": "慢性病",
                       "long_eval_and_patient_confirmed": True, "prescriber_id": "D1", "prescriber_title": "主治医师",
                       "guardian_present": None, "child_specialist_present": None, "reviewer_id": "P1",
                       "issued_at": "2026-03-02T09:10:00+08:00", "valid_days": 1, "dispense_at": None, "delivery": "hospital_pharmacy"}}
KEYS = {"rule", "clause", "kind", "severity", "about", "field", "message", "source"}
CHILD = {"age_years": 5, "sex": "M", "allergies": []}


def line(**change):
    return dict(EXAMPLE["lines"][0], **change)


# name, changes (part, key, value), rules that must be found with their severity; an empty list: nothing but notes.
CASES = [
    ("fine", [], []),
    ("no reason", [("context", "reason_over_7d", None)], [("QTY_7D", "reason")]),
    ("a week", [("context", "reason_over_7d", None), (None, "lines", [line(days=7)])], []),
    ("over four weeks", [(None, "lines", [line(days=56)]), ("context", "long_eval_and_patient_confirmed", None)], [("QTY_LONG_4W", "reason")]),
    ("over four weeks, confirmed", [(None, "lines", [line(days=56)])], []),
    ("over twelve weeks", [(None, "lines", [line(days=85)])], [("QTY_LONG_12W", "stop")]),
    ("first visit", [("context", "revisit", False)], [("RX_ELIGIBLE", "stop")]),
    ("unknown whether", [("context", "revisit", None)], [("RX_ELIGIBLE", "stop")]),
    ("another disease", [("context", "prior_diagnoses", ["2型糖尿病"])], [("RX_SAME_CATEGORY", "stop")]),
    ("words of no list", [("context", "prior_diagnoses", ["某种说不清的病"])], [("RX_SAME_CATEGORY", "reason")]),
    ("code found by name", [(None, "icd", None)], []),
    ("no diagnosis", [(None, "diagnoses", []), (None, "icd", [])], [("REC_DIAGNOSIS", "stop")]),
    ("too much", [(None, "lines", [line(dose="800mg")])], [("DOSE_DAILY_MAX", "stop"), ("DOSE_SINGLE_MAX", "stop")]),
    ("no number", [(None, "lines", [line(dose="适量")])], [("DOSE_UNREADABLE", "reason")]),
    ("no frequency of ours", [(None, "lines", [line(freq="偶尔")])], [("FREQ_UNKNOWN", "reason")]),
    ("no dose", [(None, "lines", [line(dose=None)])], [("RX_DOSE", "stop"), ("DOSE_MISSING", "reason")]),
    ("barred route", [(None, "lines", [line(route="静脉注射")])], [("RX_ROUTE_BARRED", "stop")]),
    ("no lines", [(None, "lines", [])], [("RX_ITEMS", "stop")]),
    ("six", [(None, "lines", [line(generic=g, dose="1片", strength=None, days=7) for g in
                              ("缬沙坦片", "阿托伐他汀钙片", "富马酸比索洛尔片", "氢氯噻嗪片", "盐酸二甲双胍片", "阿卡波糖片")])], [("RX_FIVE", "stop")]),
    ("same substance twice", [(None, "lines", [line(), line(generic="缬沙坦片", form="薄膜衣片")])], [("DUP_INGREDIENT", "reason")]),
    ("already in use", [(None, "lines", [line(generic="苯磺酸氨氯地平片", strength="5mg", form="片剂", dose="5mg")])], [("DUP_CURRENT", "reason")]),
    ("nitrate with sildenafil in use", [(None, "current", [{"generic": "枸橼酸西地那非片"}]),
                                        (None, "lines", [line(generic="单硝酸异山梨酯片", strength=None, form=None, dose="20mg", days=7)])],
     [("INTERACTION", "stop")]),
    ("allergy", [(None, "lines", [line(generic="阿莫西林胶囊", strength="0.25g", dose="0.5g", freq="tid", days=5)])], [("ALLERGY", "stop")]),
    ("narcotic", [(None, "lines", [line(generic="盐酸吗啡缓释片", strength="10mg", form="缓释片", dose="10mg", freq="q12h", days=5)])],
     [("CONTROLLED_NARCOTIC", "stop"), ("RX_SPECIAL_DRUGS", "stop")]),
    ("not in the catalogue", [(None, "lines", [line(generic="合成药名片", strength="5mg", form="片剂", dose="5mg", days=7)])], [("DRUG_UNKNOWN", "reason")]),
    ("own review", [("context", "reviewer_id", "D1")], [("REV_OTHER", "stop")]),
    ("valid for a week", [("context", "valid_days", 7)], [("RX_VALID_DAYS", "stop")]),
    ("dispensed in time", [("context", "dispense_at", "2026-03-02T23:59:59+08:00")], []),
    ("dispensed too late", [("context", "dispense_at", "2026-03-03T00:00:00+08:00")], [("DISPENSE_EXPIRED", "stop")]),
    ("child alone", [(None, "patient", CHILD), ("context", "guardian_present", False), ("context", "child_specialist_present", True)],
     [("CHILD_GUARDIAN", "stop"), ("DOSE_CHILD", "reason")]),
    ("child, nobody said", [(None, "patient", CHILD)], [("CHILD_GUARDIAN", "stop"), ("CHILD_SPECIALIST", "stop"), ("DOSE_CHILD", "reason")]),
    ("child of six", [(None, "patient", dict(CHILD, age_years=6)), ("context", "guardian_present", True), ("context", "child_specialist_present", False)],
     [("CHILD_SPECIALIST", "stop"), ("WEIGHT_UNKNOWN", "reason")]),
    ("child of seven", [(None, "patient", dict(CHILD, age_years=7))], [("WEIGHT_UNKNOWN", "reason")]),
    ("child of seven, too much for the weight", [(None, "patient", dict(CHILD, age_years=7, weight_kg=15, egfr=100, liver="normal"))],
     [("DOSE_WEIGHT", "reason")]),
    ("child with both", [(None, "patient", CHILD), ("context", "guardian_present", True), ("context", "child_specialist_present", True)],
     [("DOSE_CHILD", "reason")]),
    ("infant", [(None, "patient", {"age_years": None, "age_days": 25, "sex": "M", "allergies": None})],
     [("CHILD_GUARDIAN", "stop"), ("CHILD_SPECIALIST", "stop"), ("DOSE_CHILD", "reason")]),
]

WRONG = [
    ("unknown key", lambda d: d.update(colour="red")),
    ("unknown key of the patient", lambda d: d["patient"].update(height=1)),
    ("unknown key of a line", lambda d: d["lines"][0].update(quantity=1)),
    ("unknown key of the context", lambda d: d["context"].update(weather="fine")),
    ("another region", lambda d: d["context"].update(region="fujian")),
    ("text for a number", lambda d: d["lines"][0].update(days="28")),
    ("a word of no list", lambda d: d["patient"].update(sex="X")),
    ("no lines", lambda d: d.pop("lines")),
    ("a line without a name", lambda d: d["lines"][0].pop("generic")),
    ("no time of this world", lambda d: d["context"].update(issued_at="2026-02-30T09:10:00+08:00")),
]


def changed(changes, name):
    draft = copy.deepcopy(EXAMPLE)
    draft["id"] = name
    for part, key, value in changes:
        (draft if part is None else draft[part])[key] = value
    return draft


def write(path, *drafts, indent=None):
    with open(path, "w", encoding="utf-8") as out:
        for draft in drafts:
            out.write(json.dumps(draft, ensure_ascii=False, indent=indent) + "\n")
    return path


def check_example(place):
    """Fits every rule, and needs no store: nothing is made."""
    path = write(place.path("example.json"), EXAMPLE, indent=1)
    answer = place.json("check", "--draft", path)
    assert not os_exists(place.data), "a store was made"
    assert all(row["severity"] == "note" for row in answer.rows()), answer.out


def os_exists(path):
    import os
    return os.path.exists(path)


def check_cases(place):
    path = write(place.path("cases.jsonl"), *[changed(changes, name) for name, changes, _ in CASES])
    rows = place.json("check", "--draft", path, code=1).rows()
    for row in rows:
        assert set(row) == KEYS | {"id"}, row
        assert row["severity"] in ("stop", "reason", "note") and isinstance(row["about"], list) and row["message"], row
        assert row["kind"] in ("interaction", "dose", "duplicate", "allergy", "contraindication", "controlled", "form", "quantity", "rule"), row
    for name, _, wanted in CASES:
        found = {(row["rule"], row["severity"]) for row in rows if row["id"] == name}
        assert set(wanted) <= found, f"{name}: {wanted} not in {found}"
        grave = {f for f in found if f[1] == "stop"} - set(wanted)
        assert not grave, f"{name}: also {grave}"
        if not wanted:
            assert all(severity == "note" for _, severity in found), f"{name}: {found}"


def check_single(place):
    """One draft: no id in the answer; a stop is the answer no, a reason is not."""
    path = write(place.path("one.json"), changed(*reversed(["too much", [(None, "lines", [line(dose="800mg")])]])))
    rows = place.json("check", "--draft", path, code=1).rows()
    assert rows and all(set(row) == KEYS for row in rows), rows
    daily = next(row for row in rows if row["rule"] == "DOSE_DAILY_MAX")
    assert daily["about"] == ["缬沙坦胶囊"] and daily["field"] == "rx.item.00.dose" and daily["kind"] == "dose", daily
    path = write(place.path("reason.json"), changed([("context", "reason_over_7d", None)], "x"))
    answer = place.json("check", "--draft", path)
    assert [row["rule"] for row in answer.rows() if row["severity"] == "reason"] == ["QTY_7D"], answer.out


def check_wrong(place):
    for name, change in WRONG:
        draft = copy.deepcopy(EXAMPLE)
        change(draft)
        answer = place.json("check", "--draft", write(place.path("wrong.json"), EXAMPLE, draft), code=2)
        assert answer.out == "", f"{name}: judged in part"
        assert "2" in answer.err, f"{name}: the line is not named: {answer.err}"
    with open(place.path("wrong.json"), "w", encoding="utf-8") as out:
        out.write('{"id": "a", "id": "b"}')
    place.json("check", "--draft", place.path("wrong.json"), code=2)
    place.json("check", "--draft", place.path("nothing.json"), code=2)


def check_dates(place):
    """--on chooses the day whose rules count; a day without rules and a rulebook that is not here are bad input."""
    path = write(place.path("dated.json"), EXAMPLE)
    assert place.json("check", "--draft", path, "--on", "2026-05-01").out == place.json("check", "--draft", path).out
    place.json("check", "--draft", path, "--on", "2025-12-31")  # the national rules govern
    place.json("check", "--draft", path, "--on", "2022-02-07", code=2)
    for name in ("tianjin-2025", "national-2022", "chongqing-2023"):
        place.json("check", "--draft", path, "--rulebook", name)
    ended = place.json("check", "--draft", path, "--rulebook", "fujian-2024", "--on", "2026-02-08").rows()
    assert [row["rule"] for row in ended if row["rule"] == "RULEBOOK_ENDED"] == ["RULEBOOK_ENDED"], ended
    place.json("check", "--draft", path, "--rulebook", "nowhere-2025", code=2)
    place.json("check", "--draft", path, "--on", "yesterday", code=2)


def check_profiles(place):
    """One sheet, five judgements: what a text names is stopped where it is in force and nowhere else."""
    def line_of(generic, strength, form, route, dose):
        return line(generic=generic, strength=strength, form=form, route=route, dose=dose, days=7)

    drafts = [changed([(None, "lines", [line_of("甘精胰岛素注射液", "300IU/3ml", "注射液", "皮下注射", "10IU")])], "cold"),
              changed([(None, "lines", [line_of("布地奈德吸入气雾剂", "200μg", "气雾剂", "吸入", "200μg")])], "inhaled"),
              changed([(None, "lines", [line_of("盐酸吗啡缓释片", "10mg", "缓释片", "口服", "10mg")])], "narcotic")]
    path = write(place.path("profiles.jsonl"), *drafts)
    days = {"national-2022": "2025-06-02", "tianjin-2025": "2026-03-02", "sichuan-2020": "2022-06-02", "chongqing-2023": "2025-06-02",
            "fujian-2024": "2025-06-02"}
    for name, day in days.items():
        rows = place.json("check", "--draft", path, "--rulebook", name, "--on", day, code=1).rows()
        found = {(row["id"], row["rule"], row["severity"]) for row in rows}
        fujian = name == "fujian-2024"
        assert (("cold", "RX_STORAGE", "stop") in found) == fujian, (name, found)
        assert (("cold", "RX_FORM_BARRED", "stop") in found) == fujian, (name, found)
        assert (("inhaled", "RX_FORM_CATALOGUE", "reason") in found) == fujian, (name, found)
        assert not any(row["id"] == "inhaled" and row["severity"] == "stop" for row in rows), (name, rows)
        assert (("narcotic", "RX_SPECIAL_DRUGS", "stop") in found) == (name != "national-2022"), (name, found)
        assert ("narcotic", "CONTROLLED_NARCOTIC", "stop") in found, (name, found)
