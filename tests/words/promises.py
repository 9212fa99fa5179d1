#!/usr/bin/env python3
"""promises.py SOURCE BUILD: the tables of assets/help/*/trust.md say what is true of the tests. Every row of the threat model is there once, in
both languages with the same tests; every test named is one that is run, and every case named stands in the sources of the tests."""
import json
import pathlib
import re
import sys

source, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
programs = {test["name"] for test in json.loads((build / "meson-info" / "intro-tests.json").read_text())}
written = "\n".join(path.read_text(errors="replace") for suffix in ("c", "h", "py", "build") for path in (source / "tests").rglob("*." + suffix))
THREATS = {"T%d" % n for n in range(1, 30)}


def rows(language):
    lines = (source / "assets" / "help" / language / "trust.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in cells if row[0] not in ("编号", "No.")]


def problems(table):
    for ident, _words, tests, _left in table:
        for named in re.findall(r"`([^`]+)`", tests):
            program, _colon, cases = named.partition(":")
            if program not in programs:
                yield "%s names the test %s, which is not run" % (ident, program)
            for case in filter(None, (word.strip() for word in cases.split(","))):
                if not re.search(r'["/]%s["/]' % re.escape(case), written):
                    yield "%s names the case %s of %s, which no test has" % (ident, case, program)


def say(number, name, found):
    for problem in found:
        print("# " + problem)
    print("%s %d %s" % ("not ok" if found else "ok", number, name))
    return 1 if found else 0


print("1..4")
zh, en = rows("zh"), rows("en")
bad = say(1, "tests that are named are run", list(problems(zh)))
idents = [row[0] for row in zh]
bad += say(2, "every threat stands once", sorted(THREATS - set(idents)) + sorted({ident for ident in idents if idents.count(ident) > 1}))
bad += say(3, "both languages say the same", [z[0] for z, e in zip(zh, en) if z[0] != e[0] or re.findall("`.*?`", z[2]) != re.findall("`.*?`", e[2])] +
           (["not as many rows"] if len(zh) != len(en) else []))
spoilt = [["T1", "", "`no-such-program: x`", ""], ["T2", "", "`words: no-such-case-anywhere-%s`" % "else", ""]]
bad += say(4, "a name that is not there is found", [] if len(list(problems(spoilt))) == 2 else ["a spoilt row passed"])
sys.exit(1 if bad else 0)
