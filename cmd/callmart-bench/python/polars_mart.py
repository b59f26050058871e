"""The tables with Polars expressions: python polars_mart.py VENDOR ARCHIVE OUT TEMP"""
import glob
import os
import sys

import polars as pl

import polars_shapes

vendor, archive, out, _ = sys.argv[1:]
INDEX = {"calls": None, "queue_entries": "queue_entry_index", "agents": "agent_index", "transfers": "transfer_index", "participants": "participant_index"}

shape = getattr(polars_shapes, vendor)
files = sorted(glob.glob(os.path.join(archive, "*.ndjson*")))
newest = shape.read(files).sort("version", maintain_order=True).unique("call_id", keep="last", maintain_order=True)
for table, index in INDEX.items():
    make = getattr(shape, table, None)
    if make is None:
        continue
    frame = make(newest).sort(["start", "call_id"] + ([index] if index else []))
    for (date,), day in frame.partition_by("date", as_dict=True, maintain_order=True, include_key=False).items():
        folder = os.path.join(out, table, f"date={date}")
        os.makedirs(folder)
        day.drop("start").write_parquet(os.path.join(folder, "part-0.parquet"), compression="zstd")
