"""Many days of the demonstration, and its reports against what the play itself said of each step. FUZHEN_TEST_SCALE=full plays the whole year."""
import collections
import csv
import datetime
import json
import os
import signal

LAST = "2026-03-02"
FULL = os.environ.get("FUZHEN_TEST_SCALE") == "full"
DAYS = 365 if FULL else 3  # what the reports say of more days is tested in tests/desk/registers.c
VISITS = 3
OF_ENTRIES = {"complaints": (("complaint.register", "投诉与纠纷：本期（条）"), ("refund.register", "退费：本期（条）")),
              "satisfaction": (("evaluation.record", "患者评价：本期（条）"),),
              "training": (("training.plan", None), ("training.hold", "培训：本期（条）")),
              "quality": (("quality-check.check", "病历质控：本期（条）"),)}


def rows_fit(place):
    """What people do in a year that no test plays to its end: every row of it is a move of its register, with what that asks and words it knows."""
    def read(name):
        with open(os.path.join(place.source, "assets", name), encoding="utf-8", newline="") as file:
            return json.load(file) if name.endswith(".json") else list(csv.DictReader(file))
    for name in ("office", "year"):
        for row in read(f"demo/{name}.csv"):
            register = read(f"registers/{row['register']}.json")
            fields, move = {field["key"]: field for field in register["fields"]}, next(move for move in register["moves"] if move["word"] == row["move"])
            given = dict(pair.removeprefix("field.").split("=", 1) for pair in row["facts"].split("|"))
            assert set(move["needs"]) <= set(given) <= set(move["needs"] + move["asks"]), (name, row)
            for key, value in given.items():
                assert fields[key]["kind"] != "choice" or value in [choice["code"] for choice in fields[key]["choices"]], (name, row, key)
            if name == "office":
                assert row["state"] in move["from"] and any(row["due"] == due["word"] and row["state"] in due["while"] for due in register["deadlines"]), row


def stopped(place):
    """Nothing is left of days that were broken off, and nothing is played over what is there."""
    child = place.start("demo", "--days", "40", "--visits", str(VISITS), "--date", LAST, "--json")
    for _ in range(20):
        assert child.stdout.readline(), child.stderr.read()
    assert not os.path.exists(place.data) and os.path.isdir(place.data + ".part")
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 70 and "没有做完" in err.decode(), (child.returncode, err)
    assert not os.path.exists(place.data) and not os.path.exists(place.data + ".part")
    os.mkdir(place.data)
    with open(os.path.join(place.data, "mine"), "w", encoding="utf-8") as file:
        file.write("x")
    place.run("demo", "--days", "2", code=2)
    os.unlink(os.path.join(place.data, "mine"))


def play(place):
    child = place.start("demo", "--days", str(DAYS), "--visits", str(VISITS), "--date", LAST, "--seed", "11", "--json")
    out, err = child.communicate(timeout=7200 if FULL else 170)
    assert child.returncode == 0, err.decode()
    from program import Answer

    rows = Answer(0, out.decode(), "").rows()
    place.steps, place.sum = rows[:-1], rows[-1]
    assert place.sum["days"] == DAYS and rows[0]["step"] != "planned"
    place.first = (datetime.date.fromisoformat(LAST) - datetime.timedelta(days=DAYS - 1)).isoformat()
    days = collections.Counter(day_of(row) for row in place.steps if row["step"] == "arrived")
    assert len(days) > DAYS * 0.8 and sum(days.values()) == place.sum["visits"], days
    if FULL:  # a quiet holiday, a busy Monday
        average = sum(days.values()) / DAYS
        mondays = [n for day, n in days.items() if datetime.date.fromisoformat(day).weekday() == 0]
        sundays = [n for day, n in days.items() if datetime.date.fromisoformat(day).weekday() == 6]
        assert sum(mondays) / len(mondays) > average > sum(sundays) / len(sundays)


def day_of(step):
    """Times are told at Beijing."""
    return step["at"][:10]


def report(place, name):
    path = place.path(name + ".csv")
    place.run("report", name, "--from", place.first, "--to", LAST, "--format", "csv", "--out", path)
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.reader(file)]


def figure(rows, label):
    return next(row[1] for row in rows if row[:1] == [label])


def table(rows, title):
    start = rows.index([title]) + 2
    end = next((i for i in range(start, len(rows)) if not rows[i]), len(rows))
    return rows[start:end]


def percent(part, whole):
    if whole == 0:
        return "—"
    tenths = ((part * 10000 + whole // 2) // whole + 5) // 10
    return f"{tenths // 10}.{tenths % 10}%"


def reports_are_as_played(place):
    n = collections.Counter(row["step"] for row in place.steps)
    refused_visits = sum(row["step"] == "refused" and "visit" in row for row in place.steps)
    refused_rx = n["refused"] - refused_visits
    reviewed = n["approved"] + n["returned"] + refused_rx
    daily = report(place, "daily")
    assert figure(daily, "就诊申请（次）") == str(n["arrived"]) and figure(daily, "已完成（次）") == str(n["finished"])
    assert figure(daily, "拒诊（次）") == str(refused_visits) and figure(daily, "终止诊疗（次）") == str(n["terminated"])
    assert figure(daily, "开具处方（张）") == str(n["signed"]) and figure(daily, "已审核（张）") == str(reviewed)
    by_day = collections.Counter((row["step"], day_of(row)) for row in place.steps)
    for day, visits, prescriptions in table(daily, "按日"):
        assert (int(visits), int(prescriptions)) == (by_day["arrived", day], by_day["signed", day]), day
    review = report(place, "review")
    assert figure(review, "审核通过率") == percent(n["approved"], reviewed) and figure(review, "退回率") == percent(n["returned"], reviewed)
    assert figure(review, "审核不通过率") == percent(refused_rx, reviewed)
    eligibility = report(place, "eligibility")
    assert figure(eligibility, "拒诊率") == percent(refused_visits, n["arrived"]) and figure(eligibility, "终止率") == percent(n["terminated"], n["arrived"])
    for name, steps in OF_ENTRIES.items():
        rows = report(place, name)
        for step, label in steps:
            if label is not None:
                assert figure(rows, label) == str(n[step]), (name, step, n[step], figure(rows, label))
    samples_are_read(place, n)
    assert place.json("rebuild", "--check").code == 0 and place.run("audit", "verify").code == 0


def samples_are_read(place, n):
    """Each month that is over has its sample, read to the end (that of a whole year's last one is still being read); of the running one something waits."""
    samples = table(report(place, "comment"), "样本")
    over = [row for row in samples if row[1].split(" 至 ")[1][:7] < LAST[:7]]
    assert len(over) == len(samples) - 1 == (12 if FULL else 1), samples
    for _, period, target, population, drawn, unread, state in over:
        reading = FULL and period.split(" 至 ")[1][:7] == max(row[1].split(" 至 ")[1][:7] for row in over)
        assert target == "随机抽样" and (reading or (unread, state) == ("0", "已公示")) and int(drawn) == min(int(population), 100) > 0, (period, drawn, unread, state)
    assert figure(report(place, "quality"), "病历质控（份）") == str(n["scored"]) != "0"


TESTS = [rows_fit, stopped, play, reports_are_as_played]
