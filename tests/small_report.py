"""A small published report with everything a real one has, made in a second: two tables, one chapter, two languages."""

import json
from pathlib import Path

import nbformat
import pandas as pd

from coopeval import display, figures, provenance, site, tables
from coopeval.runs import recording
from coopeval.site import coverage
from coopeval.uncertainty import share, stamp

LANGUAGES = ("nl", "fr")
SPEC = "application/vnd.coopeval+json"


def delivery(n=40):
    """The tables the report says it was made from."""
    frames = {
        "structures": pd.DataFrame({"structure_id": ["S1"], "name": ["One"], "is_evaluated": [True]}),
        "projects": pd.DataFrame({"project_id": [f"P{i}" for i in range(n)], "structure_id": "S1"}),
    }
    return tables.from_frames(frames, {"name": "small", "delivered_on": "2026-06-30", "is_synthetic": True})


def released(name, first=10):
    counts = pd.DataFrame({"group": ["a", "b"], "n_events": [first, 15], "n": [20, 30], "hidden": [False, False]})
    return stamp(share(counts, is_synthetic=True, as_of="2026-06-30"), name, "public")


def record(dataset):
    every = [row["id"] for row in coverage.questions().to_dict("records")]
    makes = {"shares": "public", "other_shares": "public"}
    made = {"name": "10_portfolio", "status": "run", "answers": every, "makes": makes, "needs": ["projects"]}
    return {
        "format": 1, "period": "2026S1", "semester": "2026S1", "as_of": "2026-06-30", "delivered_on": "2026-06-30",
        "is_synthetic": True, "audience": "public", "languages": list(LANGUAGES),
        "parameters": {"semester": "2026S1", "audience": "public"}, "earlier": None,
        "data": recording.delivery(dataset, exact=False), "reference": provenance.reference_digest(),
        "code": provenance.code_version(), "lock": provenance.lock_digest(), "settings": None,
        "revised_because": None, "notebooks": [made],
    }  # fmt: skip


def write(folder: Path, patch, by=None) -> Path:
    """Writes the report into a folder; `by` signs it."""
    dataset, (one, other) = delivery(), (released("shares"), released("other_shares", 12))
    patch.setenv("COOPEVAL_RESULTS", str(folder / "results"))
    provenance.hand_over(one, other)
    patch.delenv("COOPEVAL_RESULTS")
    shown = [
        display.table(one, "en", caption="A table"),
        figures.bars(other, "en", title="A figure", alt="What the figure shows"),
    ]
    cells = [nbformat.v4.new_markdown_cell("# Is it so?\n\nThe council asks.", id="title")]
    for number, thing in enumerate(shown):
        spec = json.loads(json.dumps(dict(thing._repr_mimebundle_()[SPEC]), default=list))
        output = nbformat.v4.new_output("execute_result", {SPEC: spec}, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("shown", outputs=[output], id=f"shown-{number}"))
    (folder / "private" / "notebooks").mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "private" / "notebooks" / "10_portfolio.ipynb")
    recording.write_tables(dataset, folder / "private" / "tables")
    recording.write_json(folder / "run.json", record(dataset))
    site.build(folder, LANGUAGES)
    recording.write_manifests(folder, by)
    return folder
