"""fuzhen rules: clauses with their wording, the matrix, two rulebooks compared, and a rule file that is wrong in one place."""
import json
import os

PROFILES = ("national-2022", "tianjin-2025", "sichuan-2020", "chongqing-2023", "fujian-2024")


def lists_and_shows(place):
    for profile in PROFILES:
        rows = place.json("rules", "list", "--rulebook", profile).rows()
        layers = {row["layer"] for row in rows}
        assert {"upper", "national-2022", profile} == layers, layers
    row = place.json("rules", "show", "DOC_YEARS").row()
    assert row["row"] == "TJ-13" and row["parameter_years"] == "independent_years" and row["params_years"] == "3", row
    assert row["wording"].startswith("第十三条") and "3年以上独立临床工作经验" in row["wording"]
    both = place.json("rules", "show", "CHILD_GUARDIAN").rows()
    assert [row["layer"] for row in both] == ["upper", "tianjin-2025"] and "wording" not in both[0]
    assert "第十三条" in place.run("rules", "show", "DOC_YEARS").out


def lists_the_differences(place):
    rows = place.json("rules", "differences").rows()
    assert len(rows) == 100 and len({row["row"] for row in rows}) == 100
    for row in rows:
        codes = [one["code"] for one in row["place"]]
        assert codes == [code for code in ("TJ", "CN", "SC", "CQ", "FJ") if code in codes], row
        assert len(codes) == 5 or row["row"][0] in "QS", row
    years = next(row for row in rows if row["row"] == "3-01")
    assert years["place"][0]["articles"] == "TJ-13" and "independent_years=3" in years["place"][0]["carried"]
    assert "words" not in years["place"][1] and years["place"][2]["words"].startswith("3年以上临床工作")
    assert "退费" in place.run("rules", "differences").out


def covers_every_article(place):
    rows = place.json("rules", "coverage").rows()
    assert len(rows) == 223 and len({row["row"] for row in rows}) == 223
    clauses = {(row["layer"], row["id"]) for profile in PROFILES for row in place.json("rules", "list", "--rulebook", profile).rows()}
    for row in rows:
        assert row["status"] in ("enforced", "partly", "planned", "authority", "general")
        for clause in row.get("clause", []):
            assert (row["text"], clause) in clauses, (row["row"], clause)
        if row["status"] == "enforced":
            assert row["where"] and row["test"], row
    for profile in PROFILES:
        some = place.json("rules", "coverage", "--rulebook", profile).rows()
        assert some and {row["text"] for row in some} == {profile}
        assert some == [row for row in rows if row["text"] == profile]


def compares(place):
    for profile in PROFILES:
        assert place.json("rules", "diff", profile, profile, "--on", "2026-01-20").rows() == []
    there = {row["id"]: row for row in place.json("rules", "diff", "tianjin-2025", "chongqing-2023", "--on", "2026-01-20").rows()}
    back = {row["id"]: row for row in place.json("rules", "diff", "chongqing-2023", "tianjin-2025", "--on", "2026-01-20").rows()}
    assert there.keys() == back.keys() and there
    for name, row in there.items():
        assert back[name]["in"] == {"a": "b", "b": "a", "both": "both"}[row["in"]]
        assert row.get("a_asks") == back[name].get("b_asks")
    assert there["DOC_INSURANCE_UNTIL"]["in"] == "b" and "第三十条" in there["DOC_INSURANCE_UNTIL"]["b_articles"]
    ended = {row["id"] for row in place.json("rules", "diff", "national-2022", "fujian-2024", "--on", "2026-02-08").rows()}
    assert not ended, ended  # the day after its last one Fujian's text asks nothing
    assert place.json("rules", "diff", "national-2022", "fujian-2024", "--on", "2026-02-07").rows()


# what is changed in the shipped file, and what the refusal says beside file and line
SLIPS = [
    ('"id": "DOC_YEARS"', '"ids": "DOC_YEARS"', "ids"),
    ('"is": "years_since"', '"is": "years_sinse"', ".require.is"),
    ('"independent_years"}', '"independant_years"}', ".require.years.parameter"),
    ('"moments": ["take"', '"moments": ["takes"', ".moments[0]"),
    ('"since": "2026-01-01"', '"since": "2026-02-30"', "$.since"),
    ('"until": "2028-12-31",\n   "field"', '"field"', ".until"),
    ('"article": "第十三条"', '"article": "第九十九条"', ".article"),
    ('"article": "第十三条"', '"article": "第十四条"', ".article_sha256"),
    ('{"from": "2026-01-01", "until": "2028-12-31", "value": 3}',
     '{"from": "2026-01-01", "until": "2027-12-31", "value": 3}, {"from": "2027-12-31", "until": "2028-12-31", "value": 3}', ".values[1]"),
    ('{"from": "2026-01-01", "until": "2028-12-31", "value": 3}', '{"until": "2028-12-31", "value": 3}', ".values[0].from"),
    ('不满{limit}年', '不满{limits}年', ".message"),
    ('"over": "national-2022"', '"over": "upper"', "$.layer"),
    ('"over": "national-2022"', '"over": "sichuan-2020"', "sichuan-2020"),
]


def refuses_by_file_and_line(place):
    shipped = os.path.join(place.source, "assets/rules/tianjin-2025.json")
    with open(shipped, encoding="utf-8") as file:
        text = file.read()
    assert place.json("rules", "check", shipped).row()["name"] == "tianjin-2025"
    for old, new, said in SLIPS:
        assert old in text, old
        path = place.path("slip.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))
        last = place.run("rules", "check", path, code=2).err.splitlines()[-1]
        assert said in last, (said, last)
        if not said.startswith("sichuan"):
            rest = last.split(path + ":", 1)[1]
            line = int(rest.split(":", 1)[0])
            assert 1 <= line <= text.count("\n") + 1, last
            if old.startswith('"is"') or old.startswith('"moments"'):
                assert line == text[:text.index(old)].count("\n") + 1, (line, last)
    for sample in (1, 2, 3):
        place.run("rules", "check", os.path.join(place.source, f"assets/schema/samples/rulebook-{sample}.json"))
    place.run("rules", "check", place.path("nowhere.json"), code=2)


def wrong_usage(place):
    for words in (("rules",), ("rules", "show"), ("rules", "show", "NOTHING"), ("rules", "list", "more"), ("rules", "diff", "tianjin-2025"),
                  ("rules", "diff", "tianjin-2025", "nowhere"), ("rules", "list", "--rulebook", "../x"), ("rules", "coverage", "--rulebook", "upper"),
                  ("rules", "diff", "tianjin-2025", "fujian-2024", "--on", "soon")):
        place.run(*words, code=2)
    schema = json.loads(place.run("schema", "rulebook").out)
    assert schema["$id"] == "fuzhen.rulebook/v2"


TESTS = [lists_and_shows, lists_the_differences, covers_every_article, compares, refuses_by_file_and_line, wrong_usage]
