"""Every notebook keeps the rules of the house, and each rule can fail."""

import copy

import nbformat
import pytest
from notebook_rules import LIMITS, RULES, SHARED, Page

from coopeval import runs
from coopeval.provenance.digests import ROOT

NOTEBOOKS = ROOT / "notebooks"
STEPS = runs.plan(NOTEBOOKS) if (NOTEBOOKS / "plan.toml").is_file() else ()


def page_of(step) -> Page:
    notebook = nbformat.read(NOTEBOOKS / f"{step.name}.ipynb", as_version=4)
    return Page(step.name, notebook, frozenset(step.makes), step.answers)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_notebook_keeps_the_rules(step, rule):
    assert list(rule(page_of(step))) == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_notebook_is_stored_as_make_notebooks_writes_it(step):
    path = NOTEBOOKS / f"{step.name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert path.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"


def markdown(cell_id, source):
    return nbformat.v4.new_markdown_cell(source, id=cell_id)


def code(cell_id, source, tags=()):
    shown = source.rsplit("\n", 1)[-1].startswith("ce.")
    outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "shown"})] if shown else []
    metadata = {"tags": list(tags)} if tags else {}
    return nbformat.v4.new_code_cell(source, id=cell_id, outputs=outputs, metadata=metadata)


GATED = 'at = ce.disclosure.gate(ce.survival.at(spells, month), "by_form", audience)'


def good() -> list:
    cells = [
        markdown("title", "# Do they last?\n\nAsked in section 1 (Q02)."),
        code("parameters", "\n".join([*SHARED, "month: int = 36  # when to report"]), ["parameters"]),
        code("loading", "import coopeval as ce\n\nspells = ce.cohort.spells(ce.read(data))"),
        code(
            "table",
            'at = ce.disclosure.gate(ce.survival.at(spells, month), "by_form", audience)\nce.display.table(at, lang)',
        ),
        code("figure", 'ce.figures.bars(at, lang, title="Title", alt="Share still active")'),
        code("sentence", 'ce.say("{s.estimate} last", lang=lang, s=ce.display.row(at, at_months=36))'),
        markdown("limits", f"{LIMITS}\n\nAnything else."),
        code("last", "ce.provenance.hand_over(at)"),
    ]
    for count, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
    return cells


def complaints(cells, **metadata) -> set[str]:
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    page = Page("20_survival", notebook, frozenset({"by_form"}), ("Q02",))
    return {rule.__name__ for rule in RULES if list(rule(page))}


def test_a_good_notebook_has_no_complaints():
    assert complaints(good()) == set()


@pytest.mark.parametrize(
    ("position", "old", "new", "rule"),
    [
        (0, "Do they last?", "They last.", "opens_with_a_question"),
        (0, "(Q02)", "(Q03)", "opens_with_a_question"),
        (1, '"2026S1"', '"2025S2"', "has_the_house_parameters"),
        (2, "import coopeval as ce\n", "import pandas\nimport coopeval as ce\n", "loads_once"),
        (4, "ce.figures", "import os\nce.figures", "loads_once"),
        (3, "at = ", "\n" * 12 + "at = ", "has_small_cells"),
        (4, ")", ");", "has_small_cells"),
        (3, "spells, month", "ce.a(ce.b(ce.c(spells))), month", "has_small_cells"),
        (2, "spells = ", "for spells in data: x = ", "only_calls_the_library"),
        (2, "ce.read(data)", "ce.read(data)['jobs']", "only_calls_the_library"),
        (2, "ce.read(data)", "print(data)", "only_calls_the_library"),
        (2, "ce.read(data)", "(lambda: data)()", "only_calls_the_library"),
        (3, "month)", "36)", "holds_no_number_and_no_path"),
        (2, "ce.read(data)", 'ce.read("data/demo")', "holds_no_number_and_no_path"),
        (4, "ce.figures", "level = month\nce.figures", "changes_nothing"),
        (4, "ce.figures", "spells.attrs = level\nce.figures", "changes_nothing"),
        (4, "(at, ", "(spells, ", "shows_only_what_the_gate_released"),
        (4, ', alt="Share still active"', "", "puts_a_table_before_each_figure"),
        (6, "What this does not show", "Limits", "ends_with_limits_and_hand_over"),
        (7, "(at)", "()", "ends_with_limits_and_hand_over"),
        (7, "hand_over(at)", "released(at)", "ends_with_limits_and_hand_over"),
        (3, '"by_form"', '"by_sector"', "makes_what_the_plan_says"),
    ],
)
def test_each_rule_can_fail(position, old, new, rule):
    cells = good()
    assert old in cells[position].source
    cells[position].source = cells[position].source.replace(old, new, 1)
    assert rule in complaints(cells)


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        ('ce.display.conclusion(at, lang, group="all", at_months=36, margin=month)', set()),
        ("ce.display.conclusion(at, lang, margin=5)", {"holds_no_number_and_no_path"}),
        ("ce.display.conclusion(spells, lang)", {"shows_only_what_the_gate_released"}),
    ],
)
def test_a_conclusion_points_at_a_released_row_and_sets_nothing_by_itself(source, rules):
    cells = good()
    cells[5].source = source
    assert complaints(cells) == rules


def test_a_figure_far_from_its_table_is_found():
    cells = good()
    cells[4], cells[5] = cells[5], cells[4]
    assert "puts_a_table_before_each_figure" in complaints(cells)


def test_outputs_that_are_missing_or_noisy_are_found():
    for spoil in (
        lambda cell: cell.outputs.clear(),
        lambda cell: cell.update(execution_count=9),
        lambda cell: cell.outputs.append(nbformat.v4.new_output("stream", name="stderr", text="warning")),
        lambda cell: cell.outputs[0].data.update({"text/plain": "<object at 0x7f3fa1b2c3>"}),
    ):
        cells = copy.deepcopy(good())
        spoil(cells[4])
        assert "has_stored_outputs" in complaints(cells)


def test_traces_of_a_run_are_found():
    assert "tells_nothing_of_its_making" in complaints(good(), papermill={"start_time": "now"})
    cells = good()
    cells[3].metadata["execution"] = {"iopub.status.busy": "now"}
    assert "tells_nothing_of_its_making" in complaints(cells)
    cells = good()
    cells[3].id = "Cell_3"
    assert "tells_nothing_of_its_making" in complaints(cells)
