"""CPU seconds that the computation of each notebook of a semester costs, here and before it was made once.

Cells run in one process, without kernels and pages, on tables that were checked once, as a run lays them out; both
states of the code in one go, for only ratios of one run mean anything. The figures handed over must be the same
bytes, else the comparison stops. Writes benchmarks/chapters.csv.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BEFORE = "6506e11"  # the last commit at which every cell made its cohort, spells and jobs anew
NOT_OF_A_SEMESTER = ("90_annual_report",)


def measured(tree: Path, results: Path) -> dict[str, float]:
    """Seconds per notebook of the code in a tree, in a process of its own; its results land in a folder."""
    path = os.pathsep.join([str(tree), str(tree / "tests")])
    command = [sys.executable, __file__, str(tree), str(results)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path, "MPLBACKEND": "agg"}, cwd=tree, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def execute(tree: Path, results: Path) -> dict[str, float]:
    """Here and now: what `measured` asks another process for."""
    import nbformat
    import published

    seconds = {}
    for notebook in sorted((tree / "notebooks").glob("*.ipynb")):
        if notebook.stem not in NOT_OF_A_SEMESTER:
            (results / notebook.stem).mkdir(parents=True)
            begun = time.process_time()
            published._executed(nbformat.read(notebook, as_version=4), {}, results / notebook.stem)
            seconds[notebook.stem] = time.process_time() - begun
    return seconds


def laid_out(tree: Path, desk: Path):
    """The tables of the demo data as a run lays them out for its notebooks, where this code does."""
    from contextlib import nullcontext

    from coopeval import tables

    try:
        from coopeval.tables.laid_out import laid_out
    except ImportError:
        return nullcontext()
    return laid_out(tables.read("data/demo"), tree / "data" / "demo", desk)


def same_bytes(one: Path, other: Path) -> None:
    """Stops where the two states handed over different figures."""
    names = [sorted(path.relative_to(at) for path in at.rglob("*.csv")) for at in (one, other)]
    assert names[0] == names[1], "other tables were handed over"
    changed = [str(name) for name in names[0] if (one / name).read_bytes() != (other / name).read_bytes()]
    assert not changed, f"other figures in {changed}"


def main() -> None:
    with tempfile.TemporaryDirectory() as desk:
        before = Path(desk, "before")
        subprocess.run(["git", "worktree", "add", "--detach", "-q", str(before), BEFORE], cwd=ROOT, check=True)
        try:
            was, now = measured(before, Path(desk, "was")), measured(ROOT, Path(desk, "now"))
            same_bytes(Path(desk, "was"), Path(desk, "now"))
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(before)], cwd=ROOT, check=True)
    rows = [(name, was[name], now[name]) for name in now]
    rows.append(("all", sum(was.values()), sum(now.values())))
    with open(ROOT / "benchmarks" / "chapters.csv", "w", newline="", encoding="utf-8") as file:
        told = csv.writer(file, lineterminator="\n")
        told.writerow(["notebook", "cpu_seconds_before", "cpu_seconds", "ratio"])
        told.writerows((name, f"{old:.2f}", f"{new:.2f}", f"{old / new:.2f}") for name, old, new in rows)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        with tempfile.TemporaryDirectory() as own, laid_out(Path(sys.argv[1]), Path(own)):
            print(json.dumps(execute(Path(sys.argv[1]), Path(sys.argv[2]))))
    else:
        main()
