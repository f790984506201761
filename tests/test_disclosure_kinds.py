"""Figures are emptied and rows put in order in arrays: as a frame changed step by step would come out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from coopeval.disclosure import cells, kinds, load

WORDS = st.sampled_from(["all", "unknown", "a", "B", "b", "é", "10", "9", "doubly_robust", ""])
NUMBERS = st.sampled_from([0.0, 1.0, 5.0, 12.0, np.nan])
ROWS = st.lists(st.tuples(WORDS, WORDS, NUMBERS, NUMBERS, st.booleans()), min_size=1, max_size=6)
PART = st.sampled_from([0.0, 1.0, 2.0, 4.0, 5.0, 9.0, 10.0, 30.0, np.nan])


def table(rows):
    frame = pd.DataFrame(rows, columns=["group", "cause", "at_months", "n", "hidden"])
    return frame.assign(
        estimate=frame["n"] / 7, se=0.1, n_persons=frame["n"], note=frame["cause"].where(frame["hidden"])
    )


def emptied_step_by_step(released, shown):
    released = released.copy()
    figures = [c for c in released if c in kinds.FIGURES or c.startswith("n_")]
    released.loc[released["hidden"].to_numpy(bool), figures] = np.nan
    released[[c for c in figures if c in kinds.FIGURES and c not in ("n", *shown)]] = np.nan
    released["note"] = released["note"].fillna("").mask(released["hidden"], "withheld")
    return released


@pytest.mark.promise("P1")
@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_what_is_withheld_or_has_no_rule_is_emptied_and_all_else_stays(rows):
    made = table(rows)
    assert_frame_equal(kinds._emptied(made, ("estimate",)), emptied_step_by_step(made, ("estimate",)))


@pytest.mark.promise("P1")
@settings(max_examples=15, deadline=None)
@given(ROWS, st.booleans())
def test_rows_stand_in_the_order_of_their_labels(rows, has_gap):
    made = table(rows)
    made["cause"] = made["cause"].mask(made["cause"].eq("b") & has_gap)  # a label that is not known: no plain text
    rank = made["group"].map({"unknown": 1, "all": 2, "doubly_robust": 2}).fillna(0)
    keys = ["rank", "group", "at_months", "cause"]
    plain = made.assign(rank=rank).sort_values(keys, kind="stable", ignore_index=True).drop(columns="rank")
    assert_frame_equal(kinds._in_order(made), plain)


@pytest.mark.promise("P1")
@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(PART, PART), min_size=1, max_size=8))
def test_a_part_is_small_as_one_number_after_another_tells(pairs):
    part, whole = (pd.Series(side, dtype=float) for side in zip(*pairs, strict=True))
    rules = load()
    least = rules.units("confidential")
    told = [
        0 < one < least or 0 < all_ - one < least or ((one == 0 or one == all_) and all_ < rules.extremes_from)
        for one, all_ in pairs
    ]
    assert cells.small_part(part, whole, rules, "confidential").tolist() == told
