#!/usr/bin/python3
"""kill -9 over the day. Usage: kill.py LIFE FUZHEN SIMULATOR

First one store is played on through many lives, each ended at a random moment of its work; after every life the store is opened and what
was acknowledged before the kill is looked for. Then `fuzhen demo` itself is killed, also while it is set up and while it uploads to the
simulator. Repeat a run with FUZHEN_SEED. FUZHEN_TEST_SCALE=full kills some 2,300 times, else 140."""
import json, os, random, signal, sqlite3, subprocess, sys, tempfile

life, fuzhen, simulator = sys.argv[1:4]
seed = int(os.environ.get('FUZHEN_SEED', random.SystemRandom().randrange(1 << 31)))
full = os.environ.get('FUZHEN_TEST_SCALE') == 'full'
chance = random.Random(seed)
number = 0


def report(good, name, words=''):
    global number
    number += 1
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
    for line in words.splitlines():
        print('#', line)
    sys.stdout.flush()
    if not good:
        print(f'# FUZHEN_SEED={seed}')
        sys.exit(1)


def read_lines(process, wanted):
    """As many lines as wanted, then as long as chance says: a kill stands anywhere between two acknowledgements."""
    lines = []
    while len(lines) < wanted:
        line = process.stdout.readline()
        if not line:
            break
        lines.append(line)
    return lines


def end(process, lines, within=0.04):
    try:
        process.wait(timeout=chance.random() ** 2 * within)
    except subprocess.TimeoutExpired:
        pass  # the moment of the kill
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read()
    process.wait()
    lines += [line for line in rest.splitlines(True) if line.endswith('\n')]
    return lines


def check(data, state, acks, deep, when='-'):
    done = subprocess.run([life, 'check', data, state, acks, '1' if deep else '0', when], capture_output=True, text=True)
    return done.returncode == 0, done.stdout, done.stdout[-1500:] + done.stderr[-1500:]


def one_store(folder, kills):
    root = os.path.join(folder, 'one')
    os.mkdir(root)
    subprocess.run([life, 'make', root, str(seed)], check=True)
    data, state = os.path.join(root, 'data'), os.path.join(root, 'state')
    everything, last = os.path.join(folder, 'acks'), os.path.join(folder, 'last')
    open(everything, 'w').close()
    acknowledged = 0
    for n in range(kills):
        process = subprocess.Popen([life, 'play', root, str(seed), str(n)], stdout=subprocess.PIPE, text=True)
        lines = read_lines(process, chance.choice((0, 1, 1, 2, 3, 4, 5, 6, 8)))
        if process.poll() is not None:
            report(False, f'life {n} ended by itself', ''.join(lines))
        lines = end(process, lines)
        acknowledged += len(lines)
        with open(everything, 'a') as file:
            file.writelines(lines)
        with open(last, 'w') as file:
            file.writelines(lines)
        deep = n % 20 == 19 or n == kills - 1
        good, _, words = check(data, state, everything if deep else last, deep, str(n))
        if not good:
            report(False, f'after kill {n}', words)
    report(acknowledged > kills, f'{kills} kills over one store, {acknowledged} acknowledged things are there')


def steps_of(lines):
    """The demo's JSON lines as the checker reads them."""
    steps = []
    for line in lines:
        step = json.loads(line)
        if 'step' in step:
            steps.append(f"{step['step']} {step.get('visit', '-')} {step.get('id', '-')}\n")
    return steps


def start_simulator(folder):
    ready, far = os.pipe()
    names = {name: os.path.join(folder, name) for name in ('sim.db', 'ca.pem', 'config.json', 'identity.pem')}
    process = subprocess.Popen([simulator, '--port', '0', '--db', names['sim.db'], '--ca-out', names['ca.pem'], '--config-out', names['config.json'],
                                '--identity', names['identity.pem'], '--ready-fd', str(far), '--until-stdin-closes', '--unit-id', 'DEMO-UNIT-0001'],
                               stdin=subprocess.PIPE, pass_fds=(far,))
    os.close(far)
    with os.fdopen(ready) as pipe:
        pipe.readline()
    return process, names


