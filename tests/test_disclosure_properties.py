"""What holds of any table the gate lets through: a few units more or less, noughts, sums, one base for one count."""

from collections import defaultdict

import numpy as np
import pandas as pd
import published
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopeval import provenance, reference
from coopeval.disclosure import gate
from coopeval.uncertainty import about_of, estimates, share

NARROW = 5  # possible values of a count that must be left, whatever is put side by side
LADDER = np.array([m * 10.0**k for k in range(9, -1, -1) for m in (5, 2, 1)])
LISTS = {"legal_families": ["cooperative", "non_profit", "profit"], "nace_sections": list("ACDEGHIJ"), "": list("abcd")}


@st.composite
def tables(draw):
    """A list that adds up, and what is left of it when one to four units are taken out of one category."""
    codes = draw(st.sampled_from(sorted(LISTS)))
    exact = {group: draw(st.integers(0, 40)) for group in LISTS[codes]}
    group = draw(st.sampled_from(LISTS[codes]))
    fewer = {**exact, group: max(exact[group] - draw(st.integers(1, 4)), 0)}
    return codes, exact, fewer


def counted(codes, groups):
    groups = {**groups, "all": sum(groups.values())}
    frame = pd.DataFrame({"group": list(groups), "n": list(groups.values()), "estimate": list(groups.values())})
    return gate(estimates(frame, kind="count", unit="projects", codes=codes, privacy="confidential"), "example")


@pytest.mark.promise("P1")
@settings(deadline=None, max_examples=30)
@given(tables())
def test_a_few_units_less_never_move_a_released_count_by_their_number(table):
    codes, exact, fewer = table
    before, after = (counted(codes, groups).set_index("group")["estimate"] for groups in (exact, fewer))
    moved = (before - after).dropna().abs()
    assert (moved % NARROW == 0).all()


@pytest.mark.promise("P1")
@settings(deadline=None, max_examples=30)
@given(tables())
def test_a_released_nought_is_none_at_all(table):
    codes, exact, _ = table
    shown = counted(codes, exact)
    for row in shown[shown["estimate"].eq(0)].itertuples():
        assert exact.get(row.group, sum(exact.values())) == 0
    whole = sum(exact.values())
    parts = pd.DataFrame({"group": list(exact), "n_events": list(exact.values()), "n": whole})
    shown = gate(share(parts, codes=codes), "example") if whole else shown.iloc[:0]
    for row in shown[shown["estimate"].eq(0)].itertuples():
        assert exact[row.group] == 0


@pytest.mark.promise("P1")
@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1_000, 400_000), min_size=6, max_size=60))
def test_the_step_of_a_sum_is_a_tenth_of_any_four_units(parts):
    ordered, whole = sorted(parts, reverse=True), sum(parts)
    row = {
        "group": "x", "n": len(parts), "n_enterprises": len(parts), "estimate": whole,
        "largest_share": ordered[0] / whole, "two_largest_share": sum(ordered[:2]) / whole,
    }  # fmt: skip
    shown = gate(estimates(pd.DataFrame([row]), kind="sum", unit="eur", privacy="confidential"), "example").iloc[0]
    if not shown["hidden"] and shown["estimate"]:
        step = LADDER[shown["estimate"] % LADDER == 0][0]
        assert step >= sum(ordered[:4]) / 10


def values_of(count: float, base: int) -> set[int]:
    """Whole numbers a released count may stand for."""
    low, high = (count - 2, count + 2) if base == 5 else (count - 2, count + 3)
    return set(range(int(low), int(high) + 1))


SIZES = ("curve", "at", "mean", "test", "occupation", "share", "count", "difference")


def sizes(folder):
    """Released sizes of whole populations: (population, day) -> (table, column, count)."""
    found = defaultdict(list)
    for name, table in provenance.released(folder).items():
        said = about_of(table)
        if said["kind"] not in SIZES or said["privacy"] == "published" or said["unit"] == "rows":
            continue
        whole = table[table["group"].eq("all") | (table["group"].eq("studied") & (said["kind"] == "count"))]
        if said["kind"] == "count" and len(table) > 1:  # a total may be the sum of rounded rows; one row is itself
            whole = whole[whole["group"].eq("studied")]
        if said["kind"] == "share" and len(table) > 1:
            continue
        for count in whole.loc[~whole["hidden"], "n"].dropna().unique():
            found[said["population"], said["as_of"]].append((name, float(count)))
    return found


@pytest.mark.promise("P1")
def test_one_count_of_the_demo_is_never_narrowed_by_two_pages(extent):
    found, n = sizes(published.report() / "results"), 0
    for (population, day), told in found.items():
        for i, (name, count) in enumerate(told):
            assert count % 5 == 0, (name, count)
            for other, again in told[:i]:
                both = values_of(count, 5) & values_of(again, 5)
                assert not both or len(both) >= NARROW, (population, day, name, count, other, again)
                n += 1
    assert n > 20
    extent.checks(n)


@pytest.mark.promise("P1")
def test_no_table_of_the_demo_shows_a_part_above_its_whole_or_a_nought_for_a_few():
    for name, table in provenance.released(published.report() / "results").items():
        said = about_of(table)
        if said["kind"] not in SIZES or said["privacy"] == "published":
            continue
        shown = table[~table["hidden"]]
        for part in ("at_risk", "n_events"):
            if part in shown and said["kind"] != "count":
                assert not (shown[part] > shown["n"]).any(), (name, part)
        if said["kind"] in ("curve", "at"):
            assert not shown["n_events"].eq(0).any(), name
        codes = reference.labels(str(said["codes"]), "en") if said["codes"] else {}
        if said["kind"] == "count" and 0 < len(codes) <= 12 and set(codes) <= set(shown["group"]):
            assert not shown["estimate"].eq(0).any(), name
