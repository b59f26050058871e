"""The tables with pandas: python pandas_mart.py VENDOR ARCHIVE OUT TEMP

Records are parsed and flattened in Python, a hundred thousand at a time, so that memory holds columns, not objects.
"""
import os
import sys

import pandas as pd

from flatten import TABLES, VENDORS, lines, loads

CHUNK = 100_000
vendor, archive, out, _ = sys.argv[1:]
flatten = VENDORS[vendor]
frames = {table: [] for table in TABLES}
told = []
pending = {table: [] for table in TABLES}


def flush():
    for table, rows in pending.items():
        if rows:
            frames[table].append(pd.DataFrame(rows))
            pending[table] = []


for n, line in enumerate(lines(archive)):
    version, call_id, start, date, rows = flatten(loads(line))
    told.append((call_id, version, n))
    for table, row in rows:
        row["start"], row["date"], row["told"] = start, date.isoformat(), n
        pending[table].append(row)
    if n % CHUNK == CHUNK - 1:
        flush()
flush()
newest = pd.DataFrame(told, columns=["call_id", "version", "told"]).sort_values(["version", "told"]).drop_duplicates("call_id", keep="last")["told"]
del told
for table, index in TABLES.items():
    if not frames[table]:
        continue
    frame = pd.concat([f.dropna(axis=1, how="all") for f in frames.pop(table)], ignore_index=True)
    frame = frame[frame["told"].isin(newest)].sort_values(["start", "call_id"] + ([index] if index else []))
    for date, day in frame.groupby("date"):
        folder = os.path.join(out, table, "date=" + date)
        os.makedirs(folder)
        day.drop(columns=["start", "date", "told"]).to_parquet(os.path.join(folder, "part-0.parquet"), compression="zstd", index=False)
