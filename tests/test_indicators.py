"""The catalogue: each indicator is a row of its chapter's table; changes have three causes; targets are told apart."""

import sys

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import cohort, disclosure, indicators, portfolio, reference, schema, semesters, survival, synthetic
from coopeval.errors import DisclosureError, ParameterError
from coopeval.indicators.changes import ALONE, CAUSES
from coopeval.indicators.enterprises import ENTRIES
from coopeval.indicators.entry import Moment
from coopeval.indicators.table import NO_SOURCE, parts_of, picked
from coopeval.indicators.targets import bounds, status
from coopeval.tables import Dataset
from coopeval.uncertainty import UNITS

NOW, BEFORE = "2026S1", "2025S2"


@pytest.fixture(scope="module")
def world():
    return synthetic.world(structures=2, scale=0.7, seed=7)


@pytest.fixture
def few(monkeypatch):
    """Changes of the first indicators alone: each table of all of them takes seconds."""
    for module in ("table", "changes", "targets"):
        monkeypatch.setattr(sys.modules[f"coopeval.indicators.{module}"], "CATALOGUE", ENTRIES, raising=False)


@pytest.fixture(scope="module")
def delivered(world):
    return synthetic.delivery(world, NOW)


@pytest.fixture(scope="module")
def table(delivered):
    return indicators.table(delivered, NOW)


def test_the_catalogue_is_sound():
    ids = [entry.id for entry in indicators.CATALOGUE]
    assert len(ids) == len(set(ids))
    questions = {f"Q{number:02d}" for number in range(1, 31)}
    for entry in indicators.CATALOGUE:
        assert set(entry.questions) <= questions and entry.level in ("output", "result", "impact")
        assert {name for need in entry.needs for name in need.split(" or ")} <= set(schema.TABLES)
        assert all(entry.name(lang) for lang in ("nl", "fr", "en"))
        assert entry.eu_code == "" or entry.eu_code in set(reference.eu_indicators()["code"])


def test_every_indicator_of_the_catalogue_has_a_row_with_a_unit_and_a_reason_where_it_has_no_figure(table):
    assert table["group"].tolist() == [entry.id for entry in indicators.CATALOGUE]
    assert set(table["unit"]) <= set(UNITS)
    assert table.loc[table["estimate"].isna(), "note"].ne("").all()


def test_an_indicator_is_what_its_chapter_shows(delivered, table):
    now = cohort.as_of(delivered, semesters.last_day(NOW))
    spells = cohort.spells(now, clock="age", only="programme")
    shown = disclosure.gate(table, "monitor").set_index("group")
    at = disclosure.gate(survival.at(spells, [12, 24, 36, 60]), "at").set_index("at_months")
    created = disclosure.gate(portfolio.enterprises(now, "legal_family", "created"), "created").set_index("group")
    for column in ("n", "estimate", "low", "high"):
        assert shown.loc["survival_36_months", column] == at.loc[36, column]
    assert shown.loc["enterprises_created", "estimate"] == created.loc["all", "estimate"]


def test_the_order_of_rows_does_not_matter(delivered, table):
    turned = Dataset({name: frame[::-1] for name, frame in delivered.items()}, delivered.about)
    again = indicators.table(turned, NOW)
    again.attrs, plain = {}, table.copy()
    plain.attrs = {}
    assert_frame_equal(plain, again)


def test_no_indicator_jumps_from_one_day_to_the_next(delivered):
    """A day that matters twice (the end of a year that is also the as-of date) once counted its jobs four times."""
    eve, after = (
        parts_of(indicators.CATALOGUE, Moment(cohort.as_of(delivered, day))) for day in ("2025-12-31", "2026-01-01")
    )
    for entry in indicators.CATALOGUE:
        values = [picked(*parts[entry.id])["estimate"].iloc[0] for parts in (eve, after)]
        assert not np.isnan(values).any(), f"{entry.id}: the made-up data hold none of it; add it to coopeval/synthetic"
        assert values[1] == pytest.approx(values[0], rel=0.08), entry.id


