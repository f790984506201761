"""The door itself: what it refuses, whom it serves, what it leaves on a table; durations, contrasts and tests."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from coopeval.disclosure import gate, load
from coopeval.disclosure.rounding import down, midpoint, nearest, up
from coopeval.disclosure.rules import FILE
from coopeval.errors import DisclosureError, ParameterError
from coopeval.uncertainty import estimates, require_released, share

SHARES = share(pd.DataFrame({"group": ["a", "b"], "n_events": [14, 2], "n": [38, 9]}))


def about(table, **said):
    changed = table.copy()
    changed.attrs = {"about": {**table.attrs["about"], **said}}
    return changed


def test_internal_readers_see_the_exact_table():
    released = gate(SHARES, "shares", "internal")
    assert_frame_equal(released.drop(columns="hidden"), SHARES, check_like=True)
    assert not released["hidden"].any()
    assert require_released(released)["audience"] == "internal"


def test_published_figures_pass_as_they_are():
    released = gate(about(SHARES, privacy="published"), "shares")
    assert released["n"].tolist() == [38, 9]
    assert require_released(released)["audience"] == "public"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (pd.DataFrame({"group": ["a"], "n": [1]}), "how private"),
        (about(SHARES, kind="portrait"), "no rules"),
        (about(SHARES, kind="published"), "no rules"),
        (about(SHARES, privacy=""), "how private"),
        (about(SHARES.assign(name="Bakkerij"), **SHARES.attrs["about"]), "name"),
        (about(SHARES.drop(columns="n"), **SHARES.attrs["about"]), "n too"),
    ],
)
def test_what_the_gate_does_not_know_it_does_not_let_through(table, says):
    if "name" in table or "n" not in table:
        table.attrs = SHARES.attrs
    with pytest.raises(DisclosureError, match=says):
        gate(table, "shares")


@pytest.mark.parametrize("audience", ["everyone", "", None, "Public"])
def test_another_audience_is_refused(audience):
    with pytest.raises(ParameterError, match="audience"):
        gate(SHARES, "shares", audience)


@pytest.mark.parametrize("name", ["Shares", "a-b", "", "../x", "a b", "a\n"])
def test_names_are_plain(name):
    with pytest.raises(ParameterError, match="name"):
        gate(SHARES, name)


def test_rows_stand_in_the_order_of_their_labels_and_the_total_last():
    counts = {"group": ["all", "unknown", "b", "a"], "n_events": [30, 10, 10, 10], "n": [90, 30, 30, 30]}
    assert gate(share(pd.DataFrame(counts)), "shares")["group"].tolist() == ["a", "b", "unknown", "all"]


def test_a_released_table_tells_what_was_done_to_it_and_nothing_exact():
    table = SHARES.copy()
    table.attrs["steps"] = SHARES
    released = gate(table, "shares")
    assert set(released.attrs) == {"about", "released"}
    assert any("rounded" in said for said in released.attrs["about"]["warnings"])


def test_the_table_given_is_not_changed():
    before = SHARES.copy()
    gate(SHARES, "shares")
    assert_frame_equal(SHARES, before)
    assert SHARES.attrs["about"]["warnings"] == ()


def durations(kind="mean", n=(40, 9, 120), method="RMST", **columns):
    frame = pd.DataFrame({"group": ["a", "b", "c"], "n": n, "estimate": [20.26, 20.26, 20.26]})
    frame = frame.assign(se=1.0, low=18.3, high=22.1, **columns)
    return estimates(frame, kind=kind, unit="months", method=method, privacy="confidential")


def test_means_of_duration_are_coarse_and_coarser_in_small_groups():
    released = gate(durations(), "rmst")
    assert released["hidden"].tolist() == [False, True, False]
    assert released["estimate"].tolist()[::2] == [20.5, 20.3]
    assert released["low"].tolist()[::2] == [18.0, 18.3]
    assert released["high"].tolist()[::2] == [22.5, 22.1]
    assert released["se"].isna().all()


def test_medians_stand_on_the_grid():
    released = gate(durations(method="Kaplan-Meier median"), "median")
    assert released["hidden"].tolist() == [False, True, False]
    assert released["estimate"].iloc[0] == 24 and released["low"].iloc[0] == 18 and released["high"].iloc[0] == 24


def test_differences_of_means_are_rounded_as_the_means_are_and_tell_of_both_groups():
    table = durations(kind="difference", p=0.004, reference=["z", "z", "small"])
    with pytest.raises(DisclosureError, match="attrs"):
        gate(table, "difference")
    table.attrs["steps"] = estimates(
        pd.DataFrame({"group": ["z", "small"], "n": [120, 8], "at_months": 1.0}), kind="curve", privacy="confidential"
    )
    released = gate(table, "difference")
    assert released["hidden"].tolist() == [False, True, True]
    assert released["estimate"].iloc[0] == 20.5 and released["p"].iloc[0] == 0.01


def logrank(n=(30, 40), observed=(12, 8)):
    frame = pd.DataFrame({"group": ["a", "b"], "n": n, "observed": observed, "expected": [9.4, 10.6]})
    frame = frame.assign(statistic=1.378, df=1, p=0.2404)
    return estimates(frame, kind="test", unit="test", privacy="confidential")


def test_tests_are_shown_with_rounded_counts():
    released = gate(logrank(), "logrank")
    assert released["n"].tolist() == [30, 40]
    assert released["observed"].tolist() == [9, 9] and released["expected"].tolist() == [9, 9]
    assert released["statistic"].tolist() == [1.4, 1.4] and released["p"].tolist() == [0.24, 0.24]
    assert released["df"].tolist() == [1, 1]


def test_one_group_too_small_hides_the_whole_test():
    assert gate(logrank(n=(4, 40)), "logrank")["hidden"].tolist() == [True, True]
    assert gate(logrank(n=(8, 40), observed=(0, 20)), "logrank")["hidden"].tolist() == [True, True]


def test_a_pair_is_a_test_of_its_own():
    frame = pd.DataFrame({"group": ["b", "c"], "reference": "a", "n": [40, 9], "n_events": [20, 5]})
    frame = frame.assign(statistic=1.378, df=1, p=0.2404, p_adjusted=0.4808, note="")
    released = gate(estimates(frame, kind="test", unit="test", privacy="confidential"), "pairs")
    assert released["hidden"].tolist() == [False, True]
    assert released["p_adjusted"].iloc[0] == 0.48


def test_observed_over_expected_is_worked_out_from_rounded_numbers():
    frame = pd.DataFrame({"group": ["a", "b"], "n": [40, 4], "n_events": [7, 2], "observed": [7, 2]})
    frame = frame.assign(expected=[6.13, 1.0], estimate=[1.142, 2], low=0.4, high=2.3, statistic=0.12, df=1, p=0.73)
    released = gate(estimates(frame, kind="test", unit="ratio", privacy="register"), "against").iloc[0]
    assert (released["observed"], released["expected"]) == (9, 6)
    assert released["estimate"] == 1.5
    assert released["low"] == pytest.approx(4.115 / 6, abs=1e-3)  # exact Poisson limits of nine: 4.115 and 17.085
    assert released["high"] == pytest.approx(17.085 / 6, abs=1e-3)
    assert released["statistic"] == 1.5 and released["p"] == 0.22


def test_a_figure_without_a_rule_for_its_kind_stays_inside():
    table = SHARES.assign(p=0.123, statistic=4.56)
    table.attrs = SHARES.attrs
    assert gate(table, "shares")[["p", "statistic"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("persons = 10", "persons = 9", "floor"),
        ("units_confidential = 5", "units_confidential = 2", "floor"),
        ("largest_share = 0.50", "largest_share = 0.60", "floor"),
        ("persons = 10", "persons = 10\npeople = 1", "not known"),
        ("persons = 10\n", "", "missing"),
        ("persons = 10", 'persons = "10"', "number"),
        ("persons = 10", "persons = true", "number"),
        ("[R1]", "loose = 1\n[R1]", "not known"),
    ],
)
def test_thresholds_are_a_closed_list_with_floors(tmp_path, old, new, says):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "rules.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParameterError, match=says):
        load(tmp_path / "rules.toml")


def test_thresholds_may_be_made_stricter(tmp_path):
    stricter = FILE.read_text(encoding="utf-8").replace("persons = 10", "persons = 20", 1)
    (tmp_path / "rules.toml").write_text(stricter, encoding="utf-8")
    assert load(tmp_path / "rules.toml").persons == 20


@given(st.integers(0, 10_000))
def test_a_midpoint_is_never_more_than_half_a_class_away(count):
    rounded = midpoint(count).item()
    assert abs(rounded - count) <= 3 and (rounded == 0) == (count == 0)
    assert rounded == 0 or rounded % 6 == 3


@given(st.floats(0, 1), st.sampled_from([0.01, 0.05]))
def test_rounding_outward_never_narrows(value, step):
    assert down(value, step) <= value + 1e-9 and up(value, step) >= value - 1e-9
    assert abs(nearest(value, step) - value) <= step / 2 + 1e-9
    assert np.isnan(down(np.nan, step))


def test_a_released_table_has_one_hash_that_covers_every_cell_and_word():
    released = gate(SHARES, "example")
    assert released.attrs["released"] == gate(SHARES.copy(), "example").attrs["released"]
    for column in ("n", "estimate", "low", "note"):
        changed = released.copy()
        changed.loc[0, column] = "other" if column == "note" else 0.999
        with pytest.raises(DisclosureError, match="changed after its release"):
            require_released(changed)
    told = released.copy()
    told.attrs = {**released.attrs, "about": {**released.attrs["about"], "population": "others"}}
    with pytest.raises(DisclosureError, match="changed after its release"):
        require_released(told)
