"""The auditor reads words, not identifiers: every act that the program can write into its log, every right that can be denied and every kind of
signed document has its words in ui/audit_words.c. acts.py ROOT"""

import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
CALLS = [re.compile(r'fz_session_audit \([^,;]+, [^,;]+, "([a-z_.]+)"'), re.compile(r'fz_session_(?:look|may|deny) \([^,;]+, "([a-z_.]+)"'),
         re.compile(r'\.action = "([a-z_.]+)"')]
RIGHTS = re.compile(r'^  \{ "([a-z_.]+)", [A-Z]', re.M)
WORDS = re.compile(r'\{ "([a-z_.]+)", N_ \("[^"]+"\) \}')
VISIT_KINDS = re.compile(r'"fuzhen\.([a-z_]+)/v\d"')


def texts(*folders):
    return {path: path.read_text(encoding="utf-8") for folder in folders for path in sorted((ROOT / folder).rglob("*.c"))}


def main():
    sources = texts("app", "db")
    written = {act for text in sources.values() for call in CALLS for act in call.findall(text)}
    rights = set(RIGHTS.findall(sources[ROOT / "app/session.c"]))
    kinds = {re.sub(r"-zh-\d+\.txt$", "", path.name) for path in (ROOT / "assets/render").glob("*-zh-*.txt")}
    table = (ROOT / "ui/audit_words.c").read_text(encoding="utf-8")
    words = set(WORDS.findall(table.split("kinds[]")[0]))
    of_visits = set(VISIT_KINDS.findall((ROOT / "core/case_words.c").read_text(encoding="utf-8")))
    signed = {f"{kind}.sign" for kind in kinds - of_visits if kind != "purge"}  # the desk itself writes the tombstone: purge.receive
    results = [("acts written into the log", written), ("rights that can be denied", rights), ("signed documents", signed)]
    bad = 0
    for number, (what, wanted) in enumerate(results, 1):
        missing = sorted(wanted - words)
        bad += bool(missing) or not wanted
        print(f"{'not ok' if missing or not wanted else 'ok'} {number} - {what}: {len(wanted)}")
        for act in missing:
            print(f"# without words: {act}")
    print(f"1..{len(results)}")
    return bool(bad)


sys.exit(main())