def test_tables_not_delivered_leave_a_reason_and_no_zero(delivered):
    poorer = Dataset({name: delivered[name] for name in ("structures", "projects", "enterprises")}, delivered.about)
    found = indicators.table(poorer, NOW).set_index("group")
    assert found.loc["response_rate", "note"] == NO_SOURCE and np.isnan(found.loc["response_rate", "estimate"])
    shown = disclosure.gate(indicators.table(poorer, NOW), "monitor").set_index("group")
    assert shown.loc["response_rate", "note"] == NO_SOURCE and not shown.loc["response_rate", "hidden"]


def test_a_semester_after_the_delivery_is_refused(delivered):
    with pytest.raises(ParameterError, match="2026-06-30"):
        indicators.table(delivered, "2026S2")


def values(**of) -> pd.DataFrame:
    return pd.DataFrame(
        {"group": list(of), "unit": "jobs", "n": 20, "estimate": list(of.values()), "note": "", "hidden": False}
    )


def test_three_causes_by_hand():
    # Published 50. Today's code makes 48 of the same delivery (-2), the delivery of today 47 of the same day (-1), and
    # six months later there are 55 (+8): 50 - 2 - 1 + 8 = 55.
    found = indicators.decomposed(values(a=55.0), values(a=47.0), values(a=48.0), values(a=50.0)).iloc[0]
    assert found[list(CAUSES)].tolist() == [-2, -1, 8]
    assert found["before"] + found[list(CAUSES)].sum() == found["estimate"]


def test_without_an_earlier_delivery_only_new_facts_are_told():
    found = indicators.decomposed(values(a=55.0), values(a=47.0)).iloc[0]
    assert (found["before"], found["new_facts"]) == (47, 8)
    assert np.isnan(found["revision"]) and np.isnan(found["method"])


def test_a_table_without_an_earlier_delivery_says_so(world, delivered, few):
    earlier = synthetic.delivery(world, BEFORE)
    alone, two = (indicators.changes(delivered, NOW, earlier=given) for given in (None, earlier))
    assert ALONE in alone.attrs["about"]["warnings"] and ALONE not in two.attrs["about"]["warnings"]


def test_what_is_withheld_leaves_its_causes_empty():
    hidden = values(a=np.nan).assign(note="withheld")
    found = indicators.decomposed(values(a=55.0), hidden, values(a=48.0)).iloc[0]
    assert found["note"] == "withheld" and np.isnan(found["new_facts"]) and np.isnan(found["revision"])


def test_causes_add_up_to_the_change_for_every_indicator(world, delivered, few):
    earlier = synthetic.delivery(world, BEFORE)
    published = disclosure.gate(indicators.table(earlier, BEFORE), "monitor_indicators")
    found = indicators.changes(delivered, NOW, earlier=earlier, published=published)
    shown = disclosure.gate(found, "monitor_changes")
    exact = indicators.changes(delivered, NOW, earlier=earlier, published=indicators.table(earlier, BEFORE))
    for frame in (exact, shown):
        whole = frame.dropna(subset=["before", *CAUSES, "estimate"])
        assert len(whole) > 8
        np.testing.assert_allclose(whole["before"] + whole[list(CAUSES)].sum(axis=1), whole["estimate"])
    assert shown["method"].dropna().eq(0).all()  # the same code twice


def test_changes_without_the_tables_compared_are_refused(delivered, few):
    bare = indicators.changes(delivered, NOW)
    bare.attrs = {"about": bare.attrs["about"]}
    with pytest.raises(DisclosureError, match="views"):
        disclosure.gate(bare, "monitor_changes")


