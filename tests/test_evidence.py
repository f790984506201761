"""Published figures, shown as published: by hand, never pooled, never across units, nothing synthetic."""

import inspect

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from coopeval import evidence, reference
from coopeval.disclosure import gate
from coopeval.errors import DataError, ParameterError
from coopeval.evidence import figure_rows
from coopeval.uncertainty import about_of

UNITS = ("projects", "enterprises", "jobs", "persons", "eur")
EVERY = {
    **{f"own_{unit}": evidence.own_record(unit) for unit in UNITS},
    **{f"structures_{topic}": evidence.comparable_structures(topic) for topic in evidence.TOPICS},
    "creation_rate": evidence.creation_rate(),
    "selection_rate": evidence.selection_rate(),
    "band": evidence.survival_band(),
    "forms": evidence.legal_form_effect(),
    "cooperatives": evidence.cooperatives(),
    "definition": evidence.definition_effect(),
    "traps": evidence.traps(),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_table_is_published_real_and_passes_the_gate_as_it_is(name):
    about = about_of(EVERY[name])
    assert about["privacy"] == "published" and about["is_synthetic"] is False
    assert about["estimand"] and about["population"]
    released = gate(EVERY[name], name)
    assert not released["hidden"].any() and released["estimate"].equals(EVERY[name]["estimate"])


@pytest.mark.parametrize("name", EVERY)
def test_every_group_note_and_code_has_a_label(name):
    table = EVERY[name]
    lists = {
        "group": about_of(table)["codes"], "note": "notes", "definition": "published_definitions",
        "clock": "published_clocks",
    }  # fmt: skip
    for column, codes in lists.items():
        if column in table:
            assert set(table[column]) - {""} <= set(reference.codes(codes)["code"]), column


@pytest.mark.parametrize("name", [n for n in EVERY if n.startswith(("own_", "structures_")) or n == "cooperatives"])
def test_no_figure_is_added_up_averaged_or_left_without_its_source(name):
    table = EVERY[name]
    figures = reference.published().set_index("figure_id").loc[table["group"]]
    assert table["group"].is_unique and table["source"].ne("").all()
    assert set(figures["unit"]) <= {about_of(table)["unit"], "enterprises"}
    own = figures["unit"].eq(about_of(table)["unit"]).to_numpy()
    assert np.allclose(table["estimate"][own], figures["value"][own])
    # The one row that is no published share is the share of two counts published together: 57 of 124.
    assert table["estimate"][~own].round(3).tolist() in ([], [0.46])


# By hand: 42/136 = .3088; z = 1.96: centre (.3088 + 3.8415/272) / (1 + 3.8415/136) = .3140,
# half width 1.96 * sqrt(.3088 * .6912/136 + 3.8415/(4 * 136^2)) / 1.0282 = .0768.
def test_the_creation_rate_is_42_of_136_with_wilson_limits():
    row = evidence.creation_rate().iloc[0]
    assert (row["n"], row["n_created"], row["n_in_support"]) == (136, 42, 26)
    assert [row["estimate"], row["low"], row["high"]] == pytest.approx([0.3088, 0.2372, 0.3908], abs=1.5e-4)


# 26 of the 136 were still in support: 42/110 = .3818 is the most the others can have reached.
def test_projects_still_in_support_make_the_other_rate_an_upper_bound():
    row = evidence.creation_rate().iloc[1]
    assert row["n"] == 110 and row["estimate"] == pytest.approx(42 / 110) and row["note"] == "upper_bound"


# From 11 November 2016 to 31 January 2021: 50 whole months to 11 January, then 21 of its 31 days.
def test_the_exposure_time_runs_from_the_first_support():
    assert evidence.creation_rate()["exposure_months"].tolist() == [round(50 + 21 / 31, 1)] * 2


def test_limits_follow_the_level():
    narrow, wide = evidence.creation_rate(level=0.8).iloc[0], evidence.creation_rate(level=0.99).iloc[0]
    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]


def test_the_programme_published_no_selection_rate_and_the_row_says_so():
    rates = evidence.selection_rate().set_index("group")
    assert rates.loc["IN049", "estimate"] == pytest.approx(124 / 379)
    assert np.isnan(rates.loc["CC009", "estimate"]) and rates.loc["CC009", "note"] == "no_denominator"


def test_a_share_without_denominator_is_shown_without_an_interval():
    creation = evidence.comparable_structures("creation").set_index("group")
    assert creation.loc["IN076", "estimate"] == 0.25 and creation.loc["IN076", "note"] == "no_denominator"
    assert creation.loc[["IN033", "IN076"], ["n", "low", "high"]].isna().all(axis=None)
    assert creation.loc["IN050", "low"] == pytest.approx(0.374, abs=1e-3)
    assert creation.loc["IN050", "exposure_months"] == 131  # January 2007 to November 2017, both included


def test_conflicting_figures_of_one_structure_stand_side_by_side():
    survival = evidence.comparable_structures("survival").set_index("group")
    assert survival.loc[["IN020", "IN021"], "estimate"].tolist() == [0.75, 0.78]


