"""A cohort of Brussels co-operatives and non-profits out of a whole register: time and memory, and the peers.

`python benchmarks/kbo.py [ENTERPRISES] [FOLDER] [ACTIVITIES]` draws a full extract (2 million enterprises and 10
million activities unless told otherwise; COOPEVAL_REGISTER tells it to `make bench`), measures each way in a fresh
process, and writes benchmarks/kbo.csv. In a FOLDER, an extract that was drawn there before is used again and left
there; else it needs some 4 GB of disk for a while. Peers that are not installed are left out with a message;
COOPEVAL_PEERS names a Python that has polars. All ways must find the same enterprises. The store is asked for its
cohort twice, and the second counts.

With ACTIVITIES, such as the 36000000 of the real register, the same enterprises get so many, and only the import of
the folder and the cohort from the store are measured, the import once: some 10 minutes, a third of them drawing, and
6 GB of disk. Rows of a size that was not measured stay as they are in benchmarks/kbo.csv.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd

OUT = Path(__file__).with_suffix(".csv")
ROOT = Path(__file__).parents[1]
DAY = date(2030, 1, 1)
SEATS = ["1000", "1030", "1050", "1070", "1080"]
FORMS = ["706", "008", "017"]
REPEATS = 3
PER_ENTERPRISE = 7.0  # activities of an enterprise that has any

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
        ask = lambda: len(kbo.enterprises(place / "store", postcodes=SEATS, legal_forms=FORMS))
        ask()
        start, used = time.perf_counter(), time.process_time()
        n = ask()
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

OF_MANY_ACTIVITIES = ["read the files, no more", "coopeval, import of the folder", "coopeval, cohort from the store"]


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


def main(n: int, place: Path, activities: int = 0) -> None:
    """Draw, measure each way several times in turn, write the medians as rows of the results."""
    sys.path.insert(0, str(ROOT))
    drawn(n, place)
    size, ways = f"register of {n:,} enterprises: ", list(WAYS)
    if activities:
        place = with_activities(n, activities, place)
        size, ways = f"register of {n:,} enterprises and {activities:,} activities: ", OF_MANY_ACTIVITIES
    elif not (place / "extract.zip").is_file():
        shutil.make_archive(str(place / "extract"), "zip", place / "extract")
    found = []
    for repeat in range(REPEATS):
        for way in ways:
            if "import" not in way or not repeat:  # a store stands once, and must stand for what follows
                print(f"{way}, {repeat + 1} of {REPEATS}", file=sys.stderr, flush=True)
                found.append(measured(way, place))
    for name in ("store", "store-of-zip"):
        shutil.rmtree(place / name, ignore_errors=True)
    rows = pd.DataFrame([row for row in found if row])
    table = rows.groupby("way", sort=False).median(numeric_only=True)
    cohorts = table[table.index.str.contains("cohort")]
    assert cohorts["found"].nunique() == 1, "the ways do not find the same enterprises"
    written(told(table, size), size)


def drawn(n: int, place: Path) -> None:
    """The extract of a register, where it does not lie there yet; whole or not at all."""
    from coopeval.synthetic.register import register

    if not (place / "extract").is_dir():
        register(n, (DAY,), per_enterprise=PER_ENTERPRISE).full(0, place / "part")
        (place / "part").rename(place / "extract")


def with_activities(n: int, activities: int, place: Path) -> Path:
    """A folder beside with the same extract, but so many activities: no other file of it depends on their number."""
    from coopeval.synthetic import register_files
    from coopeval.synthetic.register import SHARE_WITHOUT_ACTIVITY, register

    beside = place / f"{activities}-activities"
    if not (beside / "extract").is_dir():
        shutil.copytree(place / "extract", beside / "part", copy_function=os.link, dirs_exist_ok=True)
        (beside / "part" / "activity.csv").unlink()
        more = register(n, (DAY,), per_enterprise=activities / n / (1 - SHARE_WITHOUT_ACTIVITY))
        with (beside / "part" / "activity.csv").open("wb") as file:
            file.writelines(register_files.full(more, 0)["activity"])
        (beside / "part").rename(beside / "extract")
    return beside


def written(rows: pd.DataFrame, size: str) -> None:
    """Put the rows of one size in place of those that stood for it; rows of other sizes stay."""
    before = pd.read_csv(OUT) if OUT.is_file() else rows.iloc[:0]
    others = before[~before["job"].str.startswith(size)]
    parts = [rows, others] if "activities" not in size else [others, rows]
    pd.concat([part for part in parts if len(part)]).to_csv(OUT, index=False, lineterminator="\n")


def told(table: pd.DataFrame, size: str) -> pd.DataFrame:
    """The medians as rows of the results: each way against reading the files, the cohort against each peer too."""
    cpu, peak, found = table["cpu_seconds"], table["peak_mb"], table["found"]
    reading, ours = table.index[0], "coopeval, cohort from the store"

    def row(way: str, against: str, measure: str, goal, reached: float, other: str = "") -> dict:
        return {
            "job": size + way, "against": against, "measure": measure, "goal": goal, "reached": round(reached, 3),
            "seconds": round(cpu[way], 2), "peer_seconds": round(cpu[other], 2) if other else None,
            "memory_mb": round(peak[way]), "note": f"{found[way]:.0f} found, {table['seconds'][way]:.1f} s of wall",
        }  # fmt: skip

    ways = [way for way in table.index if way != reading]
    rows = [row(way, reading, "times the time", None, cpu[way] / cpu[reading], reading) for way in ways]
    rows += [row(way, "at the peak", "MB", 1000, peak[way]) for way in ways if way.startswith("coopeval")]
    rows.append(row(ours, "a second", "seconds", 1, cpu[ours]))
    rows += [row(ours, way, "times faster", 1, cpu[way] / cpu[ours], way) for way in ways if "from the CSV" in way]
    packages = " ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "pyarrow"))
    return pd.DataFrame(rows).assign(measured_on=datetime.now(UTC).date().isoformat(), versions=packages)


if __name__ == "__main__":
    size = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("COOPEVAL_REGISTER", 2_000_000))
    if len(sys.argv) > 2:
        main(size, Path(sys.argv[2]), int(sys.argv[3] if len(sys.argv) > 3 else 0))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(size, Path(folder))
