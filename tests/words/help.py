#!/usr/bin/python3
"""The guides of assets/help: each in both languages and in the program; and of pages.md, that every page of the window has its part, that the articles
it names exist, and that its keys are read by that page. help.py ROOT. Prints TAP."""
import os
import re
import sys

ROOT = os.path.abspath(sys.argv[1])
DIGITS = "零一二三四五六七八九"
# Read by the toolkit in lists, forms and dialogs.
TOOLKIT = {"Tab", "Enter", "Esc", "Up", "Down"}
# Where a page's own keys are read, beside page_PLACE.c and PLACE_*.c; what a file of ui/ reads for all pages.
ALSO = {"visit": ["herb_row.c", "kit/image_view.c"], "review": ["rx_desk.c"], "dispense": ["rx_desk.c", "rx_queue.c"]}
EVERYWHERE = ["shell.c", "kit/stage.c"]
# What is a window of its own, or covers one.
WINDOWS = [("sign_in", "登录"), ("document", "签名文件")]
NAMES = {"+": "plus", "-": "minus", "/": "slash", "Plus": "plus", "Minus": "minus"}
failures = number = 0


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def check(name, findings):
    global failures, number
    number += 1
    failures += bool(findings)
    for finding in findings:
        print("# " + finding)
    print("%sok %d - %s" % ("not " if findings else "", number, name))


def parts_of(language):
    """{heading: text} of pages.md; what stands before the first is under None."""
    found = re.split(r"(?m)^## (.+)$", read("assets/help", language, "pages.md"))
    return {None: found[0], **dict(zip(found[1::2], found[2::2]))}


def places():
    """[(id, Chinese word, English word)] of the table of pages."""
    catalogue = dict(re.findall(r'(?m)^msgid "(.*)"\nmsgstr "(.*)"$', read("po/en.po")))
    table = re.findall(r'\{ "(\w+)", "[\w-]+", N_ \("([^"]+)"\)', read("ui/places.c"))
    return [(place, word, catalogue[word]) for place, word in table + WINDOWS]


def chinese_number(text):
    """第二十七条 counts as far as ninety-nine."""
    tens, _, ones = text.rpartition("十")
    return (DIGITS.index(tens) if tens else 1 if "十" in text else 0) * 10 + (DIGITS.index(ones) if ones else 0)


def articles(text, language):
    """Of the national rules, whose wording comes with the program."""
    segments = re.findall(r"国家细则([^；。]*)" if language == "zh" else r"national rules ([^;.]*)", text)
    found = []
    for segment in segments:
        segment = re.sub(r"（[^）]*）|\([^)]*\)", "", segment)
        found += [chinese_number(n) for n in re.findall("第([%s十]+)条" % DIGITS, segment)] if language == "zh" else map(int, re.findall(r"\d+", segment))
    return found


def paragraph(text, name):
    found = re.search(r"(?m)^\*\*%s\*\*\s*[:：]\s*(.+)$" % name, text)
    return found.group(1) if found else ""


def keys(text):
    return re.findall(r"`([^`]+)`", text)


def is_read(key, sources):
    """A file reads the key, and the modifiers too where there are any."""
    *held, last = [key] if key in NAMES else key.split("+")
    value = NAMES.get(last, last)
    spellings = {value, value.lower()} if len(value) == 1 else {value}
    if last in "123456789":
        spellings |= {"1"}  # counted on from the first
    wanted = {"Ctrl": "GDK_CONTROL_MASK", "Alt": "GDK_ALT_MASK", "Shift": "GDK_SHIFT_MASK"}
    return any(any(re.search(r"GDK_KEY_%s\b" % re.escape(spelling), source) for spelling in spellings) and all(wanted[name] in source for name in held)
               for source in sources)


def sources_of(place):
    names = [name for name in os.listdir(os.path.join(ROOT, "ui")) if name == "page_%s.c" % place or name.startswith(place + "_") and name.endswith(".c")]
    return [read("ui", name) for name in names + ALSO.get(place, []) + EVERYWHERE]


def in_both_languages():
    compiled = read("app/data.gresource.xml")
    guides = {language: set(os.listdir(os.path.join(ROOT, "assets/help", language))) for language in ("zh", "en")}
    return (["%s is in one language only" % name for name in guides["zh"] ^ guides["en"]] +
            ["help/%s/%s is not compiled in" % (language, name) for language in guides for name in guides[language]
             if "<file>help/%s/%s</file>" % (language, name) not in compiled])


def every_page():
    found, findings = places(), []
    for at, language in ((1, "zh"), (2, "en")):
        headings, words = list(parts_of(language)), [place[at] for place in found]
        findings += ["%s: page %s has no part" % (language, word) for word in words if word not in headings]
        findings += ["%s: there is no page %s" % (language, word) for word in headings if word is not None and word not in words]
    return findings + ([] if len(found) > 10 else ["the table of pages was not understood"])


def named_articles():
    text, findings, n = read("assets/regulations/national-2022.txt"), [], 0
    last = max(chinese_number(word) for word in re.findall("(?m)^第([%s十]+)条" % DIGITS, text))
    for place, chinese, english in places():
        zh, en = articles(parts_of("zh")[chinese], "zh"), articles(parts_of("en")[english], "en")
        n += len(zh)
        if sorted(zh) != sorted(en):
            findings.append("%s: %s in Chinese, %s in English" % (place, zh, en))
        findings += ["%s: the national rules have no article %d" % (place, article) for article in zh if not 1 <= article <= last]
        if not paragraph(parts_of("zh")[chinese], "依据") or not paragraph(parts_of("en")[english], "Articles"):
            findings.append("%s: says nothing of articles" % place)
    return findings + ([] if n > 20 else ["the articles were not understood"])


def named_keys():
    findings = []
    for place, chinese, english in places():
        zh, en = keys(paragraph(parts_of("zh")[chinese], "按键")), keys(paragraph(parts_of("en")[english], "Keys"))
        if sorted(zh) != sorted(en):
            findings.append("%s: %s in Chinese, %s in English" % (place, zh, en))
        findings += ["%s: nothing reads %s" % (place, key) for key in zh if key not in TOOLKIT and not is_read(key, sources_of(place))]
    for language in ("zh", "en"):
        findings += ["%s: nothing reads %s" % (language, key) for key in keys(parts_of(language)[None]) if key not in TOOLKIT and not is_read(key, sources_of("shell"))]
    return findings + ([] if not is_read("Ctrl+Q", sources_of("visit")) else ["a key that nothing reads is found"])


print("TAP version 13\n1..4")
check("each guide in both languages and compiled in", in_both_languages())
check("each page of the window has its part in pages.md", every_page())
check("articles named exist, the same in both languages", named_articles())
check("keys named are read by that page, the same in both languages", named_keys())
sys.exit(1 if failures else 0)
