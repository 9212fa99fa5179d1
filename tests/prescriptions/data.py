"""The tables of drug knowledge are whole: data.py ASSETS

Every subject is in the catalogue or a group, codes are well formed, no row is said twice, ranges are ordered, and each row names its
source and how sure it is. What only this can see is checked here; what a loader refuses by itself is the loader's to test."""

import csv
import json
import pathlib
import re
import sys

ASSETS = pathlib.Path(sys.argv[1])
# What each file must have at least; a table may grow, it may not quietly lose its rows.
LEAST = {"groups": 700, "contraindications": 900, "limits": 250, "indications": 450, "lookalike": 100, "interactions": 750, "brands": 200, "herbs": 300, "herb-pairs": 80}
COLUMNS = {
    "groups": "group,ingredient,duplicate,source,confidence",
    "contraindications": "subject,routes,kind,condition,scope,unless,severity,words,advice,source,confidence",
    "limits": "subject,routes,age_from,age_until,egfr_below,liver,single,daily,single_per_kg,daily_per_kg,avoid,words,source,confidence",
    "indications": "subject,codes,source,confidence",
    "interactions": "a,b,severity,mechanism,advice,source,confidence",
    "lookalike": "a,b,kind,words,source,confidence",
    "brands": "brand,generic,source,confidence",
    "herbs": "code,name,aliases,initials,usual_g_min,usual_g_max,special,toxic,pregnancy,source,confidence",
    "herb-pairs": "a,b,rule,words,source,confidence",
}
SPECIAL = {"", "先煎", "后下", "包煎", "另煎", "烊化", "冲服"}
CONDITION = {
    "age": r"(<|>=)\d{1,3}[dmy]", "sex": "[FM]", "pregnancy": "yes", "lactation": "yes", "renal": r"egfr<\d{1,3}", "liver": "mild|severe",
    # A prefix of a diagnosis code: a letter and two digits, up to three digits more when it is narrower.
    "disease": r"[A-Z]\d\d(\.\d{1,3})?(\|[A-Z]\d\d(\.\d{1,3})?)*",
}
GRAMS = re.compile(r"\d{1,2}(\.\d{1,3})?")
number = failures = 0


