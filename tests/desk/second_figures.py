"""Every figure and every cell of every report, computed again from what was signed and registered, in another language.

second_figures.py FOLDER: every NAME.screen (a report as it was shown) beside `documents` (the bytes that were signed) and `rows` (the outbox, the staff, the
institution, as the store has them). SOURCES says from what each part is computed; a report, part, table, column or figure that is not here is a difference.
Prints what differs; exit 1 then."""

import collections
import csv
import datetime
import json
import os
import sys
from pathlib import Path

# What each part of a report is computed from here. Nothing reads the rows that the program folds its documents into.
SOURCES = {
    "visits": "intake, presence, handover, eligibility, record, finish, refusal, withdrawal, termination",
    "departments": "intake and how the visit ended",
    "eligibility": "eligibility, refusal, withdrawal, termination",
    "review": "prescription, review, confirmation",
    "waiting": "times signed below intake, presence, prescription, review",
    "daily": "as visits, review and waiting",
    "outbox": "rows of the outbox",
    "upload": "rows of the outbox: when each was made and when it last changed",
    "indicators": "as review, waiting and upload, for eight periods",
    "records": "record_sample, record_score, record_reply, record_answer, record_rectification, record_evaluation",
    "register": "entry: the last word on each field; days by the calendar of assets/calendar",
    "staff": "rows of the staff",
    "institution": "the institution's profile",
    "retention": "assets/codes/retention.csv, tombstones, purge, entry",
    "comment": "comment_plan, comment, comment_confirmation, comment_reply, comment_answer",
    "drug-use": "prescription, review and confirmation",
    "drug-department": "prescription, review and confirmation",
    "drug-doctor": "prescription, review and confirmation",
    "antibacterial": "prescription, review and confirmation",
}

ASSETS = Path(os.environ["FUZHEN_SOURCE_ROOT"]) / "assets"
DAY_US = 86400 * 10**6
BEIJING_US = 8 * 3600 * 10**6
EPOCH = datetime.date(1970, 1, 1)
NONE = "—"
PREVIEWED = 100  # rows of a table; the rest stands in the file


