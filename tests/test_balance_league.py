"""Structures side by side: by hand, laws, known truth, refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from coopeval import balance, synthetic
from coopeval.errors import DataError, ParameterError
from coopeval.synthetic import shares
from coopeval.uncertainty import about_of, newcombe

REFERENCE = Path(__file__).parent / "reference"
DAY = pd.Timestamp("2026-06-30")
# Shares 4/6 and 0/2 of kind x and y in A, 2/2 and 1/6 in B; both kinds are half of all.
TWO = pd.DataFrame(
    {
        "s": list("AAAAAAAABBBBBBBB"),
        "kind": list("xxxxxxyyxxyyyyyy"),
        "made": [1] * 4 + [0] * 4 + [1, 1] + [0] * 5 + [1],
    }
)


def read(table, column):
    return dict(zip(table["group"], table[column], strict=True))


def test_direct_shares_by_hand():
    """A: .5 * 4/6 + .5 * 0 = 1/3; B: .5 * 1 + .5 * 1/6 = 7/12. With the mix of A (3/4 x): B has .75 + .25/6 = 19/24."""
    table = balance.league(TWO, "s", "made", ["kind"])
    assert read(table, "estimate") == {"A": 0.5, "B": 0.375}
    assert read(table, "standardised") == pytest.approx({"A": 1 / 3, "B": 7 / 12})
    to_a = read(balance.league(TWO, "s", "made", ["kind"], to="A"), "standardised")
    assert to_a == pytest.approx({"A": 0.5, "B": 19 / 24})


def test_expected_and_indirect_shares_by_hand():
    """All together 6/8 of x and 1/8 of y: A expects (6 * .75 + 2 * .125) / 8 = .59375, B .28125; overall 7/16."""
    table = balance.league(TWO, "s", "made", ["kind"], method="indirect")
    assert read(table, "expected") == pytest.approx({"A": 0.59375, "B": 0.28125})
    assert read(table, "standardised") == pytest.approx({"A": 7 / 16 * 0.5 / 0.59375, "B": 7 / 16 * 0.375 / 0.28125})


def test_limits_of_a_direct_share_are_those_of_newcombe_where_there_are_two_strata():
    """1/2 of one share less -1/2 of the other: MOVER is Newcombe's method, halved."""
    table = balance.league(TWO, "s", "made", ["kind"]).set_index("group")
    low, high = newcombe([2], [2], [6 - 1], [6])  # of B: x made it, y did not
    gap = 1 - 5 / 6
    assert table.loc["B", "standardised"] - table.loc["B", "low"] == pytest.approx((gap - low[0]) / 2)
    assert table.loc["B", "high"] == pytest.approx(min(table.loc["B", "standardised"] + (high[0] - gap) / 2, 1.0))


def test_a_structure_lies_outside_the_funnel_when_chance_says_so():
    n, made = 40, 5
    frame = pd.concat([group("A", n, made), group("B", 160, 80)])
    row = balance.league(frame, "s", "made", ["kind"]).set_index("group").loc["A"]
    assert stats.binom.cdf(made, n, 85 / 200) < 0.025 and row["estimate"] < row["limit_low"]
    assert stats.binom.cdf(11, n, 85 / 200) > 0.025 and 11 / n > row["limit_low"]


def group(name, n, made, kind="x"):
    return pd.DataFrame({"s": name, "kind": kind, "made": np.r_[np.ones(made), np.zeros(n - made)]})


# Against base R: tests/reference/make_league.R


@pytest.mark.parametrize("method", ["direct", "indirect"])
def test_numbers_are_those_of_r(method):
    counts = pd.read_csv(REFERENCE / "league_counts.csv")
    told = pd.read_csv(REFERENCE / "league_shares.csv").set_index("structure")
    rows = [group(row.structure, row.n, row.made, row.kind) for row in counts.itertuples()]
    table = balance.league(pd.concat(rows), "s", "made", ["kind"], method=method).set_index("group")
    words = {"direct": ["standardised", "low", "high"], "indirect": ["indirect", "indirect_low", "indirect_high"]}
    np.testing.assert_allclose(table[["standardised", "low", "high"]], told[words[method]], atol=1e-8)
    np.testing.assert_allclose(table["expected"], told["expected"], atol=1e-12)


# Laws


def test_rows_stand_in_the_order_of_their_codes_whatever_the_order_of_the_input():
    table = balance.league(TWO, "s", "made", ["kind"])
    before = TWO.copy()
    pd.testing.assert_frame_equal(balance.league(TWO[::-1], "s", "made", ["kind"]), table)
    pd.testing.assert_frame_equal(TWO, before)
    assert list(table["group"]) == ["A", "B"] and "rank" not in table
    assert any("no ranking" in sentence for sentence in about_of(table)["warnings"])


def test_with_the_same_mix_everywhere_nothing_is_adjusted():
    frame = pd.concat([group("A", 20, 8), group("A", 20, 4, "y"), group("B", 10, 1), group("B", 10, 6, "y")])
    table = balance.league(frame, "s", "made", ["kind"])
    np.testing.assert_allclose(table["standardised"], table["estimate"])


