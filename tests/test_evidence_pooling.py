"""Which published figures are pooled: only those that count the same thing, each structure once, never below three."""

import numpy as np
import pandas as pd
import pytest

from coopeval import evidence, figures, reference
from coopeval.disclosure import gate
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import random_effects

TEXTS = {"title": "Which figures can be pooled?", "alt": "Three structures and the pooled figure."}


@pytest.fixture
def invented(monkeypatch):
    """Put invented figures in place of the published ones: each a change of one figure that can be pooled."""
    base = reference.published().query("figure_id == 'IN050'").iloc[0]

    def put(*changes: dict) -> None:
        rows = pd.DataFrame([{**base, "entity": f"Structure {i}", **one} for i, one in enumerate(changes)])
        rows["figure_id"] = [f"IN{i + 17:03}" for i in range(len(rows))]
        monkeypatch.setattr(reference, "published", lambda: rows.copy())

    return put


def of(n_events: float, n: float, **other) -> dict:
    return {"value": n_events, "numerator": n_events, "denominator": n, **other}


def reasons(question: str = "creation") -> dict[str, str]:
    return evidence.poolable(question).set_index("group")["poolability"].sort_index().to_dict()


def test_three_that_count_alike_are_pooled_as_random_effects_do(invented):
    invented(of(42, 136), of(57, 124), of(20, 80))
    row = evidence.pooled("creation").set_index("group").loc["all"]
    theirs = random_effects([42, 57, 20], [136, 124, 80])
    assert (row["n_structures"], row["estimate"], row["low"]) == (3, theirs.estimate, theirs.low)
    assert (row["predicted_low"], row["heterogeneity_share"], row["p"]) == (theirs.predicted_low, theirs.i2, theirs.q_p)


def test_two_give_no_pooled_number_and_the_table_says_so(invented):
    invented(of(42, 136), of(57, 124))
    table = evidence.pooled("creation")
    last = table.iloc[-1]
    assert last["note"] == "too_few_poolable" and last[["estimate", "low", "predicted_low", "p"]].isna().all()
    assert any("no pooled figure" in warning for warning in table.attrs["about"]["warnings"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"numerator": np.nan, "denominator": np.nan}, "no_denominator"),
        ({"denominator_unit": "persons"}, "other_unit"),
        ({"clock": "calendar_year"}, "other_clock"),
        ({"at_months": 36.0}, "other_horizon"),
        ({"definition": "survey"}, "other_definition"),
        ({"counting": "about"}, "other_counting"),
        ({"counting": "at_least"}, "other_counting"),
    ],
)
def test_what_differs_in_one_thing_is_refused_for_that(invented, change, reason):
    invented(of(57, 124, **change), of(20, 80))
    assert reasons() == {"IN017": reason, "IN018": "poolable"}


def test_conflicting_figures_of_one_structure_are_both_left_out(invented):
    invented(of(57, 124, entity="A"), of(60, 124, entity="A"), of(20, 80))
    assert reasons() == {"IN017": "conflicting_editions", "IN018": "conflicting_editions", "IN019": "poolable"}


def test_one_figure_told_by_two_sources_counts_once(invented):
    invented(of(57, 124, entity="A"), of(57, 124, entity="A"), of(20, 80))
    assert sorted(reasons().values()) == ["poolable", "poolable", "same_structure_twice"]


def test_a_structure_counts_once_with_its_latest_figure(invented):
    invented(of(20, 60, entity="A", period_until="2012-12-31"), of(57, 124, entity="A"), of(20, 80))
    assert reasons() == {"IN017": "same_structure_twice", "IN018": "poolable", "IN019": "poolable"}


@pytest.mark.parametrize("kind", ["population", "evaluated"])
def test_offices_and_the_programme_are_never_among_them(invented, kind):
    invented(of(57, 124, entity_kind=kind), of(20, 80))
    assert set(reasons()) == {"IN018"}


def test_a_share_with_its_denominator_gives_the_number_counted(invented):
    invented({"value": 0.75, "unit": "share", "numerator": np.nan, "denominator": 40.0, "measure": "creation_rate"})
    row = evidence.poolable("creation").iloc[0]
    assert (row["n_events"], row["estimate"], row["poolability"]) == (30, 0.75, "poolable")


@pytest.mark.parametrize("question", evidence.QUESTIONS)
def test_of_what_was_really_published_nothing_can_be_pooled(question):
    table = evidence.pooled(question)
    assert table["poolability"].eq("poolable").sum() < 3 and table["estimate"].iloc[-1:].isna().all()
    assert set(table["poolability"]) - {""} <= set(reference.codes("poolability")["code"])
    assert gate(table, "pooled")["estimate"].equals(table["estimate"])


def test_the_order_of_the_file_does_not_matter(invented):
    changes = [of(42, 136), of(57, 124), of(20, 80), of(9, 30, clock="at_date")]
    invented(*changes)
    here, file = evidence.pooled("creation"), reference.published()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "published", lambda: file[::-1].copy())
        pd.testing.assert_frame_equal(evidence.pooled("creation"), here)


def test_a_funnel_needs_three_and_holds_what_chance_allows(invented):
    invented(of(42, 136), of(57, 124))
    assert evidence.funnel_of("creation")[["expected", "limit_low"]].isna().all(axis=None)
    invented(of(42, 136), of(57, 124), of(20, 80))
    table = evidence.funnel_of("creation")
    assert table["expected"].tolist() == pytest.approx([119 / 340] * 3) and table.attrs["about"]["kind"] == "league"
    beyond = table["estimate"].gt(table["limit_high"]) | table["estimate"].lt(table["limit_low"])
    assert table.loc[beyond, "n"].tolist() == [124]  # .46 with 124: chance keeps it below .44


def test_another_question_is_refused():
    with pytest.raises(ParameterError, match="creation, survival"):
        evidence.pooled("jobs")


def words(picture) -> str:
    return " ".join(text.get_text() for text in picture.figure.texts).replace("\u00a0", " ")


def test_a_forest_draws_what_is_comparable_and_names_the_rest(invented):
    invented(of(42, 136), of(57, 124), of(20, 80), of(70, 100, definition="survey"))
    picture = figures.forest(gate(evidence.pooled("creation"), "pooled"), "en", **TEXTS)
    assert len(picture.fields[0].patches) == 1  # the diamond
    assert "3 structures" in words(picture) and "Another structure of this kind" in words(picture)
    told = " ".join(words(picture).split("Not comparable, so not drawn:")[1].split())
    assert "Other definition" in told and "70%" in told and "70%" not in words(picture).split("Not comparable")[0]


def test_a_forest_of_nothing_says_so_without_an_axis(lang="fr"):
    released = gate(evidence.pooled("survival"), "pooled")
    picture = figures.forest(released, lang, **TEXTS)
    assert not picture.fields and len(words(picture)) > 200
    assert figures.render(picture.spec, {"pooled": released}, lang) == picture.svg()


def test_a_forest_without_intervals_is_refused():
    released = gate(evidence.comparable_structures("projects").drop(columns=["low", "high"]), "projects")
    with pytest.raises(DataError, match="low, high"):
        figures.forest(released, "en", **TEXTS)