def compare_with_platform(ledger, db):
    """Who says what: accepted there is accepted or unknown here; accepted here is there exactly once."""
    taken = {}
    with sqlite3.connect(f'file:{db}?mode=ro', uri=True) as base:
        for method, text in base.execute('SELECT method, json FROM accepted'):
            taken[method, text] = taken.get((method, text), 0) + 1
    rows, wrong = {}, []
    for line in ledger.splitlines():
        if line.startswith('ledger '):
            _, state, method, payload = line.split(' ', 3)
            rows.setdefault((method, payload[1:-1]), []).append(state)
    for key, states in rows.items():
        if states.count('accepted') > taken.get(key, 0):
            wrong.append(f'accepted here, not there: {key[0]}')
    for key, times in taken.items():
        states = rows.get(key, [])
        if times > len(states) or not any(state in ('accepted', 'unknown') for state in states):
            wrong.append(f'{times} there, here {states}: {key[0]}')
    return wrong, sum(states.count('unknown') for states in rows.values()), sum(taken.values())


def real_program(folder, kills, uploading):
    total = unknown = acknowledged = cut = 0
    for n in range(kills):
        root = os.path.join(folder, f"{'up' if uploading else 'day'}{n}")
        os.mkdir(root)
        data = os.path.join(root, 'data')
        environment = dict(os.environ, XDG_STATE_HOME=os.path.join(root, 'state'), LC_ALL='C.UTF-8', https_proxy='')
        words = [fuzhen, 'demo', '--json', '--data', data, '--date', '2026-03-02', '--visits', '1' if uploading else '12', '--seed', str(n + 1)]
        if uploading:
            simulated, names = start_simulator(root)
            words += ['--platform-config', names['config.json']]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)
        lines = []
        if uploading:
            while not lines or '"uploading"' not in lines[-1]:
                lines.append(process.stdout.readline())
                if not lines[-1]:
                    report(False, 'the demo ended before it uploaded', ''.join(lines))
        else:
            lines = read_lines(process, chance.randrange(1, 12))
        lines = end(process, lines, 0.6 if uploading else 0.04)
        acknowledged += len(lines)
        cut += process.returncode == -signal.SIGKILL
        acks = os.path.join(root, 'acks')
        with open(acks, 'w') as file:
            file.writelines(steps_of(lines))
        good, ledger, told = check(data, os.path.join(root, 'state', 'fuzhen'), acks, True)
        if not good:
            report(False, f'fuzhen demo, kill {n}', told)
        if uploading:
            simulated.stdin.close()
            simulated.wait()
            wrong, open_ends, taken = compare_with_platform(ledger, names['sim.db'])
            unknown += open_ends
            total += taken
            if wrong:
                report(False, f'upload, kill {n}', '\n'.join(wrong))
        subprocess.run(['rm', '-rf', root], check=True)
    if uploading:
        report(total > 0 and cut > kills // 2, f'{kills} kills while uploading: {total} records there, {unknown} left open here, nothing twice, nothing lost')
    else:
        report(cut == kills and acknowledged >= kills, f'{kills} kills of fuzhen demo, {acknowledged} acknowledged things are there')


def demo(root, visits='0'):
    environment = dict(os.environ, XDG_STATE_HOME=os.path.join(root, 'state'), LC_ALL='C.UTF-8')
    words = [fuzhen, 'demo', '--json', '--data', os.path.join(root, 'data'), '--date', '2026-03-02', '--visits', visits]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def during_set_up(folder, kills):
    """The demo is ended while it is being set up, and begun again in the same folder: it goes through where there was no store yet, or
    says which folder has to go."""
    anew = 0
    for n in range(kills):
        root = os.path.join(folder, f'setup{n}')
        os.mkdir(root)
        data = os.path.join(root, 'data')
        process = demo(root)
        while not os.path.exists(os.path.join(data, 'store.fz' if n % 2 else 'keys.fz')) and process.poll() is None:
            pass
        end(process, [], 0.01)
        process.stderr.read()
        there = os.path.exists(os.path.join(data, 'store.fz'))
        again = demo(root)
        out, words = again.communicate()
        if there:
            good = again.returncode != 0 and data in words and '删除' in words
            subprocess.run(['rm', '-rf', data], check=True)
            after = demo(root)
            after.communicate()
            good = good and after.returncode == 0
        else:
            good = again.returncode == 0
            anew += 1
        if not good:
            report(False, f'demo begun again after kill {n}, store there: {there}', out + words)
        subprocess.run(['rm', '-rf', root], check=True)
    report(anew > 0, f'{kills} kills while the demo is set up, {anew} begun again in the same folder')


print('1..4')
print(f'# FUZHEN_SEED={seed}')
over_one, in_set_up, in_the_day, in_the_upload = (2000, 40, 60, 200) if full else (120, 4, 4, 12)
with tempfile.TemporaryDirectory(prefix='fuzhen-kill-') as base:
    one_store(base, over_one)
    during_set_up(base, in_set_up)
    real_program(base, in_the_day, False)
    real_program(base, in_the_upload, True)
