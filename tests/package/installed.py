#!/usr/bin/python3
"""The Debian package: made by one command from what was built, judged by Debian's own checker, installed into an empty root that holds nothing but the
packages it names, run there, and removed again.

installed.py SOURCE BUILD. FUZHEN_TEST_SCALE=full also packs twice and compares the bytes. Prints TAP."""
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

SEED = int(os.environ.get("FUZHEN_SEED", "0") or "0") or random.SystemRandom().randrange(1, 10**9)
FULL = os.environ.get("FUZHEN_TEST_SCALE") == "full"
NEEDED = ["usr/bin/fuzhen", "usr/bin/fuzhen-verify", "usr/libexec/fuzhen/fuzhen-image", "usr/libexec/fuzhen/fuzhen-verify-static",
          "usr/share/applications/cn.fuzhen.Fuzhen.desktop", "usr/share/metainfo/cn.fuzhen.Fuzhen.metainfo.xml",
          "usr/share/mime/packages/cn.fuzhen.Fuzhen.xml", "usr/share/icons/hicolor/scalable/apps/cn.fuzhen.Fuzhen.svg",
          "usr/share/icons/hicolor/symbolic/apps/cn.fuzhen.Fuzhen-symbolic.svg", "usr/share/icons/hicolor/16x16/apps/cn.fuzhen.Fuzhen.png",
          "usr/share/icons/hicolor/512x512/apps/cn.fuzhen.Fuzhen.png", "usr/share/icons/hicolor/48x48/mimetypes/application-vnd.fuzhen.document.png",
          "usr/share/icons/hicolor/scalable/mimetypes/application-vnd.fuzhen.document.svg", "usr/lib/systemd/user/fuzhen-upload.service",
          "usr/lib/systemd/user/fuzhen-upload.timer", "usr/share/locale/en/LC_MESSAGES/fuzhen.mo", "usr/share/man/man1/fuzhen.1.gz",
          "usr/share/man/man1/fuzhen-verify.1.gz", "usr/share/man/zh_CN/man1/fuzhen.1.gz", "usr/share/man/zh_CN/man1/fuzhen-verify.1.gz",
          "usr/share/doc/fuzhen/copyright", "usr/share/doc/fuzhen/changelog.gz", "usr/share/doc/fuzhen/zh/trust.md",
          "usr/share/doc/fuzhen/en/trust.md", "usr/share/doc/fuzhen/examples/visit-1/visit.json"]
# Of the packages it depends on, what a program that runs needs: libraries, their modules, fonts and their settings, programs.
TAKEN = re.compile(r"^/(usr/)?(lib|lib64|bin|libexec)/|^/etc/(fonts|ssl|bindresvport)|^/usr/share/(fonts|fontconfig|ca-certificates|X11/xkb)/")


