"""Applicants around the jury's threshold: by hand, beside R's sandwich, and bands that hold too few."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy import stats

from coopeval import balance
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of

REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(scope="module")
def scores():
    return pd.read_csv(REFERENCE / "balance_scores.csv")


# jobs = points / 10 below 40 and points / 10 + 2 from 40 on: both lines are straight, so the gap is 2 at any width.
def test_two_straight_lines_give_their_gap_whatever_the_bandwidth():
    points = np.repeat(np.arange(20.0, 60.0, 0.5), 2)
    noise = np.tile([0.1, -0.1], 80)  # two applicants share a score and differ evenly around the line
    frame = pd.DataFrame({"points": points, "jobs": points / 10 + 2 * (points >= 40) + noise})
    found = balance.threshold(frame, "points", 40, "jobs", [6, 12, 20])
    assert found["estimate"].tolist() == pytest.approx([2, 2, 2])
    assert found["n"].tolist() == [24, 48, 80] and found["n_reference"].tolist() == [22, 46, 78]


@pytest.mark.parametrize("outcome", ["alive", "jobs", "hours"])  # of hours, applicants with one score share a shock
def test_jumps_and_errors_are_those_of_r(scores, outcome):
    r = pd.read_csv(REFERENCE / "balance_jumps.csv").query("outcome == @outcome").reset_index(drop=True)
    found = balance.threshold(scores, "points", 62, outcome, [4, 8, 15])
    assert found["estimate"].to_numpy() == pytest.approx(r["estimate"].to_numpy(), abs=1e-10)
    assert found[["n", "n_reference"]].to_numpy().tolist() == r[["n", "n_reference"]].to_numpy().tolist()
    larger = r[["se_hc3", "se_by_score"]].max(axis=1)
    assert found["se"].to_numpy() == pytest.approx(larger.to_numpy(), abs=1e-10)
    df = np.where(r["se_by_score"] > r["se_hc3"], r["scores"] - 4, r["n"] + r["n_reference"] - 4)
    assert found["high"].to_numpy() == pytest.approx((r["estimate"] + stats.t.ppf(0.975, df) * larger).to_numpy())
    assert found["design"].eq("quasi_experimental").all() and found["group"].eq("threshold").all()


def test_scores_on_another_scale_and_rows_in_another_order_change_nothing(scores):
    found = balance.threshold(scores, "points", 62, "jobs", [8])
    other = balance.threshold(scores[::-1].assign(points=scores["points"] * 2 - 100), "points", 24, "jobs", [16])
    assert_frame_equal(found.drop(columns="bandwidth"), other.drop(columns="bandwidth"))


def test_what_the_design_rests_on_is_told(scores):
    told = about_of(balance.threshold(scores, "points", 62, "jobs", [8]))["warnings"]
    assert any("tells nothing of the others" in s for s in told) and any("threshold in view" in s for s in told)
    assert any("share a score" in s for s in told) and not any("followed" in s for s in told)
    loose = scores.assign(selected=scores["points"].ge(61))
    told = about_of(balance.threshold(loose, "points", 62, "jobs", [8], treated="selected"))["warnings"]
    assert any("Not everybody followed" in s for s in told)


def test_a_score_at_which_selection_does_not_jump_is_no_threshold(scores):
    smooth = scores.assign(selected=np.sin(np.arange(len(scores)) * 2.4) < (scores["points"] - 62) / 15)
    found = balance.threshold(smooth, "points", 62, "jobs", [8, 15], treated="selected")
    assert found["note"].eq("no_jump").all() and found[["estimate", "low", "high", "p"]].isna().all(axis=None)
    assert found["design"].eq("association").all()  # nothing here lets one speak of what the programme did
    assert any("separates nothing" in s for s in about_of(found)["warnings"])
    fuzzy = scores.assign(selected=scores["points"].ge(62) ^ (scores.index % 10 == 0))
    told = balance.threshold(fuzzy, "points", 62, "jobs", [8, 15], treated="selected")
    assert told["note"].eq("").all() and told["design"].eq("quasi_experimental").all()


def test_scores_heaped_on_one_side_are_told(scores):
    heaped = scores.assign(points=scores["points"].mask(scores["points"].between(60, 61.5), 62))
    found = balance.threshold(heaped, "points", 62, "jobs", [4, 12])
    assert any("Unusually many" in s for s in about_of(found)["warnings"])


def test_a_band_with_too_few_applicants_has_no_figure(scores):
    few = scores.sort_values("points").iloc[::6]
    found = balance.threshold(few, "points", 62, "jobs", [2, 20]).set_index("bandwidth")
    assert found.loc[2.0, "note"] == "few_per_side" and np.isnan(found.loc[2.0, "estimate"])
    assert np.isfinite(found.loc[20.0, "estimate"])
    with pytest.raises(DataError, match="within 2 points of 62.*10 on each side.*wider band"):
        balance.threshold(few, "points", 62, "jobs", [2])
    alike = scores.assign(points=np.where(scores["points"] >= 62, 63.0, scores["points"]))
    with pytest.raises(DataError, match="3 different scores"):
        balance.threshold(alike, "points", 62, "jobs", [8])


def test_unknown_scores_are_refused_or_counted(scores):
    gap = scores.assign(points=scores["points"].mask(scores.index < 5))
    with pytest.raises(DataError, match='5 of 220 applicants.*missing="drop"'):
        balance.threshold(gap, "points", 62, "jobs", [8])
    assert balance.threshold(gap, "points", 62, "jobs", [8], missing="drop")["n_left_out"].eq(5).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [({"bandwidths": []}, "distances"), ({"bandwidths": [0]}, "above zero"), ({"score": "mark"}, "no mark"),
     ({"kernel": "flat"}, "threshold knows no kernel"), ({"missing": "ignore"}, "refuse, drop")],
)  # fmt: skip
def test_calls_that_make_no_sense_are_refused(scores, change, says):
    call = {"score": "points", "cutoff": 62, "outcome": "jobs", "bandwidths": [8], **change}
    with pytest.raises(ParameterError, match=says):
        balance.threshold(scores, **call)
