"""How alike two groups are: the love plot, and the scores of both over each other."""

import figure_tables as ft
import numpy as np
import pandas as pd
import pytest

from coopeval import figures
from coopeval.errors import DataError
from coopeval.wording import LANGUAGES

ALIKE = ft.released(
    pd.DataFrame({
        "group": ["theme=care", "theme=food", "n_holders", "has_enterprise=yes"], "n": 120.0, "n_reference": 90.0,
        "n_events": [40.0, 80, np.nan, 5], "n_reference_events": [50.0, 40, np.nan, 3],
        "before": [-0.45, 0.45, 0.2, 1.3],
        "after": [-0.05, 0.05, 0.15, 0.0], "hidden": [False, False, False, True],
    }),
    kind="balance", unit="plain", estimand="standardised difference between the groups", clock="",
)  # fmt: skip


def texts(drawn):
    return " ".join(text.get_text() for text in drawn.figure.texts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_covariates_and_levels_are_named_in_the_language(lang):
    said = texts(figures.love(ALIKE, lang, **ft.TEXTS))
    assert {"nl": "Zorg", "fr": "Soin", "en": "Care"}[lang].lower() in said.lower() and "theme=" not in said


def test_each_covariate_has_its_difference_before_and_after():
    drawn = figures.love(ALIKE, "en", **ft.TEXTS)
    signs = [line for axes in drawn.fields for line in axes.lines if line.get_marker() == "o"]
    at = sorted(float(np.squeeze(line.get_xdata())) for line in signs)
    assert at == sorted([*ALIKE["before"][:3], *ALIKE["after"][:3]])  # the withheld one is not drawn


def test_a_withheld_band_is_named_with_its_group_and_not_drawn():
    drawn = figures.overlap(ft.SCORES, "en", reference=ft.THEIR_SCORES, **ft.TEXTS)
    bars = [patch for axes in drawn.fields for patch in axes.patches if patch.get_height() == 13.0]
    shares = [*ft.SCORES["estimate"][1:], *ft.THEIR_SCORES["estimate"][1:]]
    assert sorted(patch.get_width() for patch in bars) == pytest.approx(sorted(shares))
    assert "Group studied. Withheld, too few units: 0 to 20 %" in texts(drawn)
    assert "Comparison group. Withheld" in texts(drawn)


def test_two_groups_with_different_bands_are_refused():
    other = ft.released(ft.THEIR_SCORES.drop(columns="note").iloc[1:].reset_index(drop=True), "other", clock="")
    with pytest.raises(DataError, match="one weighted frame"):
        figures.overlap(ft.SCORES, "en", reference=other, **ft.TEXTS)
