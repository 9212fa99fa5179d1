#!/usr/bin/python3
"""Every SQL statement that stands in the program, and that none of them counts, groups, orders or looks for by what was prescribed.

statements.py SOURCE PROGRAM…

The statements are read out of the linked programs, so that nothing is left out by looking in the wrong file; those of the sources must be among
them, and no text outside db/ may be one. SQLite itself says, by its authorizer, which columns each one reads and which functions it calls."""

import re
import sqlite3
import sys
from pathlib import Path

# What holds, somewhere in its text, which medicine somebody got or was meant to get.
PRESCRIBED = {
    "document": {"body"}, "prescription": {"facts"}, "visit": {"facts"}, "draft": {"body"}, "outbox": {"facts", "payload", "problems"},
    "monitor": {"facts"}, "comment_item": {"facts"}, "comment_plan": {"facts"}, "entry": {"facts"}, "hand": {"body"},
    "audit_payload": {"payload"},
}
# One row a patient or a prescription: counting these is counting prescriptions.
OF_PATIENTS = set(PRESCRIBED) - {"audit_payload", "entry", "comment_plan"} | {"patient_rx", "slip_print", "signature"}
AGGREGATES = {"count", "sum", "total", "avg", "min", "max", "group_concat", "string_agg", "json_group_array", "json_group_object"}
# They look inside a text; no statement needs that of a prescription.
LOOKS_INSIDE = {"like", "glob", "instr", "substr", "substring", "regexp", "match", "replace", "hex", "json_extract", "json_each", "trim", "lower", "upper"}
# Aggregates over patients' rows that are known, each with what it is for. None of them reads a column of PRESCRIBED.
COUNTED = {
    "SELECT COUNT(*) FROM visit": "how many visits a rebuild has before it",
    "SELECT COUNT(*) FROM visit WHERE stage = 'waiting'": "the length of the queue",
    "SELECT COUNT(*) FROM visit v WHERE v.stage = 'waiting' AND EXISTS (SELECT 1 FROM front_in i WHERE i.visit = v.id AND i.kind = 'visit_request' AND "
    "i.state = 'applied')": "waiting visits that came by the hospital's front",
    "SELECT visit, COUNT(*) AS n FROM front_out WHERE state = 'queued' GROUP BY visit UNION ALL SELECT v.id AS visit, 0 AS n FROM visit v WHERE v.stage = "
    "'waiting' AND EXISTS (SELECT 1 FROM front_in i WHERE i.visit = v.id AND i.kind = 'visit_request' AND i.state = 'applied') ORDER BY 2 DESC, 1 LIMIT $1":
        "visits that wait for the hospital's front, with how many messages to it",
    "SELECT COUNT(*) FROM visit WHERE stage = 'taken' OR stage = 'recorded'": "visits in work",
    "SELECT COUNT(*) FROM prescription WHERE stage = 'signed'": "what waits for review",
    "SELECT COUNT(DISTINCT t.visit) FROM talk t JOIN visit v ON v.id = t.visit WHERE t.state = 'new' AND v.holder = $1 AND (v.stage = 'taken' OR v.stage = 'recorded')":
        "a doctor's visits with unread messages",
    "SELECT state, COUNT(*) FROM outbox GROUP BY state": "reports by state",
    "SELECT visit, COUNT(*) AS n FROM front_out WHERE state = 'queued' GROUP BY visit UNION ALL SELECT v.id AS visit, 0 AS n FROM visit v WHERE v.stage = 'waiting' "
    "AND EXISTS (SELECT 1 FROM front_in i WHERE i.visit = v.id AND i.kind = 'visit_request' AND i.state = 'applied') ORDER BY 2 DESC, 1 LIMIT $1":
        "notices that wait for the front, by visit",
    "SELECT COALESCE(MIN(next_at), 0) FROM outbox WHERE state = 'queued' AND next_at > $1": "when the next report is due",
    "SELECT MAX(id) FROM outbox": "the newest report",
    "SELECT coalesce(max(times), 0) FROM slip_print WHERE prescription = $1": "which print of one slip this is",
    "SELECT COALESCE(MAX(number), 0) FROM document": "the newest document",
    "SELECT COALESCE(MAX(number), 0) + 1 FROM document": "the next number",
    "SELECT COALESCE(MAX(number), 0) FROM document WHERE visit = $1": "the newest of one visit",
}
# Whole prescriptions of many patients are read by these alone; who calls them is looked at below.
ACROSS_PATIENTS = {
    "FZ_RX_BY_TIME": {"app/lists.c", "app/comment_plan.c", "db/visits.c", "db/visits.h",
                      # one product that a signed recall names, by a second person's grant: who has to be told, and no doctor
                      "app/recall.c"},
    "fz_rx_list_counted": {"app/affairs.c", "db/visits.c", "db/visits.h"},  # without its medicines
    # a purge reads the hashes of pictures in what is new, and the one tombstone it was given the number of
    "fz_documents_after": {"app/rules_try.c", "app/knowledge_try.c", "app/log_compare.c", "app/inspection_scope.c", "app/purge.c", "app/purge_compare.c",
                           # which reports a day should have made: their keys, and nothing of what stands in them
                           "app/due_collect.c",
                           "db/documents.c", "db/documents.h"},
    "fz_profile_open": {"app/profile.c", "db/profile.c", "db/profile.h"},
    "fz_profile_read": {"app/profile.c", "db/profile.c", "db/profile.h"},
    "fz_profile_report": {"app/profile.c", "app/profile.h", "app/reports.c"},
    "fz_rx_of_patient": {"app/link.c", "db/visits.c", "db/visits.h"},
}
# Recipes that must be found out, or the test proves nothing.
BAD = [
    "SELECT COUNT(*) FROM prescription WHERE facts LIKE '%FZ0001%'",
    "SELECT facts, COUNT(*) FROM prescription GROUP BY facts",
    "SELECT id FROM prescription ORDER BY facts",
    "SELECT id FROM prescription WHERE instr(facts, $1) > 0",
    "SELECT COUNT(*) FROM prescription",
    "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.prescription/v1'",
    "SELECT d.id FROM document d WHERE CAST(d.body AS TEXT) > $1",
    "SELECT MAX(length(facts)) FROM visit",
    "SELECT p.id FROM prescription p JOIN draft f ON f.body = p.facts",
    "SELECT name, COUNT(*) FROM hand WHERE kind = 'star' GROUP BY name",
    "WITH x AS (SELECT facts AS f FROM prescription) SELECT f, COUNT(*) FROM x GROUP BY f",
    "INSERT INTO counter (name, value) SELECT facts, COUNT(*) FROM prescription GROUP BY facts",
]
STATEMENT = re.compile(rb"(?<![\t\n\x20-\x7e])((?:SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE)\s[\t\n\x20-\x7e]{6,})\x00")
LITERAL = re.compile(r'static const char (\w+)\[\] =\s*((?:"(?:[^"\\]|\\.)*"\s*)+);')


