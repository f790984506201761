"""Curves with errors by cluster and models of counts, against R's survival and geepack; and against known truth."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from coopeval import cohort, jobs, survival, synthetic
from coopeval.jobs import counting

REFERENCE = Path(__file__).parent / "reference"
POSITIONS = pd.read_csv(REFERENCE / "positions.csv").rename(columns={"enterprise": "enterprise_id"})
POSITIONS["event"] = POSITIONS["event"].astype(bool)


@pytest.mark.parametrize("set_of", ["late", "early"])
@pytest.mark.parametrize("by", [None, "contract"])
def test_curves_with_errors_by_enterprise_are_those_of_r(set_of, by):
    early = POSITIONS.assign(exit=POSITIONS["exit"] - POSITIONS["entry"], entry=0)
    found = survival.curve(POSITIONS if set_of == "late" else early, by=by, cluster="enterprise_id")
    wanted = pd.read_csv(REFERENCE / "jobs_positions.csv").query("set == @set_of")
    wanted = wanted[wanted["group"].eq("all") if by is None else wanted["group"].ne("all")]
    both = found.merge(wanted, on=["group", "at_months"], suffixes=("", "_r"))
    assert len(both) == len(found) == len(wanted)
    for figure in ("at_risk", "n_events", "estimate"):
        assert np.allclose(both[figure], both[f"{figure}_r"], rtol=1e-10), figure
    inside = both["estimate"].between(1e-12, 1 - 1e-12)
    for figure in ("se", "low", "high"):
        assert np.allclose(both.loc[inside, figure], both.loc[inside, f"{figure}_r"], rtol=1e-8), figure


def test_one_row_per_cluster_has_the_robust_error_of_a_row():
    alone = POSITIONS.assign(weight=1.0, enterprise_id=POSITIONS["position"])
    by_cluster = survival.curve(alone, cluster="position")["se"]
    assert np.allclose(by_cluster, survival.curve(alone, weights="weight")["se"], equal_nan=True)


def test_enterprises_at_risk_are_counted_once():
    two = pd.DataFrame({"enterprise_id": ["a", "a", "b"], "entry": 0.0, "exit": [3.0, 9.0, 6.0], "event": True})
    table = survival.curve(two, cluster="enterprise_id")
    assert table["n_enterprises"].tolist() == [2, 2, 1] and table["n_persons"].tolist() == [3, 2, 1]


def test_nobody_at_all_has_no_curve():
    empty = pd.DataFrame({"enterprise_id": [], "entry": [], "exit": [], "event": np.zeros(0, dtype=bool)})
    assert survival.curve(empty.astype({"entry": float, "exit": float}), cluster="enterprise_id").empty


def test_rows_that_end_together_widen_the_limits():
    # each of ten enterprises counted three times over tells no more than once
    ten = pd.DataFrame(
        {"enterprise_id": list("abcdefghij"), "entry": 0.0, "exit": np.arange(3.0, 33, 3), "event": True}
    )
    thrice = pd.concat([ten] * 3, ignore_index=True)
    one, three = (survival.curve(frame, cluster="enterprise_id") for frame in (ten, thrice))
    assert np.allclose(one["se"].iloc[:-1], three["se"].iloc[:-1])
    assert (survival.curve(thrice.assign(enterprise_id=range(30)))["se"].iloc[:-1] < three["se"].iloc[:-1]).all()


def test_counts_are_modelled_as_r_does():
    counts = pd.read_csv(REFERENCE / "job_counts.csv").rename(columns={"enterprise": "enterprise_id"})
    counts["group"] = np.where(counts["later"].eq(1), "later", "earlier")
    used = counts.sort_values(["enterprise_id", "year"]).reset_index(drop=True)
    rows = {row["group"]: row for row in counting._fitted(used, ["later"], 0.95)}
    wanted = pd.read_csv(REFERENCE / "jobs_gee.csv").set_index("term")
    for term in ("per_year", "later"):
        assert np.log(rows[term]["estimate"]) == pytest.approx(wanted.loc[term, "coefficient"], abs=2e-3)
        assert rows[term]["se"] == pytest.approx(wanted.loc[term, "se"], rel=2e-2)


def test_positions_close_at_the_true_hazard():
    # pooled over three worlds: events per month at risk, where the enterprise goes on
    spells = []
    for seed in (11, 12, 13):
        delivery = synthetic.delivery(synthetic.world(1, 1.0, seed), "2026S1")
        spells.append(pd.DataFrame(dict(jobs.spells(_jobs(delivery), "position", closures="censored"))))
    every = pd.concat(spells)
    every["kind"] = np.where(every["contract"].eq("open_ended"), "open_ended", "other")
    truth = synthetic.truth(synthetic.world(1, 1.0, 11))["jobs"]["closing"]
    for kind, rows in every.groupby("kind"):
        events, months = rows["event"].sum(), (rows["exit"] - rows["entry"]).sum()
        assert abs(events / months - truth[kind]) < 4 * np.sqrt(events) / months, kind


def _jobs(delivery):
    return cohort.jobs(cohort.as_of(delivery, "2026-06-30"))