def run(words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout


def field(deb, name):
    return run(["dpkg-deb", "-f", deb, name]).strip()


class Installed:
    """What dpkg of this computer knows: each package's stanza, whom it needs, who provides what."""

    def __init__(self):
        self.stanza, self.needs, self.provided, self.essential = {}, {}, {}, set()
        with open("/var/lib/dpkg/status", encoding="utf-8") as status:
            for stanza in status.read().split("\n\n"):
                facts = dict(re.findall(r"^(\S+): (.*)$", stanza, re.M))
                if facts.get("Status") != "install ok installed":
                    continue
                self.stanza[facts["Package"]] = stanza.strip()
                self.essential |= {facts["Package"]} if facts.get("Essential") == "yes" else set()
                self.needs[facts["Package"]] = ", ".join(filter(None, (facts.get("Pre-Depends"), facts.get("Depends"))))
                for name in names(facts.get("Provides", "")):
                    self.provided.setdefault(name[0], facts["Package"])

    def find(self, choices):
        for name in choices:
            found = name if name in self.stanza else self.provided.get(name)
            if found:
                return found
        raise AssertionError("%s is not installed here" % " | ".join(choices))

    def closure(self, depends):
        """What is installed where this is: those it needs, and the essential ones, which every Debian has."""
        found, asked = set(), [depends, *self.essential]
        while asked:
            for choices in names(asked.pop()):
                package = self.find(choices)
                if package not in found:
                    found.add(package)
                    asked.append(self.needs[package])
        return found


def names(depends):
    """`a (>= 1), b | c` -> [[a], [b, c]]"""
    return [[re.match(r"[^\s(:]+", choice.strip()).group(0) for choice in one.split("|")] for one in depends.split(",") if one.strip()]


def empty_root(root, installed, packages):
    """A root of Debian 12's layout whose dpkg knows exactly `packages`."""
    for folder in ("usr/bin", "usr/lib", "usr/lib64", "usr/sbin", "etc", "tmp", "proc", "dev", "home", "var/lib/dpkg/info", "var/lib/dpkg/updates"):
        os.makedirs(os.path.join(root, folder))
    for name in ("bin", "lib", "lib64", "sbin"):
        os.symlink("usr/" + name, os.path.join(root, name))
    tell(root, installed, packages)
    open(os.path.join(root, "var/lib/dpkg/available"), "w").close()


def tell(root, installed, packages):
    with open(os.path.join(root, "var/lib/dpkg/status"), "w", encoding="utf-8") as status:
        # without its triggers: nothing of them is run here
        status.write("".join(installed.stanza[name] + "\n\n" for name in sorted(packages)))


def fill(root, packages):
    """The files of the packages, as far as TAKEN; the merged folders by their own names."""
    listed = run(["dpkg", "-L", *sorted(packages)]).split("\n")
    files = set()
    for path in filter(TAKEN.match, listed):
        path = re.sub(r"^/(lib|lib64|bin)/", r"/usr/\1/", path)
        if os.path.lexists(path) and (os.path.islink(path) or not os.path.isdir(path)):
            files.add(path[1:])
    packed = subprocess.Popen(["tar", "-C", "/", "-cf", "-", "--null", "-T", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    unpacked = subprocess.Popen(["tar", "-C", root, "-xf", "-", "--no-same-owner"], stdin=packed.stdout)
    packed.stdin.write("\0".join(sorted(files)).encode())
    packed.stdin.close()
    assert packed.wait() == 0 and unpacked.wait() == 0


def dpkg(root, *words):
    return subprocess.run(["dpkg", "--root=" + root, "--force-not-root", "--force-script-chrootless", "--log=/dev/null", *words],
                          capture_output=True, text=True, env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"})


def inside(root, *words, code=0):
    """In the root as its user sees it: nothing of this computer is in sight, no network."""
    done = subprocess.run(["bwrap", "--bind", root, "/", "--proc", "/proc", "--dev", "/dev", "--unshare-all", "--die-with-parent", "--clearenv",
                           "--setenv", "PATH", "/usr/bin", "--setenv", "HOME", "/home", "--setenv", "LANG", "C.UTF-8", "--setenv", "LANGUAGE", "en",
                           *words], capture_output=True, text=True)
    assert done.returncode == code, "%s: %d\n%s%s" % (" ".join(words), done.returncode, done.stdout, done.stderr)
    return done.stdout


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def files_below(root):
    return sorted(os.path.relpath(os.path.join(folder, name), root) for folder, _, found in os.walk(root) for name in found)


class Story:
    def __init__(self, source, build, top):
        self.source, self.build, self.top = source, build, top
        self.root = os.path.join(top, "root")
        self.installed = Installed()

    def made_by_one_command(self):
        self.deb = run([self.source + "/app/package", "--build", self.build, "--out", self.top]).strip().split("\n")[-1]
        listed = [line.split(None, 5)[5][2:] for line in run(["dpkg-deb", "-c", self.deb]).split("\n") if line.startswith("-")]
        missing = [path for path in NEEDED if path not in listed]
        assert not missing, "not in the package: %s" % missing
        assert all(path.startswith("usr/") for path in listed), "outside of usr"
        self.files = listed

    def same_bytes(self):
        """Also from a checkout whose files are older than the changelog's newest entry."""
        again, old = os.path.join(self.top, "again"), os.path.join(self.source, "assets/help/zh/trust.md")
        os.mkdir(again)
        was = os.stat(old)
        os.utime(old, (86400, 86400))
        try:
            other = run([self.source + "/app/package", "--build", self.build, "--out", again]).strip().split("\n")[-1]
        finally:
            os.utime(old, ns=(was.st_atime_ns, was.st_mtime_ns))
        assert sha256(other) == sha256(self.deb)

    def without_complaint(self):
        said = subprocess.run(["lintian", "--fail-on", "error,warning", "--allow-root", "--tag-display-limit", "0", self.deb], capture_output=True, text=True)
        assert said.returncode == 0, said.stdout + said.stderr

    def names_what_it_needs(self):
        """dpkg refuses it where any one of its direct dependencies is missing, and takes it where all are there."""
        depends = field(self.deb, "Depends")
        self.needed = self.installed.closure(depends)
        empty_root(self.root, self.installed, self.needed)
        direct = sorted(self.installed.find(choices) for choices in names(depends))
        without = random.Random(SEED).choice(direct)
        tell(self.root, self.installed, self.needed - {without})
        refused = dpkg(self.root, "--install", self.deb)
        assert refused.returncode != 0 and "dependency problems" in refused.stderr, "installed without %s: %s" % (without, refused.stderr)
        assert dpkg(self.root, "--purge", "fuzhen").returncode == 0
        tell(self.root, self.installed, self.needed)
        taken = dpkg(self.root, "--install", self.deb)
        assert taken.returncode == 0, taken.stderr
        whole = dpkg(self.root, "--verify", "fuzhen")
        assert whole.returncode == 0 and whole.stdout == "", whole.stdout + whole.stderr

    def runs_there(self):
        """The programs, their catalogue and the image program in its cage, with the libraries of the named packages alone."""
        fill(self.root, self.needed)
        version = field(self.deb, "Version")
        assert version in inside(self.root, "fuzhen", "--version") and version in inside(self.root, "fuzhen-verify", "--version")
        assert "Make a new store" in inside(self.root, "fuzhen", "help"), "the catalogue was not found"
        said = {line.split()[0]: line.split()[1] for line in inside(self.root, "fuzhen", "doctor").split("\n") if line}
        bad = [name for name in ("fonts", "locale", "image", "drugs") if said.get(name) != "ok"]
        assert not bad, "doctor: %s in %s" % (bad, said)

    def works_there(self):
        """A demonstration day, a sample bundle of the package taken in, and what it exports judged by the package's own verifier."""
        samples = "/usr/share/doc/fuzhen/examples/"
        inside(self.root, "fuzhen", "demo", "--visits", "1")
        inside(self.root, "fuzhen", "intake", samples + "visit-1")
        inside(self.root, "fuzhen", "keys", "export", "--out", "/tmp/keys")
        number = inside(self.root, "fuzhen", "list", "prescriptions", "--json", "--limit", "1")
        number = re.search(r'"rx_id":"([^"]+)"', number).group(1)
        inside(self.root, "fuzhen", "export", "prescription", number, "--out", "/tmp/one.fzd")
        for program in ("/usr/bin/fuzhen-verify", "/usr/libexec/fuzhen/fuzhen-verify-static"):
            assert "VALID" in inside(self.root, program, "--keys", "/tmp/keys", "/tmp/one.fzd")

    def known_to_the_desktop(self):
        share = os.path.join(self.root, "usr/share")
        run(["appstreamcli", "validate-tree", "--no-net", self.root])
        run(["desktop-file-validate", share + "/applications/cn.fuzhen.Fuzhen.desktop"])
        run(["update-mime-database", share + "/mime"])
        # a document is known by its first bytes as well as by its name
        shutil.copy(os.path.join(self.root, "tmp/one.fzd"), os.path.join(self.top, "nameless"))
        for path in (os.path.join(self.root, "tmp/one.fzd"), os.path.join(self.top, "nameless")):
            told = run(["gio", "info", "-a", "standard::content-type", path], env={**os.environ, "XDG_DATA_DIRS": share, "XDG_DATA_HOME": self.top})
            assert "application/vnd.fuzhen.document" in told, told

    def leaves_only_what_is_the_users(self):
        assert dpkg(self.root, "--purge", "fuzhen").returncode == 0
        left = [path for path in files_below(self.root) if path in self.files]
        assert not left, left
        assert os.path.isdir(os.path.join(self.root, "home/.local/share/fuzhen")), "the store went with the package"


def main():
    story = None
    cases = ["made_by_one_command", "without_complaint", "names_what_it_needs", "runs_there", "works_there", "known_to_the_desktop",
             "leaves_only_what_is_the_users"] + (["same_bytes"] if FULL else [])
    caged = subprocess.run(["bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--unshare-all", "true"], capture_output=True).returncode == 0
    print("TAP version 13\n# seed %d (FUZHEN_SEED)\n1..%d" % (SEED, len(cases)), flush=True)
    failed = False
    with tempfile.TemporaryDirectory() as top:
        story = Story(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), os.path.realpath(top))
        for number, case in enumerate(cases, 1):
            said = case.replace("_", "-")
            if not caged and case in ("runs_there", "works_there", "known_to_the_desktop", "leaves_only_what_is_the_users"):
                print("ok %d - %s # SKIP no other root can be entered here: bubblewrap does not work" % (number, said), flush=True)
                continue
            try:
                getattr(story, case)()
                print("ok %d - %s" % (number, said), flush=True)
            except (AssertionError, subprocess.CalledProcessError, AttributeError, KeyError, OSError) as why:
                failed = True
                print("not ok %d - %s" % (number, said))
                print("\n".join("# " + line for line in (str(why) + "\n" + str(getattr(why, "stderr", ""))).split("\n")), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
