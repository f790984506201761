"""Small numbers against the stored numbers of R (tests/reference/make_uncertainty.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from coopeval import uncertainty
from coopeval.uncertainty.replicates import acceleration

HERE = Path(__file__).parent / "reference"


def stored(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"uncertainty_{name}.csv", dtype={"weight": str})


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_rates_are_those_of_poisson_test(level):
    theirs = stored("rates").query("level == @level")
    ours = uncertainty.rate(theirs[["n_events", "exposure"]].assign(group="a"), level=level)
    np.testing.assert_allclose(ours[["low", "high"]], theirs[["low", "high"]], rtol=1e-10)


def test_differences_are_those_of_newcombe_and_fisher():
    theirs = stored("differences")
    four = [theirs[c] for c in ("n_events", "n", "n_events_reference", "n_reference")]
    np.testing.assert_allclose(np.column_stack(uncertainty.newcombe(*four)), theirs[["low", "high"]], atol=1e-12)
    np.testing.assert_allclose(uncertainty.fisher(*four), theirs["p"], rtol=1e-9)


def test_detectable_differences_are_those_of_power_prop_test():
    for power, theirs in stored("detectable").groupby("power"):
        share = theirs["share_reference"].to_numpy()
        up = uncertainty.detectable(theirs["n"], theirs["n"], share, power, direction="up")
        np.testing.assert_allclose(share + up, theirs["other"], atol=1e-7)  # R's own search leaves that much


def test_adjusted_p_values_are_those_of_p_adjust():
    theirs = stored("adjusted")
    for adjust in ("holm", "benjamini_hochberg"):
        np.testing.assert_allclose(getattr(uncertainty, adjust)(theirs["p"]), theirs[adjust], rtol=1e-12)


def test_limits_of_ratios_are_the_roots_found_by_search():
    ours = uncertainty.ratio(stored("units"), "cost_eur", "jobs", by="group")
    theirs = stored("ratios")
    assert ours["group"].tolist() == theirs["group"].tolist()
    np.testing.assert_allclose(ours["estimate"], theirs["estimate"], rtol=1e-12)
    np.testing.assert_allclose(ours[["low", "high"]], theirs[["low", "high"]], rtol=1e-8)
    assert ours["note"].tolist() == ["unbounded", "", "", "unbounded"]  # n04, n09, n45, rare


@pytest.mark.parametrize("value", ["open_ended", "wage_eur"])
@pytest.mark.parametrize("weight", [None, "fte", "n_jobs"])
def test_clustered_errors_are_those_of_clubsandwich(value, weight):
    theirs = stored("clustered").fillna({"weight": ""})
    theirs = theirs[theirs["value"].eq(value) & theirs["weight"].eq(weight or "")]
    unit = "share" if value == "open_ended" else "eur"
    ours = uncertainty.clustered(stored("clustered_rows"), value, "enterprise_id", "group", weight, unit=unit)
    columns = ["estimate", "se", "df", "low", "high"]
    np.testing.assert_allclose(ours[columns], theirs[columns], rtol=1e-8)


def test_spread_and_acceleration_are_those_of_boot():
    units, theirs = stored("units").query("group == 'n09'"), stored("bootstrap").iloc[0]
    amounts = units[["cost_eur", "jobs"]].to_numpy(float)

    def cost_per_job(weights):
        sums = weights @ amounts
        return (sums[:, 0] / sums[:, 1])[:, None]

    ours = uncertainty.bootstrap(range(9), cost_per_job, 20_000, seed=3)
    assert ours.estimate.item() == pytest.approx(theirs["estimate"])
    assert acceleration(ours.design, cost_per_job).item() == pytest.approx(theirs["acceleration"], rel=1e-9)
    theirs_drawn = stored("replicates")["t"]  # two sets of draws: their quantiles agree up to chance
    for tail in (0.1, 0.25, 0.5, 0.75, 0.9):
        within = (theirs_drawn < np.quantile(ours.values, tail)).mean()
        assert within == pytest.approx(tail, abs=4 * np.sqrt(tail * (1 - tail) / 999))


def test_shifts_are_those_of_wilcox_test():
    theirs = stored("quantities")
    for number, rows in stored("quantities_rows").groupby("set"):
        ours = uncertainty.shift(rows, "hours", "arm", unit="hours").iloc[0]
        wanted = theirs[theirs["set"] == number].iloc[0]
        columns = ["estimate", "low", "high"]
        np.testing.assert_allclose(ours[columns].astype(float), wanted[columns].astype(float), rtol=1e-9)
        drawn = len(rows) > 20  # then p is drawn, not enumerated
        assert ours["p"] == pytest.approx(wanted["p"], rel=1e-9, abs=0.015 if drawn else 0)
