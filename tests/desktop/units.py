#!/usr/bin/python3
"""The units of the background sender, and that what they name is there: units.py SOURCE BUILD PROGRAM. Prints TAP.

systemd's own checker judges them where there is one; what they say is read and tried in any case: the command they start runs in a home of its own, makes
the folder that the window gives to, and ends with a code the unit takes for success."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD, PROGRAM = map(os.path.abspath, sys.argv[1:4])
FOLDER = os.path.join(SOURCE, "assets/systemd")


def read(name):
    """Section -> key -> values, as systemd reads it: a key may stand more than once."""
    sections, at = {}, None
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        for line in map(str.strip, file):
            if not line or line[0] in "#;":
                continue
            if re.fullmatch(r"\[\w+\]", line):
                at = sections.setdefault(line[1:-1], {})
                continue
            key, equals, value = line.partition("=")
            assert at is not None and equals and re.fullmatch(r"[A-Z]\w+", key) and value, (name, line)
            at.setdefault(key, []).append(value)
    return sections


def shape():
    service, timer = read("fuzhen-upload.service"), read("fuzhen-upload.timer")
    assert set(service) == {"Unit", "Service"} and set(timer) == {"Unit", "Timer", "Install"}, (service, timer)
    assert service["Service"]["Type"] == ["oneshot"] and len(service["Service"]["ExecStart"]) == 1
    assert timer["Install"]["WantedBy"] == ["timers.target"] and timer["Timer"]["OnCalendar"]


def installed():
    """What the unit starts is installed under that name in a folder systemd looks in, and the units where systemd finds them."""
    where = json.loads(subprocess.run(["meson", "introspect", "--installed", BUILD], check=True, capture_output=True, text=True).stdout)
    program = read("fuzhen-upload.service")["Service"]["ExecStart"][0].split()[0]
    assert program == "fuzhen", program
    assert where[os.path.join(BUILD, program)].endswith("/bin/" + program), where[os.path.join(BUILD, program)]
    for name in os.listdir(FOLDER):
        assert any(path.endswith("/lib/systemd/user/" + name) for path in where.values()), name


def starts():
    """In a home of its own: the folder is made where the condition looks, and once there it finds nothing to do."""
    service = read("fuzhen-upload.service")
    home = tempfile.mkdtemp(prefix="fuzhen-unit-")
    try:
        words = [word.replace("%h", home) for word in service["Service"]["ExecStart"][0].split()]
        environment = {"HOME": home, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        for _ in range(2):
            ran = subprocess.run([PROGRAM] + words[1:], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
            assert ran.returncode == 0 and not ran.stderr, ran
        condition = service["Unit"]["ConditionPathExists"][0].replace("%h", home)
        assert os.path.exists(condition) and os.path.dirname(condition) == words[-1], (condition, words)
        assert words[-1] == os.path.join(home, ".local/state/fuzhen/spool")  # where the system page prepares it
        wrong = subprocess.run([PROGRAM, "upload", "--spool", os.path.join(home, "no/where/x"), "--once"], env=environment, stdin=subprocess.DEVNULL, capture_output=True)
        assert str(wrong.returncode) not in service["Service"]["SuccessExitStatus"][0].split(), wrong
    finally:
        shutil.rmtree(home)


def systemd_agrees():
    if shutil.which("systemd-analyze") is None:
        return "no systemd-analyze here"
    folder = tempfile.mkdtemp(prefix="fuzhen-unit-")
    try:
        for name in os.listdir(FOLDER):
            with open(os.path.join(FOLDER, name), encoding="utf-8") as file, open(os.path.join(folder, name), "w", encoding="utf-8") as out:
                out.write(file.read().replace("ExecStart=fuzhen ", "ExecStart=%s " % PROGRAM))
        ran = subprocess.run(["systemd-analyze", "--user", "verify", "--man=no", *(os.path.join(folder, name) for name in sorted(os.listdir(folder)))],
                             env={"HOME": folder, "PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": folder}, capture_output=True, text=True)
        # what else is installed on this computer is looked at as well: only what is said of ours counts
        assert not [line for line in ran.stderr.splitlines() if "fuzhen" in line], ran.stderr
    finally:
        shutil.rmtree(folder)
    return None


def main():
    failed = 0
    tests = [shape, installed, starts, systemd_agrees]
    print("1..%d" % len(tests))
    for number, test in enumerate(tests, 1):
        try:
            skipped = test()
            print("ok %d %s%s" % (number, test.__name__, " # SKIP " + skipped if skipped else ""))
        except Exception as why:  # each is told, none hides another
            failed = 1
            print("not ok %d %s\n# %r" % (number, test.__name__, why))
    return failed


sys.exit(main())
