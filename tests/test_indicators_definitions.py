"""Who satisfies which definition: the first assessment counts, EMES has cut-offs, not assessed is not `not met`."""

import pandas as pd
import pytest

from coopeval import indicators, tables
from coopeval.errors import DataError, ParameterError
from coopeval.indicators.definitions import assessments

DAY = "2026-06-30"


def delivery(rows: list[tuple], **frames):
    """Four enterprises of the programme, and assessments (enterprise, definition, day, score, met)."""
    ids = ["E1", "E2", "E3", "E4"]
    structures = pd.DataFrame({"structure_id": ["S1"], "kind": ["incubator"], "is_evaluated": [True]})
    projects = pd.DataFrame({"project_id": [f"P{i}" for i in ids], "structure_id": "S1", "selection": "selected",
                             "decided_on": "2019-12-01", "entered_on": "2020-01-01"})  # fmt: skip
    enterprises = pd.DataFrame({"enterprise_id": ids, "structure_id": "S1", "project_id": [f"P{i}" for i in ids],
                                "born_on": "2020-02-01", "last_seen_on": DAY, "legal_form": "706"})  # fmt: skip
    met = pd.DataFrame(rows, columns=["subject_id", "definition", "assessed_on", "score", "is_met"])
    made = {"structures": structures, "projects": projects, "enterprises": enterprises, **frames}
    if len(met):
        made["definitions_met"] = met.assign(subject_kind="enterprise")
    return tables.from_frames(made, {"delivered_on": DAY})


ROWS = [
    ("E1", "ordinance_2018", "2021-01-01", None, True),
    ("E1", "ordinance_2018", "2023-01-01", None, False),  # a later one changes nothing
    ("E2", "ordinance_2018", "2021-01-01", None, False),
    ("E1", "eu", "2021-01-01", None, True), ("E2", "eu", "2021-01-01", None, True),
    ("E1", "emes", "2021-01-01", 6, None), ("E2", "emes", "2021-02-01", 5, None),
    ("E3", "ordinance_2018", "2021-01-01", None, None),  # looked at, and left open: not assessed
]  # fmt: skip


def test_the_first_assessment_counts_and_the_others_stand_as_not_assessed():
    table = indicators.definitions(delivery(ROWS), "2026S1").set_index("group")
    # E1 met it, E2 did not; of four enterprises two were assessed
    assert table.loc["ordinance_2018", ["n", "n_events", "n_not_assessed"]].tolist() == [2, 1, 2]
    assert table.loc["eu", ["n", "n_events"]].tolist() == [2, 2]


def test_emes_has_a_row_per_cut_off_and_never_a_yes_or_no_of_its_own():
    table = indicators.definitions(delivery(ROWS), "2026S1").set_index("group")
    assert table.loc[["emes_5", "emes_6", "emes_7"], "n_events"].tolist() == [2, 1, 0]
    assert "emes" not in table.index


def test_an_assessment_after_the_semester_is_not_seen():
    table = indicators.definitions(delivery(ROWS), "2020S2").set_index("group")
    assert table["n"].eq(0).all() and table["note"].ne("").all()


def test_definitions_overlap_among_those_assessed_under_both():
    table = indicators.overlap(delivery(ROWS), "2026S1").set_index("group")
    assert table.loc["eu", ["n", "n_events", "estimate"]].tolist() == [2, 1, 0.5]  # E1 of E1 and E2
    assert table.loc["emes_6", ["n", "n_events"]].tolist() == [1, 1]
    with pytest.raises(ParameterError, match="ordinance_2018"):
        indicators.overlap(delivery(ROWS), "2026S1", of="emes")


def test_without_the_table_it_says_which_to_add():
    with pytest.raises(DataError, match="definitions_met"):
        indicators.definitions(delivery([]), "2026S1")


def test_the_order_of_rows_does_not_matter():
    one, other = assessments(delivery(ROWS)), assessments(delivery(ROWS[::-1]))
    pd.testing.assert_frame_equal(one, other)
