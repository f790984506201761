"""Structures side by side in what they do: counted by hand, and silent where nothing was recorded."""

import numpy as np
import pandas as pd
import pytest
import small_delivery

from coopeval import portfolio
from coopeval.disclosure import gate
from coopeval.errors import ParameterError
from coopeval.tables import Dataset

PROJECTS = [
    {"project_id": "P1", "decided_on": "2019-12-01"},
    {"project_id": "P2", "decided_on": "2019-12-01"},
    {"project_id": "P3", "decided_on": "2019-12-01", "selection": "rejected", "entered_on": None},
    {"project_id": "P4", "decided_on": "2019-12-01", "selection": "waiting_list", "entered_on": None},
    {"project_id": "P5", "entered_on": "2026-01-01", "decided_on": "2025-12-01"},  # too young for the window
    {"project_id": "Q1", "structure_id": "S2", "decided_on": "2019-12-01"},
    {"project_id": "Q2", "structure_id": "S2", "decided_on": "2019-12-01"},
]
SUPPORT = [  # P1 entered on 1 January 2020: the last row falls after 36 months
    {"support_id": "U1", "project_id": "P1", "given_on": "2020-03-01", "hours": 4.0},
    {"support_id": "U2", "project_id": "P1", "given_on": "2022-12-31", "hours": 2.0},
    {"support_id": "U3", "project_id": "P1", "given_on": "2023-01-02", "hours": 9.0},
    {"support_id": "U4", "project_id": "P2", "given_on": "2020-03-01", "hours": 10.0},
]
PARTS = [
    {"participation_id": "T1", "project_id": "P1", "programme": "seeds", "started_on": "2020-01-01",
     "ended_on": "2020-06-30"},
    {"participation_id": "T2", "project_id": "P1", "programme": "blossom", "started_on": "2021-01-01",
     "ended_on": "2021-06-30"},
    {"participation_id": "T3", "project_id": "P2", "programme": "seeds", "started_on": "2020-01-01"},  # goes on: 36
    {"participation_id": "T4", "project_id": "Q1", "programme": "other", "started_on": "2020-01-01",
     "ended_on": "2020-12-31"},
    {"participation_id": "T5", "project_id": "Q2", "programme": "other", "started_on": "2020-01-01",
     "ended_on": "2021-12-31"},
]  # fmt: skip
SMALL = small_delivery.dataset(
    PROJECTS,
    support=[{"kind": "mentoring", "topic": "finance", **row} for row in SUPPORT],
    participations=[{"outcome": "completed", "cohort": "1", **row} for row in PARTS],
)


def told(of, dataset=SMALL):
    return portfolio.structures(dataset, of).set_index("group")


def test_the_share_selected_is_known_only_where_others_were_recorded():
    table = told("selected")
    assert table.loc["S1", ["n", "n_events", "estimate"]].tolist() == [5, 3, 0.6]
    assert table.loc["S2", "note"] == "not_estimable" and np.isnan(table.loc["S2", "estimate"])


def test_hours_per_project_count_within_the_window():
    table = told("hours")
    assert table.loc["S1", "estimate"] == pytest.approx((4 + 2 + 10) / 2)  # P5 is too young
    assert np.isnan(table.loc["S2", "estimate"]) and table.loc["S2", "note"] == "not_estimable"


def test_months_in_support_end_with_the_last_participation():
    table = told("months")
    assert table["estimate"].tolist() == pytest.approx([(18 + 36) / 2, (12 + 24) / 2])


def test_what_was_not_delivered_is_no_zero():
    bare = small_delivery.dataset(PROJECTS)
    for of in ("hours", "months"):
        assert told(of, bare)["estimate"].isna().all() and set(told(of, bare)["note"]) == {"not_estimable"}
    with pytest.raises(ParameterError, match="selected"):
        portfolio.structures(SMALL, "success")
    with pytest.raises(ParameterError, match="above 0"):
        portfolio.structures(SMALL, "hours", 0)


@pytest.mark.parametrize("of", ["selected", "hours", "months"])
def test_order_is_nothing_and_the_gate_takes_them(of):
    turned = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in SMALL.items()}
    table = portfolio.structures(SMALL, of)
    pd.testing.assert_frame_equal(portfolio.structures(Dataset(turned, SMALL.about), of), table)
    released = gate(table, "structures")
    assert released.loc[released["hidden"], "estimate"].isna().all()
