"""A cohort of Brussels co-operatives and non-profits out of a whole register: seconds and memory, and the peers.

`python benchmarks/kbo.py [ENTERPRISES] [PLACE]` draws a full extract (2 million enterprises, 10 million activities) in
a folder of its own, measures each way in a fresh process, and writes benchmarks/kbo.csv. It needs some 3 GB of disk,
which it gives back. Peers that are not installed are left out with a message; COOPEVAL_PEERS names a Python that has
polars. All ways must find the same enterprises.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
from datetime import date
from pathlib import Path

import pandas as pd

OUT = Path(__file__).with_suffix(".csv")
ROOT = Path(__file__).parents[1]
DAY = date(2030, 1, 1)
SEATS = ["1000", "1030", "1050", "1070", "1080"]
FORMS = ["706", "008", "017"]
REPEATS = 3

PRELUDE = f"""
import re, sys, time
from pathlib import Path
SEATS, FORMS = {SEATS!r}, {FORMS!r}
place = Path(sys.argv[1])
start, used = time.perf_counter(), time.process_time()
"""
REPORT = """
seconds, processor = time.perf_counter() - start, time.process_time() - used
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])  # of this program alone
print(n, seconds, processor, peak / 1024)
"""
WAYS = {
    "read the files, no more": """
        n = 0
        for path in sorted((place / "extract").glob("*.csv")):
            with path.open("rb") as file:
                while chunk := file.read(4_000_000):
                    n += chunk.count(10)
    """,
    "coopeval, import of the folder": """
        from coopeval.importers import kbo
        n = kbo.bring_in([place / "extract"], place / "store").quality["n"].sum()
    """,
    "coopeval, import of the zip file": """
        from coopeval.importers import kbo
        n = kbo.bring_in([place / "extract.zip"], place / "store-of-zip").quality["n"].sum()
    """,
    "coopeval, cohort from the store": """
        from coopeval.importers import kbo
        start, used = time.perf_counter(), time.process_time()
        n = len(kbo.enterprises(place / "store", postcodes=SEATS, legal_forms=FORMS))
    """,
    "DuckDB, cohort from the CSV": """
        import duckdb
        from coopeval.importers.kbo import engine
        from coopeval.importers.kbo.layout import LAYOUTS
        link = engine.engine(place)
        of = lambda table: engine.csv(place / "extract" / f"{table}.csv", LAYOUTS[table].columns)
        n = link.execute(f'''
            SELECT count(*) FROM (
                SELECT EnterpriseNumber FROM {of("enterprise")}
                WHERE coalesce(JuridicalFormCAC, JuridicalForm) IN {engine.many(FORMS)}
                AND TypeOfEnterprise = '2') e
            SEMI JOIN (SELECT EntityNumber FROM {of("address")}
                WHERE TypeOfAddress = 'REGO' AND Zipcode IN {engine.many(SEATS)}) a
                ON e.EnterpriseNumber = a.EntityNumber
            LEFT JOIN (SELECT EntityNumber, min(NaceCode) FROM {of("activity")}
                WHERE NaceVersion = '2025' AND Classification = 'MAIN' GROUP BY 1) c
                ON e.EnterpriseNumber = c.EntityNumber''').fetchone()[0]
    """,
    "polars, cohort from the CSV": """
        import polars as pl
        read = lambda table: pl.scan_csv(place / "extract" / f"{table}.csv", infer_schema=False)
        seats = read("address").filter((pl.col("TypeOfAddress") == "REGO") & pl.col("Zipcode").is_in(SEATS))
        codes = read("activity").filter((pl.col("NaceVersion") == "2025") & (pl.col("Classification") == "MAIN"))
        form = pl.coalesce("JuridicalFormCAC", "JuridicalForm")
        chosen = (
            read("enterprise").filter(form.is_in(FORMS) & (pl.col("TypeOfEnterprise") == "2"))
            .join(seats.select("EntityNumber"), left_on="EnterpriseNumber", right_on="EntityNumber", how="semi")
            .join(codes.group_by("EntityNumber").agg(pl.col("NaceCode").min()),
                  left_on="EnterpriseNumber", right_on="EntityNumber", how="left")
        )
        n = chosen.collect().height
    """,
    "pandas, cohort from the CSV in chunks": """
        import pandas as pd
        def rows(table, columns, wanted):
            parts = pd.read_csv(place / "extract" / f"{table}.csv", dtype=str, usecols=columns, chunksize=1_000_000,
                                keep_default_na=False)
            return pd.concat([part[wanted(part)] for part in parts])
        form = lambda part: part["JuridicalFormCAC"].where(part["JuridicalFormCAC"].ne(""), part["JuridicalForm"])
        who = rows("enterprise", ["EnterpriseNumber", "TypeOfEnterprise", "JuridicalForm", "JuridicalFormCAC"],
                   lambda part: form(part).isin(FORMS) & part["TypeOfEnterprise"].eq("2"))
        seats = rows("address", ["EntityNumber", "TypeOfAddress", "Zipcode"],
                     lambda part: part["TypeOfAddress"].eq("REGO") & part["Zipcode"].isin(SEATS))
        who = who[who["EnterpriseNumber"].isin(seats["EntityNumber"])]
        codes = rows("activity", ["EntityNumber", "NaceVersion", "NaceCode", "Classification"],
                     lambda part: part["NaceVersion"].eq("2025") & part["Classification"].eq("MAIN")
                     & part["EntityNumber"].isin(who["EnterpriseNumber"]))
        who = who.merge(codes.groupby("EntityNumber")["NaceCode"].min(), left_on="EnterpriseNumber",
                        right_index=True, how="left")
        n = len(who)
    """,
}


def measured(way: str, place: Path) -> dict | None:
    """One way in a fresh process: what it found, seconds, seconds of processor, megabytes at the peak."""
    python = os.environ.get("COOPEVAL_PEERS", sys.executable) if way.startswith("polars") else sys.executable
    code = PRELUDE + textwrap.dedent(WAYS[way]) + REPORT
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([python, "-c", code, str(place)], capture_output=True, text=True, env=environment)
    if done.returncode:
        missing = "No module named" in done.stderr
        print(f"{way}: {'not installed, left out' if missing else done.stderr[-500:]}", file=sys.stderr)
        return None
    n, seconds, processor, megabytes = map(float, done.stdout.split())
    return {"way": way, "found": int(n), "seconds": seconds, "cpu_seconds": processor, "peak_mb": megabytes}


def main(n: int, place: Path) -> None:
    """Draw, measure each way several times in turn, keep the medians, take everything away."""
    sys.path.insert(0, str(ROOT))
    from coopeval.synthetic.register import register

    made = register(n, (DAY,), per_enterprise=7.0)
    made.full(0, place / "extract")
    made.full(0, place / "extract.zip")
    found = []
    for repeat in range(REPEATS):
        for way in WAYS:
            if "import" not in way or not repeat:  # a store stands once, and must stand for what follows
                found.append(measured(way, place))
    rows = pd.DataFrame([row for row in found if row])
    table = rows.groupby("way", sort=False).median(numeric_only=True).reset_index()
    reading = table.loc[table["way"].str.startswith("read"), "cpu_seconds"].item()
    table = table.assign(enterprises=n, times_reading=table["cpu_seconds"] / reading)
    digits = {"seconds": 2, "cpu_seconds": 2, "peak_mb": 0, "times_reading": 1, "found": 0}
    table.round(digits).astype({"found": int, "peak_mb": int}).to_csv(OUT, index=False, lineterminator="\n")
    cohorts = table[table["way"].str.contains("cohort")]
    assert cohorts["found"].nunique() == 1, "the ways do not find the same enterprises"


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        main(size, Path(folder))
