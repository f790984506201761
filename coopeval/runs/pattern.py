"""A new notebook from the house pattern: planned, run once on the demo data, and keeping every rule from the start."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat

from coopeval.errors import ParameterError, refusal
from coopeval.provenance.digests import ROOT
from coopeval.runs.planning import FILE, NOTEBOOK, plan
from coopeval.runs.stored import store_outputs
from coopeval.wording import N_

PARAMETERS = """\
semester: str = "2026S1"    # semester under review; figures are as of its last day
data: str = "data/demo"     # folder or workbook with the tables, from the project root
lang: str = "en"            # language of labels and sentences: nl, fr or en
audience: str = "public"    # public: only what passed the disclosure gate; internal: exact, never published
level: float = 0.95         # confidence level of every interval"""
# Prose and sentences of the pattern are translated already, so a fresh notebook passes the check of the catalogues.
CELLS = (
    ("title", "# {0}\n\n{1}", (N_("Which question does this page answer?"),
     N_("Say who asks it, and in two lines what the answer can and cannot tell."))),
    ("parameters", PARAMETERS, ()),
    ("loading", "import coopeval as ce\n\nnow = ce.cohort.as_of(ce.read(data), ce.semesters.last_day(semester))", ()),
    ("finding", "## {0}\n\n{1}", (N_("What was found?"),
     N_("Say the finding before the method, and name the denominator of every share."))),
    ("finding-table", '{table} = ce.disclosure.gate(ce.portfolio.selection(now, level=level), "{table}", audience)\n'
     'ce.display.table({table}, lang, caption="Applications by decision")', ()),
    ("finding-figure", 'ce.figures.bars({table}, lang, title="Applications by decision",\n'
     '    alt="Share of all applications by decision, with its interval")', ()),
    ("finding-sentence", 'ce.say("Of {{s.n}} applications, {{s.estimate}} were selected '
     '(between {{s.low}} and {{s.high}}).",\n    lang=lang, s=ce.display.row({table}, group="selected"))', ()),
    ("limits", "## What this does not show\n\n{0}", (N_("Say what a reader might take from this page that it does "
     "not tell."),)),
    ("hand-over", "ce.provenance.hand_over({table})", ()),
)  # fmt: skip
PROSE = ("title", "finding", "limits")
SECTION = """\
[{name}]
when = ["semester", "annual"]
needs = ["structures", "projects", "enterprises"]
makes = {{ {table} = "public" }}
answers = []
"""


def new(name: str, notebooks: Path = ROOT / "notebooks", run: Callable = store_outputs) -> Path:
    """Write a notebook from the pattern and its section of plan.toml; both or neither.

    Parameters
    ----------
    name
        Two digits for its place in reading order, and its matter: 35_wages.
    run
        Executes the notebooks of a folder and stores their outputs.

    Returns
    -------
    The notebook.

    Raises
    ------
    ParameterError
        The name cannot be, its number is taken, or the plan is not right as it stands.
    """
    steps = plan(notebooks)
    _refuse_name(name, [step.name for step in steps])
    table = f"{name[3:]}_selection"
    with tempfile.TemporaryDirectory(prefix="coopeval-") as aside:
        draft = Path(aside, f"{name}.ipynb")
        draft.write_text(nbformat.writes(notebook(table)) + "\n", encoding="utf-8")
        run(Path(aside), (name,))
        made = draft.read_bytes()
    before = (notebooks / FILE).read_bytes()
    try:
        _put(notebooks / f"{name}.ipynb", made)
        _put(notebooks / FILE, planned(before.decode("utf-8"), name, table).encode("utf-8"))
        plan(notebooks)
    except BaseException:
        (notebooks / f"{name}.ipynb").unlink(missing_ok=True)
        _put(notebooks / FILE, before)
        raise
    return notebooks / f"{name}.ipynb"


def notebook(table: str) -> nbformat.NotebookNode:
    """The pattern, not yet run, for a table of this name."""
    cells = []
    for cell_id, source, sentences in CELLS:
        text = source if cell_id == "parameters" else source.format(*sentences, table=table)
        made = nbformat.v4.new_markdown_cell if cell_id in PROSE else nbformat.v4.new_code_cell
        cells.append(made(text, id=cell_id, metadata={"tags": ["parameters"]} if cell_id == "parameters" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def planned(text: str, name: str, table: str) -> str:
    """The text of plan.toml with the section of a notebook at its place in reading order, all else as it was.

    >>> planned("[10_a]\\nwhen = 1\\n\\n[30_b]\\nwhen = 2\\n", "20_c", "c_selection").split("\\n\\n")[1].split("\\n")[0]
    '[20_c]'
    """
    section = SECTION.format(name=name, table=table)
    for found in re.finditer(r"^\[([^\]\n]+)\]", text, re.M):
        if found[1] > name:
            return f"{text[: found.start()]}{section}\n{text[found.start() :]}"
    return f"{text.rstrip()}\n\n{section}"


def _refuse_name(name: str, there: list[str]) -> None:
    if not re.fullmatch(NOTEBOOK.pattern, name):
        msgid = N_(
            '"{name}" is no name of a notebook: write two digits for its place in reading order, _ and its matter '
            "in small letters, such as 35_wages."
        )
        raise refusal(ParameterError, msgid, name=name)
    taken = [other for other in there if other[:2] == name[:2] or other[3:] == name[3:]]
    if taken:
        free = next((n for n in range(int(name[:2]), 100) if f"{n:02d}" not in {o[:2] for o in there}), None)
        msgid = N_(
            "{taken} is there already: no two notebooks share a number or a matter. Free is for instance {free}."
        )
        raise refusal(ParameterError, msgid, taken=", ".join(taken), free="-" if free is None else f"{free:02d}")


def _put(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.fresh")
    fresh.write_bytes(content)
    fresh.replace(path)
