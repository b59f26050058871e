"""Runs a plan of callmart-bench in the DuckDB of this Python: python duckdb_plan.py PLAN"""
import json
import os
import sys

import duckdb

with open(sys.argv[1]) as f:
    plan = json.load(f)
db = duckdb.connect()
for statement in plan["setup"]:
    db.execute(statement)
for (date,) in db.execute(plan["dates"]).fetchall():
    db.execute(plan["view"].replace("{{date}}", date))
    for table in plan["tables"]:
        folder = os.path.join(plan["out"], table["table"], "date=" + date)
        os.makedirs(folder)
        target = os.path.join(folder, "part-0.parquet").replace("'", "''")
        db.execute(f"COPY (\n{table['select']}\n) TO '{target}' (FORMAT PARQUET, COMPRESSION ZSTD)")
