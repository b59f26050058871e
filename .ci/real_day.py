"""Checks callmart against the real day and the filled CCAI call beside the project, through its command line only.

Usage: real_day.py CALLMART DATA. Each of the four files is the only source of a lake of its own; the figures of the
JSON report and of the workbook must be those of expected.json, the Parquet must say the same to PyArrow, and a second
run must change no byte. Prints one line per check that fails, and ends with "N passed, N failed".
"""

import hashlib
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import openpyxl
import pyarrow.compute as pc
import pyarrow.parquet as pq

CALLMART, DATA = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
VARIANTS = ["abandons_count_against", "exclude_short_abandons", "exclude_abandons_within_t",
            "abandons_within_t_met", "short_abandons_met", "answered_only"]
FIGURES = ["offered", "answered", "abandoned", "answered_within", "abandoned_within", "short_abandons", "asa", "ata", "talk"]
DAY = "1999-02-10"
passed = failed = 0


def check(what, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {what}: {detail}")


def same(got, want):
    if want is None or got is None:
        return got is want
    return math.isclose(round(got, 9), round(want, 9), rel_tol=0, abs_tol=1e-9)


def configure(folder, name, vendor, archive):
    config = folder / "callmart.yaml"
    config.write_text(f"""lake: ./lake
timezone: Asia/Jerusalem
sources:
  - name: {name}
    vendor: {vendor}
    payload_timezone: Asia/Jerusalem
    archive:
      - {{paths: ["{archive}"]}}
""")
    return config


def callmart(config, *args):
    run = subprocess.run([CALLMART, *args, "--config", config], capture_output=True, text=True)
    check(" ".join(args), run.returncode == 0, f"exit {run.returncode}: {run.stderr[-500:]}")
    return run.stdout


def digests(folder):
    files = sorted(f for f in folder.rglob("*") if f.suffix in (".parquet", ".xlsx"))
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def rows_of(workbook, table):
    """Rows of an Excel table as dictionaries by its header."""
    for sheet in workbook.worksheets:
        if table in sheet.tables:
            cells = sheet[sheet.tables[table].ref]
            header = [c.value for c in cells[0]]
            return [dict(zip(header, (c.value for c in row))) for row in cells[1:]]
    return []


def figures(what, tables, expected, ivr):
    kpis = {row["kpi"]: row["value"] for row in tables["Kpis"]}
    for name in FIGURES + VARIANTS:
        check(f"{what} Kpis {name}", name in kpis and same(kpis[name], expected["all"][name]),
              f"{kpis.get(name)} != {expected['all'][name]}")
    check(f"{what} Kpis ivr_abandoned", kpis.get("ivr_abandoned") == ivr, f"{kpis.get('ivr_abandoned')} != {ivr}")
    queues = {row["queue"]: row for row in tables["Queues"]}
    check(f"{what} queues", set(expected["by_queue"]) <= set(queues), sorted(map(str, queues)))
    for queue, want in expected["by_queue"].items():
        for name in FIGURES + VARIANTS:
            got = queues.get(queue, {}).get(name)
            check(f"{what} queue {queue} {name}", same(got, want[name]), f"{got} != {want[name]}")
    days = {str(row["date"])[:10]: row for row in tables["Daily"]}
    for name in FIGURES + VARIANTS:
        got = days.get(DAY, {}).get(name)
        check(f"{what} day {name}", same(got, expected["by_date"][DAY][name]), f"{got} != {expected['by_date'][DAY][name]}")


def parquet(what, lake, expected, ivr):
    entries = pq.read_table(lake / "queue_entries", partitioning="hive")
    exits = {v["values"]: v["counts"] for v in pc.value_counts(entries["exit"]).to_pylist()}
    check(f"{what} Parquet exits", exits == {"answered": expected["all"]["answered"], "abandoned": expected["all"]["abandoned"]}, exits)
    answered = entries.filter(pc.equal(entries["exit"], "answered"))
    check(f"{what} Parquet asa", same(pc.mean(answered["wait_seconds"]).as_py(), expected["all"]["asa"]))
    calls = pq.read_table(lake / "calls", partitioning="hive")
    check(f"{what} Parquet calls", calls.num_rows == expected["all"]["offered"] + ivr, calls.num_rows)
    stamp = calls.schema.field("started_at").type
    check(f"{what} instants in UTC", str(stamp) == "timestamp[us, tz=UTC]", stamp)
    for table in ["agents", "transfers", "participants", "media", "events", "utterances", "queue_intervals"]:
        pq.read_table(lake / table, partitioning="hive")
    intervals = pq.read_table(lake / "queue_intervals", partitioning="hive")
    check(f"{what} Parquet intervals", pc.sum(intervals["offered"]).as_py() == expected["all"]["offered"])


def real_day(folder, stem, vendor, ivr):
    expected = json.loads((DATA / "real-day" / "expected.json").read_text())
    config = configure(folder, stem.replace("_", "-"), vendor, DATA / "real-day" / f"{stem}.jsonl")
    callmart(config, "run")
    before = digests(folder)
    report = json.loads(callmart(config, "report", "sla", "--period", "day", "--date", DAY, "--json"))
    figures(f"{stem} json", report["tables"], expected, ivr)
    workbook = openpyxl.load_workbook(folder / "reports" / f"sla_{DAY}.xlsx", data_only=True)
    figures(f"{stem} workbook", {t: rows_of(workbook, t) for t in ("Kpis", "Queues", "Daily")}, expected, ivr)
    abandonment = json.loads(callmart(config, "report", "abandonment", "--period", "day", "--date", DAY, "--json"))
    check(f"{stem} abandoned calls", len(abandonment["tables"]["AbandonedCalls"]) == expected["all"]["abandoned"])
    parquet(stem, folder / "lake", expected, ivr)
    callmart(config, "run")
    check(f"{stem} second run", digests(folder) == before, "tables or workbooks changed")


def ccai_call(folder):
    config = configure(folder, "ccai", "ccai", DATA / "ccai" / "metadata_call-1418.json")
    callmart(config, "run")
    lake = folder / "lake"
    table = {t: pq.read_table(lake / t, partitioning="hive").to_pylist() for t in
             ["calls", "queue_entries", "agents", "transfers", "participants", "events"]}
    check("1418 calls", [c["call_id"] for c in table["calls"]] == ["1418"])
    call = table["calls"][0]
    check("1418 waits", [(e["wait_seconds"], e["vendor_sla"], e["vendor_threshold_seconds"], e["exit"]) for e in table["queue_entries"]]
          == [(9.0, "in_sla", 60.0, "answered"), (18.0, "in_sla", 60.0, "answered")], table["queue_entries"])
    check("1418 first wait", call["wait_seconds"] == 9.0)
    check("1418 talk, hold, wrap-up", (call["talk_seconds"], call["hold_seconds"], call["wrap_up_seconds"]) == (112.0, 5.0, 14.0))
    legs = [a for a in table["agents"] if a["type"] == "agent"]
    check("1418 legs", [(a["talk_seconds"], a["hold_seconds"], a["wrap_up_seconds"]) for a in legs] == [(32.0, 5.0, 8.0), (80.0, 0.0, 6.0)], legs)
    moves = [t for t in table["transfers"] if t["kind"] != "escalation"]
    check("1418 one transfer", len(moves) == 1 and moves[0]["kind"] == "cold" and call["transfer_count"] == 1, moves)
    check("1418 participants", len(table["participants"]) == 5)
    check("1418 human answer after the queue", call["answered_at"] > call["queued_at"])
    check("1418 survey", [e["event"] for e in table["events"]] == ["csat"])


def main():
    with tempfile.TemporaryDirectory() as tmp:
        for stem, vendor, ivr in [("ccai", "ccai", 74), ("callerdesk", "callerdesk", 74),
                                  ("nectar_webhook", "nectardesk", 0), ("nectar_rest", "nectardesk", 0)]:
            folder = pathlib.Path(tmp) / stem
            folder.mkdir()
            real_day(folder, stem, vendor, ivr)
        folder = pathlib.Path(tmp) / "call"
        folder.mkdir()
        ccai_call(folder)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