def day_of(us):
    return EPOCH + datetime.timedelta(days=(us + BEIJING_US) // DAY_US)


def start_of(day):
    return (day - EPOCH).days * DAY_US - BEIJING_US


def time_us(text):
    return int(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp()) * 10**6


def share(part, whole):
    if whole == 0:
        return None
    return (part * 10000 + whole // 2) // whole


def percent(hundredths):
    if hundredths is None:
        return NONE
    tenths = (hundredths + 5) // 10
    return f"{tenths // 10}.{tenths % 10}%"


def duration(seconds):
    return NONE if seconds is None else f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def middle(numbers):
    numbers = sorted(numbers)
    n = len(numbers)
    if n == 0:
        return None
    return numbers[n // 2] if n % 2 == 1 else (numbers[n // 2 - 1] + numbers[n // 2]) // 2


def covers(department, code):
    return code is not None and (code == department or code.startswith(department + "."))


def codes(name):
    with open(ASSETS / "codes" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts_of(text, end="\n"):
    facts = {}
    for line in text.split(end)[1:]:
        key, _, value = line.partition(" ")
        if key:
            facts[key] = value.replace("\\n", "\n").replace("\\\\", "\\")
    return facts


def listed(facts, name, rest=None):
    """The values of a list, in order."""
    found = {}
    for key, value in facts.items():
        if key.startswith(name + "."):
            position, _, tail = key[len(name) + 1:].partition(".")
            if position.isdigit() and (rest is None or tail == rest):
                found.setdefault(int(position), value)
    return [found[position] for position in sorted(found)]


class Document:
    def __init__(self, number, name, kind, at_us, text):
        self.number, self.id, self.kind, self.at_us = number, name, kind.split("/")[0].split(".")[1], at_us
        self.facts = facts_of(text)
        self.version = kind.split("/")[1]

    def get(self, key):
        return self.facts.get(key)


def read_documents(path):
    documents = []
    with open(path, "rb") as file:
        while head := file.readline():
            number, name, kind, at_us, size = head.decode().rstrip("\n").split("\t")
            documents.append(Document(int(number), name, kind, int(at_us), file.read(int(size)).decode()))
    return documents


def read_rows(path):
    rows = collections.defaultdict(list)
    for line in Path(path).read_text(encoding="utf-8").split("\n"):
        if line:
            name, *cells = line.split("\t")
            rows[name].append(cells)
    return rows


class Calendar:
    def __init__(self):
        self.days = {}
        with open(ASSETS / "calendar" / "cn.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self.days[datetime.date.fromisoformat(row["day"])] = row["kind"] == "work"
        self.years = {day.year for day in self.days}

    def works(self, day):
        """None: nobody published that year."""
        if day.year not in self.years:
            return None
        return self.days.get(day, day.weekday() < 5)

    def between(self, a, b):
        n = 0
        for k in range(1, (b - a).days + 1):
            works = self.works(a + datetime.timedelta(days=k))
            if works is None:
                return None
            n += works
        return n

    def add(self, day, n):
        day += datetime.timedelta(days=n > 0)
        wanted = max(n, 1)
        while True:
            works = self.works(day)
            if works is None:
                return None
            wanted -= works
            if wanted == 0:
                return day
            day += datetime.timedelta(days=1)


# --- what the documents come to ---


class Visit:
    def __init__(self, document):
        self.applied_us = time_us(document.get("visit.applied_at"))
        self.department, self.department_name = document.get("visit.department"), document.get("visit.department_name")
        self.stage, self.taken_us, self.holder, self.person, self.verdict, self.end = "waiting", None, None, None, None, None

    def take(self, document):
        kind = document.kind
        if kind == "presence":
            if self.taken_us is None or self.person != document.get("doctor.person"):
                self.taken_us = document.at_us
            self.person, self.holder = document.get("doctor.person"), document.get("doctor.staff_number")
            if self.stage == "waiting":
                self.stage = "taken"
        elif kind == "handover":
            self.stage, self.taken_us, self.holder, self.person, self.verdict = "waiting", None, None, None, None
        elif kind == "eligibility":
            self.verdict = document.get("verdict")
        elif kind == "record":
            self.stage = "recorded"
        elif kind == "finish":
            self.stage = "finished"
        elif kind in ("refusal", "withdrawal", "termination"):
            self.stage = {"refusal": "refused", "withdrawal": "withdrawn", "termination": "terminated"}[kind]
            self.end = document.facts


class Prescription:
    def __init__(self, document):
        self.signed_us, self.facts = document.at_us, document.facts
        self.department = document.get("subject.code")
        self.overridden = bool(listed(document.facts, "override"))
        self.stage, self.verdict, self.reviewed_us, self.reasons, self.confirmed, self.replaced = "signed", None, None, [], False, False

    def take(self, document):
        kind = document.kind
        if kind == "review":
            self.verdict, self.reviewed_us = document.get("verdict"), document.at_us
            self.stage = {"approved": "effective", "returned": "returned", "refused": "refused"}[self.verdict]
            labels, numbers = listed(document.facts, "reason", "label"), listed(document.facts, "reason", "code")
            self.reasons = labels or numbers
        elif kind == "confirmation":
            self.verdict, self.reviewed_us, self.confirmed = None, None, bool(document.get("words"))
            self.stage = "signed"
        elif kind == "void":
            self.stage = "voided"
        elif kind == "expiry":
            self.stage = "expired"
        elif kind == "dispense" and (document.version == "v1" or document.get("complete") == "yes"):
            self.stage = "dispensed"
        elif kind == "delivery" and document.get("outcome") == "returned" and self.stage == "dispensed":
            self.stage = "effective"


class Entry:
    def __init__(self, document):
        self.id, self.register, self.opened_us, self.fields = document.get("entry"), document.get("register"), document.at_us, {}

    def take(self, document):
        self.state, self.ended = document.get("state"), document.get("ended") == "yes"
        facts = document.facts
        for n in range(100):
            key = facts.get(f"line.{n:02}.key")
            if key is None:
                break
            self.fields[key] = facts.get(f"line.{n:02}.value")

    def get(self, key):
        return self.fields.get(key)

    def day(self, key):
        try:
            return datetime.date.fromisoformat(self.get(key) or "")
        except ValueError:
            return None


class Sample:
    """A sample of prescriptions or of records, and what was said of each."""

    def __init__(self, document):
        self.facts, self.records = document.facts, document.kind == "record_sample"
        self.state = "asked" if document.get("approval_needed") == "yes" else "open"
        names = [name for value in listed(document.facts, "sample") for name in value.split()]
        self.items = {name: {} for name in names}
        for n, name in enumerate(names):
            if self.records:
                self.items[name]["place"] = document.get("place") or "online"
            for key in ("department_name",):
                if document.get(f"item.{n:02}.{key}"):
                    self.items[name][key] = document.get(f"item.{n:02}.{key}")

    def take(self, document):
        kind, get = document.kind.split("_")[-1], document.get
        item = self.items.get(get("record" if self.records else "prescription"))
        if kind == "approval":
            self.state = "open" if get("verdict") == "approved" else "declined"
        elif kind in ("announcement", "notice"):
            self.state = "announced"
        if item is None:
            return
        if get("result") and kind in ("comment", "score", "confirmation", "answer"):
            item["result"], item["codes"] = get("result"), listed(document.facts, "code", "code")
        if kind in ("comment", "score"):
            item.setdefault("department_name", get("department_name"))
            item["read"] = True
        if kind in ("confirmation", "score"):
            item["confirmed"], item["state"] = True, "confirmed"
        if kind in ("score", "answer") or (kind == "evaluation" and get("rectify_until")):
            item["until"] = get("rectify_until")
        if kind == "reply":
            item["replied"], item["stance"] = True, get("stance")
        if kind == "answer":
            item["changed"] = get("changed")
        if kind == "evaluation" and get("verdict") == "good":
            item["state"] = "closed"


class Store:
    def __init__(self, folder):
        self.rows = read_rows(folder / "rows")
        self.visits, self.prescriptions, self.entries, self.samples, self.purges = {}, {}, {}, {}, {}
        for document in read_documents(folder / "documents"):
            self.take(document)
        self.staff = [dict(facts_of(row[4], "\x1f"), number=row[0], name=row[1], role=row[2], left=row[3]) for row in self.rows["staff"]]
        self.institution = next(facts_of(row[1], "\x1f") for row in self.rows["profile"] if row[0] == "institution")
        self.calendar = Calendar()
        self.registers = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ASSETS / "registers").glob("*.json")}

    def take(self, document):
        kind = document.kind
        if kind == "intake":
            self.visits[document.get("visit")] = Visit(document)
        elif kind == "prescription":
            self.prescriptions[document.id] = Prescription(document)
            if document.get("replaces") in self.prescriptions:
                self.prescriptions[document.get("replaces")].replaced = True
        elif kind == "entry":
            name = document.get("entry")
            self.entries.setdefault(name, None)
            if self.entries[name] is None:
                self.entries[name] = Entry(document)
            self.entries[name].take(document)
        elif kind in ("comment_plan", "record_sample"):
            self.samples[document.id] = Sample(document)
        elif document.get("plan") in self.samples:
            self.samples[document.get("plan")].take(document)
        elif kind == "purge":
            purge = self.purges.setdefault(document.get("proposal"), {"at": document.at_us, "label": document.get("class_label"), "removed": 0, "kept": 0})
            for position, _ in enumerate(listed(document.facts, "item")):
                purge["kept" if document.get(f"item.{position:02}.stays") else "removed"] += 1
        elif document.get("prescription") in self.prescriptions and kind in ("review", "confirmation", "void", "expiry", "dispense", "delivery"):
            self.prescriptions[document.get("prescription")].take(document)
        elif document.get("visit") in self.visits:
            self.visits[document.get("visit")].take(document)


# --- one report ---

STAGES = [("waiting", "候诊"), ("taken", "接诊中"), ("recorded", "已书写病历"), ("finished", "已完成"), ("refused", "已拒诊"), ("withdrawn", "患者已撤销"), ("terminated", "已终止")]
RX_STAGES = [("signed", "待审核"), ("effective", "已生效"), ("returned", "已退回"), ("refused", "审核不通过"), ("dispensed", "已发药"), ("expired", "已过期"), ("voided", "已作废")]
SENT = {"queued": "等待发送", "blocked": "缺少必填项或待人工处理，未发送", "sending": "正在发送", "accepted": "平台已接收", "refused": "平台已拒收",
        "unknown": "结果未知，待人工处理", "alarm": "平台告警", "settled_sent": "人工确认已送达", "settled_not_sent": "人工裁定不报送"}
KINDS = {"visit": "就诊", "record": "病历", "prescription": "处方", "delivery": "发药", "drug": "药品目录", "event": "不良事件", "none": "每日签到",
         "evaluation": "患者评价", "consultation": "在线咨询", "appointment": "在线预约", "remote": "远程会诊", "service": "远程医疗服务", "nursing": "互联网护理"}
PAPERS = [("licence_until", "执业证书", None), ("insurance_until", "医疗责任险", None), ("agreement_until", "第三方药师合作协议", "employer"), ("multi_site_until", "多机构执业备案", "multi_site_filing")]
LINES = [("organ.name", "机构名称"), ("organ.second_name", "第二名称"), ("organ.physical_name", "依托的实体医疗机构"), ("organ.code", "统一社会信用代码或登记号"),
         ("organ.licence", "执业许可证编号"), ("organ.licence_until", "执业许可证有效期至"), ("organ.business_from", "业务时间自"), ("organ.business_until", "业务时间至")]
RESULTS = [("reasonable", "合理"), ("irregular", "不规范"), ("inappropriate", "用药不适宜"), ("extraordinary", "超常")]
GRADES = [("grade_a", "甲级"), ("grade_b", "乙级"), ("grade_c", "丙级")]
SAMPLED = {"asked": "待批准", "open": "点评中", "declined": "未获批准", "announced": "已公示"}
ENDED = {"refused": "已拒诊", "withdrawn": "患者已撤销", "terminated": "已终止"}


class Counts:
    """Visits and prescriptions of a period."""

    def __init__(self, report, from_us, to_us):
        store = report.store
        self.visits = [visit for visit in store.visits.values() if from_us <= visit.applied_us < to_us and report.wants(visit)]
        self.rx = [rx for rx in store.prescriptions.values() if from_us <= rx.signed_us < to_us and report.wants_rx(rx)]
        self.waits = [(visit.taken_us - visit.applied_us) // 10**6 for visit in self.visits if visit.taken_us is not None and visit.taken_us >= visit.applied_us]
        self.reviews = [(rx.reviewed_us - rx.signed_us) // 10**6 for rx in self.rx if rx.reviewed_us is not None and rx.reviewed_us >= rx.signed_us]
        self.stages = collections.Counter(visit.stage for visit in self.visits)
        self.verdicts = collections.Counter(rx.verdict for rx in self.rx)
        self.reviewed = sum(self.verdicts[word] for word in ("approved", "returned", "refused"))


class Report:
    def __init__(self, store, facts, saved):
        self.store, self.facts, self.saved, self.figures, self.tables, self.summary = store, facts, saved, [], [], None
        self.from_us, self.to_us, self.made_us = (int(facts["asked." + key]) for key in ("from_us", "to_us", "made_us"))
        self.name, self.department, self.person = facts["asked.name"], facts["asked.department"] or None, facts["asked.person"] or None
        self.counted = {}

    def figure(self, label, text, unit=None):
        self.figures.append((label, str(text), unit))

    def table(self, title, columns, rows):
        self.tables.append((title, columns.split(), [[NONE if cell is None else str(cell) for cell in row] for row in rows]))

    # whose

    def wants(self, visit):
        if self.department is not None:
            return covers(self.department, visit.department)
        return self.person is None or self.person in (visit.holder, (visit.end or {}).get("end.doctor_number"))

    def wants_rx(self, rx):
        return self.person is None and (self.department is None or covers(self.department, rx.department))

    def wants_person(self, number):
        if self.person is not None:
            return self.person == number
        where = next((person.get("department") for person in self.store.staff if person["number"] == number), None)
        return self.department is None or covers(self.department, where)

    def counts(self, from_us=None, to_us=None):
        frame = (self.from_us if from_us is None else from_us, self.to_us if to_us is None else to_us)
        if frame not in self.counted:
            self.counted[frame] = Counts(self, *frame)
        return self.counted[frame]

    def days(self):
        first, last = day_of(self.from_us), day_of(self.to_us - 1)
        return [first + datetime.timedelta(days=n) for n in range((last - first).days + 1)]

    # tables of visits and prescriptions

    def spans(self):
        def row(label, spans):
            spans = sorted(spans)
            n = len(spans)
            return [label, n] + ([duration(middle(spans)), duration(spans[max((n * 90 + 99) // 100, 1) - 1]), duration(spans[-1])] if n else [None] * 3)
        counts = self.counts()
        self.table("等候与审方时间", "项目 例数 中位数 90-百分位 最长", [row("候诊（申请至接诊）", counts.waits), row("审方（签名至审核）", counts.reviews)])

    def stages(self):
        counts = self.counts()
        rx = collections.Counter(one.stage for one in counts.rx)
        self.table("就诊按状态", "状态 就诊数 占比", [[label, counts.stages[word], percent(share(counts.stages[word], len(counts.visits)))] for word, label in STAGES])
        self.table("处方按状态", "状态 处方数 占比", [[label, rx[word], percent(share(rx[word], len(counts.rx)))] for word, label in RX_STAGES])

    def ends(self):
        def why(visit):
            if visit.end.get("end.by") == "timeout":
                return "超时未接诊"
            return visit.end.get("end.reason_label") or visit.end.get("end.reason") or "未记理由"
        ends = collections.Counter((ENDED[visit.stage], why(visit)) for visit in self.counts().visits if visit.stage in ENDED)
        self.table("拒诊、终止与撤销的理由", "结果 理由 就诊数", [[*key, n] for key, n in sorted(ends.items(), key=lambda one: (-one[1], "\x1f".join(one[0]).encode()))])

    def reasons(self):
        reasons = collections.Counter(reason for rx in self.counts().rx for reason in rx.reasons)
        self.table("审方退回与不通过的理由", "理由 次数", sorted(reasons.items(), key=lambda one: (-one[1], one[0].encode())))

    def by_day(self):
        days = self.days()
        if len(days) < 2:
            return
        visits = collections.Counter(day_of(visit.applied_us) for visit in self.counts().visits)
        rx = collections.Counter(day_of(one.signed_us) for one in self.counts().rx)
        self.table("按日", "日期 就诊申请 开具处方", [[day.isoformat(), visits[day], rx[day]] for day in days])

    def by_hour(self):
        def hour(us):
            return (us + BEIJING_US) % DAY_US // (3600 * 10**6)
        visits = collections.Counter(hour(visit.applied_us) for visit in self.counts().visits)
        rx = collections.Counter(hour(one.signed_us) for one in self.counts().rx)
        self.table("按时段（北京时间）", "时段 就诊申请 开具处方", [[f"{n:02}:00", visits[n], rx[n]] for n in range(24)])

    def departments(self):
        rows = collections.defaultdict(lambda: [0, 0, 0])
        for visit in self.counts().visits:
            row = rows[visit.department_name or "未记科室"]
            row[0] += 1
            row[1] += visit.stage == "finished"
            row[2] += visit.stage in ("refused", "terminated")
        self.table("按科室", "科室 就诊申请 已完成 拒诊与终止", [[name, *row] for name, row in sorted(rows.items(), key=lambda one: (-one[1][0], one[0].encode()))])

    # parts

    def rates(self):
        counts = self.counts()
        for label, word in (("审核通过率", "approved"), ("退回率", "returned"), ("审核不通过率", "refused")):
            self.figure(label, percent(share(counts.verdicts[word], counts.reviewed)))

    def add_daily(self, part):
        counts = self.counts()
        self.spans()
        for label, n in (("就诊申请", len(counts.visits)), ("已完成", counts.stages["finished"]), ("拒诊", counts.stages["refused"]), ("终止诊疗", counts.stages["terminated"])):
            self.figure(label, n, "次")
        self.figure("开具处方", len(counts.rx), "张")
        self.figure("已审核", counts.reviewed, "张")
        self.rates()
        self.figure("候诊中位时间", duration(middle(counts.waits)))
        self.figure("审方中位时间", duration(middle(counts.reviews)))
        self.figure("审方最长时间", duration(max(counts.reviews, default=None)))
        for one in (self.stages, self.ends, self.reasons, self.by_day, self.by_hour, self.departments):
            one()

    def add_visits(self, part):
        counts = self.counts()
        self.figure("就诊申请", len(counts.visits), "次")
        self.figure("已完成", counts.stages["finished"], "次")
        for one in (self.stages, self.by_day, self.departments):
            one()

    def add_departments(self, part):
        self.departments()

    def add_eligibility(self, part):
        counts = self.counts()
        judged = [visit for visit in counts.visits if visit.verdict is not None]
        self.figure("作出复诊判断", len(judged), "次")
        self.figure("符合复诊条件", percent(share(sum(visit.verdict == "eligible" for visit in judged), len(judged))))
        for label, word in (("拒诊率", "refused"), ("终止率", "terminated"), ("患者撤销率", "withdrawn")):
            self.figure(label, percent(share(counts.stages[word], len(counts.visits))))
        self.ends()

    def add_review(self, part):
        counts = self.counts()
        self.figure("开具处方", len(counts.rx), "张")
        self.figure("已审核", counts.reviewed, "张")
        self.rates()
        self.reasons()
        back = [rx for rx in counts.rx if rx.verdict in ("returned", "refused")]
        rows = [("有提示、写明理由后签署", sum(rx.overridden for rx in counts.rx)), ("退回后改写为新处方", sum(rx.replaced for rx in back)),
                ("退回后由医师再次签名确认", sum(rx.confirmed for rx in counts.rx)), ("退回或不通过，未再开具", sum(not rx.replaced for rx in back))]
        self.table("干预及效果", "项目 处方数 占开具处方", [[label, n, percent(share(n, len(counts.rx)))] for label, n in rows])

    def add_waiting(self, part):
        self.spans()
        self.by_hour()

    def add_outbox(self, part):
        if self.department is not None:
            return
        states = collections.Counter(row[1] for row in self.store.rows["outbox"])
        self.table("监管平台上报", "状态 记录数", [[SENT[word], states[word]] for word in sorted(states)])

    def uploads(self, from_us, to_us):
        kinds = {}
        for key, state, made_us, changed_us, _ in self.store.rows["outbox"]:
            word = key.split(":")[0]
            if word in ("void", "expired", "amended") or not from_us <= int(made_us) < to_us:
                continue
            for name in (word, "合计"):
                kind = kinds.setdefault(name, collections.Counter())
                if state == "settled_not_sent":
                    kind["dropped"] += 1
                    continue
                # by the end of the day after; what still has time is not judged; times of rows are told to the second
                over_us, sent = start_of(day_of(int(made_us)) + datetime.timedelta(days=2)), state in ("accepted", "settled_sent")
                kind["due"] += 1
                kind["accepted"] += sent
                kind["judged"] += sent or self.made_us >= over_us
                kind["in_time"] += sent and int(changed_us) < over_us
                kind[state if state in ("blocked", "refused") else "waiting"] += not sent
        return kinds

    def add_upload(self, part):
        kinds = self.uploads(self.from_us, self.to_us)
        every = kinds.get("合计", collections.Counter())
        self.figure("应上报", every["due"], "条")
        self.figure("上报完整率", percent(share(every["accepted"], every["due"])))
        self.figure("次日内上报比例", percent(share(every["in_time"], every["judged"])))
        rows = [(KINDS[word], kinds[word]) for word in sorted(kinds) if word in KINDS] + ([("合计", every)] if kinds else [])
        assert len(rows) == len(kinds), f"a kind without a name: {sorted(kinds)}"
        self.table("上报完整与及时", "类别 应上报 已接收 缺项 被拒 在途 不报 完整率 次日内",
                   [[label, *(kind[word] for word in ("due", "accepted", "blocked", "refused", "waiting", "dropped")), percent(share(kind["accepted"], kind["due"])),
                     percent(share(kind["in_time"], kind["judged"]))] for label, kind in rows])

    def measure(self, from_us, to_us):
        counts = self.counts(from_us, to_us)
        every = self.uploads(from_us, to_us).get("合计", collections.Counter())
        return {"review_pass": share(counts.verdicts["approved"], counts.reviewed), "review_return": share(counts.verdicts["returned"], counts.reviewed),
                "visit_ended": share(counts.stages["refused"] + counts.stages["terminated"], len(counts.visits)), "wait_median": middle(counts.waits),
                "review_median": middle(counts.reviews), "upload_in_time": share(every["in_time"], every["judged"])}

    def add_indicators(self, part):
        table = codes("indicators")
        now, before = self.measure(self.from_us, self.to_us), self.measure(2 * self.from_us - self.to_us, self.from_us)
        bad, rows = 0, []
        for row in table:
            code, limit = row["code"], int(row["limit"])
            show = percent if row["unit"] == "percent" else duration
            a, b = before[code], now[code]
            rows.append([row["label"], show(a), show(b), NONE if a is None or b is None else "持平" if a == b else "上升" if b > a else "下降",
                         ("低于 " if row["bad"] == "below" else "高于 ") + show(limit), self.standing(row, b)])
            bad += rows[-1][-1] == "预警"
        self.table("质量指标（与同样长的上一期相比）", "指标 上一期 本期 趋势 警戒 状态", rows)
        self.figure("预警指标", bad, "项")
        last, months = day_of(self.to_us - 1).replace(day=1), []
        for _ in range(6):
            months.insert(0, last)
            last = (last - datetime.timedelta(days=1)).replace(day=1)
        values = [(month, self.measure(start_of(month), start_of((month + datetime.timedelta(days=31)).replace(day=1)))) for month in months]
        for row in table:
            show = percent if row["unit"] == "percent" else duration
            self.table(row["label"] + "：近6个月", "月份 数值 状态", [[f"{month:%Y-%m}", show(value[row["code"]]), self.standing(row, value[row["code"]])] for month, value in values])

    @staticmethod
    def standing(row, value):
        if value is None:
            return NONE
        limit = int(row["limit"])
        return "预警" if (value < limit if row["bad"] == "below" else value > limit) else "正常"

    def add_staff(self, part):
        today = day_of(self.made_us)
        there = [person for person in self.store.staff if person["role"] in ("doctor", "pharmacist") and not person["left"] and self.wants_person(person["number"])]
        rows, over = [], []
        for key, label, needed_by in PAPERS:
            counts = collections.Counter()
            for person in there:
                until = person.get(key)
                if until is None and needed_by is not None and needed_by not in person:
                    continue
                left = (datetime.date.fromisoformat(until) - today).days if until else None
                standing = "none" if left is None else "over" if left < 0 else "soon" if left <= 90 else "good"
                counts[standing] += 1
                if standing == "over":
                    over.append([person["number"], person["name"], label, until])
            rows.append([label, *(counts[word] for word in ("good", "soon", "over", "none"))])
        self.table("医师、药师的证照", "证照 有效 90天内到期 已过期 未登记", rows)
        self.table("已过期的证照", "工号 姓名 证照 有效期至", over)
        self.figure("在岗医师、药师", len(there), "人")

    def add_institution(self, part):
        facts = self.store.institution
        self.table("机构", "项目 内容", [[label, facts.get(key) or "未登记"] for key, label in LINES])
        positions = {key.split(".")[1] for key in facts if key.startswith("department.")}
        self.figure("诊疗科目", len(positions), "个")
        self.figure("其中实体医疗机构也有的", sum(facts.get(f"department.{n}.physical") == "yes" for n in positions), "个")

    def add_retention(self, part):
        place, terms = self.store.institution.get("jurisdiction") or "tianjin", {}
        for row in codes("retention"):
            terms.setdefault(row["class"], None)
            if row["place"] in ("all", place) and (terms[row["class"]] is None or int(row["years"]) >= int(terms[row["class"]]["years"])):
                terms[row["class"]] = row
        self.figure("已清除（累计）", len(self.store.rows["tombstone"]), "件")
        assert len(self.store.rows["tombstone"]) == sum(purge["removed"] for purge in self.store.purges.values()), "tombstones that no document of a removal speaks of"
        self.figure("资料保全中", sum(entry.register == "legal-hold" and not entry.ended for entry in self.store.entries.values()), "条")
        self.table("保存期限", "类别 年 依据", [[row["label"], row["years"], row["source"]] for row in terms.values() if row is not None])
        self.table("本期的清除", "编号 类别 日期 清除 保留", [[name, purge["label"], day_of(purge["at"]).isoformat(), purge["removed"], purge["kept"]]
                                               for name, purge in sorted(self.store.purges.items()) if self.from_us <= purge["at"] < self.to_us])

    # registers

    def due(self, register, entry):
        """The first day on which something of it is due; None: nothing, or nobody can say."""
        days = []
        for deadline in register["deadlines"]:
            since = entry.day(deadline["from"])
            n = deadline["n"] if isinstance(deadline["n"], int) else int(entry.get(deadline["n"]) or 0) or None
            if entry.state not in deadline["while"] or since is None or n is None or ("when" in deadline and entry.get(deadline["when"]) != deadline["is"]):
                continue
            if deadline["unit"] == "workdays":
                on = self.store.calendar.add(since, n)
            elif deadline["unit"] == "days":
                on = since + datetime.timedelta(days=n)
            elif deadline["unit"] == "hours":
                clock = entry.get(deadline["at"])
                on = since if clock is None else (datetime.datetime.combine(since, datetime.time.fromisoformat(clock)) + datetime.timedelta(hours=n)).date()
            else:
                month = since.year * 12 + since.month - 1 + n
                first = datetime.date(month // 12, month % 12 + 1, 1)
                on = first + datetime.timedelta(days=min(since.day, ((first + datetime.timedelta(days=31)).replace(day=1) - first).days) - 1)
            days.append((on.isoformat() if on else "", deadline["label"]))
        return min(days, key=lambda one: one[0]) if days else None

    def is_of(self, part, register, entry):
        if self.department is None and self.person is None:
            return True
        kind = next(field["kind"] for field in register["fields"] if field["key"] == part["of"])
        of = entry.get(part["of"])
        if of is None:
            return False
        if kind == "staff":
            return self.wants_person(of)
        return of in self.store.visits and self.wants(self.store.visits[of])

    def add_register(self, part):
        register, today = self.store.registers[part["register"]], day_of(self.made_us).isoformat()
        entries = sorted((entry for entry in self.store.entries.values() if entry.register == part["register"] and self.is_of(part, register, entry)), key=lambda one: (one.opened_us, one.id))
        on = {entry.id: entry.day(part["day"]) if "day" in part else day_of(entry.opened_us) for entry in entries}
        counted = [entry for entry in entries if on[entry.id] is not None and self.from_us <= start_of(on[entry.id]) < self.to_us]
        still = [entry for entry in entries if not entry.ended]
        late = [(entry, self.due(register, entry)) for entry in still]
        late = [(entry, due) for entry, due in late if due is not None and "" < due[0] < today]
        title, numbers = register["title"], [len(counted), len(still), len(late)]
        if sum(one["what"] == "register" for one in self.plan["parts"]) > 3:
            if self.summary is None:
                self.table("台账", "台账 本期 现未办结 现已逾期", [])
                self.summary = self.tables[-1][2]
            self.summary.append([title, *map(str, numbers)])
        else:
            for label, n in zip(("本期", "现未办结", "现已逾期"), numbers):
                self.figure(f"{title}：{label}", n, "条")
        for one in part.get("shares", []):
            self.figure(one["label"], percent(share(*(sum(int(entry.get(one[key]) or 0) for entry in counted) for key in ("part", "whole")))))
        if counted:
            self.add_counted(part, register, counted, on)
        if late:
            self.table(f"{title}：逾期未办", "编号 事项 期限", [[entry.id, due[1], due[0]] for entry, due in late])

    def add_counted(self, part, register, counted, on):
        title, n = register["title"], len(counted)

        def table(what, rows):
            self.table(f"{title}：{what}", "项目 条数 占比", [[label, k, percent(share(k, n))] for label, k in rows])
        states = collections.Counter(entry.state for entry in counted)
        table("按状态", [(state["label"], states[state["word"]]) for state in register["states"]])
        for key in part.get("by", []):
            field = next(field for field in register["fields"] if field["key"] == key)
            choices = [("yes", "是"), ("no", "否")] if field["kind"] == "yesno" else [(choice["code"], choice["label"]) for choice in field["choices"]]
            said = collections.Counter(entry.get(key) for entry in counted)
            rows = [(label, said[code]) for code, label in choices]
            rest = n - sum(k for _, k in rows)
            table(field["label"], rows + ([("未填写", rest)] if rest else []))
        first, last = day_of(self.from_us), day_of(self.to_us - 1)
        first, last = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
        if first < last and last - first < 60:
            months = collections.Counter(on[entry.id].year * 12 + on[entry.id].month - 1 for entry in counted)
            table("按月", [(f"{month // 12}-{month % 12 + 1:02}", months[month]) for month in range(first, last + 1)])
        rows = []
        for span in part.get("spans", []):
            lengths = [self.length(span, entry) for entry in counted]
            lengths = [length for length in lengths if length is not None]
            rows.append([span["label"], "工作日" if span["unit"] == "workdays" else "日", len(lengths), middle(lengths), max(lengths, default=None), span.get("within"),
                         percent(share(sum(length <= span["within"] for length in lengths), len(lengths))) if "within" in span else None])
        if rows:
            self.table(f"{title}：用时", "项目 单位 例数 中位数 最长 期限 期限内", rows)

    def length(self, span, entry):
        a, b = entry.day(span["from"]), entry.day(span["to"])
        if a is None or b is None or b < a:
            return None
        return self.store.calendar.between(a, b) if span["unit"] == "workdays" else (b - a).days

    # samples

    def sampled(self, records):
        first, last = day_of(self.from_us).isoformat(), day_of(self.to_us - 1).isoformat()
        plans = [(name, plan) for name, plan in self.store.samples.items()
                 if plan.records == records and first <= plan.facts["to"] <= last and plan.state not in ("asked", "declined")]
        return plans, [item for _, plan in plans for item in plan.items.values() if item.get("confirmed")]

    def found(self, items, records, title, columns):
        n = collections.Counter(code for item in items for code in item["codes"])
        self.table(title, columns, [[row["code"], row["label"], n[row["code"]]] for row in codes("record-defects" if records else "comment-codes") if n[row["code"]]])

    def by_department(self, items, good, title, columns):
        """What is few is put together, so that nobody can be told from it."""
        small = next(int(row["value"]) for row in codes("comment-policy") if row["code"] == "small_cell")
        cells = collections.defaultdict(lambda: [0, 0])
        for item in items:
            cell = cells[item.get("department_name")]
            cell[0] += 1
            cell[1] += item["result"] == good
        rows = sorted(([name, *cell] for name, cell in cells.items()), key=lambda row: (-row[1], (row[0] or "").encode()))
        rest = [0, 0]
        while rows and (rows[-1][1] < small or 0 < rest[0] < small):
            row = rows.pop()
            rest = [rest[0] + row[1], rest[1] + row[2]]
        if rows and rest[0]:
            rows.append(["其他科室", *rest])
        self.table(title, columns, [[name, n, percent(share(k, n))] for name, n, k in rows])

    def add_comment(self, part):
        plans, items = self.sampled(False)
        results = collections.Counter(item["result"] for item in items)
        n, good = len(items), results["reasonable"]
        self.figure("点评样本", len(plans), "份")
        self.figure("点评张数", n, "张")
        self.figure("合理率", percent(share(good, n)))
        self.figure("不合理", n - good, "张")
        self.figure("医师申诉", sum(item.get("stance") == "appealed" for item in items), "张")
        self.figure("申诉后更改", sum(item.get("changed") == "yes" for item in items), "张")
        self.figure("医师已答复", sum("replied" in item for item in items), "张")
        self.table("点评结果", "结果 张数 占比", [[label, results[word], percent(share(results[word], n))] for word, label in RESULTS])
        self.found(items, False, "按代码", "代码 内容 张数")
        self.by_department(items, "reasonable", "按科室（张数少的合并）", "科室 点评张数 合理率")
        self.table("样本", "编号 期间 对象 处方总数 抽取 未点评 状态",
                   [[name, f"{plan.facts['from']} 至 {plan.facts['to']}",
                     "随机抽样" if "target.label" not in plan.facts else "专项点评" if plan.facts.get("approval_needed") == "yes" else plan.facts["target.label"],
                     plan.facts["population.n"], len(plan.items), sum("read" not in item for item in plan.items.values()), SAMPLED[plan.state]] for name, plan in plans])

    def add_records(self, part):
        _, items = self.sampled(True)
        results = collections.Counter(item["result"] for item in items)
        n = len(items)
        self.figure("病历质控", n, "份")
        self.figure("甲级率", percent(share(results["grade_a"], n)))
        self.figure("应整改", sum(bool(item.get("until")) for item in items), "份")
        self.figure("整改办结", sum(item["state"] == "closed" for item in items), "份")
        self.figure("对病历质控申诉", sum(item.get("stance") == "appealed" for item in items), "份")
        online = collections.Counter(item["result"] for item in items if item["place"] == "online")
        self.table("病历等级", "等级 线上 线下 占比", [[label, online[word], results[word] - online[word], percent(share(results[word], n))] for word, label in GRADES])
        self.found(items, True, "病历质控：按缺陷", "代码 内容 份数")
        self.by_department(items, "grade_a", "病历质控：按科室（份数少的合并）", "科室 质控份数 甲级率")

    # medicines, behind a grant

    def approved(self):
        found = [(name, rx) for name, rx in self.store.prescriptions.items() if self.from_us <= rx.signed_us < self.to_us and rx.verdict == "approved"]
        return [rx.facts for _, rx in sorted(found, key=lambda one: (one[1].signed_us, one[0]))]

    def least(self):
        least = next(int(row["value"]) for row in codes("profiling-policy") if row["code"] == "least_cell")
        self.figure("不列出的小数（—）：少于", least, "张")
        return least

    def add_drugs(self, side=None, key=None, name=None):
        """Every medicine, and with a side every medicine with everybody of it. What is hidden is shown so where the rule of small numbers asks it."""
        least, rows, columns, sheets, packs = self.least(), {}, {}, collections.Counter(), collections.Counter()
        for facts in self.approved():
            column = facts.get(key) or NONE if key else ""
            columns.setdefault(column, facts.get(name) or NONE if name else "全院")
            seen = set()
            for n in range(len(listed(facts, "rx.item", "drug"))):
                at = f"rx.item.{n:02}."
                unit = facts.get(at + "unit")
                row = (facts[at + "drug"], unit)
                rows.setdefault(row, f"{facts[at + 'generic']} {facts.get(at + 'strength', '')}" + (f"（{unit}）" if unit else ""))
                packs[row, column] += int(facts[at + "quantity"])
                sheets[row, column] += row not in seen
                seen.add(row)
        totals = [[rows[row], sum(sheets[row, column] for column in columns), sum(packs[row, column] for column in columns)] for row in rows]
        pairs = [[rows[row], columns[column], sheets[row, column], packs[row, column]] for row in rows for column in columns]
        shown = {title: lines for title, _, lines in self.shown()[1]}
        small = any(0 < line[2] < least for line in pairs)
        self.table("按药品", "药品 处方数 数量", self.hidden(shown["按药品"], totals, 1, least, small))
        if side:
            title = f"按药品和{side}"
            lines = [line for line in pairs if line[2] > 0 or [*line[:2], NONE, NONE] in shown[title]]
            self.table(title, f"药品 {side} 处方数 数量", self.hidden(shown[title], lines, 2, least, small))

    @staticmethod
    def hidden(shown, lines, at, least, small):
        """Small numbers are hidden always, others only where there is a small one that could be reckoned from them; which (core/small_cells.h) is tested apart."""
        out = []
        for line, seen in zip(lines, shown):
            hides = 0 < line[at] < least or (seen[at] == NONE and small)
            out.append(line[:at] + [None] * (len(line) - at) if hides else line)
        return out + lines[len(shown):]

    def add_drug_use(self, part):
        self.add_drugs()

    def add_drug_department(self, part):
        self.add_drugs("科室", "dept.name", "dept.name")

    def add_drug_doctor(self, part):
        self.add_drugs("医师", "doctor.staff_number", "doctor.name")

    def add_antibacterial(self, part):
        least, columns = self.least(), {}
        for facts in self.approved():
            column = columns.setdefault(facts.get("dept.name") or NONE, [0, 0])
            column[0] += 1
            column[1] += any(value != "none" for value in listed(facts, "given.rx.item", "antibacterial"))
        lines = [[name, n, k, share(k, n)] for name, (n, k) in columns.items()]
        small = any(0 < one < least for _, n, k, _ in lines for one in (n, k, n - k))
        shown = dict((title, rows) for title, _, rows in self.shown()[1])["按科室"]
        rows = []
        for line, seen in zip(lines, shown):
            name, n, k, rate = line
            row = [name, n, k, percent(rate)]
            for at in (1, 2, 3):
                if seen[at] == NONE and small:
                    row[at] = NONE
            rows.append(row)
            assert not any(0 < int(seen[at]) < least for at in (1, 2) if seen[at] != NONE), f"a small number is shown: {seen}"
        self.table("按科室", "科室 处方数 含抗菌药物 比例", rows + lines[len(shown):])
        if lines:
            n, k = (sum(line[at] for line in lines) for at in (1, 2))
            for (label, text, unit), seen in zip((("处方数", n, "张"), ("含抗菌药物", k, "张"), ("抗菌药物处方比例", percent(share(k, n)), None)), self.shown()[0][1:]):
                self.figure(label, NONE if small and seen[1] == NONE else text, unit)

    def compute(self):
        path = ASSETS / "reports" / f"{self.name}.json"
        self.plan = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"parts": [{"what": self.name}]}
        for part in self.plan["parts"]:
            assert part["what"] in SOURCES, f"{self.name}: nothing here computes the part {part['what']}"
            getattr(self, "add_" + part["what"].replace("-", "_"))(part)

    # what was shown

    def shown(self):
        facts, figures, tables, n = self.facts, [], [], 0
        while f"figure.{n:02}.label" in facts:
            figures.append((facts[f"figure.{n:02}.label"], facts[f"figure.{n:02}.text"], facts.get(f"figure.{n:02}.unit")))
            n += 1
        n = 0
        while f"table.{n:02}.title" in facts:
            at, k = f"table.{n:02}", 0
            while f"{at}.column.{k:02}.title" in facts:
                k += 1
            all_rows = int(facts[f"{at}.n_rows"])
            rows = [[facts[f"{at}.row.{r:02}.cell.{c:02}"] for c in range(k)] for r in range(min(all_rows, PREVIEWED))]
            rows += self.saved[n][len(rows):] if all_rows > len(rows) else []
            tables.append((facts[f"{at}.title"], [facts[f"{at}.column.{c:02}.title"].replace(" ", "-") for c in range(k)], rows))
            n += 1
        return figures, tables

    def differences(self):
        figures, tables = self.shown()
        yield from (f"shown {a}, computed {b}" for a, b in zip(figures, self.figures) if a != b)
        if len(figures) != len(self.figures):
            yield f"{len(figures)} figures shown, {len(self.figures)} computed: {figures} {self.figures}"
        for (title, columns, rows), (other, wanted, computed) in zip(tables, self.tables):
            if (title, columns, len(rows)) != (other, wanted, len(computed)):
                yield f"shown {title} {columns} with {len(rows)} rows, computed {other} {wanted} with {len(computed)}"
            yield from (f"{title}: shown {a}, computed {b}" for a, b in zip(rows, computed) if a != b)
        if len(tables) != len(self.tables):
            yield f"{len(tables)} tables shown, {len(self.tables)} computed: {[one[0] for one in tables]} {[one[0] for one in self.tables]}"

    def cells(self):
        return len(self.figures) + sum(len(rows) * len(columns) for _, columns, rows in self.tables)


def tables_of(path):
    """Rows of each table of a CSV: an empty line, the title, the heads, and so on to the next."""
    tables, head = [], 0
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    for row in rows[rows.index(["指标", "数值"]):]:
        if not row:
            tables.append([])
            head = 2
        elif head > 0:
            head -= 1
        elif tables:
            tables[-1].append(row)
    return tables


def main():
    folder = Path(sys.argv[1])
    store, bad, cells, parts, names = Store(folder), 0, 0, collections.Counter(), sorted(folder.glob("*.screen"))
    for path in names:
        report = Report(store, dict(line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines()), tables_of(path.with_suffix(".csv")))
        report.compute()
        cells += report.cells()
        parts.update(part["what"] for part in report.plan["parts"])
        for words in report.differences():
            print(f"{path.stem}: {words}", file=sys.stderr)
            bad += 1
    for word in sorted(parts):
        print(f"{word}, {parts[word]} times, from: {SOURCES[word]}", file=sys.stderr)
    print(f"{len(names)} reports, {cells} figures and cells computed again", file=sys.stderr)
    return 1 if bad or not names else 0


sys.exit(main())
