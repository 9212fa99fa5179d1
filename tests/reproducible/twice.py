#!/usr/bin/python3
"""The same sources built in two folders give the same programs, bit for bit (T26): whoever has the sources can check what was handed out.

twice.py SOURCE BUILD. Without FUZHEN_TEST_SCALE=full: fuzhen-verify and a few objects of core, by the commands of BUILD. Full: all three programs,
by meson as for a release (which maps the folder's name away), without ccache. Prints TAP."""
import hashlib
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile

SEED = int(os.environ.get("FUZHEN_SEED", "0") or "0") or random.SystemRandom().randrange(1, 10**9)
OBJECTS = 3
FOLDERS = ("a", "another-folder-with-a-longer-name/below")
ENVIRONMENT = {**os.environ, "CCACHE_DISABLE": "1", "SOURCE_DATE_EPOCH": "1767225600"}


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def run(words, folder):
    subprocess.run(words, cwd=folder, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)


def copy(source, to, folders):
    for folder in folders:
        shutil.copytree(os.path.join(source, folder), os.path.join(to, folder), ignore=shutil.ignore_patterns("_build*", ".*", "__pycache__"))
    os.makedirs(os.path.join(to, "_build"))


def commands_of(build, target):
    listed = subprocess.run(["ninja", "-C", build, "-t", "commands", target], check=True, capture_output=True, text=True).stdout
    return [words for words in map(shlex.split, listed.splitlines()) if "-o" in words]


def build_by_commands(build, to, targets, mapped):
    """The commands that made the targets in `build`, in a copy; gives {what: hash}."""
    hashes, done = {}, set()
    for words in [words for target in targets for words in commands_of(build, target)]:
        made = words[words.index("-o") + 1]
        if made in done:
            continue
        done.add(made)
        words = words[1:] if words[0].endswith("ccache") else words
        os.makedirs(os.path.dirname(os.path.join(to, "_build", made)), exist_ok=True)
        run(words + (["-ffile-prefix-map=%s=." % to] if mapped else []), os.path.join(to, "_build"))
        hashes[made] = sha256(os.path.join(to, "_build", made))
    return hashes


def build_by_meson(to):
    programs = ("fuzhen", "app/verify/fuzhen-verify", "app/image/fuzhen-image")
    run(["meson", "setup", "-Dbuildtype=release", "_build"], to)
    run(["ninja", "-C", "_build", *programs], to)
    return {program: sha256(os.path.join(to, "_build", program)) for program in programs}


def main():
    source, build = map(os.path.abspath, sys.argv[1:3])
    full = os.environ.get("FUZHEN_TEST_SCALE") == "full"
    print("TAP version 13\n# seed %d (FUZHEN_SEED)\n1..%d" % (SEED, 1 if full else 2))
    objects = random.Random(SEED).sample(sorted(name for name in os.listdir(os.path.join(source, "core")) if name.endswith(".c")), OBJECTS)
    targets = ["app/verify/fuzhen-verify"] + ["core/libfuzhen-core.a.p/%s.o" % name for name in objects]
    made = []
    with tempfile.TemporaryDirectory() as top:
        for folder in FOLDERS if full else FOLDERS + ("unmapped",):
            to = os.path.join(os.path.realpath(top), folder)
            os.makedirs(to)
            if full:
                run(["sh", "-c", "git -C \"$0\" ls-files -z | xargs -0 cp --parents -t \"$1\"", source, to], source)
                made.append(build_by_meson(to))
            else:
                copy(source, to, ["core", "app/verify"])
                made.append(build_by_commands(build, to, targets[1:2] if folder == "unmapped" else targets, folder != "unmapped"))
    differ = sorted(what for what in made[0] if made[0][what] != made[1].get(what))
    good = not differ and len(made[0]) >= (3 if full else 1 + OBJECTS)
    print("%sok 1 - %s in two folders: the same bytes" % ("" if good else "not ", "all programs" if full else "fuzhen-verify and %d objects" % OBJECTS))
    for what in differ:
        print("# differs: %s" % what)
    if not full:  # else this test could not fail: what makes builds differ is there
        other = all(made[2][what] != made[0][what] for what in made[2])
        print("%sok 2 - without the map the folder's name is in an object, and the comparison sees it" % ("" if other else "not "))
        good = good and other
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
