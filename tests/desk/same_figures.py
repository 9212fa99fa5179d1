"""One report as the preview, a CSV, an XLSX and a PDF: the same figures in each, read by programs that share nothing with the one that wrote them.

same_figures.py FOLDER: every NAME.screen (key, tab, value a line) beside NAME.csv, NAME.xlsx, NAME.pdf. Prints what differs; exit 1 then."""

import csv
import datetime
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STYLES = {"integer": "#,##0", "percent": "0.0%", "duration": "[h]:mm:ss", "date": "yyyy-mm-dd"}
BUILT_IN = {3: "#,##0", 0: "General"}


def read_screen(path):
    facts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, value = line.split("\t", 1)
        facts[key] = value
    figures, tables, n = [], [], 0
    while f"figure.{n:02}.label" in facts:
        figures.append([facts[f"figure.{n:02}.label"], facts[f"figure.{n:02}.text"], facts.get(f"figure.{n:02}.unit")])
        n += 1
    n = 0
    while f"table.{n:02}.title" in facts:
        at, k = f"table.{n:02}", 0
        columns = []
        while f"{at}.column.{k:02}.title" in facts:
            columns.append((facts[f"{at}.column.{k:02}.title"], facts[f"{at}.column.{k:02}.type"]))
            k += 1
        rows = [[facts[f"{at}.row.{r:02}.cell.{c:02}"] for c in range(k)] for r in range(int(facts[f"{at}.n_rows"]))]
        tables.append((facts[f"{at}.title"], columns, rows))
        n += 1
    return facts, figures, tables


def plain(text):
    """As a person sees it: the apostrophe only keeps a spreadsheet from running it."""
    return text[1:] if text[:1] == "'" else text


def compare_csv(path, facts, figures, tables):
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    rows = [[plain(cell) for cell in row] for row in csv.reader(raw.decode("utf-8-sig").splitlines())]
    if "report.filter" in facts and ["筛选", facts["report.filter"]] not in rows:
        yield "csv: the filter is not told"
    if not all(any(facts[key] in row for row in rows) for key in ("report.made_by", "report.made_at")):
        yield "csv: who made it and when is not told"
    wanted = [["指标", "数值"]] + [[f"{label}（{unit}）" if unit else label, text] for label, text, unit in figures]
    for title, columns, lines in tables:
        wanted += [[], [title], [name for name, _ in columns]] + lines
    have = rows[rows.index(["指标", "数值"]):]
    yield from [f"csv: {a} is not {b}" for a, b in zip(have, wanted) if a != b]
    if len(have) != len(wanted):
        yield f"csv: {len(have)} lines, not {len(wanted)}"


def sheets_of(path):
    """Each sheet: its cells as (type, number format, value), and whether its head stands still."""
    with zipfile.ZipFile(path) as book:
        shared = ["".join(t.text or "" for t in item.iter(NS + "t")) for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        codes = {int(f.get("numFmtId")): f.get("formatCode") for f in styles.iter(NS + "numFmt")} | BUILT_IN
        formats = [codes.get(int(xf.get("numFmtId")), "?") for xf in styles.find(NS + "cellXfs")]
        n = 1
        while f"xl/worksheets/sheet{n}.xml" in book.namelist():
            sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{n}.xml"))
            pane = sheet.find(f".//{NS}pane")
            rows = {}
            for row in sheet.iter(NS + "row"):
                for cell in row:
                    kind, value = cell.get("t"), cell.findtext(NS + "v")
                    assert cell.find(NS + "f") is None, "a formula"
                    if kind == "inlineStr":
                        kind, value = "s", "".join(t.text or "" for t in cell.iter(NS + "t"))
                    elif kind == "s":
                        value = shared[int(value)]
                    column = 0
                    for letter in re.match("[A-Z]+", cell.get("r")).group():
                        column = column * 26 + ord(letter) - 64
                    rows.setdefault(int(row.get("r")), {})[column] = (kind, formats[int(cell.get("s", 0))], value)
            yield rows, pane is not None and pane.get("state") == "frozen" and pane.get("ySplit") == "1"
            n += 1


def shown(cell):
    """What the preview would say of a cell's number."""
    kind, code, value = cell
    if value is None:
        return "—"
    if kind == "s":
        return value
    number = float(value)
    if code == "0.0%":
        tenths = (round(number * 10000) + 5) // 10
        return f"{tenths // 10}.{tenths % 10}%"
    if code == "[h]:mm:ss":
        seconds = round(number * 86400)
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if code == "yyyy-mm-dd":
        return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(number))).isoformat()
    assert code == "#,##0" and number == int(number), cell
    return str(int(number))


def mark_of(facts):
    """Who made it and when, on every page; what is played says so."""
    return f"演示数据 — 仅供演示　{facts['report.made_by']}　{facts['report.made_at']}"


