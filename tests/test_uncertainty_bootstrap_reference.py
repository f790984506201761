"""The figures of a comparison under given weights equal those of R (tests/reference/make_bootstrap.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from coopeval import uncertainty

FOLDER = Path(__file__).parent / "reference"
AT, TAU = [12.0, 30.0, 48.0], 36.0


def stored(name: str, **how) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"bootstrap_{name}.csv", float_precision="round_trip", **how)


@pytest.fixture(scope="module")
def both() -> pd.DataFrame:
    """Ours beside R's: one row per replicate, group and figure."""
    units, jobs, weights = stored("units"), stored("jobs"), stored("weights", header=None).to_numpy(float)
    arm = units["arm"]
    spells, kept = (
        (rows["entry"], rows["exit"], rows["event"].eq(1), rows["arm"])
        for rows in (units, jobs.assign(arm=arm.to_numpy()[jobs["cluster"]]))
    )
    statistic = uncertainty.stack(
        uncertainty.survival_under(*spells, AT),
        uncertainty.persistence_under(jobs["cluster"], *kept, AT),
        uncertainty.rmst_under(*spells, TAU),
        uncertainty.mean_under(units["cost_eur"], arm, "cost_eur"),
        uncertainty.ratio_under(units["cost_eur"], units["jobs"], arm, "cost_per_job"),
    )
    figures = pd.DataFrame(statistic.figures)[["what", "group", "at"]]
    ours = pd.concat([figures.assign(replicate=b + 1, ours=found) for b, found in enumerate(statistic(weights))])
    return stored("figures").merge(ours.astype({"at": float}), how="left", indicator=True)


def test_all_figures_are_those_of_r(both):
    told = both["ours"].notna()
    assert told.groupby(both["what"]).mean().min() > 0.8
    np.testing.assert_allclose(both["ours"][told], both["estimate"][told], rtol=1e-12)
    assert both["_merge"].eq("both").all() and both["replicate"].nunique() == 20


def test_what_r_cannot_tell_we_do_not_tell(both):
    assert both.loc[both["estimate"].isna(), "ours"].isna().all()