def read(name):
    with open(ASSETS / "drugs" / (name + ".csv"), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def split(text):
    return [word for word in text.split("|") if word]


def check(name, findings):
    global number, failures
    findings = list(findings)
    number += 1
    failures += bool(findings)
    for finding in findings[:40]:
        print(f"# {finding}")
    print(f"{'not ' if findings else ''}ok {number} - {name}")


def twice(rows, key):
    seen = set()
    for row in rows:
        word = key(row)
        if word in seen:
            yield f"said twice: {word}"
        seen.add(word)


def shape(name, rows):
    """What every table must be."""
    with open(ASSETS / "drugs" / (name + ".csv"), encoding="utf-8") as file:
        head = file.readline().rstrip("\n")
    if head != COLUMNS[name]:
        yield f"columns are {head}"
    if len(rows) < LEAST[name]:
        yield f"{len(rows)} rows, {LEAST[name]} at least"
    for place, row in enumerate(rows, 2):
        if None in row or None in row.values():
            yield f"line {place}: width"
        elif any(value != value.strip() for value in row.values()):
            yield f"line {place}: space around a value"
        elif row["confidence"] not in ("h", "m", "l"):
            yield f"line {place}: confidence {row['confidence']}"
        elif not row["source"]:
            yield f"line {place}: no source"


def groups(rows, ingredients):
    seen = {row["ingredient"] for row in rows}
    yield from (f"{name} is in no group" for name in sorted(ingredients - seen))
    yield from (f"{name} is in no product" for name in sorted(seen - ingredients))
    yield from twice(rows, lambda row: (row["group"], row["ingredient"]))
    said = {}
    for row in rows:
        if said.setdefault(row["group"], row["duplicate"]) != row["duplicate"] or row["duplicate"] not in ("yes", "no"):
            yield f"{row['group']}: duplicate is both, or neither yes nor no"


def subjects(rows, world):
    """Subjects and routes are those of the catalogue, and a row about a route has a product that is given by it."""
    for row in rows:
        subject, routes = row["subject"], split(row["routes"]) if "routes" in row else []
        members = world["groups"].get(subject[1:]) if subject.startswith("@") else [subject]
        if not members or not set(members) <= world["ingredients"]:
            yield f"{subject} is no ingredient or group"
        for route in routes:
            if not any(route in world["ways"].get(name, ()) for name in members or []):
                yield f"{subject}: no product is given by route {route}"


def contraindications(rows):
    for row in rows:
        about = f"{row['subject']} {row['kind']} {row['condition']}"
        if row["kind"] not in CONDITION or not re.fullmatch(CONDITION[row["kind"]], row["condition"]):
            yield f"{about}: condition"
        if row["severity"] not in ("stop", "reason", "note") or not row["words"]:
            yield f"{about}: {row['severity']}"
        if row["kind"] != "disease" and (row["scope"] or row["unless"]) or row["scope"] not in ("", "current"):
            yield f"{about}: scope {row['scope']}, unless {row['unless']}"
        if row["unless"] and not re.fullmatch(CONDITION["disease"], row["unless"]):
            yield f"{about}: unless {row['unless']}"
        if row["severity"] == "stop" and (row["confidence"] != "h" or not row["source"].startswith("药品说明书：")):
            yield f"{about}: only a label that we are sure of may stop"
    yield from twice(rows, lambda row: (row["subject"], row["routes"], row["kind"], row["condition"]))


def days(bound):
    """28d, 6m, 12y as days, well enough to compare."""
    return int(bound[:-1]) * {"d": 1, "m": 30, "y": 365}[bound[-1]]


def amount(dose):
    """Micrograms or microlitres, and what is measured."""
    number, unit = re.fullmatch(r"(\d+(?:\.\d+)?)(μg|mg|g|ml)", dose).groups()
    return float(number) * {"μg": 1, "mg": 1e3, "g": 1e6, "ml": 1e3}[unit], unit == "ml"


def limits(rows):
    for row in rows:
        about = f"{row['subject']} {row['age_from']}-{row['age_until']} {row['egfr_below']} {row['liver']}"
        doses = {name: row[name] for name in ("single", "daily", "single_per_kg", "daily_per_kg") if row[name]}
        if not all(re.fullmatch(r"\d+(\.\d+)?(μg|mg|g|ml)", dose) for dose in doses.values()):
            yield f"{about}: {doses}"
            continue
        if bool(doses) == (row["avoid"] == "yes") or row["avoid"] not in ("yes", "no") or not row["words"]:
            yield f"{about}: a limit, or not to be used, and in words"
        if row["age_from"] and row["age_until"] and days(row["age_from"]) >= days(row["age_until"]):
            yield f"{about}: ages"
        if row["liver"] not in ("", "mild", "severe") or not re.fullmatch(r"(\d{1,3})?", row["egfr_below"]):
            yield f"{about}: liver or kidney"
        for one, day in (("single", "daily"), ("single_per_kg", "daily_per_kg")):
            if one in doses and day in doses and amount(doses[one])[0] > amount(doses[day])[0]:
                yield f"{about}: {doses[one]} at a time, {doses[day]} a day"
    yield from twice(rows, lambda row: tuple(row[key] for key in ("subject", "routes", "age_from", "age_until", "egfr_below", "liver")))


def steps(rows):
    """A worse kidney never allows more, and neighbouring ages of a substance do not overlap."""
    kidneys, ages = {}, {}
    for row in rows:
        if row["egfr_below"] and row["daily"]:
            kidneys.setdefault((row["subject"], row["routes"]), []).append((int(row["egfr_below"]), amount(row["daily"])[0]))
        if row["age_until"]:
            ages.setdefault((row["subject"], row["routes"]), []).append((days(row["age_from"] or "0d"), days(row["age_until"])))
    for about, steps_of in kidneys.items():
        steps_of.sort()
        if any(low[1] > high[1] for low, high in zip(steps_of, steps_of[1:])):
            yield f"{about}: {steps_of}"
    for about, spans in ages.items():
        spans.sort()
        if any(before[1] > after[0] for before, after in zip(spans, spans[1:])):
            yield f"{about}: ages overlap: {spans}"


# What comes and goes: an old bleeding, infarction, low potassium or blocked bowel must not stop a medicine for ever.
PASSING = re.compile(r"E87|E16|E1[0-4]\.[01]|I2[01]|I40|I6[0-2]|K56|K85|K92|K81\.0|K83\.1|R57|R33|N13|N20|A03|A04|K2[5-8]\.[04]")
# Whose labels forbid it to those who had it, too: 有颅内出血病史者, 缺血性心脏病, 血栓栓塞或有其病史者, 心绞痛.
LASTING = {"替格瑞洛", "依托考昔", "@曲普坦类", "炔雌醇", "雌二醇", "替勃龙", "溴吡斯的明"}


def scopes(rows):
    """A stop for a disease that passes says so."""
    for row in rows:
        passing = [code for code in split(row["condition"]) if PASSING.match(code)]
        if row["kind"] == "disease" and row["severity"] == "stop" and passing and row["scope"] != "current" and row["subject"] not in LASTING:
            yield f"{row['subject']}: {'|'.join(passing)} passes"


def own_disease(rows, world, table):
    """What a medicine is given for, as a whole category, never stops it: the label forbids one kind of it, which takes a narrower code or a reason."""
    given = {row["subject"]: split(row["codes"]) for row in table}
    for row in rows:
        members = world["groups"].get(row["subject"][1:], []) if row["subject"].startswith("@") else [row["subject"]]
        if row["kind"] == "disease" and row["severity"] == "stop" and row["scope"] != "current":
            for name in members:
                yield from (f"{name} is given for {code} and stopped by it" for code in split(row["condition"]) if code in given.get(name, []))


# ICD-10 by chapter, group or disease; a disease of Chinese medicine is a code of its own list.
ICD = re.compile(r"[A-Z](\d(\d(\.\d{1,2})?)?)?")


def indications(rows, products):
    with open(ASSETS / "codes" / "diagnoses-tcm.csv", newline="", encoding="utf-8") as file:
        herbal = [row["code"] for row in csv.DictReader(file, strict=True)]
    for row in rows:
        for code in split(row["codes"]):
            if code.startswith("tcm:"):
                if not any(known.startswith(code[4:]) for known in herbal):
                    yield f"{row['subject']}: {code} begins no code of diagnoses-tcm.csv"
            elif not ICD.fullmatch(code):
                yield f"{row['subject']}: {code}"
        if not row["codes"]:
            yield f"{row['subject']}: no code"
    yield from twice(rows, lambda row: row["subject"])
    seen = {row["subject"] for row in rows}
    yield from (f"no ingredient of {row['generic']} has an indication" for row in products if not seen & set(split(row["ingredients"])))


def lookalikes(rows, names):
    for row in rows:
        if {row["a"], row["b"]} - names or row["a"] == row["b"] or row["kind"] not in ("look", "sound") or not row["words"]:
            yield str(list(row.values()))
    yield from twice(rows, lambda row: frozenset((row["a"], row["b"])))


def interactions(rows, names):
    for row in rows:
        if {row["a"], row["b"]} - names or not row["mechanism"] or not row["advice"]:
            yield str(list(row.values()))
        if row["severity"] == "stop" and (row["confidence"] != "h" or not row["source"].startswith("药品说明书：")):
            yield f"{row['a']} {row['b']}: only a label that we are sure of may stop"
    yield from twice(rows, lambda row: frozenset((row["a"], row["b"])))


def brands(rows, names):
    for row in rows:
        # Of a compound that the catalogue need not hold: its ingredients, one at least of those that anything is known of.
        made_of = row["generic"].split("|")
        if not all(made_of) or len(set(made_of)) != len(made_of) or not set(made_of) & names:
            yield f"{row['brand']} stands for {row['generic']}, which is not in the catalogue"
    yield from (f"{row['brand']} is a generic name" for row in rows if row["brand"] in names)
    yield from twice(rows, lambda row: row["brand"])


def herbs(rows):
    names = {}
    for row in rows:
        low, high = row["usual_g_min"], row["usual_g_max"]
        if not GRAMS.fullmatch(low) or not GRAMS.fullmatch(high) or not 0 < float(low) <= float(high):
            yield f"{row['name']}: {low} to {high} g"
        if row["special"] not in SPECIAL or row["toxic"] not in ("yes", "no") or row["pregnancy"] not in ("", "caution", "forbidden"):
            yield f"{row['name']}: {row['special']}, {row['toxic']}, {row['pregnancy']}"
        if not re.fullmatch(r"FH\d{4}", row["code"]) or not re.fullmatch(r"[a-z]+(\|[a-z]+)*", row["initials"]):
            yield f"{row['name']}: {row['code']}, {row['initials']}"
        elif len(row["initials"].split("|")[0]) != len(row["name"]):
            yield f"{row['name']}: a character has no initial: {row['initials']}"
        for name in [row["name"]] + split(row["aliases"]):
            if name in names:
                yield f"{name} is both {names[name]} and {row['name']}"
            names[name] = row["name"]
    yield from twice(rows, lambda row: row["code"])


def herb_pairs(rows, known):
    names = {row["name"] for row in known}
    for row in rows:
        if {row["a"], row["b"]} - names or row["a"] == row["b"] or row["rule"] not in ("十八反", "十九畏") or not row["words"]:
            yield str(list(row.values()))
    yield from twice(rows, lambda row: frozenset((row["a"], row["b"])))


def unsure(tables):
    """Nothing that is less than sure stops: of any table with a severity, and of the clauses that doubts.csv names. A list of controlled medicines
    and the grade of an antibacterial are no statements about a disease but barriers of law: they hold until somebody takes them down."""
    tables = dict(tables, allergy=read("allergy"))
    for name, rows in tables.items():
        for row in rows:
            if row["confidence"] != "h" and "stop" in (row.get("severity"), row.get("within"), row.get("across")):
                yield f"{name}: {list(row.values())[:4]} stops at confidence {row['confidence']}"
    with open(ASSETS / "rules" / "doubts.csv", newline="", encoding="utf-8") as file:
        doubts = list(csv.DictReader(file, strict=True))
    for row in doubts:
        clauses = json.loads((ASSETS / "rules" / (row["book"] + ".json")).read_text(encoding="utf-8"))["clauses"]
        found = [clause for clause in clauses if clause["id"] == row["clause"]]
        if len(found) != 1 or row["confidence"] not in ("m", "l") or not row["doubt"]:
            yield f"doubts.csv: {list(row.values())}"
        elif found[0]["severity"] == "stop":
            yield f"{row['book']} {row['clause']} stops at confidence {row['confidence']}"


def sources():
    """Each of these files says where it comes from."""
    with open(ASSETS / "knowledge-sources.csv", newline="", encoding="utf-8") as file:
        named = {row["file"] for row in csv.DictReader(file, strict=True)}
    return [f"{name}.csv is not in knowledge-sources.csv" for name in COLUMNS if f"drugs/{name}.csv" not in named]


def world(tables):
    """What the catalogue holds: its ingredients, the routes that each is given by, and the members of every group."""
    ways, members, products = {}, {}, read("starter")
    for row in products:
        for name in split(row["ingredients"]):
            ways.setdefault(name, set()).add(row["route"])
    for row in tables["groups"]:
        members.setdefault(row["group"], []).append(row["ingredient"])
    return {"ingredients": set(ways), "ways": ways, "groups": members, "products": products}


def main():
    tables = {name: read(name) for name in COLUMNS}
    for name, rows in tables.items():
        check(name, shape(name, rows))
    known = world(tables)
    check("every ingredient is in a group", groups(tables["groups"], known["ingredients"]))
    check("contraindications speak of the catalogue", subjects(tables["contraindications"], known))
    check("contraindications are well formed", contraindications(tables["contraindications"]))
    check("a stop for what passes says so", scopes(tables["contraindications"]))
    check("no medicine is stopped by what it is given for", own_disease(tables["contraindications"], known, tables["indications"]))
    check("nothing unsure stops", unsure(tables))
    check("limits speak of the catalogue", subjects(tables["limits"], known))
    check("limits are well formed", limits(tables["limits"]))
    check("limits are steps", steps(tables["limits"]))
    names = known["ingredients"] | {row["generic"] for row in known["products"]}
    check("indications speak of the catalogue", subjects(tables["indications"], known))
    check("every product has an indication", indications(tables["indications"], known["products"]))
    check("look-alike names are of the catalogue", lookalikes(tables["lookalike"], names))
    classes = {row["class"] for row in read("interaction-classes")}
    check("interactions are of the catalogue", interactions(tables["interactions"], known["ingredients"] | classes))
    check("brands stand for one generic name", brands(tables["brands"], names))
    check("herbs have a range, a way and one name each", herbs(tables["herbs"]))
    check("pairs of herbs are of the table", herb_pairs(tables["herb-pairs"], tables["herbs"]))
    check("sources", sources())
    print(f"1..{number}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
