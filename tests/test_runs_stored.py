"""Stored outputs: those of the defaults, twice the same, only whole notebooks replaced."""

import nbformat
import pytest
from notebook_rules import Page, has_stored_outputs, tells_nothing_of_its_making
from standin import CODE, notebook

from coopeval import runs
from coopeval.runs.executing import StepError, grafted


def test_outputs_are_stored_once_and_are_the_same_the_second_time(tmp_path):
    path = tmp_path / "10_first.ipynb"
    nbformat.write(notebook("first_shares"), path)
    assert runs.store_outputs(tmp_path) == [path]
    first = path.read_bytes()
    page = Page("10_first", nbformat.read(path, as_version=4), frozenset(), ())
    assert list(has_stored_outputs(page)) == [] and list(tells_nothing_of_its_making(page)) == []
    assert runs.store_outputs(tmp_path) == []
    assert path.read_bytes() == first
    assert [item.name for item in tmp_path.iterdir()] == ["10_first.ipynb"]


def test_a_notebook_that_fails_is_left_as_it_was(tmp_path):
    path = tmp_path / "10_first.ipynb"
    nbformat.write(notebook("first_shares", "1 / 0"), path)
    first = path.read_bytes()
    with pytest.raises(StepError, match="10_first, cell estimate"):
        runs.store_outputs(tmp_path)
    assert path.read_bytes() == first


def test_an_execution_leaves_no_trace_of_when_and_where():
    source = notebook("first_shares", CODE)
    executed = nbformat.from_dict(source)
    executed.cells = [*source.cells[:2], nbformat.v4.new_code_cell("level = 1"), *source.cells[2:]]
    executed.cells[2].metadata = {"tags": ["injected-parameters"]}
    executed.cells[3].metadata = {"papermill": {"start_time": "now"}, "execution": {"iopub.status.idle": "now"}}
    executed.cells[3].outputs = [nbformat.v4.new_output("display_data", {"text/plain": "shown"})]
    executed.metadata["papermill"] = {"input_path": "/somewhere"}
    whole = grafted(source, executed)
    assert [cell.id for cell in whole.cells] == [cell.id for cell in source.cells]
    assert [dict(cell.metadata) for cell in whole.cells] == [{}, {"tags": ["parameters"]}, {}, {}]
    assert whole.cells[2].outputs[0].data == {"text/plain": "shown"}
    assert set(whole.metadata) == {"kernelspec", "language_info"}
