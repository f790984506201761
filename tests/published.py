"""Reports of the demo data for tests that look at what is published: made once, shared by all workers, never changed.

The notebooks run in one process, cell by cell, without kernels; each output keeps its language-neutral description,
which is all a page is made of. Run as a program it makes one report: DATA PERIOD OUT LANGUAGES.
"""

import ast
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import nbformat

from coopeval import provenance, runs, site, wording
from coopeval.provenance.digests import ROOT
from coopeval.provenance.results import RESULTS, SPEC
from coopeval.runs import chapters
from coopeval.runs.executing import EXECUTED, grafted
from coopeval.runs.steps import READ
from coopeval.tables.reads import READS

EXECUTED_BEFORE = (
    "COOPEVAL_EXECUTED"  # results that the check of the stored outputs left behind, on the demo's defaults
)
DEFAULTS = ("data/demo", "2026S1")
DELIVERY_OF = {"2025S1": "data/demo-2025S2", "2025S2": "data/demo-2025S2", "2026S1": "data/demo"}
DRAWN = "COOPEVAL_TEST_DRAWN"  # where reports made here share what they draw; other surroundings draw for themselves
STORE = ROOT / ".pytest_cache" / "published"
JOBS = 2  # whoever else wants the report waits for it: the processors are free


def report(semester="2026S1", languages=wording.LANGUAGES):
    """The folder of a finished report of the demo data."""
    return reports((semester,), languages) / semester


def three(languages=wording.LANGUAGES):
    """The folder with the reports of three semesters in a row."""
    return reports(("2025S1", "2025S2", "2026S1"), languages)


def reports(semesters, languages=wording.LANGUAGES):
    """The folder with the reports of these semesters, made in this order."""
    if os.environ.get("COOPEVAL_PUBLISHED"):
        return Path(os.environ["COOPEVAL_PUBLISHED"])
    place = STORE / _key(semesters, languages)
    with _alone():
        if not (place / "done").exists():
            shutil.rmtree(place, ignore_errors=True)
            for semester in semesters:
                made(ROOT / DELIVERY_OF[semester], semester, place, languages)
            (place / "done").touch()
            _keep_a_few()
    return place


def made(data, period, out, languages=wording.LANGUAGES):
    """Make one report in a process of its own; returns its folder."""
    command = [sys.executable, __file__, str(data), period, str(out), ",".join(languages)]
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "MPLBACKEND": "agg", DRAWN: str(STORE / "drawn")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{period} could not be made:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return Path(out) / period


def execute_in_process(tasks, upstream, jobs, say, executor=None):
    """In place of `runs.scheduling.execute_all`: the cells run here, in the order of the plan."""
    left = os.environ.get(EXECUTED_BEFORE)
    for task in tasks:
        source = nbformat.read(task.notebook, as_version=4)
        results = task.folder / "results"
        if left and _is_default(task):
            shutil.copytree(Path(left), results, ignore=_all_but(_handed_over(source)))
            executed = source
        else:
            results.mkdir()
            (task.folder / READ).touch()
            executed = _executed(source, task.parameters, results)
        nbformat.write(grafted(source, executed), task.folder / EXECUTED)
        yield task


def _executed(source, parameters, results):
    executed = nbformat.from_dict(json.loads(json.dumps(source)))
    names = {"__name__": "__main__"}
    os.environ[RESULTS], os.environ[READS] = str(results), str(results.parent / READ)
    try:
        for cell in (cell for cell in executed.cells if cell.cell_type == "code"):
            shown = _run(cell.source, names)
            if "parameters" in cell.metadata.get("tags", ()):
                names |= parameters
            cell.outputs = [_output(shown)] if shown is not None else []
    finally:
        os.environ.pop(RESULTS)
        os.environ.pop(READS)
    return executed


def _run(source, names):
    """Run a cell; returns what its last line stands for, as a notebook would show it."""
    body = ast.parse(source).body
    last = ast.Expression(body.pop().value) if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return eval(compile(last, "cell", "eval"), names) if last is not None else None


def _output(shown):
    spec = shown.spec if hasattr(shown, "spec") else shown._repr_mimebundle_()[SPEC]
    return nbformat.v4.new_output("execute_result", {SPEC: json.loads(json.dumps(dict(spec), default=list))})


def _handed_over(source):
    """The tables a notebook hands over, as its stored outputs tell."""
    specs = [output.data[SPEC] for cell in source.cells for output in cell.get("outputs", []) if "data" in output]
    return {name for spec in specs if spec["kind"] == "handed_over" for name in spec["tables"]}


def _all_but(names):
    return lambda folder, files: [file for file in files if file.split(".")[0] not in names]


def _is_default(task):
    asked = task.parameters
    return (
        (asked.get("data"), asked.get("semester")) == DEFAULTS
        and asked.get("audience") == "public"
        and not asked.get("earlier")
    )


def _key(semesters, languages):
    said = [provenance.code_version(), provenance.reference_digest(), list(semesters), list(languages)]
    said += [provenance.digests_of_folder(ROOT / DELIVERY_OF[semester]) for semester in semesters]
    said += [Path(__file__).read_text(encoding="utf-8")]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]


@contextmanager
def _alone():
    STORE.mkdir(parents=True, exist_ok=True)
    with open(STORE / "lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _keep_a_few(n=4):
    kept = sorted(STORE.glob("*/done"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[n:]:
        shutil.rmtree(old.parent, ignore_errors=True)


if __name__ == "__main__":
    _data, _period, _out, _languages = sys.argv[1:]
    chapters.execute_all = execute_in_process
    make = runs.annual if len(_period) == 4 else runs.run
    kept = Path(os.environ[DRAWN]) if DRAWN in os.environ else None
    with runs.workers(JOBS) as by:
        options = runs.Options(out=Path(_out), languages=tuple(_languages.split(",")), by=by)
        build = partial(site.build, by=by, kept=kept)
        print(make(_data, int(_period) if len(_period) == 4 else _period, build, options).path)
