"""Coefficients of models at the gate: who stands behind them, how coarsely they are shown."""

import numpy as np
import pandas as pd
import pytest

from coopeval.disclosure import gate
from coopeval.errors import DisclosureError
from coopeval.uncertainty import estimates

ROW = {
    "group": "later", "n": 123, "n_enterprises": 43, "n_persons": 211, "df": 41, "estimate": 1.23, "se": 0.11,
    "low": 0.97, "high": 1.56, "p": 0.004, "largest_share": 0.1, "two_largest_share": 0.2, "note": "",
}  # fmt: skip


def released(*rows):
    table = estimates(pd.DataFrame([{**ROW, **row} for row in rows]), kind="model", unit="ratio")
    return gate(table, "example")


def test_a_coefficient_is_shown_in_coarse_steps_with_limits_outward_and_no_error():
    shown = released({}).iloc[0]
    assert shown[["estimate", "low", "high", "p", "n"]].tolist() == [1.25, 0.95, 1.6, 0.01, 125]
    assert np.isnan(shown["se"]) and np.isnan(shown["df"]) and not shown["hidden"]


@pytest.mark.parametrize(
    "few", [{"n_enterprises": 9}, {"n_persons": 9}, {"largest_share": 0.6, "two_largest_share": 0.7}]
)
def test_too_few_behind_a_coefficient_hide_it_alone(few):
    assert released({}, {**few, "group": "other"})["hidden"].tolist() == [False, True]


def test_too_little_freedom_hides_the_whole_model():
    assert released({}, {"df": 9, "group": "other"})["hidden"].all()


def test_what_was_not_fitted_is_said_and_tells_no_count():
    shown = released({"estimate": np.nan, "low": np.nan, "high": np.nan, "n_enterprises": 4, "note": "few_units"}).iloc[
        0
    ]
    assert (shown["note"], shown["hidden"]) == ("few_units", False) and np.isnan(shown["n_enterprises"])


def test_a_model_that_does_not_say_who_is_behind_it_is_refused():
    with pytest.raises(DisclosureError, match="n_persons"):
        gate(estimates(pd.DataFrame([ROW]).drop(columns="n_persons"), kind="model", unit="ratio"), "example")


def test_shares_that_add_up_to_one_never_leave_a_lone_blank():
    # 200 + 60 + 5 of 265: five are too few, and 265 less the others would give them
    rows = [{"group": g, "numerator": k, "denominator": 265, "n": 265, "n_persons": 265, "n_enterprises": 60}
            for g, k in (("a", 200), ("b", 60), ("c", 5))]  # fmt: skip
    frame = pd.DataFrame(rows).assign(largest_share=0.1, two_largest_share=0.2, note="", low=0.1, high=0.9)
    frame["estimate"] = frame["numerator"] / 265
    table = estimates(frame, kind="ratio", unit="share", numerator_unit="jobs", denominator_unit="jobs")
    assert gate(table, "example").set_index("group")["hidden"].to_dict() == {"a": False, "b": True, "c": True}