def statements_of(programs):
    found = set()
    for program in programs:
        found |= {text.decode() for text in STATEMENT.findall(Path(program).read_bytes())}
    return sorted(text for text in found if re.search(r"\b(FROM|INTO|SET|SELECT)\b", text) and not re.match(r"(?:SELECT|WITH) [a-z ]+$", text))


def schema_of(source):
    store = sqlite3.connect(":memory:")
    for script in sorted((source / "db/schema").glob("*.sql")):
        store.executescript(script.read_text(encoding="utf-8"))
    return store


class Seen:
    """What SQLite says of one statement, and where in its text columns of PRESCRIBED stand."""

    def __init__(self, store, text):
        self.tables, self.prescribed, self.functions = set(), set(), set()
        self.triggers = {name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        store.set_authorizer(self.note)
        store.execute("EXPLAIN " + text, [None] * len(set(re.findall(r"\$\d+", text))))
        store.set_authorizer(None)
        self.text = text

    def note(self, action, first, second, _database, within):
        if within in self.triggers:  # guards of the schema, not of this statement; a name of WITH is one too
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            self.tables.add(first)
            if second in PRESCRIBED.get(first, ()):
                self.prescribed.add(f"{first}.{second}")
        elif action == 31:  # SQLITE_FUNCTION
            self.functions.add(second.lower())
        return sqlite3.SQLITE_OK

    def judged_by(self):
        """The text after what is only given back or written: WHERE, ON, GROUP BY, HAVING, ORDER BY; and what stands inside a call."""
        bare = re.sub(r"'[^']*'", "''", self.text)
        clauses = re.findall(r"\b(?:WHERE|ON|GROUP BY|HAVING|ORDER BY|PARTITION BY)\b(.*?)(?=\b(?:SELECT|FROM|JOIN|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|DO UPDATE SET|DO NOTHING)\b|$)", bare, re.S)
        calls = re.findall(r"\b[A-Za-z_]+\s*\(([^()]*)\)", re.sub(r"\b(?:INTO|VALUES|CONFLICT|KEY)\b[^(]*\([^()]*\)", "", bare))
        return " ".join(clauses + calls)


def faults(store, text):
    seen = Seen(store, text)
    columns = {name.split(".")[1] for name in seen.prescribed}
    judged = set(re.findall(r"[a-z_]+", seen.judged_by()))
    found = []
    if columns & judged:
        found.append(f"decides by {', '.join(sorted(columns & judged))}")
    if seen.prescribed and seen.functions & LOOKS_INSIDE:
        found.append(f"looks inside with {', '.join(sorted(seen.functions & LOOKS_INSIDE))}")
    grouped = re.search(r"\bGROUP\s+BY\b|\bOVER\s*\(", text, re.I)
    if seen.prescribed and (grouped or seen.functions & AGGREGATES):
        found.append("counts while it reads what was prescribed")
    reads = text.lstrip().startswith(("SELECT", "WITH")) or re.search(r"\)\s*SELECT\b", text)
    if reads and seen.tables & OF_PATIENTS and (grouped or seen.functions & AGGREGATES) and " ".join(text.split()) not in COUNTED:
        found.append(f"counts rows of {', '.join(sorted(seen.tables & OF_PATIENTS))}, and no reason is known")
    return found


class Tap:
    def __init__(self):
        self.n, self.bad = 0, 0

    def say(self, name, problems):
        self.n += 1
        self.bad += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.n} - {name}")
        for problem in problems:
            print(f"# {problem}")


