"""The report of a semester, in three languages with HTML, against what people use today on the same notebooks.

    python benchmarks/report.py [--only 05_published_evidence,10_portfolio] [--without-peers]

What each way does, all with two processors, from the demo data:

- commands: `papermill` and then `jupyter nbconvert --to html`, for each notebook and each language, one after another;
- two processes: the papermill API in two processes for each notebook and language, then one nbconvert call;
- ours, cold: `coopeval run`, which executes each notebook once for all languages, and besides draws every figure anew
  for each language, makes tables for download, audits what would be published with all that was, checks every file and
  switches. Nothing of that is taken off;
- ours again: with nothing changed; and with one row of one table changed, as a correction that is published.

All code was compiled before, as it is from the second time on wherever Python may write its bytecode: without that
every process of theirs would compile what it imports, and look slower than it is.

Wall seconds, for whoever waits counts those, and those of all processors in the note; only ratios of one run mean
anything. Writes report.csv beside this file.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import shutil
import site
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from measuring import FASTER, SECONDS, Results, versions

from coopeval.provenance.digests import ROOT
from coopeval.wording import LANGUAGES

SEMESTER, DATA = "2026S1", ROOT / "data" / "demo"
DONE = ": done ("  # how a run tells that a notebook was executed
NOTHING, HELP, TURNS = 5, 5, 3  # times in turn
CORRECTED = {"support": "hours", "costs": "amount_eur", "headcounts": "headcount"}
GOALS = {"commands": ("papermill and nbconvert commands, one after another", (14, 30)),
         "two processes": ("papermill API in two processes, one nbconvert call", (4, 10))}  # fmt: skip
JOB = "report of a semester, three languages with HTML"


def papermill(path: str, place: str, given: dict[str, object]) -> None:
    told = [word for name, value in given.items() for word in ("-p", name, str(value))]
    command = [sys.executable, "-m", "papermill", path, place, "--no-progress-bar", *told]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def by_api(job: tuple[str, str, dict[str, object]]) -> None:
    import papermill

    path, place, given = job
    papermill.execute_notebook(path, place, given, progress_bar=False, cwd=str(ROOT))


def nbconvert(*places: str) -> None:
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", *places]
    subprocess.run(command, check=True, capture_output=True)


def jobs(notebooks: Sequence[Path], out: Path) -> list[tuple[str, str, dict[str, object]]]:
    given = {"data": str(DATA), "semester": SEMESTER}
    return [(str(p), str(out / f"{lang}-{p.name}"), {**given, "lang": lang}) for lang in LANGUAGES for p in notebooks]


def commands(notebooks: Sequence[Path], out: Path) -> None:
    for path, place, given in jobs(notebooks, out):
        papermill(path, place, given)
        nbconvert(place)


def two_processes(notebooks: Sequence[Path], out: Path) -> None:
    asked = jobs(notebooks, out)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(by_api, asked))
    nbconvert(*(place for _, place, _ in asked))


def ours(data: Path, out: Path, *more: str) -> str:
    """What `coopeval run` says."""
    command = [sys.executable, "-m", "coopeval", "run", "--data", str(data), "--semester", SEMESTER, "--jobs", "2"]
    done = subprocess.run([*command, "--out", str(out), *more], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout + done.stderr


def clocked(way: Callable, *given: object) -> tuple[float, float, object]:
    """Wall seconds, seconds of all processors, and what it gives."""
    before, began = _cpu(), time.perf_counter()
    said = way(*given)
    return time.perf_counter() - began, _cpu() - before, said


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def corrected(data: Path, table: str) -> Path:
    """The same folder, where each notebook was told to look, with another number in the last row that has one."""
    shutil.copytree(DATA, data, dirs_exist_ok=True)
    rows = pd.read_csv(data / f"{table}.csv", dtype=str, keep_default_na=False)
    at = rows.index[rows[CORRECTED[table]].str.fullmatch(r"\d+(\.\d+)?")][-1]
    rows.loc[at, CORRECTED[table]] = str(int(float(rows.loc[at, CORRECTED[table]])) + 1)
    rows.to_csv(data / f"{table}.csv", index=False, lineterminator="\n")
    return data


def row(job: str, against: str, goals: tuple, seconds: tuple[float, float], note: str) -> dict[str, object]:
    ours_s, peer_s = seconds
    told = {"seconds": f"{ours_s:.3g}", "peer_seconds": f"{peer_s:.4g}", "note": f"wall; {note}"}
    return {"job": job, "against": against, "measure": FASTER, "goal": goals[0], "stretch": goals[1],
            "reached": round(peer_s / ours_s, 1), **told, "versions": versions("papermill", "nbconvert")}  # fmt: skip


def compare(only: Sequence[str], has_peers: bool, results: Results) -> None:
    found = sorted((ROOT / "notebooks").glob("*.ipynb"))
    notebooks = [p for p in found if (p.stem in only if only else not p.stem.startswith("90_"))]
    more = ["--only", ",".join(only)] if only else []
    with tempfile.TemporaryDirectory() as scratch:
        peers = {}
        for name, way in (("commands", commands), ("two processes", two_processes)) if has_peers else ():
            out = Path(scratch, name)
            out.mkdir()
            peers[name] = clocked(way, notebooks, out)
            print(f"{name}: {peers[name][0]:.0f} s, of processors {peers[name][1]:.0f}", flush=True)
        out = Path(scratch, "ours")
        data = Path(shutil.copytree(DATA, Path(scratch, "data")))
        cold, used, said = clocked(ours, data, out, *more)
        print(f"cold: {cold:.0f} s, of processors {used:.0f}", flush=True)
        told = f"notebooks executed {said.count(DONE)}, of processors {used:.0f} s"
        results.add([
            row(f"{JOB}, cold", *GOALS[name], (cold, wall), f"{told}; of theirs {cpu:.0f} s")
            for name, (wall, cpu, _) in peers.items()
        ])  # fmt: skip
        again = [clocked(ours, data, out, *more) for _ in range(NOTHING)]
        assert not any(said.count(DONE) for *_, said in again), "something was executed though nothing changed"
        results.add([nothing_changed(statistics.median(wall for wall, *_ in again))])
        rows = {table: corrected(Path(scratch, f"rows of {table}"), table) for table in CORRECTED}
        took: dict[str, list[float]] = {table: [] for table in rows}
        executed = {}
        for turn in range(TURNS):  # in turn, for the machine is faster at some minutes than at others
            for table, with_row in rows.items():
                place = Path(scratch, f"with {table} {turn}")
                shutil.copytree(out, place)
                wall, _, said = clocked(ours, with_row, place, "--revise", "one row corrected", *more)
                print(f"one row of {table}: {wall:.1f} s", flush=True)
                took[table].append(wall)
                executed[table] = said.count(DONE)
        for table, each in took.items():
            wall = statistics.median(each)
            note = f"median of {TURNS} in turn; notebooks executed {executed[table]} of {len(notebooks)}"
            note += "; audited, checked and published again"
            if peers:
                job, base = f"{JOB}, one row of {table} changed", peers["commands"][0]
                results.add([row(job, GOALS["commands"][0], (20, None), (wall, base), note)])


def nothing_changed(seconds: float) -> dict[str, object]:
    return {"job": f"{JOB}, nothing changed", "against": "a limit", "measure": SECONDS, "goal": 0.5, "stretch": 0.2,
            "reached": round(seconds, 2), "seconds": f"{seconds:.3g}",
            "note": "wall; every file hashed, nothing executed", "versions": versions()}  # fmt: skip


def compare_help(results: Results) -> None:
    """How long `--help` takes, in turn."""
    took: dict[str, list[float]] = {"coopeval": [], "papermill": []}
    for _ in range(HELP):
        for name, each in took.items():
            command = [sys.executable, "-m", name, "--help"]
            each.append(clocked(lambda asked=command: subprocess.run(asked, check=True, capture_output=True))[0])
    mine, theirs = (statistics.median(each) for each in took.values())
    results.add([row("coopeval --help", "papermill --help", (15, None), (mine, theirs), f"{HELP} times in turn")])


def compile_all() -> None:
    """The bytecode of everything either way imports."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for place in (*site.getsitepackages(), ROOT / "coopeval"):
        compileall.compile_dir(place, quiet=2, workers=2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="some of the notebooks, with commas")
    parser.add_argument("--without-peers", action="store_true", help="only ours; no ratios then")
    asked = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    compile_all()
    results = Results(__file__)
    compare_help(results)
    compare([name for name in asked.only.split(",") if name], not asked.without_peers, results)
    results.finish()


if __name__ == "__main__":
    main()
