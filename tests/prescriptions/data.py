"""The tables of drug knowledge are whole: data.py ASSETS

Every subject is in the catalogue or a group, codes are well formed, no row is said twice, ranges are ordered, and each row names its
source and how sure it is. What only this can see is checked here; what a loader refuses by itself is the loader's to test."""

import csv
import pathlib
import re
import sys

ASSETS = pathlib.Path(sys.argv[1])
# What each file must have at least; a table may grow, it may not quietly lose its rows.
LEAST = {"groups": 700, "contraindications": 900, "herbs": 300, "herb-pairs": 80}
COLUMNS = {
    "groups": "group,ingredient,duplicate,source,confidence",
    "contraindications": "subject,routes,kind,condition,severity,words,advice,source,confidence",
    "herbs": "code,name,aliases,initials,usual_g_min,usual_g_max,special,toxic,pregnancy,source,confidence",
    "herb-pairs": "a,b,rule,words,source,confidence",
}
SPECIAL = {"", "先煎", "后下", "包煎", "另煎", "烊化", "冲服"}
CONDITION = {
    "age": r"(<|>=)\d{1,3}[dmy]", "sex": "[FM]", "pregnancy": "yes", "lactation": "yes", "renal": r"egfr<\d{1,3}", "liver": "mild|severe",
    # A prefix of a diagnosis code: a letter and two digits, a digit or two more when it is narrower.
    "disease": r"[A-Z]\d\d(\.\d{1,2})?(\|[A-Z]\d\d(\.\d{1,2})?)*",
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
        if row["severity"] == "stop" and (row["confidence"] != "h" or not row["source"].startswith("药品说明书：")):
            yield f"{about}: only a label that we are sure of may stop"
    yield from twice(rows, lambda row: (row["subject"], row["routes"], row["kind"], row["condition"]))


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


def sources():
    """Each of these files says where it comes from."""
    with open(ASSETS / "knowledge-sources.csv", newline="", encoding="utf-8") as file:
        named = {row["file"] for row in csv.DictReader(file, strict=True)}
    return [f"{name}.csv is not in knowledge-sources.csv" for name in COLUMNS if f"drugs/{name}.csv" not in named]


def world(tables):
    """What the catalogue holds: its ingredients, the routes that each is given by, and the members of every group."""
    ways, members = {}, {}
    for row in read("starter"):
        for name in split(row["ingredients"]):
            ways.setdefault(name, set()).add(row["route"])
    for row in tables["groups"]:
        members.setdefault(row["group"], []).append(row["ingredient"])
    return {"ingredients": set(ways), "ways": ways, "groups": members}


def main():
    tables = {name: read(name) for name in COLUMNS}
    for name, rows in tables.items():
        check(name, shape(name, rows))
    known = world(tables)
    check("every ingredient is in a group", groups(tables["groups"], known["ingredients"]))
    check("contraindications speak of the catalogue", subjects(tables["contraindications"], known))
    check("contraindications are well formed", contraindications(tables["contraindications"]))
    check("herbs have a range, a way and one name each", herbs(tables["herbs"]))
    check("pairs of herbs are of the table", herb_pairs(tables["herb-pairs"], tables["herbs"]))
    check("sources", sources())
    print(f"1..{number}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
