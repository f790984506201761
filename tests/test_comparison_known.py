"""Comparisons where an outcome is known of some only, and when the known ones say nothing of the others."""

import numpy as np
import pandas as pd

from coopeval import comparison
from coopeval.disclosure import gate
from coopeval.uncertainty import about_of

N = 120


def projects(known_of_rejected: float) -> pd.DataFrame:
    """Both arms are alike: half of the projects have an enterprise, with three jobs each. Less is known of rejected."""
    number = np.arange(2 * N)
    frame = pd.DataFrame({
        "project_id": number, "arm": np.repeat(["programme", "rejected"], N), "zero_on": "2020-05-01",
        "is_mature": True, "has_enterprise": number % 2 == 0, "stage_at_entry": np.where(number % 3 == 0, "idea", "on"),
        "created": np.where(number % 2 == 0, np.nan, 0.0), "selection_score": 50.0,
        "jobs": np.where(number % 2 == 0, 3.0 + number % 4 / 4, 0.0),
    })  # fmt: skip
    lost = frame["arm"].eq("rejected") & frame["has_enterprise"] & (number % 20 >= 20 * known_of_rejected)
    frame["jobs"] = frame["jobs"].mask(lost)
    frame.attrs = {"about": {"as_of": "2026-06-30", "unit": "projects", "is_synthetic": True}}
    return frame


def of(frame):
    return comparison.effects(frame, ["rejected"], ["stage_at_entry"], "jobs")


def test_nothing_is_compared_where_mostly_projects_without_enterprise_are_known():
    # 30 of 120 rejected are known to have an enterprise's jobs, 60 to have none: their mean would be half the true one
    found = of(projects(0.4))
    assert found["note"].eq("few_known").all() and found["estimate"].isna().all()
    assert found["n_left_out"].eq(36).all()  # 60 with an enterprise, of which 6 in 10 are not known
    assert any("fewer than half" in s for s in about_of(found)["warnings"])
    assert gate(found, "example")["estimate"].isna().all()


def test_those_not_known_are_counted_beside_the_comparison():
    found = of(projects(0.7))
    assert found["estimate"].notna().all() and found["n_left_out"].eq(18).all()
    assert any("left out and counted" in s for s in about_of(found)["warnings"])
    assert "n_left_out" not in of(projects(1.0))


def test_those_too_young_or_to_whom_it_does_not_apply_are_not_called_unknown():
    young = projects(1.0)
    late = young.index % 7 == 0
    young = young.assign(zero_on=np.where(late, "2025-05-01", young["zero_on"]), jobs=young["jobs"].mask(late))
    assert "n_left_out" not in of(young)
    with_score = projects(1.0).assign(selection_score=np.linspace(40, 60, 2 * N))
    table = comparison.threshold(with_score, 50, [5], "jobs")
    assert "n_left_out" not in table


def test_too_little_known_of_the_programme_forbids_the_comparison_too():
    frame = projects(0.4)
    frame["arm"] = frame["arm"].map({"programme": "rejected", "rejected": "programme"})
    assert of(frame)["note"].eq("few_known").all()
