"""Competing ends by hand, and what must always hold of them."""

import numpy as np
import pandas as pd
import pytest

from coopeval import competing, survival
from coopeval.errors import DataError

# (time, cause): (2,1)(2,2)(3,0)(4,1)(4,1)(5,0)(6,2)(6,0). F1(4) = .425, F2(6) = .35, S(6) = .225
EIGHT = pd.DataFrame(
    {
        "enterprise_id": range(8),
        "entry": 0.0,
        "exit": [2, 2, 3, 4, 4, 5, 6, 6],
        "cause": ["ceased", "merged", "", "ceased", "ceased", "", "merged", ""],
    }
)


def last(table, cause):
    return table[table["cause"].eq(cause)]["estimate"].iloc[-1]


def test_incidences_match_the_hand_calculation():
    table = competing.incidence(EIGHT)
    assert last(table, "ceased") == pytest.approx(0.425)
    assert last(table, "merged") == pytest.approx(0.35)
    assert last(table, "active") == pytest.approx(0.225)


def test_one_minus_the_curve_says_more_than_the_incidence():
    curve = survival.curve(EIGHT.assign(event=EIGHT["cause"].eq("ceased")))
    assert 1 - curve["estimate"].iloc[-1] == pytest.approx(0.475)  # the wrong figure, larger than .425


def test_all_causes_and_those_still_active_add_up_to_one():
    rng = np.random.default_rng(5)
    spells = pd.DataFrame({"enterprise_id": range(300), "entry": rng.integers(0, 10, 300)}).assign(
        exit=lambda frame: frame["entry"] + rng.integers(1, 40, 300),
        cause=rng.choice(["", "ceased", "merged", "moved_away"], 300),
    )
    table = competing.incidence(spells)
    assert table.groupby("at_months")["estimate"].sum().to_numpy() == pytest.approx(1)


def test_with_one_cause_incidence_is_one_minus_the_curve():
    spells = EIGHT.assign(cause=EIGHT["cause"].replace("merged", ""))
    curve = survival.curve(spells.assign(event=spells["cause"].eq("ceased")))
    own = competing.incidence(spells).query("cause == 'ceased'")
    assert (1 - curve["estimate"]).tolist() == pytest.approx(own["estimate"].tolist())


def test_order_of_rows_does_not_matter():
    one, other = competing.incidence(EIGHT), competing.incidence(EIGHT[::-1])
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_late_entry_leaves_the_risk_set_small_at_first():
    table = competing.incidence(EIGHT.assign(entry=[0, 0, 0, 3, 3, 0, 0, 0]))
    assert table.query("cause == 'ceased' and at_months == 2")["at_risk"].item() == 6


@pytest.mark.parametrize(
    "change", [{"exit": 0.0}, {"enterprise_id": 1}, {"entry": np.nan}, {"cause": None}], ids=lambda c: next(iter(c))
)
def test_what_cannot_be_is_refused(change):
    with pytest.raises(DataError):
        competing.incidence(EIGHT.assign(**change))


def test_none_of_few_is_no_certainty():
    # of ten in arm x one merged after a month and none ceased: that tells as much as 0 of 10
    x = pd.DataFrame({"exit": [1.0] + [2.0] * 9, "cause": ["merged"] + [""] * 9, "arm": "x"})
    y = pd.DataFrame({"exit": [3.0], "cause": ["ceased"], "arm": "y"})
    both = pd.concat([x, y]).assign(enterprise_id=range(11), entry=0.0)
    own = competing.incidence(both, "arm").query("cause == 'ceased' and group == 'x'")
    assert own["estimate"].tolist() == [0, 0] and own["low"].tolist() == [0, 0]
    assert own["high"].tolist() == pytest.approx([0.278, 0.278], abs=5e-4)
    still = competing.incidence(both, "arm").query("cause == 'active' and group == 'y'")
    assert still[["low", "high"]].isna().all(axis=None)  # all have ended: no error can be given


def test_once_all_have_ended_by_one_cause_no_error_is_given():
    # ten tenths add up to one but for the last digit; limits of 0 and 1 would be told around such a share
    leave = pd.DataFrame({"enterprise_id": range(10), "entry": 0.0, "exit": range(1, 11), "cause": "ceased"})
    last = competing.incidence(leave).iloc[[9, 19]]
    assert last["estimate"].tolist() == pytest.approx([1, 0]) and last["at_months"].eq(10).all()
    assert last[["low", "high"]].isna().all(axis=None)


def test_nobody_at_all_is_an_empty_table_with_and_without_groups():
    nobody = EIGHT.assign(arm="x").head(0)
    for table in (competing.incidence(nobody), competing.incidence(nobody, "arm")):
        assert len(table) == 0 and table["n"].dtype == np.int64 and table["cause"].dtype == object
