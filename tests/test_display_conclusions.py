"""Conclusions: each step of the scale in each language, good and bad news alike, no more said than shown."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from coopeval import display, wording
from coopeval.display.conclusions import CAUSING, DESCRIBING, SIDES, WORDS
from coopeval.display.scale import RULES, Step, step
from coopeval.errors import DisclosureError, ParameterError
from coopeval.uncertainty import estimates, stamp

LANGUAGES = ("nl", "fr", "en")
DESIGNS = ("association", "adjusted", "quasi_experimental", "experimental")
# Half widths at 95% and what an interval of 90% makes of them: 1.6449/1.9600 = .839 of each.
STEPS = {
    "clear": (0.20, 0.05, 0.35),
    "indication": (0.10, -0.01, 0.21),  # .839 * .11 = .092 < .10
    "not_shown": (0.05, -0.10, 0.20),  # .839 * .15 = .126 > .05
}
CAUSES = re.compile(
    r"that the programme|by the programme|dat het programma|door het programma|que le programme|au programme"
)
FORBIDDEN = re.compile(r"\b(equal\w*|gelijk\w*|éga\w*|significan\w*|signific\w*)\b", re.IGNORECASE)


def released(rows, kind="effect", unit="share", **about):
    frame = pd.DataFrame(rows).assign(hidden=lambda t: t.get("hidden", False))
    said = {"estimand": "Share of enterprises still active", "interval": "normal"}
    return stamp(estimates(frame, kind=kind, unit=unit, **{**said, **about}), "example", "public")


def effect(estimate, low, high, design="association", **cells):
    row = {"group": "all", "against": "rejected", "design": design, "estimate": estimate, "low": low, "high": high}
    return released([{**row, **cells}])


def said(table, lang="en", **how) -> str:
    return str(display.conclusion(table, lang, **how))


# --- the scale


@pytest.mark.parametrize("name", STEPS)
def test_each_step_by_hand_and_mirrored(name):
    estimate, low, high = STEPS[name]
    side = 0 if name == "not_shown" else 1
    assert step({"estimate": estimate, "low": low, "high": high}, 0.95, 0) == Step(name, side)
    assert step({"estimate": -estimate, "low": -high, "high": -low}, 0.95, 0) == Step(name, -side)
    ratio = {key: np.exp(value) for key, value in zip(("estimate", "low", "high"), (estimate, low, high), strict=True)}
    assert step(ratio, 0.95, 1, is_ratio=True) == Step(name, side)


@pytest.mark.parametrize("seed", range(5))
def test_a_wider_interval_never_says_more(seed):
    rng, order = np.random.default_rng(seed), list(RULES)
    estimate, half = rng.normal(0, 0.2), np.sort(rng.uniform(0, 0.6, 20))
    found = [step({"estimate": estimate, "low": estimate - h, "high": estimate + h}, 0.95, 0).name for h in half]
    assert [order.index(name) for name in found] == sorted(order.index(name) for name in found)


@pytest.mark.parametrize(
    ("more", "found"),
    [({"p_adjusted": 0.08}, "indication"), ({"p_adjusted": 0.03}, "clear"), ({"note": "few_events"}, "indication")],
)
def test_many_comparisons_and_few_events_hold_back(more, found):
    assert step({"estimate": 0.2, "low": 0.05, "high": 0.35, **more}, 0.95, 0).name == found


@pytest.mark.parametrize(("p", "found"), [(0.049, "clear"), (0.09, "indication"), (0.1, "not_shown")])
def test_without_a_limit_the_p_value_decides(p, found):
    assert step({"estimate": 0.2, "low": np.nan, "high": np.nan, "p": p}, 0.95, 0).name == found
    assert step({"p": 0.01, "p_permutation": p}, 0.95, 0) == Step(found, 0)  # the larger of two


def test_an_estimate_alone_gives_no_conclusion():
    assert "no conclusion can be drawn (20 percentage points, without an interval)" in said(effect(0.2, np.nan, np.nan))


def test_a_limit_that_reads_as_nothing_leaves_nothing_out():
    # From 0.4 to 24 points reads as from 0 to 24: who sees that would not understand "clear".
    assert "indications of a better" in said(effect(0.12, 0.004, 0.24))
    assert "clear evidence of a better" in said(effect(0.12, 0.006, 0.24))


def test_practically_the_same_only_within_a_margin_fixed_beforehand():
    close = effect(0.01, -0.03, 0.045)
    assert "no difference could be shown" in said(close)
    assert "practically the same" in said(close, margin=0.05) and "5 percentage points" in said(close, margin=0.05)
    assert "practically the same" not in said(close, margin=0.04)
    hazard = released([{"group": "all", "estimate": 1.02, "low": 0.9, "high": 1.15}], kind="model", unit="ratio")
    assert "practically the same" in said(hazard, margin=1.2) and "factor of 1.20" in said(hazard, margin=1.2)
    assert "practically the same" not in said(hazard, margin=1.1)


# --- the words


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("name", STEPS)
def test_good_and_bad_news_have_the_same_words_but_one(name, design, lang):
    estimate, low, high = STEPS[name]
    good, bad = said(effect(estimate, low, high, design), lang), said(effect(-estimate, -high, -low, design), lang)
    finding = wording.translate(WORDS[name][CAUSING if design in DESIGNS[2:] else DESCRIBING], lang)
    for text, side in ((good, 1), (bad, -1)):
        words = {key: wording.translate(word, lang) for key, word in SIDES[side].items()}
        assert finding.format(**words) in text
    swapped = bad
    for key in ("better", "improved"):
        swapped = re.sub(
            rf"\b{wording.translate(SIDES[-1][key], lang)}\b", wording.translate(SIDES[1][key], lang), swapped
        )

    def bare(text):
        return re.sub(r"\(.*?\)", "", text)

    assert bare(swapped) == bare(good)
    assert bool(CAUSES.search(good)) == (design in DESIGNS[2:])
    assert not FORBIDDEN.search(good + bad)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_language_calls_the_unshown_equal_or_significant(lang):
    for margin in (None, 0.3):
        for figures in (*STEPS.values(), (np.nan, np.nan, np.nan), (0.1, np.nan, np.nan)):
            assert not FORBIDDEN.search(said(effect(*figures), lang, margin=margin))


def test_good_low_turns_the_words_and_not_the_figures():
    hazard = released([{"group": "all", "estimate": 0.6, "low": 0.4, "high": 0.9}], kind="model", unit="ratio")
    assert "clear evidence of a better result (0.60; 95% interval from 0.40 to 0.90)" in said(hazard, good="low")
    assert "clear evidence of a worse result (0.60; 95% interval from 0.40 to 0.90)" in said(hazard)


def test_the_whole_sentence_in_each_language():
    table = effect(0.10, -0.01, 0.21, "adjusted")
    assert said(table) == (
        "Share of enterprises still active, compared with rejected applicants: indications of a better result (10 "
        "percentage points; 95% interval from −1 to 21). Chance alone may bring about as much. It holds after "
        "adjusting for what was observed; what nobody observed may play a part."
    )
    assert "aanwijzingen voor een beter resultaat (10 procentpunten; interval van 95% van −1 tot 21)" in said(
        table, "nl"
    )
    assert "indices d’un meilleur résultat (10 points de pourcentage\u00a0; intervalle à 95" in said(table, "fr")


def test_what_was_not_shown_tells_what_could_have_been():
    assert "would most often show a difference of 31 percentage points" in said(
        effect(0.05, -0.1, 0.2, detectable=-0.31)
    )
    assert "Anything between these limits remains possible." in said(effect(0.05, -0.1, 0.2))


def test_a_test_knows_no_better():
    rows = [{"group": g, "statistic": 9.0, "p": 0.01} for g in ("a", "b")]
    table = released(rows, kind="test", unit="test", estimand="Ends observed and expected")
    assert said(table, group="a").startswith(
        "Ends observed and expected: clear evidence of a difference (p-value 0.010)."
    )


def test_costs_need_what_they_are_compared_with():
    cost = [{"group": "all", "estimate": 9000.0, "low": 7000.0, "high": 9900.0}]
    table = released(cost, kind="ratio", unit="eur", estimand="Cost per job")
    with pytest.raises(ParameterError, match="null="):
        said(table, good="low")
    assert "clear evidence of a better result (€9,000; 95% interval from €7,000 to €9,900)" in said(
        table, good="low", null=10_000
    )


@pytest.mark.parametrize(
    ("note", "hidden", "says"),
    [("withheld", True, "withheld here"), ("not_estimable", False, "nothing to estimate it from")],
)
def test_what_cannot_be_told_says_why(note, hidden, says):
    shown = display.conclusion(effect(np.nan, np.nan, np.nan, note=note, hidden=hidden), "en")
    assert says in str(shown) and 'class="say missing"' in shown.html and "evidence" not in str(shown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_site_makes_it_anew_in_each_language(lang):
    rows = [
        {"group": group, "against": "rejected", "estimate": 0.1, "low": -0.02, "high": 0.22}
        for group in ("weighted", "doubly_robust")
    ]
    table = released(rows, codes="effect_methods")
    shown = display.conclusion(table, "en", group="weighted", margin=0.1)
    again = display.conclusion(table, lang, group="weighted", margin=0.1)
    assert display.render(shown.spec, {"example": table}, lang) == again.html and shown.spec == again.spec


def test_what_is_wrong_is_refused():
    table = effect(0.1, -0.02, 0.22)
    for how, says in (({"good": "up"}, "high, low"), ({"margin": -0.1}, "above 0"), ({"margin": 0}, "above 0")):
        with pytest.raises(ParameterError, match=says):
            said(table, **how)
    with pytest.raises(DisclosureError):
        said(estimates(pd.DataFrame({"group": ["all"], "estimate": [0.1]}), kind="effect"))


def test_the_scale_in_the_docs_is_that_of_the_code():
    page = (Path(__file__).parents[1] / "docs" / "methods.md").read_text(encoding="utf-8")
    words = {key: f"{SIDES[1][key]}/{SIDES[-1][key]}" for key in SIDES[1]}
    for name, rule in RULES.items():
        told = "; ".join(dict.fromkeys(text.format(**words) for text in WORDS[name]))
        assert f"| {rule} | {told} |" in page, name
