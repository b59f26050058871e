"""The tables with dlt: python dlt_mart.py VENDOR ARCHIVE OUT TEMP

The filesystem destination with Parquet cannot merge, so the resource deduplicates: it looks at all records first, then
yields the newest of each call. Its layouts know no column, so every date is a table. Lists are left out: dlt makes tables
or JSON of them.
"""
import os
import sys

vendor, archive, out, temp = sys.argv[1:]
os.environ.update({
    "RUNTIME__DLTHUB_TELEMETRY": "false", "DLT_DATA_DIR": temp, "DLT_PROJECT_DIR": temp,
    "NORMALIZE__DATA_WRITER__COMPRESSION": "zstd", "DATA_WRITER__COMPRESSION": "zstd",
})

import dlt

from flatten import TABLES, VENDORS, lines, loads

flatten = VENDORS[vendor]


def calls():
    newest = {}
    for n, line in enumerate(lines(archive)):
        version, call_id, *_ = flatten(loads(line))
        if call_id not in newest or newest[call_id][0] <= version:
            newest[call_id] = (version, n)
    chosen = {n for _, n in newest.values()}
    newest.clear()
    tables, held = {}, 0
    for n, line in enumerate(lines(archive)):
        if n not in chosen:
            continue
        _, _, start, date, rows = flatten(loads(line))
        for table, row in rows:
            row.pop("tags", None)
            tables.setdefault(f"{table}_on_{date:%Y_%m_%d}", []).append(row)
            held += 1
        if held >= 10_000:
            yield from (dlt.mark.with_table_name(rows, table) for table, rows in tables.items())
            tables, held = {}, 0
    yield from (dlt.mark.with_table_name(rows, table) for table, rows in tables.items())


pipeline = dlt.pipeline(
    "callmart_bench", destination=dlt.destinations.filesystem(bucket_url="file://" + os.path.abspath(out), layout="{table_name}/{load_id}.{file_id}.{ext}"),
    dataset_name="mart", pipelines_dir=temp,
)
resource = dlt.resource(calls, name="calls", max_table_nesting=0)
pipeline.run(resource, loader_file_format="parquet")
for name in os.listdir(os.path.join(out, "mart")):
    table, found, date = name.partition("_on_")
    if found and table in TABLES:
        os.makedirs(os.path.join(out, table), exist_ok=True)
        os.rename(os.path.join(out, "mart", name), os.path.join(out, table, "date=" + date.replace("_", "-")))
