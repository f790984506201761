"""What a comparison says, in words on a fixed scale, so that a null or negative result reads as a positive one does."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from coopeval import wording
from coopeval.display.cells import ALL, text, unit, visible
from coopeval.display.rows import Row, row
from coopeval.display.scale import CLEAR, INDICATION, NO_INTERVAL, NOT_SHOWN, SAME, Step, step, weakest_p
from coopeval.display.sentence import POINT, POINTS
from coopeval.display.shown import Shown, described, template
from coopeval.display.silence import ALIKE_WAYS, AT_MONTHS, instead
from coopeval.errors import ParameterError
from coopeval.wording import N_

GOOD = {"high": 1, "low": -1}
COMMON_NOUNS = ("arms", "effect_methods")  # code lists whose labels are no names
CAUSAL = ("quasi_experimental", "experimental")
DESCRIBING, CAUSING = 0, 1
WORDS = {  # by step: of designs that describe, and of those that allow to speak of what the programme did
    CLEAR: (N_("clear evidence of a {better} result"), N_("clear evidence that the programme {improved} the result")),
    INDICATION: (N_("indications of a {better} result"), N_("indications that the programme {improved} the result")),
    NOT_SHOWN: (N_("no difference could be shown"), N_("no change by the programme could be shown")),
    SAME: (N_("practically the same result"), N_("practically the same result with and without the programme")),
    NO_INTERVAL: (N_("no conclusion can be drawn"), N_("no conclusion can be drawn")),
}
UNDIRECTED = {CLEAR: N_("clear evidence of a difference"), INDICATION: N_("indications of a difference")}  # of tests
SIDES = {
    1: {"better": N_("better"), "improved": N_("improved")},
    -1: {"better": N_("worse"), "improved": N_("worsened")},
    0: {"better": "", "improved": ""},
}
WITH_LIMITS = N_("{subject}: {finding} ({estimate}; {level} interval from {low} to {high}).")
WITH_P = N_("{subject}: {finding} (p-value {p}).")
BARE = N_("{subject}: {finding} ({estimate}, without an interval).")
COMPARED = N_("compared with {reference}")
MAY_BE_CHANCE = N_("Chance alone may bring about as much.")
WOULD_SHOW = N_("Groups of this size would most often show a difference of {detectable}.")
ANYTHING = N_("Anything between these limits remains possible.")
WITHIN = N_("The interval lies within {margin} on either side, fixed beforehand as too little to matter.")
WITHIN_FACTOR = N_(
    "The interval lies within a factor of {margin} on either side, fixed beforehand as too little to matter."
)
DESIGNS = {
    "association": N_("This describes the groups; of causes it says nothing."),
    "adjusted": N_("It holds after adjusting for what was observed; what nobody observed may play a part."),
    "quasi_experimental": N_(
        "It holds as far as the rule that decided who was in had nothing else to do with the result."
    ),
    "experimental": N_("Who was in was drawn by lot."),
}


def conclusion(
    released: pd.DataFrame,
    lang: str = "en",
    *,
    margin: float | None = None,
    good: str = "high",
    null: float | None = None,
    **where: object,
) -> Shown:
    """What one row of a released comparison says, in words of a fixed scale.

    The sentences have one pattern whatever they say; only designs in which who was in did not hang on what became
    of them speak of what the programme did. A difference that was not shown is never called none.

    Parameters
    ----------
    released
        What `disclosure.gate` returned: a difference, effect, test, model, or any table with `null`.
    lang
        nl, fr or en.
    margin
        A difference too small to matter, fixed beforehand, in the unit of the table; of a ratio the factor above 1.
        Only with it can a result be called practically the same.
    good
        "high" or "low": which estimates are the good ones (of hazard ratios and costs the low ones).
    null
        The estimate that means no difference; default 0, and 1 for ratios. Amounts per unit, such as a cost per job,
        have none of their own: give what they are compared with.
    where
        Labels of the row, as in `row`; not needed in a table of one row.

    Raises
    ------
    ParameterError
        Another language or `good`; a margin that is none; no `null` where there is none of its own.
    DataError, DisclosureError
        As in `row`.

    >>> from coopeval.uncertainty import difference, stamp
    >>> counts = pd.DataFrame({"group": ["a", "b"], "n_events": [10, 30], "n": [40, 40]})
    >>> print(conclusion(stamp(difference(counts, estimand="Share that stayed"), "example", "public"), "en"))
    Share that stayed, b, compared with a: clear evidence of a better result (50 percentage points; 95% interval from \
29 to 65). This describes the groups; of causes it says nothing.
    """
    if good not in GOOD:
        raise ParameterError(f'"{good}" is not a side. Choose one of {", ".join(GOOD)}.')
    one = row(released, **where)
    said, is_missing = _said(one, lang, margin, good, null)
    spec = described(
        "conclusion", {"released": released}, rows={"released": {"table": "released", "where": dict(one.where)}},
        options={"margin": margin, "good": good, "null": null},
    )  # fmt: skip
    html = template("say.html").render(said=said, lang=lang, is_missing=is_missing).strip()
    return Shown(said, html, spec)


def _said(one: Row, lang: str, margin: float | None, good: str, null: float | None) -> tuple[str, bool]:
    known = [name for name in ("estimate", "p") if name in one.released]
    if one.is_withheld or all(pd.isna(one.cells[name]) for name in known):
        return instead(one, known or ["estimate"], lang), True
    is_ratio = str(one.about["unit"]) == "ratio"
    centre = _null(one.about, null)
    has_estimate = not pd.isna(one.cells.get("estimate", math.nan)) and one.about["unit"] != "test"
    cells = dict(one.cells) if has_estimate else {**one.cells, "estimate": math.nan}
    found = step(
        cells, float(one.about["level"]), centre, margin, is_ratio, lambda a, b: _reads(a, one) == _reads(b, one)
    )
    parts = [
        _finding(one, found, GOOD[good] * found.side, has_estimate, lang),
        _beside(one, found, margin, is_ratio, lang),
        wording.translate(DESIGNS[_design(one)], lang),
    ]
    return " ".join(part for part in parts if part), False


def _null(about: Mapping, null: float | None) -> float:
    """What no difference is: 1 for ratios, 0 for differences; amounts per unit have none of their own."""
    if null is not None:
        return float(null)
    if about["unit"] == "ratio":
        return 1.0
    if about["kind"] in ("difference", "effect", "test", "model"):
        return 0.0
    if about["kind"] == "decision" and about["unit"] == "plain":  # differences in effect between options
        return 0.0
    raise ParameterError(
        f'figures of kind "{about["kind"]}" have no value that means no difference; give null=, what to compare with.'
    )


def _design(one: Row) -> str:
    """The design of the row; where none is told it only describes."""
    told = one.cells.get("design", "association")
    return told if told in DESIGNS else "association"


def _finding(one: Row, found: Step, side: int, has_estimate: bool, lang: str) -> str:
    voice = CAUSING if _design(one) in CAUSAL else DESCRIBING
    msgid = WORDS[found.name][voice] if side else UNDIRECTED.get(found.name, WORDS[found.name][voice])
    words = {name: wording.translate(word, lang) if word else "" for name, word in SIDES[side].items()}
    filled = {
        "subject": _subject(one, lang),
        "finding": wording.translate(msgid, lang).format(**words),
    }
    limits = [one.cells.get(name, math.nan) for name in ("low", "high")]
    if has_estimate and not all(map(pd.isna, limits)):
        figures = {name: _figure(one, name, lang) for name in ("estimate", "low", "high")}
        level = wording.number(one.about["level"], "share", lang)
        return wording.translate(WITH_LIMITS, lang).format(**filled, **figures, level=level)
    if found.name == NO_INTERVAL:
        return wording.translate(BARE, lang).format(**filled, estimate=_figure(one, "estimate", lang))
    p = weakest_p(one.cells)
    return wording.translate(WITH_P, lang).format(**filled, p=text(one.cells[p], p, one.about, lang))


def _beside(one: Row, found: Step, margin: float | None, is_ratio: bool, lang: str) -> str:
    """The second sentence: what the step leaves open."""
    if found.name == INDICATION:
        return wording.translate(MAY_BE_CHANCE, lang)
    if found.name == SAME:
        written = wording.number(margin, "ratio", lang) if is_ratio else _in_words(margin, one, lang)
        return wording.translate(WITHIN_FACTOR if is_ratio else WITHIN, lang).format(margin=written)
    if found.name != NOT_SHOWN:
        return ""
    smallest = one.cells.get("detectable", math.nan)
    if not pd.isna(smallest):
        return wording.translate(WOULD_SHOW, lang).format(detectable=_in_words(abs(smallest), one, lang))
    return wording.translate(ANYTHING, lang) if "low" in one.cells and not pd.isna(one.cells["low"]) else ""


def _subject(one: Row, lang: str) -> str:
    """Of what, of whom, when, and compared with whom."""
    cells, about, parts = one.cells, one.about, []
    if about["estimand"]:
        parts.append(visible(wording.translate(str(about["estimand"]), lang)).removesuffix("."))
    against = next((name for name in ("against", "reference") if cells.get(name)), "")
    of_all = about["kind"] == "test" and not against  # one test of all groups stands beside each of them
    if cells.get("group", ALL) not in (ALL, *ALIKE_WAYS) and not of_all:
        parts.append(_inside(text(cells["group"], "group", about, lang), str(about["codes"])))
    if not pd.isna(cells.get("at_months", math.nan)):
        parts.append(wording.translate(AT_MONTHS, lang).format(n=wording.number(cells["at_months"], "months", lang)))
    if against:
        codes = "arms" if against == "against" else str(about["codes"])
        named = _inside(text(cells[against], against, about, lang), codes)
        parts.append(wording.translate(COMPARED, lang).format(reference=named))
    whole = ", ".join(part for part in parts if part)
    return whole[:1].upper() + whole[1:]


def _inside(label: str, codes: str) -> str:
    """A label within a sentence: those of these lists are no names."""
    return label[:1].lower() + label[1:] if codes in COMMON_NOUNS else label


def _figure(one: Row, name: str, lang: str) -> str:
    value = one.cells.get(name, math.nan)
    if name == "estimate":
        return _in_words(value, one, lang)
    return "…" if pd.isna(value) else text(value, name, one.about, lang)


def _in_words(value: float, one: Row, lang: str) -> str:
    """An estimate with its unit where the figure alone does not tell it."""
    written = text(value, "estimate", one.about, lang)
    if unit("estimate", one.about) != "points":
        return written
    return wording.translate(POINT if written.strip("−") == "1" else POINTS, lang).format(n=written)


def _reads(value: float, one: Row) -> str:
    return text(value, "estimate", one.about, "en").strip("−")
