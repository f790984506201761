"""Which unknown a figure is about: the same name wherever the same units are counted, in whatever table."""

from __future__ import annotations

import pandas as pd

from coopeval.disclosure.notices import NOTICES
from coopeval.uncertainty import about_of

# lists that stand in a column of their own, beside the grouping
COLUMNS = ("at_months", "year_after", "years", "cause", "state", "legal_family", "project_type", "own", "counted_in")
# the same units in other words
SAME = {
    "enterprises that told a reason of this kind": "enterprises that told this reason",
    "enterprises of the group that did not seek it and told a reason": (
        "enterprises that did not seek it and told a reason"
    ),
}
SUPPORTED = "enterprises of the projects selected by the evaluated programme"
EXPERTS = "experts who gave support to projects of the evaluated structure"
# population, estimand or denominator, and figure -> one name, where other words stand for the same
NAMED = {
    ("enterprises of the projects selected by the programme", "number of enterprises supported", "n"): "supported",
    (SUPPORTED, "supported enterprises", "n"): "supported",
    (SUPPORTED, "enterprises by the source of their number of jobs", "n"): "supported",
    (EXPERTS, "number of experts", "n"): "experts", (EXPERTS, "hours they delivered", "n"): "experts",
    (EXPERTS, "hours they delivered", "denominator"): "hours of experts",
}  # fmt: skip
# tables that say the same of themselves and count different things: each stands for itself
SEVERAL = {
    "cost of the programme with and without what overlaps", "accompanied projects in contact with another body",
}  # fmt: skip
OF_EACH = {"enterprises reporting it"}  # a denominator that means other units for each figure
SELF_DEFINED = {"exclusions"}  # what a group of these holds depends on which others there are


def dimensions_of(table: pd.DataFrame) -> tuple[str, dict[str, str]]:
    """The list of the groups, and the column of each list of a table: the grouping first."""
    said = about_of(table)
    own = str(said["by"] or said["codes"] or "")
    return own, {own: "group", **{column: column for column in COLUMNS if column in table}}


def measure(name: str, table: pd.DataFrame, what: str, unit: str, whole_of: str = "") -> str:
    """What is counted, in the words of the table itself; `whole_of` is the list that divides a whole."""
    about = about_of(table)
    said = {word: SAME.get(str(text), str(text)) for word, text in about.items() if isinstance(text, str)}
    kind = said["kind"]
    subject = said["denominator"] if kind in ("share", "ratio") and what in ("n", "denominator") else said["estimand"]
    known = NAMED.get((said["population"], subject, what))
    if known:
        return f"{known} / {whole_of}" if whole_of else known
    words = (said["population"], subject, said["numerator"] if what not in ("n", "denominator") else "", said["clock"])
    if kind == "ratio":  # of the same jobs, different lists know different ones
        words += (said["method"], said["numerator_unit"] if what == "n_persons" else "", said["denominator_unit"])
    told = tuple(w for w in about["warnings"] if w not in NOTICES[kind]) if said["unit"] == "eur" else ()
    alone = (name,) if said["estimand"] in SEVERAL else ()
    alone += (said["estimand"],) if subject in OF_EACH else ()
    return " / ".join((kind, what, unit, *words, whole_of, *told, *alone))


def key(where: tuple[str, str], measured: str, labels: frozenset[tuple[str, str]]) -> str:
    """One name per unknown: structure and date, what is counted, and which group of which list."""
    told = " & ".join(f"{dimension}={value}" for dimension, value in sorted(labels))
    return " | ".join((*where, measured, told))
