"""The auditor: what a reader can work out from released tables, cell by cell (P1, R5, R9)."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from audit_tables import grid, published, released
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from coopeval import audit
from coopeval.disclosure import Rules
from coopeval.errors import DisclosureError

EXACTLY = Rules(base_count=1)  # figures stand as they are
FIVES = Rules(units_confidential=5)
E1 = [[14, 11, 3], [12, 2, 10], [21, 16, 13], [11, 10, 12]]
FIRST = {(0, 2), (1, 1)}  # the three and the two
SECOND = FIRST | {(0, 1), (1, 2), (3, 1), (3, 2)}
GROWING = {"estimand": "number of enterprises supported", "by": "legal_form", "codes": "legal_forms"}


def solved(*tables, earlier=(), rules=EXACTLY):
    """Low and high of every protected cell, by its groups."""
    found = audit.derivable(published(*tables), earlier, rules=rules)
    named = [tuple(pair.split("=")[1] for pair in labels.split(", ") if pair) for labels in found["labels"]]
    return dict(zip(named, zip(found["low"], found["high"], strict=True), strict=True))


@pytest.mark.promise("P1")
def test_two_blanks_alone_are_solved_from_the_margins():
    # E1: 28 - 14 - 11 = 3 and 24 - 12 - 10 = 2
    assert solved(released(grid(E1, FIRST))) == {("z", "a"): (3, 3), ("y", "b"): (2, 2)}
    assert not audit.derivable(published(released(grid(E1, FIRST))), rules=EXACTLY)["is_safe"].any()


@pytest.mark.promise("P1")
def test_with_four_more_blanks_the_intervals_are_those_of_the_worked_example():
    found = solved(released(grid(E1, SECOND)))
    assert found["z", "a"] == (0, 14) and found["y", "b"] == (0, 12)
    assert audit.derivable(published(released(grid(E1, SECOND))), rules=EXACTLY)["is_safe"].all()


@pytest.mark.promise("P1")
def test_a_hidden_cell_printed_in_another_table_makes_the_other_exact():
    # E1: 28 - 14 - 11 = 3 once the 11 is printed elsewhere, 24 - 12 - 10 = 2 once the 10 is
    elsewhere = released([("a", "y", 11)], name="elsewhere")
    assert solved(released(grid(E1, SECOND)), elsewhere)["z", "a"] == (3, 3)
    elsewhere = released([("b", "z", 10)], name="elsewhere")
    assert solved(released(grid(E1, SECOND)), elsewhere)["y", "b"] == (2, 2)


@pytest.mark.promise("P1")
def test_a_total_printed_elsewhere_is_subtracted_from():
    # E2: a list without its total; 135 stands in another table, so the two hidden ones are five together
    sectors = [("a", 28), ("b", 24), ("c", 50), ("d", 28), ("e", None), ("f", None)]
    found = solved(released(sectors), released([("all", 135)], name="elsewhere"))
    assert found == {("e",): (1, 4), ("f",): (1, 4)}  # each stands there, so each is at least one


@pytest.mark.promise("P1")
def test_margins_without_the_hidden_cells_do_not_fit_the_true_ones():
    # E2: 135 printed as 130, as if the five were not there
    cut = [("a", 28), ("b", 24), ("c", 50), ("d", 28), ("e", None), ("f", None), ("all", 130)]
    with pytest.raises(DisclosureError, match="by_sector, elsewhere"):
        solved(released(cut), released([("all", 135)], name="elsewhere"))


@pytest.mark.promise("P1")
def test_one_newcomer_between_two_semesters_is_found_and_in_fives_is_not():
    # E3: 24 -> 25 enterprises
    def semester(n, name, as_of, rules_base):
        shown = n if rules_base == 1 else 25
        return published(released([("017", shown), ("all", shown)], as_of=as_of, **GROWING), period=name, as_of=as_of)

    for base, safe in ((1, False), (5, True)):
        before = semester(24, "2025S2", "2025-12-31", base)
        after = semester(25, "2026S1", "2026-06-30", base)
        found = audit.derivable(after, [before], rules=Rules(base_count=base))
        newcomers = found[found["what"].eq("newcomers")]
        assert len(newcomers) == 2 and newcomers["is_safe"].all() == safe


@pytest.mark.promise("P1")
def test_a_cell_hidden_once_is_not_told_by_a_later_semester():
    # legal form 017 was withheld; a semester later, nobody can have left, it is shown as six of six
    hidden = released([("017", None), ("610", None), ("all", 20)], as_of="2025-12-31", **GROWING)
    before = published(hidden, period="2025S2", as_of="2025-12-31")
    after = released([("017", 3), ("610", 20), ("all", 23)], as_of="2026-06-30", **GROWING)
    found = audit.derivable(published(after), [before], rules=EXACTLY)
    told = found[found["period"].eq("2025S2")].set_index("group")
    assert told.loc["017", "high"] == 3 and not told.loc["017", "is_safe"]


@pytest.mark.promise("P1")
def test_groupings_that_differ_by_language_are_solved_together():
    # E4: CV+BV = 16, BV+VZW = 23, the three 37: BV = 16 + 23 - 37
    apart = released([("cv", None), ("bv", None), ("vzw", None)])
    tables = [released([(group, n)], name=name) for name, group, n in (
        ("nl", "cv+bv", 16), ("fr", "bv+vzw", 23), ("en", "cv+bv+vzw", 37),
    )]  # fmt: skip
    assert solved(apart, *tables)["bv",] == (2, 2)
    assert solved(apart, *tables[:2])["bv",] == (1, 15)


@pytest.mark.promise("P1")
def test_a_family_is_the_sum_of_its_forms_in_another_table():
    # 017 and 125 are the non-profit ones; 706 is the co-operative: 24 - 017 = 125, between them 24
    forms = released([("017", None), ("125", None), ("706", None), ("610", 21), ("all", 90)], **GROWING)
    shown = released(
        [("non_profit", 24), ("cooperative", 45), ("profit", 21), ("all", 90)], "families",
        **{**GROWING, "by": "legal_family", "codes": "legal_families"},
    )  # fmt: skip
    found = solved(forms, shown)
    assert found["706",] == (45, 45) and found["017",] == (1, 23)


@pytest.mark.promise("P1")
def test_protection_hides_little_and_leaves_nothing_to_solve():
    start = published(released(grid(E1, FIRST)))
    tables, besides = audit.protect(start, rules=EXACTLY)
    assert audit.derivable(replace(start, tables=tables), rules=EXACTLY)["is_safe"].all()
    assert 2 <= len(besides) <= 6 and besides["why"].str.contains("by_sector").all()
    assert tables["by_sector"].loc[tables["by_sector"]["hidden"], ["n", "estimate"]].isna().all(axis=None)


@pytest.mark.promise("P1")
def test_every_copy_of_a_cell_goes_with_it():
    start = published(released(grid(E1, FIRST)), released(grid(E1, FIRST), name="annual"))
    tables, besides = audit.protect(start, rules=EXACTLY)
    assert tables["annual"]["hidden"].tolist() == tables["by_sector"]["hidden"].tolist()
    assert set(besides["table"]) == {"annual", "by_sector"}


@pytest.mark.promise("P1")
def test_what_no_hiding_can_protect_is_refused_with_its_place():
    # each of the two stands there, and the four are all there are: one to three
    start = published(released([("a", None), ("b", None), ("all", 4)]))
    with pytest.raises(DisclosureError, match="by_sector.*row .*sector=a"):
        audit.protect(start, rules=EXACTLY)


@pytest.mark.promise("P1")
def test_kinds_and_lists_the_auditor_does_not_know_are_refused():
    strange = released([("a", 30), ("all", 30)], by="star_sign")
    with pytest.raises(DisclosureError, match="star_sign"):
        solved(strange)
    strange.attrs["about"]["kind"] = "horoscope"
    with pytest.raises(DisclosureError, match="horoscope"):
        solved(strange)


small = st.integers(0, 4)
tables_2x2 = st.tuples(small, small, small, small)
hidden_2x2 = st.sets(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1)


def enumerated(cells, hidden):
    """Smallest and largest value of each hidden cell over all tables with these margins, by trying every one."""
    rows, columns = cells.sum(1), cells.sum(0)
    fits = []
    for values in product(range(5 if max(cells.sum(0).max(), cells.sum(1).max()) < 5 else 9), repeat=4):
        tried = np.reshape(values, (2, 2))
        same = all(tried[place] == cells[place] for place in np.ndindex(2, 2) if place not in hidden)
        if same and (tried.sum(1) == rows).all() and (tried.sum(0) == columns).all():
            fits.append(tried)
    return {place: (min(t[place] for t in fits), max(t[place] for t in fits)) for place in hidden}


@pytest.mark.promise("P1")
@settings(max_examples=10, deadline=None)
@given(tables_2x2, hidden_2x2)
def test_intervals_are_those_of_trying_every_table(values, hidden):
    cells = np.reshape(values, (2, 2))
    found = audit.derivable(published(released(grid(cells, hidden, "ab", "xy"))), rules=LOOSE)
    names = {f"legal_family={'xy'[j]}, sector={'ab'[i]}": (i, j) for i, j in hidden}
    told = {names[row.labels]: (row.low, row.high) for row in found.itertuples()}
    assert told == enumerated(cells, hidden)


LOOSE = Rules(base_count=1, units_register=1)  # so that small figures may stand beside hidden ones
grids = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=4)


@pytest.mark.promise("P1")
@settings(max_examples=4, deadline=None)
@given(grids)
def test_after_protection_no_cell_of_a_random_table_follows(cells):
    exact = np.array(cells)
    few = {(i, j) for i, j in np.ndindex(exact.shape) if 0 < exact[i, j] < 3}
    margins = [*exact.sum(0), *exact.sum(1)]
    if not few or min(margins) < 12:
        return
    start = published(released(grid(exact, few)))
    try:
        tables, _ = audit.protect(start, rules=EXACTLY)
    except DisclosureError as error:  # among many zeros no second cell may help: then nothing is published
        assert "Nothing that could be hidden in this period changes that" in str(error)
        reject()  # another table is drawn: those that can be protected must be
    assert audit.derivable(replace(start, tables=tables), rules=EXACTLY)["is_safe"].all()


@pytest.mark.promise("P1")
@settings(max_examples=5, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=6), st.integers(0, 3))
def test_hiding_more_never_narrows_an_interval(hidden, row):
    fewer = solved(released(grid(E1, hidden)), rules=LOOSE)
    more = solved(released(grid(E1, hidden | {(row, 0), (row, 1)})), rules=LOOSE)
    assert all(more[name][0] <= low and high <= more[name][1] for name, (low, high) in fewer.items())


@pytest.mark.promise("P1")
def test_the_order_of_tables_does_not_matter():
    tables = [
        released(grid(E1, FIRST)),
        released([("a", "y", 11)], name="elsewhere"),
        released([("all", 135)], "third"),
    ]
    one, other = (audit.protect(published(*order), rules=EXACTLY) for order in (tables, tables[::-1]))
    assert one[1].equals(other[1])
    assert {n: t.attrs["released"]["sha256"] for n, t in one[0].items()} == {
        n: t.attrs["released"]["sha256"] for n, t in other[0].items()
    }


@pytest.mark.promise("P1")
def test_without_the_fifth_rule_the_findings_stop_a_publication():
    # mutation: what `protect` does is needed, and `findings` sees it where it was not done
    start = published(released([("a", 35), ("b", None), ("all", 35)], privacy="confidential"))
    assert not audit.findings(start).is_safe
