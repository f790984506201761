"""What is said where a figure is not: that it is withheld or not known, why, and never a number in its place."""

from __future__ import annotations

from collections.abc import Sequence

from coopeval import wording
from coopeval.display.cells import text, unit
from coopeval.display.rows import ABSENT, Row
from coopeval.wording import N_

WITHHELD = {
    "share": N_("The share is withheld here, because too few units stand behind it."),
    "duration": N_("The duration is withheld here, because too few units stand behind it."),
    "number": N_("The number is withheld here, because too few units stand behind it."),
    "amount": N_("The amount is withheld here, because too few units stand behind it."),
    "ratio": N_("The ratio is withheld here, because too few units stand behind it."),
    "difference": N_("The difference is withheld here, because too few units stand behind it."),
    "test": N_("The result of the test is withheld here, because too few units stand behind it."),
}
NOT_GIVEN = {
    "share": N_("No share can be given here."),
    "duration": N_("No duration can be given here."),
    "number": N_("No number can be given here."),
    "amount": N_("No amount can be given here."),
    "ratio": N_("No ratio can be given here."),
    "difference": N_("No difference can be given here."),
    "test": N_("No result of the test can be given here."),
}
BECAUSE = {
    "not_estimable": N_("There is nothing to estimate it from."),
    "beyond_follow_up": N_("Follow-up does not reach that far, or too few are left that are still followed."),
    "ends_here": N_("Follow-up does not reach that far, or too few are left that are still followed."),
    "immature": N_("The day on which it is measured has not come yet."),
    "not_reached": N_("The curve has not fallen that far within the follow-up."),
    "few_events": N_("Too few ends stand behind it."),
    "few_lost": N_("Too few were lost from sight for a model of who is lost."),
    "separated": N_("The groups differ so far that neither weights nor a ratio can be worked out."),
    "no_denominator": N_("It was published without what it is a share of."),
    "not_comparable": N_("The groups cannot be compared."),
    "few_known": N_("It is known of too few of them."),
    "no_jump": N_("The score does not decide there who is selected."),
    ABSENT: N_("The data hold nobody in this group."),
}
ALIKE_WAYS = ("unadjusted", "weighted", "doubly_robust", "standardised")  # of estimating one thing: no groups
WITH_LABEL = N_("{label}: {sentence}")
AT_MONTHS = N_("{n} months")
KINDS_OF_FIGURE = {
    "share": "share", "points": "difference", "months": "duration", "eur": "amount", "ratio": "ratio", "test": "test",
    "p": "test",
}  # fmt: skip


def instead(one: Row, columns: Sequence[str], lang: str) -> str:
    """The sentence that stands for one whose figures are missing."""
    figure = _figure(one, columns)
    if one.is_withheld:
        sentence = wording.translate(WITHHELD[figure], lang)
    else:
        why = BECAUSE.get(str(one.cells.get("note", "")), BECAUSE["not_estimable"])
        sentence = f"{wording.translate(NOT_GIVEN[figure], lang)} {wording.translate(why, lang)}"
    label = _label(one, lang)
    if not label:
        return sentence
    return wording.translate(WITH_LABEL, lang).format(label=label, sentence=sentence[:1].lower() + sentence[1:])


def _figure(one: Row, columns: Sequence[str]) -> str:
    if one.about["kind"] == "difference" and one.about["unit"] != "ratio":
        return "difference"
    column = "estimate" if "estimate" in columns else columns[0]
    return KINDS_OF_FIGURE.get(unit(column, one.about), "number")


def _label(one: Row, lang: str) -> str:
    """Of whom and when the sentence would have told; nothing for the whole, which needs no name."""
    parts = []
    if one.where.get("group", "all") not in ("all", *ALIKE_WAYS):
        parts.append(text(one.where["group"], "group", one.about, lang))
    if "against" in one.where:
        parts.append(text(one.where["against"], "against", one.about, lang))
    if "at_months" in one.where:
        months = wording.number(one.where["at_months"], "months", lang)
        parts.append(wording.translate(AT_MONTHS, lang).format(n=months))
    return ", ".join(parts)
