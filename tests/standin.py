"""A tiny folder of notebooks, a delivery in memory and a site of one page, to try runs on."""

from __future__ import annotations

import html
import json
from collections import namedtuple
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from coopeval import provenance, tables
from coopeval.runs.executing import EXECUTED, grafted
from coopeval.uncertainty import stamp

PARAMETERS = """\
data: str = "data/demo"  # folder or workbook with the tables, from the project root
semester: str = "2026S1"  # semester under review
lang: str = "en"  # language of labels
audience: str = "public"  # public or internal
level: float = 0.95  # confidence level of every interval"""
PAGE = """<!doctype html>
<html lang="{lang}"><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><pre>{told}</pre></html>
"""
CODE = """\
import pandas as pd
from coopeval import provenance, uncertainty
frame = pd.DataFrame({{"group": ["all", "=1+1"], "n": [12, 9], "estimate": [level, 0.5], "hidden": [False, False]}})
made = uncertainty.stamp(uncertainty.estimates(frame, estimand="Share", as_of=semester), "{makes}", audience)"""
PLAN = """\
[10_first]
when = ["semester"]
needs = ["structures"]
makes = { first_shares = "public" }
answers = ["Q01"]

[20_second]
when = ["semester"]
needs = ["structures", "10_first:first_shares"]
makes = { second_shares = "public" }
answers = ["Q02"]

[30_jobs]
when = ["semester"]
needs = ["jobs"]
makes = { jobs_shares = "public" }
answers = ["Q03"]
"""


def notebook(makes: str, code: str = CODE, parameters: str = PARAMETERS) -> nbformat.NotebookNode:
    cells = [
        nbformat.v4.new_markdown_cell("# Do they last?", id="title"),
        nbformat.v4.new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(code.format(makes=makes), id="estimate"),
        nbformat.v4.new_code_cell("provenance.hand_over(made)", id="last"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def write_notebooks(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, makes in (("10_first", "first_shares"), ("20_second", "second_shares"), ("30_jobs", "jobs_shares")):
        nbformat.write(notebook(makes), folder / f"{name}.ipynb")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    return folder


def execute_here(tasks, upstream, jobs, say, executor=None):
    """In place of `runs.scheduling.execute_all`: the cells run in this process, for tests of all but the execution."""
    for done, task in enumerate(sorted(tasks, key=lambda task: task.name), start=1):
        results = task.folder / "results"
        results.mkdir()
        source = nbformat.read(task.notebook, as_version=4)
        names: dict[str, object] = {}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COOPEVAL_RESULTS", str(results))
            for cell in (cell for cell in source.cells if cell.cell_type == "code"):
                exec(cell.source, names)
                if "parameters" in cell.metadata.get("tags", ()):
                    names |= task.parameters
        nbformat.write(grafted(source, source), task.folder / EXECUTED)
        yield task
        say("{notebook}: done ({done} of {total}).", notebook=task.name, done=done, total=len(tasks))


class Auditor:
    """In place of `coopeval.audit`: hides and finds what it is told to, and remembers what it was shown."""

    Published = namedtuple("Published", ("period", "tables", "as_of", "structure"))
    Findings = namedtuple("Findings", "unsafe")

    def __init__(self, hides=(), unsafe=()):
        self.hides, self.unsafe, self.seen = hides, list(unsafe), []

    def protect(self, published, earlier):
        self.seen.append(("protect", published.period, [one.period for one in earlier]))
        safe = dict(published.tables)
        for name, group in self.hides:
            table, gone = safe[name].copy(), safe[name]["group"] == group
            table.loc[gone, ["n", "estimate"]] = float("nan")
            table = table.assign(hidden=table["hidden"] | gone, note=table["note"].mask(gone, "withheld"))
            table.attrs = {"about": safe[name].attrs["about"]}
            safe[name] = stamp(table, name, "public")
        return safe, pd.DataFrame(self.hides, columns=["table", "group"])

    def findings(self, published, earlier):
        self.seen.append(("findings", published.period, [one.period for one in earlier]))
        return self.Findings(pd.DataFrame(self.unsafe, columns=["period", "table", "group", "what"]))


def dataset(is_synthetic: bool = True, delivered_on: str = "2026-06-30", n: int = 1):
    ids = [f"S{i}" for i in range(n)]
    frames = {"structures": pd.DataFrame({"structure_id": ids, "is_evaluated": [i == 0 for i in range(n)]})}
    return tables.from_frames(frames, {"name": "stand-in", "delivered_on": delivered_on, "is_synthetic": is_synthetic})


def build(folder: Path, languages, **_how) -> Path:
    """A site that shows what a run left, as the real one is made of it."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    shown = {name: table["estimate"].tolist() for name, table in provenance.released(folder / "results").items()}
    for lang in languages:
        page = folder / "site" / lang / "index.html"
        page.parent.mkdir(parents=True)
        told = html.escape(json.dumps([lang, run, shown], sort_keys=True), quote=False)
        page.write_text(PAGE.format(lang=lang, told=told), encoding="utf-8")
    return folder / "site"
