"""Differences of shares on public pages: made of rounded counts, withheld with either group."""

import numpy as np
import pandas as pd
import pytest

from coopeval.disclosure import gate
from coopeval.uncertainty import difference, newcombe


def gap(groups: dict[str, tuple[int, int]], **columns) -> pd.DataFrame:
    frame = pd.DataFrame([{"group": g, "n_events": a, "n": n} for g, (a, n) in groups.items()]).assign(**columns)
    return difference(frame, privacy="confidential")


def test_a_difference_is_made_of_counts_in_fives():
    # 31 of 48 and 22 of 61 become 30 of 50 and 20 of 60: 60% less 33%.
    shown = gate(gap({"b": (31, 48), "a": (22, 61)}), "example").iloc[0]
    low, high = newcombe([30], [50], [20], [60])
    assert shown["estimate"] == pytest.approx(30 / 50 - 20 / 60)
    assert (shown["low"], shown["high"]) == (low.item(), high.item())
    assert shown["p"] == 0.01  # at most
    assert round(shown["detectable"] / 0.05, 6) % 1 == 0


@pytest.mark.parametrize(
    "groups", [{"b": (31, 48), "a": (2, 61)}, {"b": (3, 4), "a": (22, 61)}, {"b": (8, 8), "a": (22, 61)}]
)
def test_either_group_too_small_withholds_it(groups):
    shown = gate(gap(groups), "example").iloc[0]
    assert shown["hidden"] and np.isnan(shown["estimate"]) and np.isnan(shown["n_reference"])


def test_persons_need_ten_in_three_enterprises_on_both_sides():
    groups = {"b": (31, 48), "a": (22, 61)}
    assert not gate(gap(groups, n_persons=[48, 61], n_enterprises=[9, 9]), "example")["hidden"].any()
    assert gate(gap(groups, n_persons=[48, 61], n_enterprises=[9, 2]), "example")["hidden"].all()


def test_a_test_with_few_events_stays_without_p_and_says_so():
    shown = gate(gap({"b": (4, 48), "a": (22, 61)}), "example")
    assert shown["hidden"].all()  # four are few themselves
    register = gap({"b": (4, 48), "a": (22, 61)})
    register.attrs["about"]["privacy"] = "register"
    shown = gate(register, "example").iloc[0]
    assert shown["note"] == "few_events" and np.isnan(shown["p"]) and not np.isnan(shown["estimate"])
