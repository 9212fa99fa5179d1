"""Running fuzhen and fuzhen-verify as a script would: files, descriptors, exit codes, JSON lines."""
import json
import os
import shutil
import subprocess
import tempfile


class Answer:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def row(self):
        rows = self.rows()
        assert len(rows) == 1, f"one line expected: {self.out!r}"
        return rows[0]


class Place:
    """One user's folders: data and state, and the programs run in them."""

    def __init__(self, fuzhen, verify, folder):
        self.fuzhen, self.verify, self.folder = fuzhen, verify, folder
        self.data = os.path.join(folder, "data")
        self.env = dict(os.environ, XDG_STATE_HOME=os.path.join(folder, "state"), XDG_DATA_HOME=os.path.join(folder, "home"), LC_ALL="C")
        os.makedirs(os.path.join(folder, "state"), exist_ok=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def copy(self, folder):
        """The same store and what this computer remembers of it, elsewhere."""
        shutil.copytree(self.folder, folder)
        return Place(self.fuzhen, self.verify, folder)

    def start(self, *words, secrets=None, **more):
        """secrets: option -> bytes; each goes through a descriptor of its own."""
        command, fds = [self.fuzhen, *words], []
        if "--data" not in words and words[0] not in ("schema", "rules", "help", "--help", "--version"):
            command += ["--data", self.data]
        for option, value in secrets or []:
            reader, writer = os.pipe()
            os.write(writer, value)
            os.close(writer)
            command += [option, str(reader)]
            fds.append(reader)
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env, pass_fds=fds,
                                 start_new_session=True, **more)
        for fd in fds:
            os.close(fd)
        return child

    def finish(self, child):
        out, err = child.communicate(timeout=60)
        return Answer(child.returncode, out.decode(), err.decode())

    def run(self, *words, code=0, secrets=None):
        """Runs to its end; the exit code must be `code`, and whatever is not done says on the last line of standard error what to do."""
        answer = self.finish(self.start(*words, secrets=secrets))
        assert answer.code == code, f"{words}: exit {answer.code}, not {code}: {answer.out[-300:]}{answer.err[-600:]}"
        if code == 0:
            assert answer.err == "", f"{words}: {answer.err}"
        else:
            last = answer.err.splitlines()[-1] if answer.err else ""
            assert any("\u4e00" <= c <= "\u9fff" for c in last), f"{words}: no sentence on standard error: {answer.err!r}"
        return answer

    def read(self, *words, secrets=None):
        """From a store that can only be read: done, and said so."""
        answer = self.finish(self.start(*words, secrets=secrets))
        assert answer.code == 0 and "只能查看" in answer.err, f"{words}: {answer.code}: {answer.err}"
        return answer

    def json(self, *words, code=0, secrets=None):
        return self.run(*words, "--json", code=code, secrets=secrets)

    def judge(self, *words):
        done = subprocess.run([self.verify, "--lang", "en", *words], capture_output=True, timeout=60, env=self.env)
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def fresh_folder():
    """In memory where there is one: durability is tested elsewhere, and this drives some hundred processes."""
    return tempfile.mkdtemp(prefix="fuzhen-cli-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