def test_mixed_ages_have_no_horizon_and_say_so():
    survival = evidence.comparable_structures("survival").set_index("group")
    mixed = survival[survival["note"].isin(["mixed_ages", "no_horizon"])]
    assert "IN043" in mixed.index and mixed["at_months"].isna().all()
    assert survival.loc[~survival.index.isin(mixed.index), "at_months"].notna().all()


def test_a_topic_has_one_unit_and_comes_from_comparable_structures_only():
    figures = reference.published().set_index("figure_id")
    for topic in evidence.TOPICS:
        table = evidence.comparable_structures(topic)
        assert set(figures.loc[table["group"], "entity_kind"]) == {"comparable"}


def test_grants_of_a_call_are_not_money_of_the_programme():
    assert evidence.own_record("eur")["estimate"].tolist() == [100_000, 650_000]


# Statbel, Brussels: after 5 years 59.9 (births 2013), 61.2 (2015), 62.6 (2017), 61.5 (2018).
def test_the_band_is_the_range_of_the_cohorts_published_at_all_ages():
    band = evidence.survival_band()
    assert band["at_months"].tolist() == [12, 24, 36, 48, 60] and set(band["n_cohorts"]) == {4}
    last = band.iloc[-1]
    assert (last["estimate"], last["low"], last["high"]) == (0.615, 0.599, 0.626)
    # One-year values of other cohorts (91.0 for births of 2019) have no later ages and stay out.
    assert band.iloc[0][["low", "high"]].tolist() == [0.885, 0.892]


@pytest.mark.parametrize("region", ["brussels", "Brussels", "flanders", "wallonia"])
def test_bands_fall_with_age_and_hold_their_estimate(region):
    band = evidence.survival_band(region)
    assert (band[["estimate", "low", "high"]].diff().dropna() < 0).all(axis=None)
    assert (band["low"].le(band["estimate"]) & band["estimate"].le(band["high"])).all()


def test_the_reference_curve_is_an_edge_of_the_band():
    band = evidence.survival_band()
    for choice in ("estimate", "low", "high"):
        curve = evidence.survival_reference(choice=choice)
        assert list(curve.columns) == ["at_months", "estimate"]
        assert curve["estimate"].tolist() == band[choice].tolist()


# Insee, births of 2018: 3% of companies and 12% of sole traders end in the first year; 84% and 75% last three.
def test_legal_forms_are_compared_within_one_survey():
    forms = evidence.legal_form_effect().set_index(["group", "at_months"])["estimate"]
    assert forms.to_dict() == pytest.approx({
        ("companies", 12): 0.97, ("companies", 36): 0.84, ("sole_traders", 12): 0.88, ("sole_traders", 36): 0.75,
    })  # fmt: skip
    assert len(evidence.legal_form_effect(36)) == 2


def test_one_cohort_under_two_definitions_differs_by_seven_points():
    by = evidence.definition_effect().set_index("group")["estimate"]
    assert by["starters_graydon"] - by["vat_active"] == pytest.approx(0.071)


def test_traps_count_the_figures_they_touch():
    traps = evidence.traps().set_index("group")
    assert traps.loc["units", "estimate"] == 4 and traps.loc["units", "examples"] == "CC009 CC011 CC013 CC014"
    assert set(traps.index) == set(reference.codes("traps")["code"]) - {"unknown"}


def test_units_are_never_mixed():
    mixed = reference.published().query("entity == 'COOPCITY'")
    with pytest.raises(DataError, match="cannot hold figures in"):
        figure_rows.as_table(mixed, "enterprises")


def test_a_share_across_other_units_is_refused():
    persons = reference.published().query("figure_id == 'CC011'").assign(denominator_unit="persons")
    with pytest.raises(DataError, match="CC011: the denominator is not in projects"):
        figure_rows.as_shares(persons, "projects", 0.95)


@pytest.mark.parametrize(
    "call",
    [
        lambda: evidence.own_record("share"),
        lambda: evidence.comparable_structures("ranking"),
        lambda: evidence.survival_band("antwerp"),
        lambda: evidence.survival_reference(choice="mean"),
        lambda: evidence.legal_form_effect(24),
    ],
)
def test_what_was_not_published_is_refused_with_what_was(call):
    with pytest.raises(ParameterError, match="Choose"):
        call()


def test_a_figure_that_does_not_exist_is_refused():
    with pytest.raises(DataError, match="holds no figure"):
        figure_rows.chosen(entity="Nobody")


def test_nothing_of_a_delivery_is_read():
    for name in evidence.__all__:
        if callable(getattr(evidence, name)):
            assert "dataset" not in inspect.signature(getattr(evidence, name)).parameters


def test_the_file_of_figures_stays_as_it_is_and_answers_the_same_twice():
    before = reference.published()
    assert_frame_equal(evidence.comparable_structures("survival"), EVERY["structures_survival"])
    pd.testing.assert_frame_equal(reference.published(), before)
