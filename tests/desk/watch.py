#!/usr/bin/python3
"""Writes a header that puts an observer before every function of app/desk.h and its parts that a session calls: `watch.py HEADER… OUT`. A test that
includes it first tells, after each call that gave something, whether the audit log has grown."""
import re
import sys

text = re.sub(r"/\*.*?\*/", "", "".join(open(path, encoding="utf-8").read() for path in sys.argv[1:-1]), flags=re.S)
found = re.findall(r"(?m)^(\w[\w ]*?[ *]+)fz_desk_(\w+) \(FzSession \*session\b", text)
assert len(found) > 100, "the prototypes of %s were not understood" % sys.argv[1:-1]
with open(sys.argv[-1], "w", encoding="utf-8") as out:
    out.write("/* Made from app/desk.h by tests/desk/watch.py. */\n#pragma once\n#pragma GCC system_header /* statement expressions and all */\n#include \"app/desk.h\"\n#include \"tests/desk/watch.h\"\n\n")
    for kind, name in found:
        if not kind.endswith("*") and kind.strip() != "gboolean":  # says nothing of how it went
            continue
        out.write("#define fz_desk_%s(who, ...) __extension__ ({ FzSession *who_ = (who); guint64 before_ = watch_before (who_); "
                  "__auto_type gave_ = (fz_desk_%s) (who_, ##__VA_ARGS__); watch_after (who_, \"%s\", before_, gave_ != 0); gave_; })\n" % (name, name, name))
