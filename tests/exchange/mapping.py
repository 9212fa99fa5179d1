#!/usr/bin/python3
"""Another reader of an exchanged record: Python's own XML and JSON readers and the published mapping, nothing of ours.

mapping.py HELP_PAGE TABLE JSON XML

Every row of the page's mapping stands in the XML, under the identifier and name the page gives it, with the value the JSON has, or says why there is none;
and the XML says nothing that the page does not list."""

import csv
import json
import re
import sys
import xml.etree.ElementTree as ET

SPACE = "{urn:hl7-org:v3}"
FLAVORS = {"not_recorded": "NI", "masked": "MSK", "not_applicable": "NA", "other": "OTH"}
ROW = re.compile(r"^\| `([a-z_]+(?:\.\*)?\.[a-z_0-9]+)` \| (\S+) \| ([^|]+) \| ([a-z]+)")


def wire(value, kind):
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "date":
        return value.replace("-", "")
    if kind == "time":
        return re.sub(r"[-:T]", "", value[:19]) + value[19:].replace(":", "")
    return str(value)


def expect(element, attribute, value, reason, kind, where):
    flavor = element.get("nullFlavor")
    found = element.get(attribute) if attribute else element.text
    if value is None:
        assert flavor == FLAVORS[reason or "not_recorded"] and not found, f"{where}: {flavor} {found!r}, and JSON says {reason}"
        return
    if isinstance(value, float) or kind == "decimal":
        assert float(found) == float(value), f"{where}: {found} and {value}"
        return
    assert flavor is None and found == wire(value, kind), f"{where}: {found!r} and {value!r}"


def observations(parent):
    """member -> observation, of one entry or of a section that is no list."""
    found = {}
    for observation in parent.iter(SPACE + "observation"):
        member = observation.find(SPACE + "id").get("extension")
        assert member not in found, f"{member} stands twice"
        found[member] = observation
    return found


def check_observation(observation, row, value, reason, where):
    field, element, name, kind = row
    code = observation.find(SPACE + "code")
    assert code.get("code") == (None if element == "—" else element), f"{where}: identifier {code.get('code')}"
    assert code.get("displayName") == name, f"{where}: name {code.get('displayName')}"
    expect(observation.find(SPACE + "value"), None, value, reason, kind, where)


def main():
    page, table, json_path, xml_path = sys.argv[1:]
    rows = [match.groups() for match in map(ROW.match, open(page, encoding="utf-8")) if match]
    heads = {row["field"]: row["xml"] for row in csv.DictReader(open(table, encoding="utf-8", newline="")) if row["xml"]}
    record = json.load(open(json_path, encoding="utf-8"))
    root = ET.parse(xml_path).getroot()
    sections = {s.find(SPACE + "code").get("code"): s for s in root.iter(SPACE + "section")}
    missing = record.get("missing", {})
    checked = 0
    assert root.tag == SPACE + "ClinicalDocument" and len(rows) > 90, (root.tag, len(rows))
    for row in rows:
        section, _, member = row[0].replace(".*", "").partition(".")
        if row[0] in heads:
            path, _, attribute = heads[row[0]].partition("@")
            element = root.find("/".join(SPACE + part for part in path.split("/")))
            assert element is not None, f"{row[0]} has no element {path}"
            expect(element, attribute, record.get(section, {}).get(member), missing.get(row[0]), row[3], row[0])
            checked += 1
        elif ".*." in row[0]:
            items = record.get(section, [])
            organizers = list(sections[section].iter(SPACE + "organizer"))
            assert len(organizers) == len(items), f"{section}: {len(organizers)} in the XML, {len(items)} in the JSON"
            for index, (organizer, item) in enumerate(zip(organizers, items)):
                key = f"{section}.{index:02}.{member}"
                check_observation(observations(organizer)[member], row, item.get(member), missing.get(key), key)
                checked += 1
        else:
            check_observation(observations(sections[section])[member], row, record.get(section, {}).get(member), missing.get(row[0]), row[0])
            checked += 1
    total = sum(1 for _ in root.iter(SPACE + "observation")) + len(heads)
    assert total == checked, f"{total} elements in the XML, {checked} of them in the mapping"


main()