def test_what_was_never_published_cannot_stand_on_a_public_page(world, delivered, few):
    earlier = synthetic.delivery(world, BEFORE)
    inside = disclosure.gate(indicators.table(earlier, BEFORE), "monitor_indicators", "internal")
    with pytest.raises(DisclosureError, match="never published"):
        disclosure.gate(indicators.changes(delivered, NOW, earlier=earlier, published=inside), "monitor_changes")


def test_unpublished_leaves_the_change_of_method_unknown():
    found = indicators.decomposed(values(a=55.0), values(a=47.0), values(a=48.0)).iloc[0]
    assert np.isnan(found["method"]) and (found["before"], found["revision"]) == (48, -1)


def test_rounding_does_not_decide_a_target():
    # 9 of at least 10 is shown as 10: within what rounding may have moved, so nobody can tell from the page.
    row = {"is_over": True, "sense": "at_least", "target": 10, "estimate": 10.0, "low": np.nan, "high": np.nan}
    assert status(row, slack=2.5) == "undecided" and status({**row, "estimate": 15.0}, slack=2.5) == "reached"


def test_the_first_semester_of_all_has_indicators(world):
    first = indicators.table(synthetic.delivery(world, "2016S2"), "2016S2")
    assert len(first) == len(indicators.CATALOGUE)


def test_periods():
    assert bounds("2026S1") == (pd.Timestamp("2026-01-01"), pd.Timestamp("2026-06-30"))
    assert bounds("2025") == (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-12-31"))
    for wrong in ("2026-2022", "next year", ""):
        with pytest.raises(ParameterError, match="2022-2026"):
            bounds(wrong)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"sense": "at_least", "target": 10, "estimate": 10}, "reached"),
        ({"sense": "at_least", "target": 10, "estimate": 9}, "not_reached"),
        ({"sense": "at_most", "target": 10, "estimate": 9}, "reached"),
        ({"sense": "at_most", "target": 10, "estimate": 11}, "not_reached"),
        ({"sense": "at_least", "target": 10, "estimate": 9, "is_over": False}, "under_way"),
        ({"sense": "at_least", "target": 0.8, "estimate": 0.83, "low": 0.7, "high": 0.9}, "undecided"),
        ({"sense": "at_least", "target": 0.8, "estimate": 0.9, "low": 0.82, "high": 0.95}, "reached"),
        ({"sense": "at_least", "target": 0.8, "estimate": np.nan}, "no_result"),
        ({"sense": "at_least", "target": 10, "estimate": np.nan, "note": "immature", "is_over": False}, "not_begun"),
    ],
)
def test_whether_a_target_is_reached(row, expected):
    assert status({"is_over": True, "low": np.nan, "high": np.nan, **row}) == expected


def test_targets_count_in_their_own_period(delivered):
    shown = indicators.targets(delivered, NOW).set_index(["group", "period"])
    now = cohort.as_of(delivered, semesters.last_day(NOW))
    entered = portfolio.projects(now, "entry_year")["estimate"].iloc[-1]
    of_semester = shown.loc[("projects_entered", "2026S1"), "estimate"]
    before = portfolio.projects(cohort.as_of(delivered, semesters.last_day(BEFORE)), "entry_year")["estimate"].iloc[-1]
    assert of_semester == entered - before
    assert shown["status"].ne("").all()


def test_a_target_in_another_unit_or_of_no_indicator_is_not_compared(delivered):
    strange = pd.DataFrame(
        {
            "indicator": ["enterprises_created", "happiness"], "period": ["2025", "2025"], "sense": "at_least",
            "target": [14.0, 1.0], "unit": ["jobs", "share"], "source": "invented",
        }
    )  # fmt: skip
    data = Dataset({**dict(delivered.items()), "targets": strange}, delivered.about)
    found = indicators.targets(data, NOW).set_index("group")
    assert found["note"].to_dict() == {"enterprises_created": "not_comparable", "happiness": "no_source"}
    assert found["estimate"].isna().all() and found["status"].eq("no_result").all()
    assert disclosure.gate(indicators.targets(data, NOW), "monitor_targets")["estimate"].isna().all()
