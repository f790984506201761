"""Survival and incidence leave the house late, coarse and cut short, and agree with everything read off them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from coopeval import survival
from coopeval.disclosure import gate, load
from coopeval.disclosure.series import series
from coopeval.errors import DisclosureError
from coopeval.uncertainty import estimates

# TRUST E7: 23 enterprises, stops at these months. Six of the others leave sight before month 18, so that ten are at
# risk there; six are seen to the end. Exact share at month 16 by hand: .6175.
STOPS = [2, 3, 7, 13, 13, 14, 16, 22, 26, 31, 33]
LEFT = [1, 1, 1, 1, 8, 17] + [40] * 6


def kaplan_meier(exits, events, group="all", entries=0.0) -> pd.DataFrame:
    exits, events = np.asarray(exits, dtype=float), np.asarray(events, dtype=bool)
    entries = np.broadcast_to(np.asarray(entries, dtype=float), exits.shape)
    rows, alive = [], 1.0
    for month in np.unique(exits):
        at_risk = int(((entries < month) & (exits >= month)).sum())
        stopped = int((events & (exits == month)).sum())
        alive *= 1 - stopped / at_risk
        rows.append(
            (group, month, len(exits), at_risk, stopped, alive, 0.1, max(alive - 0.21, 0), min(alive + 0.13, 1))
        )
    columns = ["group", "at_months", "n", "at_risk", "n_events", "estimate", "se", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def curve(*parts, privacy="confidential", **about) -> pd.DataFrame:
    return estimates(pd.concat(parts), kind="curve", privacy=privacy, by="group", **about)


def values_at(steps, months) -> pd.DataFrame:
    """As survival.at makes them: exact, with the curve they were read from."""
    rows = [
        {**steps[(steps["group"] == g) & (steps["at_months"] <= m)].iloc[-1].to_dict(), "at_months": m}
        for g in steps["group"].unique()
        for m in months
    ]
    table = estimates(pd.DataFrame(rows), kind="at", privacy=steps.attrs["about"]["privacy"])
    table.attrs["steps"] = steps
    return table


E7 = curve(kaplan_meier(STOPS + LEFT, [True] * 11 + [False] * 12))


def test_worked_example_seven_of_the_trust_page():
    released = gate(E7, "survival")
    assert released["at_months"].tolist() == [6, 12, 18]  # nine at risk at 24: the curve has ended
    assert released["estimate"].tolist() == [1.0, 1.0, 0.6]
    assert released["at_risk"].iloc[-1] == 9  # ten, as the middle of 7..12
    assert released["n_events"].isna().tolist() == [True, True, False]  # none shown yet, which is not none
    assert released["n_events"].iloc[-1] == 9  # seven gathered
    assert set(released["n"]) == {25}  # as any count of these 23 stands on other pages
    assert not released["hidden"].any()


def test_limits_are_rounded_outward_and_standard_errors_stay_inside():
    last = gate(E7, "survival").iloc[-1]
    assert (last["low"], last["high"]) == (0.4, 0.75)  # exact .4075 and .7475
    assert np.isnan(last["se"])


def test_before_the_first_change_the_limit_allows_for_what_is_not_shown_yet():
    first = gate(E7, "survival").iloc[0]
    assert first["low"] < 0.5 and first["high"] == 1


def test_a_curve_of_the_public_register_is_finer_and_longer():
    public = curve(kaplan_meier(STOPS + LEFT, [True] * 11 + [False] * 12), privacy="register")
    released = gate(public, "survival")
    # stops by 6, 12 ... 36: 2, 3, 7, 8, 9, 11: three have gathered at 12, 18 and 36, where six are still at risk;
    # by hand 16/19, .6175 and .3705
    assert released["at_months"].tolist() == [6, 12, 18, 24, 30, 36]
    assert released["estimate"].round(2).tolist() == [1, 0.84, 0.62, 0.62, 0.62, 0.37]


def test_a_group_too_small_has_one_row_withheld():
    table = curve(kaplan_meier([10, 20, 30, 30], [1, 1, 0, 0], "small"), kaplan_meier([60] * 40, [0] * 40, "large"))
    released = gate(table, "survival")
    small = released[released["group"] == "small"]
    assert small["hidden"].tolist() == [True]
    assert small[["n", "at_risk", "estimate", "low", "high"]].isna().all(axis=None)
    assert small["note"].tolist() == ["withheld"]
    assert not released[released["group"] == "large"]["hidden"].any()


def test_values_at_months_are_those_of_the_figure():
    released = gate(values_at(E7, [12, 18, 20, 24]), "survival_at")
    assert released["estimate"].tolist()[:3] == [1.0, 0.6, 0.6]
    assert np.isnan(released["n_events"].iloc[0]) and released["n_events"].tolist()[1:3] == [9, 9]
    assert released["hidden"].tolist() == [False, False, False, True]
    assert "steps" not in released.attrs


def test_values_without_their_curve_are_refused():
    table = values_at(E7, [12])
    del table.attrs["steps"]
    with pytest.raises(DisclosureError, match="attrs"):
        gate(table, "survival_at")


def test_follow_up_too_short_is_said_and_not_called_withheld():
    table = values_at(E7, [12, 120]).assign(note=["", "beyond_follow_up"])
    table.loc[1, ["estimate", "low", "high"]] = np.nan
    table.attrs["steps"] = E7
    late = gate(table, "survival_at").iloc[1]
    assert (late["note"], late["hidden"]) == ("beyond_follow_up", False)
    assert np.isnan(late["estimate"])


def incidence() -> pd.DataFrame:
    """Forty enterprises: twelve cease, six merge, the others are seen to month 60."""
    exits = np.array([4, 5, 7, 8, 9, 15, 16, 19, 20, 21, 22, 23] + [6, 10, 12, 14, 17, 27] + [60] * 22, dtype=float)
    cause = np.array(["ceased"] * 12 + ["merged"] * 6 + [""] * 22)
    rows, alive, reached = [], 1.0, {"ceased": 0.0, "merged": 0.0}
    for month in np.unique(exits):
        at_risk = int((exits >= month).sum())
        for name in reached:
            ended = int(((exits == month) & (cause == name)).sum())
            reached[name] += alive * ended / at_risk
            rows.append(("all", month, name, 40, at_risk, ended, reached[name], 0.0, 1.0))
        alive = 1 - sum(reached.values())
        rows.append(("all", month, "active", 40, at_risk, 0, alive, 0.0, 1.0))
    columns = ["group", "at_months", "cause", "n", "at_risk", "n_events", "estimate", "low", "high"]
    return estimates(pd.DataFrame(rows, columns=columns), kind="curve", privacy="confidential")


def test_causes_are_delayed_one_by_one_and_still_add_up():
    released = gate(incidence(), "incidence")
    wide = released.pivot(index="at_months", columns="cause", values="estimate")
    assert wide.sum(axis=1).round(9).eq(1).all()
    # ceased by 6, 12, 18, 24: 2, 5, 7, 12; merged by 18: 5, its sixth is not shown any more
    assert wide["ceased"].tolist()[:4] == [0, 0.15, 0.15, 0.3]  # 5/40 = .125 rounds up, 12/40
    assert wide["merged"].tolist() == [0, 0] + [0.15] * 8


def test_medians_are_read_off_the_safe_curve_where_it_is_known():
    steps = curve(kaplan_meier(range(1, 41), [True] * 40, "a"))
    table = estimates(
        pd.DataFrame({"group": ["a"], "n": [40], "estimate": [20.0], "low": [14.0], "high": [27.0]}),
        kind="mean", unit="months", method="median", privacy="confidential",
    )  # fmt: skip
    table.attrs["steps"] = steps
    released = gate(table, "median").iloc[0]
    drawn = gate(steps, "curve")
    assert released["estimate"] == drawn.loc[drawn["estimate"] <= 0.5, "at_months"].min() == 24


def test_differences_at_fixed_months_are_those_of_the_released_values():
    steps = curve(
        kaplan_meier(list(range(1, 21)) + [48] * 20, [True] * 20 + [False] * 20, "a"),
        kaplan_meier(list(range(1, 11)) + [48] * 30, [True] * 10 + [False] * 30, "b"),
    )
    row = {
        "group": "b",
        "reference": "a",
        "at_months": 24,
        "n": 40,
        "estimate": 0.26,
        "low": 0.1,
        "high": 0.4,
        "p": 0.02,
    }
    table = estimates(pd.DataFrame([row]), kind="difference", unit="share", privacy="confidential")
    table.attrs["steps"] = steps
    released = gate(table, "difference").iloc[0]
    drawn = gate(steps, "curve").set_index(["group", "at_months"])["estimate"]
    assert released["estimate"] == pytest.approx(drawn[("b", 24)] - drawn[("a", 24)])
    assert released["low"] < released["estimate"] < released["high"]
    assert released["n_events"] == gate(values_at(steps, [24]), "at").set_index("group").loc["b", "n_events"]


def test_a_difference_beyond_follow_up_says_so():
    steps = curve(kaplan_meier([48] * 40, [False] * 40, "a"), kaplan_meier([48] * 40, [False] * 40, "b"))
    row = {"group": "b", "reference": "a", "at_months": 60, "n": 40, "n_events": np.nan, "note": "beyond_follow_up"}
    frame = pd.DataFrame([{**row, "estimate": np.nan, "low": np.nan, "high": np.nan, "p": np.nan}])
    table = estimates(frame, kind="difference", unit="share", privacy="confidential")
    table.attrs["steps"] = steps
    released = gate(table, "difference").iloc[0]
    assert (released["note"], released["hidden"]) == ("beyond_follow_up", False)


def test_the_order_of_rows_does_not_matter_and_the_table_is_not_touched():
    before = E7.copy()
    assert_frame_equal(gate(E7[::-1], "survival"), gate(E7, "survival"))
    assert_frame_equal(E7, before)


histories = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 60), st.booleans()), min_size=12, max_size=60).map(
    lambda rows: ([e for e, _, _ in rows], [e + x for e, x, _ in rows], [d for _, _, d in rows])
)


@given(histories, st.sampled_from(["confidential", "register"]))
@settings(max_examples=60, deadline=None)
def test_each_shown_step_stands_for_enough_events(history, privacy):
    entries, exits, events = history
    steps = curve(kaplan_meier(exits, events, entries=entries), privacy=privacy)
    released = gate(steps, "survival")
    shown = released[~released["hidden"]]
    steps_shown = np.flatnonzero(np.diff(np.concatenate([[1.0], shown["estimate"]])))
    least = 5 if privacy == "confidential" else 3
    told = 0
    for step in steps_shown:
        happened = sum(d for x, d in zip(exits, events, strict=True) if x <= shown["at_months"].iloc[step])
        assert happened - told >= least
        told = happened
    assert (shown["at_months"] % 6 == 0).all()
    assert shown["estimate"].is_monotonic_decreasing
    assert (shown["low"] <= shown["estimate"] + 1e-9).all() and (shown["high"] >= shown["estimate"] - 0.026).all()


@given(histories)
@settings(max_examples=40, deadline=None)
def test_released_values_always_stand_on_the_released_curve(history):
    entries, exits, events = history
    steps = curve(kaplan_meier(exits, events, entries=entries))
    drawn = gate(steps, "survival").query("not hidden").set_index("at_months")["estimate"]
    told = gate(values_at(steps, [6, 12, 24, 36, 60]) if min(exits) <= 6 else values_at(steps, [72]), "survival_at")
    for _, row in told[~told["hidden"]].iterrows():
        assert row["estimate"] == drawn[row["at_months"]]


@given(histories, st.data())
@settings(max_examples=40, deadline=None)
def test_leaving_one_enterprise_out_never_moves_a_count_by_one(history, data):
    entries, exits, events = history
    one = data.draw(st.integers(0, len(exits) - 1))
    rest = [[x for i, x in enumerate(column) if i != one] for column in (entries, exits, events)]
    with_it = gate(curve(kaplan_meier(exits, events, entries=entries)), "survival")
    without = gate(curve(kaplan_meier(rest[1], rest[2], entries=rest[0])), "survival")
    both = with_it.merge(without, on="at_months", suffixes=("", "_without"))
    for column in ("n", "at_risk", "n_events"):
        moved = (both[column] - both[f"{column}_without"]).abs().dropna()
        assert (moved.eq(0) | moved.ge(3)).all()


def test_a_stricter_setting_for_units_holds_for_curves_too():
    assert len(series(E7, load())) == 3
    assert series(E7, replace(load(), units_confidential=24)).empty


def test_the_series_needs_what_its_rules_count():
    with pytest.raises(DisclosureError, match="at_risk"):
        series(E7.drop(columns="at_risk"), load())


def test_a_difference_of_restricted_means_passes_with_its_curve():
    exits = np.concatenate([np.linspace(10, 40, 40), np.linspace(41, 80, 40)])
    spells = pd.DataFrame({"enterprise_id": range(80), "entry": 0.0, "exit": exits, "event": [True, False] * 40})
    table = survival.difference(spells.assign(legal_family=["x", "x", "y", "y"] * 20), "legal_family", tau=30)
    released = gate(table, "x")
    assert not released["hidden"].any() and released["estimate"].notna().all()
