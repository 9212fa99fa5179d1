"""Every message of the sources has an English that takes the same arguments: catalogue.py ROOT FUZHEN"""

import os
import re
import subprocess
import sys
import tempfile

ROOT, FUZHEN = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
# one conversion of printf; %% is none
CONVERSION = re.compile(r"%(?:%|(?P<place>\d+\$)?(?P<rest>[-+ #0']*[\d*]*(?:\.[\d*]+)?(?:hh|h|ll|l|j|z|t)?(?:[a-zA-Z]|<PRI\w+>)))")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
MACRO = re.compile(r'\b(?:_|N_|g_dngettext) ?\([^;"()]*(?:"(?:[^"\\]|\\.)*"\s*)+(G_\w+)')
# What is typed or printed in Chinese whatever the language: units of the code table, the separator, "none"
ALLOWED = re.compile("[片粒袋支喷、无]")
failures = number = 0


def run(*words, **more):
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, **more)


def check(name, findings):
    global failures, number
    number += 1
    failures += bool(findings)
    for finding in findings:
        print(f"# {finding}")
    print(f"{'not ' if findings else ''}ok {number} - {name}")


def entries(text):
    """(context, msgid, [msgstr…], flags) of a .po file without comments of its own invention."""
    found, field, flags = {}, None, set()
    for line in text.splitlines() + [""]:
        if line.startswith("#,"):
            flags |= {word.strip() for word in line[2:].split(",")}
        elif not line:
            if "msgid" in found:
                yield found.get("msgctxt"), found["msgid"], [found[k] for k in sorted(found) if k.startswith("msgstr")], flags
            found, field, flags = {}, None, set()
        elif not line.startswith("#"):
            match = re.match(r'(?:(msg\w+(?:\[\d\])?) )?"(.*)"$', line)
            field = match.group(1) or field
            found[field] = found.get(field, "") + match.group(2)


def arguments(text):
    """The conversions in the order of their arguments."""
    plain, placed = [], {}
    for match in CONVERSION.finditer(text):
        if match.group("rest") and match.group("place"):
            placed[int(match.group("place")[:-1])] = match.group("rest")
        elif match.group("rest"):
            plain.append(match.group("rest"))
    return [placed[k] for k in sorted(placed)] + plain


def judge(msgid, strings):
    """What is wrong with a translation; None when nothing is."""
    for string in strings:
        if not string:
            return "not translated"
        if arguments(string) != arguments(msgid):
            return f"other arguments: {string}"
        if string.startswith("\\n") != msgid.startswith("\\n") or string.endswith("\\n") != msgid.endswith("\\n"):
            return f"begins or ends otherwise: {string}"
        if CHINESE.search(ALLOWED.sub("", string)):
            return f"Chinese is left: {string}"
    return None


def test_judge():
    cases = [("第 %u 行", ["row %u"], False), ("第 %u 行", ["row %d"], True), ("第 %u 行", ["row"], True), ("无", [""], True),
             ("%s 的 %d", ["%2$d of %1$s"], False), ("%s 的 %d", ["%1$d of %2$s"], True), ("百分之%d%%", ["%d%%"], False),
             ("完成\\n", ["done"], True), ("完成", ["完成"], True), ("%<PRIu64> 条", ["%<PRIu64> entries"], False)]
    return [f"{msgid} -> {strings}: judged {judge(msgid, strings)}" for msgid, strings, bad in cases if bool(judge(msgid, strings)) != bad]


def sources():
    with open(os.path.join(ROOT, "po/POTFILES"), encoding="utf-8") as lines:
        return lines.read().split()


def broken_by_macros():
    found = [] if MACRO.search('_ ("of %" G_GUINT64_FORMAT " entries")') else ["the search finds nothing"]
    for path in sources():
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            found += [f"{path}: {match.group(1)} inside a message; use PRId64 or PRIu64" for match in MACRO.finditer(file.read())]
    return found


def untranslated(folder):
    pot = os.path.join(folder, "fuzhen.pot")
    run("xgettext", "--from-code=UTF-8", "--language=C", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2",
        "--keyword=ngettext:1,2", "--keyword=g_dngettext:2,3", "--keyword=g_dpgettext2:2c,3", "--no-location",
        "--files-from=po/POTFILES", "-o", pot, check=True)
    with open(pot, encoding="utf-8") as file:
        wanted = {(context, msgid) for context, msgid, _, _ in entries(file.read()) if msgid}
    with open(os.path.join(ROOT, "po/en.po"), encoding="utf-8") as file:
        english = {(context, msgid): (strings, flags) for context, msgid, strings, flags in entries(file.read()) if msgid}
    found = [f"{msgid}: not in en.po; run po/update" for _, msgid in sorted(wanted - set(english), key=str)]
    if len(wanted) < 500:
        found.append(f"only {len(wanted)} messages were found in the sources")
    for (_, msgid), (strings, flags) in english.items():
        wrong = "fuzzy" if "fuzzy" in flags else judge(msgid, strings)
        if wrong:
            found.append(f"{msgid}: {wrong}")
    return found


def spoken(language):
    """What the program built and not installed says in a language."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_")} | {"LANG": "C.UTF-8", "LANGUAGE": language}
    return run(FUZHEN, "no-such-command", env=env).stderr


with tempfile.TemporaryDirectory() as folder:
    difference = run("po/potfiles", "--check").stdout
    check("the judge sees a wrong translation", test_judge())
    check("POTFILES names every source with a message", difference.splitlines())
    check("no message is cut by a format macro", broken_by_macros())
    check("every message has an English with the same arguments", untranslated(folder))
    formal = run("msgfmt", "--check", "-o", os.path.join(folder, "en.mo"), "po/en.po")
    check("msgfmt --check", formal.stderr.splitlines() if formal.returncode else [])
    said, said_english = spoken("zh_CN"), spoken("en")
    check("the built program speaks Chinese", [] if CHINESE.search(said) else [said])
    check("the built program speaks English", [] if said_english and not CHINESE.search(said_english) else [said_english])
print(f"1..{number}")
sys.exit(bool(failures))