def sources(source, folders):
    return [path for folder in folders for path in sorted((source / folder).rglob("*.[ch]"))]


def main():
    source, programs = Path(sys.argv[1]), sys.argv[2:]
    store, found, tap = schema_of(source), statements_of(programs), Tap()
    print(f"# {len(found)} statements")
    tap.say("the program's statements are found", [] if len(found) > 150 else [f"only {len(found)}"])
    written = {}
    for path in sorted((source / "db").glob("*.c")):
        for name, literal in LITERAL.findall(path.read_text(encoding="utf-8")):
            text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal))
            if re.match(r"(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE)\s", text):
                written[text] = f"{path.name}: {name}"
    linked = {where.split(":")[0] for text, where in written.items() if text in found}  # a file nobody calls is left out by the linker
    tap.say("those of the sources are among them", [f"{where} is not in the program" for text, where in written.items()
                                                    if text not in found and where.split(":")[0] in linked])
    found = sorted(set(found) | set(written))
    outside = [f"{path.relative_to(source)}: {hit}" for path in sources(source, ("app", "core", "ui"))
               for hit in re.findall(r'"(?:SELECT [^"]* FROM|INSERT INTO|DELETE FROM|UPDATE [a-z_]+ SET)[^"]*', path.read_text(encoding="utf-8"))]
    tap.say("no statement stands outside db/", outside)
    tap.say("none counts, groups, orders or looks for by what was prescribed", [f"{fault}: {text}" for text in found for fault in faults(store, text)])
    tap.say("every known count is in the program", [f"nobody needs: {text}" for text in COUNTED if text not in {" ".join(t.split()) for t in found}])
    tap.say("recipes of a thief are found out", [f"not found out: {text}" for text in BAD if not faults(store, text)])
    callers = [f"{word} in {path.relative_to(source)}" for word, homes in ACROSS_PATIENTS.items() for path in sources(source, ("app", "db", "ui", "core"))
               if re.search(rf"\b{word}\b", path.read_text(encoding="utf-8")) and str(path.relative_to(source)) not in homes]
    tap.say("prescriptions of many patients are read by known callers", callers)
    print(f"1..{tap.n}")
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
