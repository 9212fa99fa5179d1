#!/usr/bin/python3
"""The man pages of assets/help/man, in both languages: each command that the program has, with every word and option of its own that its --help names.
man.py ROOT FUZHEN. Prints TAP."""
import os
import re
import subprocess
import sys

ROOT, FUZHEN = os.path.abspath(sys.argv[1]), sys.argv[2]
PAGES = {"en": "fuzhen.1", "zh_CN": "zh_CN/fuzhen.1"}
COMMON = {"--data", "--json", "--staff", "--password-fd", "--factor-fd", "--help"}  # told once, for all commands


def said(*words):
    env = dict(os.environ, LANGUAGE="en", LANG="C.UTF-8")
    return subprocess.run([FUZHEN, *words, "--help"], env=env, capture_output=True, text=True, check=True).stdout


def plain(text):
    """What a reader sees of it, near enough: without fonts, escapes and the quotes between the arguments of a request."""
    text = re.sub(r"\\f[BIRP]", "", text.replace("\\-", "-").replace("\\&", ""))
    return re.sub(r"(?m)^\.[A-Z]+ ", "", text).replace('"', "")


def entries(page):
    """{command: all its entries}."""
    with open(os.path.join(ROOT, "assets/help/man", page), encoding="utf-8") as file:
        text = file.read()
    found = {}
    for part in re.split(r"(?m)^\.TP\n", text[text.index(".SH COMMANDS" if ".SH COMMANDS" in text else ".SH 命令"):])[1:]:
        part = plain(part.split("\n.SH ")[0])
        found[part.split()[0]] = found.get(part.split()[0], "") + "\n" + part
    return found


def wanted(command):
    """The words of its usage and the options of its own."""
    text = said(command)
    usage = text[:text.index("\n\n")].split("]", 1)[1]
    words = set(re.findall(r"(?<![\w.:/-])[a-z][a-z-]+(?![\w.=:-])", usage))
    return words | set(re.findall(r"(?m)^\s+(?:-\w, )?(--[a-z0-9-]+)", text)) - COMMON


commands = re.findall(r"(?m)^  ([a-z-]+)  ", said())
failures = 0
print("TAP version 13\n1..%d" % len(PAGES))
for number, (language, page) in enumerate(PAGES.items(), 1):
    there = entries(page)
    missing = ["%s: no entry" % command for command in commands if command not in there]
    for command in commands:
        words = set(re.findall(r"(?<![\w-])-{0,2}[a-z][a-z0-9-]*", there.get(command, "")))
        missing += ["%s: %s" % (command, word) for word in sorted(wanted(command) - words) if command in there]
    if len(commands) < 20 or "list" not in wanted("staff") or "--pin-fd" not in wanted("keys"):
        missing.append("the program's help was not understood")
    failures += bool(missing)
    for line in missing:
        print("# " + line)
    print("%sok %d - every command, word and option (%s)" % ("not " if missing else "", number, language))
sys.exit(1 if failures else 0)
