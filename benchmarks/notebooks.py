"""Executing notebooks: kernels forked from a warm parent against what people use today, on the same notebooks.

Ten notebooks (curve, figure, table, Cox model, regression on made-up rows) by the papermill command one after another,
by the papermill API in two processes, and by ours with one and with two jobs. Their outputs must be equal, pictures
included, else the comparison stops.

The report of a semester is compared in report.py.

Wall time and the time of all processors; only ratios of one run mean anything. Writes notebooks.csv beside this file.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import nbformat
import pandas as pd

from coopeval.provenance.digests import ROOT
from coopeval.runs import executing, scheduling, warm
from coopeval.runs.executing import EXECUTED, Task

TEN, TIMES = 10, 3
CELLS = (
    "n: int = 500  # rows",
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\nimport statsmodels.api as sm\n"
    "from lifelines import CoxPHFitter, KaplanMeierFitter",
    "rng = np.random.default_rng(n)\nrows = pd.DataFrame({'months': rng.exponential(40, n).round(1) + 0.1, "
    "'ceased': rng.random(n) < 0.6, 'size': rng.normal(size=n), 'age': rng.normal(size=n)})\nrows.head()",
    "curve = KaplanMeierFitter().fit(rows['months'], rows['ceased'])\ncurve.survival_function_.iloc[::50]",
    "figure, axes = plt.subplots()\naxes.step(curve.timeline, curve.survival_function_.iloc[:, 0])\nplt.show()",
    "CoxPHFitter().fit(rows, 'months', 'ceased').summary.round(6)",
    "sm.OLS(rows['months'], sm.add_constant(rows[['size', 'age']])).fit().params.round(6)",
)


def write_ten(folder: Path) -> list[Path]:
    """Ten small analyses."""
    made = []
    for at in range(TEN):
        cells = [nbformat.v4.new_code_cell(code, id=f"cell-{n}") for n, code in enumerate(CELLS)]
        cells[0].metadata["tags"] = ["parameters"]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        made.append(folder / f"{at:02d}_analysis.ipynb")
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), made[-1])
    return made


def commands(notebooks: Sequence[Path], out: Path) -> list[Path]:
    """The papermill command, one after another."""
    made = [out / path.name for path in notebooks]
    for at, (path, place) in enumerate(zip(notebooks, made, strict=True)):
        papermill(path, place, {"n": 500 + at})
    return made


def papermill(path: Path, place: Path, parameters: dict[str, object]) -> None:
    given = [word for name, value in parameters.items() for word in ("-p", name, str(value))]
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--cwd", str(ROOT), str(path), str(place)]
    subprocess.run([*command, *given], check=True, capture_output=True)


def two_processes(notebooks: Sequence[Path], out: Path) -> list[Path]:
    """The papermill API in two processes, each with its imports done once."""
    made = [out / path.name for path in notebooks]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [
            (str(path), str(place), {"n": 500 + at})
            for at, (path, place) in enumerate(zip(notebooks, made, strict=True))
        ]
        list(pool.map(by_api, jobs))
    return made


def by_api(job: tuple[str, str, dict[str, object]]) -> None:
    import papermill

    path, place, parameters = job
    papermill.execute_notebook(path, place, parameters, progress_bar=False, cwd=str(ROOT))


def ours(jobs: int) -> Callable[[Sequence[Path], Path], list[Path]]:
    """Kernels forked from a warm parent, which is started and ended each time: its imports are part of the cost."""

    def way(notebooks: Sequence[Path], out: Path) -> list[Path]:
        tasks = [Task(path.stem, path, {"n": 500 + at}, out / path.stem, ROOT) for at, path in enumerate(notebooks)]
        for task in tasks:
            task.folder.mkdir()
        list(scheduling.execute_all(tasks, {}, jobs, lambda msgid, **values: None))
        warm.end()
        return [task.folder / EXECUTED for task in tasks]

    return way


def shown(path: Path) -> list[list[dict]]:
    """What a notebook shows, without what papermill adds."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    cells = [cell for cell in cells if executing.INJECTED not in executing.tags(cell)]
    return [[dict(o.get("data", {"text": o.get("text")})) for o in cell.outputs] for cell in cells]


@contextmanager
def clocked(taken: dict[str, float]):
    """Wall time and the time of all processors, in seconds."""
    before, began = _cpu(), time.perf_counter()
    yield
    taken["wall_s"], taken["cpu_s"] = time.perf_counter() - began, _cpu() - before


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def compare_ten(times: int) -> pd.DataFrame:
    """Each way, so many times in turn; the medians, and their ratios to the command."""
    ways = {
        "papermill command, one after another": commands,
        "papermill API, two processes": two_processes,
        "coopeval, one job": ours(1),
        "coopeval, two jobs": ours(2),
    }
    lines, reference = [], None
    with tempfile.TemporaryDirectory() as folder:
        notebooks = write_ten(Path(folder))
        for turn in range(times):
            for name, way in ways.items():
                out = Path(folder, f"{turn}-{list(ways).index(name)}")
                out.mkdir()
                taken: dict[str, float] = {}
                with clocked(taken):
                    made = way(notebooks, out)
                said = [shown(path) for path in made]
                reference = reference or said
                assert said == reference, f"{name}: other outputs"
                lines.append({"way": name, **taken})
    return ratios(pd.DataFrame(lines), "papermill command, one after another")


def ratios(lines: pd.DataFrame, against: str) -> pd.DataFrame:
    """Medians of each way, and how many times less it takes than the one it is measured against."""
    keys = [name for name in lines if name not in ("wall_s", "cpu_s")]
    table = lines.groupby(keys, sort=False)[["wall_s", "cpu_s"]].agg(statistics.median).reset_index()
    base = table[table["way"] == against].iloc[0]
    table = table.assign(times_faster=base["wall_s"] / table["wall_s"], times_less_cpu=base["cpu_s"] / table["cpu_s"])
    return table.round(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=TIMES, help=f"each way so many times in turn; {TIMES}")
    asked = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    table = compare_ten(asked.times)
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
