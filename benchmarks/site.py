"""How long the site of a finished report takes: cold, side by side, with what was drawn before, after one new sentence.

Every way builds the same bytes, or this fails. Times are in seconds, of the processor (with its child processes) and
of the clock. Writes benchmarks/site.csv. Usage: python benchmarks/site.py [FOLDER]; FOLDER is a report with its private
part, such as reports/2026S1; the report of the demo is made if none is given.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from coopeval import provenance, runs, site
from coopeval.wording import LANGUAGES, messages

ROOT = Path(__file__).parents[1]
SENTENCE = "Lower limit"  # a heading that stands in most tables


def built(report: Path, scratch: Path, **how: object) -> tuple[dict[str, str], float, float]:
    """Digests of the site of a copy of the report, seconds of the processor and of the clock."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    for name in ("run.json", "results", "private/notebooks"):
        (folder / name).parent.mkdir(exist_ok=True)
        (shutil.copytree if (report / name).is_dir() else shutil.copyfile)(report / name, folder / name)
    before, start = sum(os.times()[:4]), time.perf_counter()
    with runs.workers(how.pop("jobs", 1)) as by:
        made = site.build(folder, LANGUAGES, by=by, **how)
    took = sum(os.times()[:4]) - before, time.perf_counter() - start
    digests = provenance.digests_of_folder(made)
    shutil.rmtree(folder)
    return digests, *took


def measured(report: Path, scratch: Path) -> pd.DataFrame:
    """One row per way of building."""
    kept, changed = scratch / "drawn", messages._messages("nl")
    rows, first = [], None
    for way, how in {
        "in one process": {},
        "in two processes": {"jobs": 2},
        "in one process, keeping what is drawn": {"kept": kept},
        "nothing changed": {"kept": kept},
        "one Dutch heading changed": {"kept": kept},
    }.items():
        if "changed" in way and way.startswith("one"):
            changed[SENTENCE] = "Onderste grens"
        digests, processor, clock = built(report, scratch, **how)
        first = first or digests
        if way.startswith("one ") == (digests == first):
            raise SystemExit(f"{way}: other bytes than expected")
        rows.append({"way": way, "processor_s": processor, "clock_s": clock})
    table = pd.DataFrame(rows)
    return table.assign(ratio=(table["clock_s"].iloc[0] / table["clock_s"]).round(1)).round(1)


def main(given: list[str]) -> None:
    """Measure and write."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(given[0]) if given else Path(scratch) / "2026S1"
        if not given:
            command = ["-m", "coopeval", "run", "--data", "data/demo", "--semester", "2026S1", "--out", scratch]
            subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
        table = measured(report, Path(scratch))
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(sys.argv[1:])