def test_kinds_that_a_structure_never_had_leave_and_are_told():
    frame = pd.concat([TWO, group("A", 4, 4, "z")])
    table = balance.league(frame, "s", "made", ["kind"])
    assert read(table, "standardised") == pytest.approx({"A": 1 / 3, "B": 7 / 12})
    assert table.attrs["covered"] == 16 / 20
    assert any("never had" in sentence for sentence in about_of(table)["warnings"])


def test_structures_that_share_too_little_are_not_compared():
    frame = pd.concat([group("A", 30, 10), group("B", 30, 10, "y"), group("A", 5, 2, "z"), group("B", 5, 2, "z")])
    table = balance.league(frame, "s", "made", ["kind"])
    assert (table["note"] == "not_comparable").all()
    assert table[["standardised", "low", "high"]].isna().all(axis=None) and table["estimate"].notna().all()


def test_a_small_structure_gets_no_figure():
    table = balance.league(pd.concat([TWO, group("C", 4, 4)]), "s", "made", ["kind"], method="indirect")
    row = table.set_index("group").loc["C"]
    assert row["note"] == "small_group" and row["n"] == 4 and np.isnan(row["estimate"]) and np.isnan(row["limit_low"])


def test_unknown_outcomes_are_no_zeros():
    frame = pd.concat([TWO, TWO.assign(made=np.nan)])
    table = balance.league(frame, "s", "made", ["kind"])
    assert read(table, "estimate") == {"A": 0.5, "B": 0.375}
    assert any("not known" in sentence for sentence in about_of(table)["warnings"])


def test_nothing_but_chance_has_an_overdispersion_about_one():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"s": np.repeat(np.arange(200), 50).astype(str), "kind": "x", "made": rng.random(10000) < 0.3})
    assert balance.league(frame, "s", "made", ["kind"]).attrs["overdispersion"] == pytest.approx(1, abs=0.3)
    apart = frame.assign(made=rng.random(10000) < np.repeat(rng.uniform(0.1, 0.5, 200), 50))
    assert balance.league(apart, "s", "made", ["kind"]).attrs["overdispersion"] > 2


# Known truth


@pytest.fixture(scope="module")
def worlds():
    """Projects of six small worlds, with what became of them, and the truth of each world."""
    found = []
    for seed in range(21, 27):
        made = worlds_of(seed)
        projects = shares.options(made, DAY)
        projects = projects[projects["selection"].eq("selected")]
        projects = projects[projects["zero_on"] + pd.DateOffset(months=36) <= DAY]
        by = pd.to_datetime(projects["created_on"]) <= projects["zero_on"] + pd.DateOffset(months=24)
        told = pd.DataFrame(shares.shares(made, DAY)).query("outcome == 'created'").set_index("option")
        found.append((projects.assign(made=by.astype(float)), told))
    return found


def worlds_of(seed):
    """Projects and enterprises of a world, twice its size, without what else happens in it."""
    plans = synthetic.plans.plans(4, seed)[:3]
    parts = [synthetic.worlds._people(plan, 2.0, seed) for plan in plans]
    people, units = (pd.concat(side, ignore_index=True) for side in zip(*parts, strict=True))
    return synthetic.World({}, units, people, tuple(plans), 2.0, seed)


def test_the_raw_table_misleads_where_the_mix_differs_and_the_standardised_one_does_not(worlds):
    """S3 takes in more projects that have their enterprise already; what it does for the others is no worse."""
    raw, standardised, truth = [], [], []
    for projects, told in worlds:
        table = balance.league(projects, "option", "made", ["has_enterprise"], to="S1").set_index("group")
        raw.append(table.loc["S1", "estimate"] - table.loc["S3", "estimate"])
        standardised.append(table.loc["S1", "standardised"] - table.loc["S3", "standardised"])
        truth.append(told.loc["S1", "standardised"] - told.loc["S3", "standardised"])
    off = {name: np.subtract(of, truth) for name, of in (("raw", raw), ("standardised", standardised))}
    error = {name: of.std(ddof=1) / np.sqrt(len(of)) for name, of in off.items()}
    assert off["raw"].mean() > 4 * error["raw"] and off["raw"].mean() > 0.05
    assert abs(off["standardised"].mean()) < 3 * error["standardised"]


# Refusals


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"made": 2.0}, "more than 0 and 1"), ({"made": np.nan}, "known of nobody"),
        ({"kind": ""}, "rows without kind"), ({"s": None}, "rows without s"),
    ],
)  # fmt: skip
def test_data_that_make_no_table_are_refused(change, says):
    with pytest.raises(DataError, match=says):
        balance.league(TWO.assign(**change), "s", "made", ["kind"])


def test_what_is_not_known_is_refused_with_the_remedy():
    with pytest.raises(DataError, match="has no theme"):
        balance.league(TWO, "s", "made", ["theme"])
    for given in ({"covariates": []}, {"covariates": "kind"}):
        with pytest.raises(ParameterError, match="covariates="):
            balance.league(TWO, "s", "made", **given)
    with pytest.raises(ParameterError, match="direct or indirect"):
        balance.league(TWO, "s", "made", ["kind"], method="rank")
    with pytest.raises(ParameterError, match="is not in s"):
        balance.league(TWO, "s", "made", ["kind"], to="Z")