def compare_xlsx(path, facts, figures, tables):
    sheets = list(sheets_of(path))
    with zipfile.ZipFile(path) as book:
        for name in (name for name in book.namelist() if name.startswith("xl/worksheets/sheet")):
            sheet = ElementTree.fromstring(book.read(name))
            if mark_of(facts) not in (sheet.findtext(f".//{NS}oddFooter") or "") or "演示数据" not in (sheet.findtext(f".//{NS}oddHeader") or ""):
                yield f"xlsx: {name} is not marked"
    summary = sheets[0][0]
    if len(sheets) != len(tables) + 1:
        yield f"xlsx: {len(sheets)} sheets for {len(tables)} tables"
    start = next(r for r, cells in summary.items() if cells.get(1, (0, 0, 0))[2] == "指标")
    if "report.filter" in facts and not any(cells.get(2, (0, 0, 0))[2] == facts["report.filter"] for cells in summary.values()):
        yield "xlsx: the filter is not told"
    for n, (label, text, unit) in enumerate(figures, start + 1):
        cells = summary[n]
        if (cells[1][2], shown(cells[2])) != (label, text) or (unit and cells[3][2] != unit):
            yield f"xlsx: {cells} is not {label} {text} {unit}"
        if text != "—" and cells[2][0] == "s":
            yield f"xlsx: {label} is text"
    for (title, columns, lines), (cells, frozen) in zip(tables, sheets[1:]):
        if not frozen:
            yield f"xlsx: the head of {title} is not frozen"
        if [cells[1][k][2] for k in range(1, len(columns) + 1)] != [name for name, _ in columns] or max(cells) != len(lines) + 1:
            yield f"xlsx: {title} has another head or length"
        for n, line in enumerate(lines, 2):
            for k, text in enumerate(line, 1):
                cell, kind = cells[n][k], columns[k - 1][1]
                if shown(cell) != text or (text != "—" and (cell[0] == "s") != (kind == "text")) or (kind != "text" and cell[1] != STYLES[kind]):
                    yield f"xlsx: {title} row {n}: {cell} is not {text} ({kind})"


def number_of(text):
    """What a chart draws: percent in hundredths, time in seconds; None of what is not known."""
    if text == "—":
        return None
    if text.endswith("%"):
        return round(float(text[:-1]) * 100)
    if ":" in text:
        hours, minutes, seconds = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return int(text)


def chart_of(facts, n, columns, lines):
    """Kind, columns that are drawn, the value of the highest line of the plot and the words beside its five lines; None: no chart."""
    series = [k for k in range(1, len(columns)) if f"table.{n:02}.column.{k:02}.drawn" in facts][:3]
    if f"table.{n:02}.chart" not in facts or facts[f"table.{n:02}.chart"] == "none" or not series or not lines:
        return None
    kind, highest, top = columns[series[0]][1], max([number_of(line[k]) or 0 for line in lines for k in series] + [1]), 0
    top = next(first * scale for scale in (10**e for e in range(12)) for first in (4, 8, 20) if first * scale >= highest)
    if kind == "percent" and highest <= 10000:
        top = min(top, 10000)
    steps = [top * i // 4 for i in range(5)]
    words = {"percent": lambda v: f"{(v + 5) // 100}.{(v + 5) // 10 % 10}%", "duration": lambda v: f"{v // 3600}:{v // 60 % 60:02}:{v % 60:02}", "integer": str}[kind]
    return facts[f"table.{n:02}.chart"], series, top, [words(v) for v in steps]


PLOT = 485.277  # width of every plot on A4, in points


def chart_words(chart, columns, lines):
    """Beside the lines, below them as many names as fit, and what stands for what; a name that may be cut is left out with all of them."""
    _, series, _, steps = chart
    every = next(k for k in range(1, len(lines) + 35) if PLOT / len(lines) * k >= 34)
    names = [line[0] for line in lines[::every]]
    return ["".join(steps) + ("".join(names) if all(len(name) <= 10 for name in names) and every * PLOT / len(lines) >= 60 else "")] + ["".join(columns[k][0] for k in series)]


def compare_pdf(path, facts, figures, tables):
    raw = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True).stdout.decode("utf-8")
    text, at = re.sub(r"\s", "", raw), 0
    pages = raw.split("\f")[:-1]
    for n, page in enumerate(pages, 1):
        flat = re.sub(r"\s", "", page)
        foot = re.sub(r"\s", "", f"{mark_of(facts)}第{n}页共{len(pages)}页")
        # all over the page too: four times at least, besides the foot
        if foot not in flat or flat.count("演示数据") < 5 or flat.count(re.sub(r"\s", "", facts["report.made_by"])) < 5:
            yield f"pdf: page {n} is not marked"
    wanted = [facts["report.filter"]] if "report.filter" in facts else []
    wanted += ["".join((label, value, unit or "")) for label, value, unit in figures]
    for n, (title, columns, lines) in enumerate(tables):
        chart = chart_of(facts, n, columns, lines)
        wanted += [title] + (chart_words(chart, columns, lines) if chart else [])
        wanted += ["".join(name for name, _ in columns)] + ["".join(line) for line in lines]
    for piece in wanted:  # in this order: each is looked for after the one before
        piece = re.sub(r"\s", "", piece)
        found = text.find(piece, at)
        if found < 0:
            yield f"pdf: no {piece} after {text[max(0, at - 60):at]}"
        else:
            at = found + len(piece)


