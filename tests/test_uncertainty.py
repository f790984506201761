"""Shares of small numbers, the one shape of tables, and the stamp of released ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from coopeval import uncertainty
from coopeval.errors import DataError, DisclosureError
from coopeval.uncertainty import release

EIGHT_OF_TEN = pd.DataFrame({"group": ["all"], "n_events": [8], "n": [10]})


def test_eight_of_ten_by_hand():
    wilson, exact = (uncertainty.share(EIGHT_OF_TEN, interval=name) for name in ("wilson", "exact"))
    assert [round(wilson[c].item(), 3) for c in ("estimate", "low", "high")] == [0.8, 0.490, 0.943]
    assert [round(exact[c].item(), 3) for c in ("low", "high")] == [0.444, 0.975]


def test_none_of_ten_still_says_up_to_where():
    none = uncertainty.share(EIGHT_OF_TEN.assign(n_events=0))
    assert none["low"].item() == 0 and none["high"].item() == pytest.approx(0.278, abs=5e-4)


@given(st.integers(0, 60), st.integers(1, 60))
def test_limits_are_those_of_scipy(hits, size):
    hits = min(hits, size)
    for name, method in (("wilson", "wilson"), ("exact", "exact")):
        ours = uncertainty.share(pd.DataFrame({"group": ["a"], "n_events": [hits], "n": [size]}), interval=name)
        theirs = stats.binomtest(hits, size).proportion_ci(0.95, method=method)
        assert (ours["low"].item(), ours["high"].item()) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_a_share_of_nobody_is_not_estimable_and_not_zero():
    nobody = uncertainty.share(EIGHT_OF_TEN.assign(n_events=0, n=0))
    assert np.isnan(nobody["estimate"].item()) and nobody["note"].item() == "not_estimable"


@pytest.mark.parametrize("change", [{"n_events": 11}, {"n_events": -1}, {"n_events": 2.5}, {"n": np.nan}])
def test_counts_that_cannot_be_are_refused(change):
    with pytest.raises(DataError, match="0 <= n_events <= n"):
        uncertainty.share(EIGHT_OF_TEN.assign(**change))


def test_an_unknown_interval_is_refused_with_those_there_are():
    with pytest.raises(DataError, match="wilson, exact"):
        uncertainty.share(EIGHT_OF_TEN, interval="wald")


def test_figures_are_numbers_though_nobody_gave_one():
    table = uncertainty.estimates(pd.DataFrame({"group": ["a"], "estimate": [None], "low": [None], "high": [None]}))
    assert [str(table[name].dtype) for name in ("estimate", "low", "high")] == ["float64"] * 3


def test_a_table_says_of_itself_only_what_the_shape_knows():
    with pytest.raises(TypeError, match="colour"):
        uncertainty.estimates(EIGHT_OF_TEN, colour="red")
    with pytest.raises(ValueError, match="unit"):
        uncertainty.estimates(EIGHT_OF_TEN, unit="furlongs")


def test_a_table_in_hand_is_looked_through_once_and_one_that_was_changed_is_not_taken(monkeypatch):
    looked, digest = [], release.content_digest
    monkeypatch.setattr(release, "content_digest", lambda table: looked.append(len(table)) or digest(table))
    good = uncertainty.stamp(uncertainty.share(EIGHT_OF_TEN), "example", "public")
    changed = good.assign(n=11)
    changed.attrs = good.attrs
    looked.clear()
    with uncertainty.in_hand([good, changed, uncertainty.share(EIGHT_OF_TEN)]):
        assert [uncertainty.require_released(good)["name"] for _ in range(3)] == ["example"] * 3
        assert len(looked) == 2
        for other in (changed, good.copy().assign(n=11)):
            other.attrs = good.attrs
            with pytest.raises(DisclosureError, match="changed after its release"):
                uncertainty.require_released(other)
    good.loc[good.index[0], "n"] = 11
    with pytest.raises(DisclosureError, match="changed after its release"):
        uncertainty.require_released(good)


def test_a_released_table_that_was_changed_is_refused():
    released = uncertainty.stamp(uncertainty.share(EIGHT_OF_TEN), "example", "public")
    assert uncertainty.require_released(released)["name"] == "example"
    changed = released.assign(n=11)
    changed.attrs = released.attrs
    with pytest.raises(DisclosureError, match="changed after its release"):
        uncertainty.require_released(changed)
    with pytest.raises(DisclosureError, match="has not passed"):
        uncertainty.require_released(uncertainty.share(EIGHT_OF_TEN))


def test_each_column_of_the_house_has_one_place():
    assert len(set(uncertainty.COLUMNS)) == len(uncertainty.COLUMNS)
    assert len(set(uncertainty.KINDS)) == len(uncertainty.KINDS)
