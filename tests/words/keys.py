"""Every key that the window answers stands in the list of keys (ui/dialog_keys.c), and nothing else: keys.py ROOT"""

import glob
import os
import re
import sys

ROOT = os.path.abspath(sys.argv[1])
# where a file's keys are listed; a file that answers keys and is missing here fails the test
GROUPS = {
    "shell": ["window"], "page_visit": ["visit"], "visit_acts": ["visit"], "visit_centre": ["visit"], "herb_row": ["sheet"], "talk_panel": ["talk"], "rx_desk": ["review", "dispense"],
    "page_review": ["review"], "review_decide": ["items"], "review_reasons": ["reasons"], "page_dispense": ["dispense"], "rx_queue": ["dispense"],
    "page_comment": ["comment"], "comment_acts": ["comment"], "comment_codes": ["comment"], "image_view": ["picture"], "secret_entry": ["field"],
    "dialog": ["window", "field"], "stage": ["window"], "drop_down": ["field"], "number_entry": ["field"], "search_field": ["field", "window"], "segments": ["field"],
    "dialog_guide": ["field"],
}
# of which there is no more to say than the groups "window" and "field" do
EVERYWHERE = {"Enter", "↑", "↓", "←", "→", "PgUp", "PgDn", "Esc", "Tab"}
NAMES = {"Return": "Enter", "Escape": "Esc", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "Page_Up": "PgUp", "Page_Down": "PgDn", "plus": "+",
         "equal": "=", "minus": "-", "slash": "/", "question": "?", "space": "Space"}
EDITING = {"BackSpace", "Home", "End", "Delete"}  # as in every field
# not a key that is answered: it tells what an event is
EVENTS = {"PRESS", "RELEASE"}


def listed():
    with open(os.path.join(ROOT, "ui/dialog_keys.c"), encoding="utf-8") as file:
        text = file.read()
    found = {}
    for group, keys in re.findall(r'\{ "(\w+)", "((?:[^"\\]|\\.)*)", N_ \("', text):
        for key in (keys if keys == "/" else keys.split(" / ")):
            found.setdefault(group, set()).add(key)
    return {group: keys for group, keys in found.items() if group in set(sum(GROUPS.values(), []))}


def last(key):
    """The key without what is held with it: Ctrl++ is +."""
    return re.sub(r"^(?:(?:Ctrl|Alt|Shift)\+)+", "", key) or key


def answered(path):
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    names = set(re.findall(r"\bGDK_KEY_(\w+)", text)) - EVENTS - EDITING
    return {NAMES.get(n, n.upper() if len(n) == 1 else n) for n in names if not n.startswith("KP_")}


def judge(files, table):
    """What is wrong between {file: keys} and {group: keys}."""
    wrong, used = [], {group: set() for group in table}
    for name, keys in sorted(files.items()):
        if name not in GROUPS:
            wrong.append(f"ui: {name}.c answers {sorted(keys)}; list them in ui/dialog_keys.c and say in tests/words/keys.py in which group")
            continue
        for group in GROUPS[name]:
            used.setdefault(group, set()).update(keys)
        for key in sorted(keys - EVERYWHERE):
            if not any(key in {last(k) for k in table.get(group, ())} for group in GROUPS[name]):
                wrong.append(f"{name}.c answers {key}, which ui/dialog_keys.c does not list in {GROUPS[name]}")
    for group, keys in table.items():
        for key in sorted({last(k) for k in keys} - used.get(group, set()) - EVERYWHERE):
            wrong.append(f"ui/dialog_keys.c lists {key} in {group}, and nothing there answers it")
    return wrong


files = {}
for path in glob.glob(os.path.join(ROOT, "ui/**/*.c"), recursive=True):
    keys = answered(path)
    if keys:
        files[os.path.basename(path)[:-2]] = keys
table = listed()
cases = [({"shell": {"K"}}, {"window": {"Ctrl+K"}}, 0), ({"shell": {"K", "J"}}, {"window": {"Ctrl+K"}}, 1), ({"shell": {"K"}}, {"window": {"Ctrl+K", "Ctrl+J"}}, 1),
         ({"nobody": {"K"}}, {}, 1), ({"shell": {"+"}}, {"window": {"Ctrl++"}}, 0)]
results = [("the judge sees a key that is missing or too many", [str(c) for c in cases if len(judge(c[0], c[1])) != c[2]]),
           ("files that answer keys were found", [] if len(files) > 15 and sum(map(len, table.values())) > 40 else [f"{len(files)} files, {table}"]),
           ("the list of keys is what the window answers", judge(files, table))]
for number, (name, findings) in enumerate(results, 1):
    for finding in findings:
        print(f"# {finding}")
    print(f"{'not ' if findings else ''}ok {number} - {name}")
print(f"1..{len(results)}")
sys.exit(any(findings for _, findings in results))