def streams_of(path):
    """What the file draws, page by page and form by form."""
    bytes_ = path.read_bytes()
    for begin in re.finditer(rb"stream\r?\n", bytes_):
        try:
            yield zlib.decompressobj().decompress(bytes_[begin.end():]).decode("latin-1")
        except zlib.error:
            pass


def compare_bars(drawing, facts, tables):
    """One for each number that is not 0, in the order of the table, and as high as it says beside the others."""
    bars = [float(height) for height in re.findall(r"[\d.]+ [\d.]+ [\d.]+ ([\d.]+) re f", drawing)]
    at = 0
    for n, (title, columns, lines) in enumerate(tables):
        chart = chart_of(facts, n, columns, lines)
        if not chart or chart[0] != "bars":
            continue
        values = [number for line in lines for k in chart[1] if (number := number_of(line[k]))]
        drawn = bars[at:at + len(values)]
        at += len(values)
        if len(drawn) != len(values) or any(abs(drawn[i] * values[0] - values[i] * drawn[0]) > 0.02 * drawn[0] * values[i] for i in range(len(drawn))):
            yield f"pdf: the chart of {title} draws {drawn} for {values}"
    if at != len(bars):
        yield f"pdf: {len(bars)} bars for {at} numbers"


def strokes_of(text, n):
    """The first n paths that are stroked: each a list of pieces, each a list of points."""
    for path in text.split(" S\n")[:n]:
        pieces = []
        for x, y, word in re.findall(r"([\d.]+)\s+([\d.]+)\s+([ml])\b", path):
            if word == "m":
                pieces.append([])
            pieces[-1].append((float(x), float(y)))
        yield [piece for piece in pieces if len(piece) > 1]


def height_at(pieces, x):
    """Of the line at x, where points between two in a row are left out; None: there is a gap."""
    for piece in pieces:
        for (x1, y1), (x2, y2) in zip(piece, piece[1:]):
            if x1 - 0.02 <= x <= x2 + 0.02:
                return y1 if x2 - x1 < 0.02 else y1 + (y2 - y1) * (x - x1) / (x2 - x1)
    return None


def compare_lines(drawing, facts, tables):
    """Of every chart of lines: each number stands on the line of its column, as high as it says between the first and the last line of the plot; where nothing is known
    there is none."""
    plots = drawing.split("1.6 w\n")
    at = 0
    for n, (title, columns, lines) in enumerate(tables):
        chart = chart_of(facts, n, columns, lines)
        if not chart or chart[0] != "lines" or all(number_of(line[k]) is None for line in lines for k in chart[1]):
            continue
        at += 1
        if at >= len(plots):
            yield f"pdf: no lines for {title}"
            return
        axes = [tuple(map(float, axis)) for axis in re.findall(r"([\d.]+) ([\d.]+) m ([\d.]+) \2 l S", plots[at - 1])][-5:]
        left, bottom, right = axes[0]
        slot = (right - left) / len(lines)
        if abs(right - left - PLOT) > 0.01 or any(abs(axes[i][1] - (bottom + (axes[4][1] - bottom) * i / 4)) > 0.02 for i in range(5)):
            yield f"pdf: the plot of {title} has its lines at {axes}"
        for k, pieces in zip(chart[1], strokes_of(plots[at], len(chart[1]))):
            for i, line in enumerate(lines):
                number, drawn = number_of(line[k]), height_at(pieces, left + slot * (i + 0.5))
                wanted = None if number is None else bottom + (axes[4][1] - bottom) * number / chart[2]
                if (wanted is None) != (drawn is None) or (wanted is not None and abs(wanted - drawn) > 0.3):
                    yield f"pdf: the line of {title}, {line[0]} {columns[k][0]}: drawn at {drawn}, not {wanted}"
    if at != len(plots) - 1:
        yield f"pdf: {len(plots) - 1} charts of lines for {at} tables"


def compare_charts(path, facts, figures, tables):
    drawing = "\n".join(streams_of(path))
    yield from compare_bars(drawing, facts, tables)
    yield from compare_lines(drawing, facts, tables)


def main():
    bad = cells = 0
    names = sorted(Path(sys.argv[1]).glob("*.screen"))
    for name in names:
        facts, figures, tables = read_screen(name)
        cells += len(figures) + sum(len(line) for _, _, lines in tables for line in lines)
        for compare, ending in ((compare_csv, ".csv"), (compare_xlsx, ".xlsx"), (compare_pdf, ".pdf"), (compare_charts, ".pdf")):
            for problem in compare(name.with_suffix(ending), facts, figures, tables):
                print(f"{name.stem}: {problem}", file=sys.stderr)
                bad += 1
    print(f"{len(names)} reports, {cells} figures, each in four places", file=sys.stderr)
    return 1 if bad or not names else 0


sys.exit(main())
