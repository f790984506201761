"""How the scores of two arms lie over each other: bands of one beside those of the other."""

from __future__ import annotations

import pandas as pd

from coopeval.errors import DataError
from coopeval.figures.curves import nothing, start
from coopeval.figures.pairs import key, side_by_side, two
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import admit, coded, is_shown, missing, who
from coopeval.figures.scales import axis_title
from coopeval.figures.sheet import foot
from coopeval.figures.theme import SOFT
from coopeval.uncertainty import about_of
from coopeval.wording import N_, translate

ARMS = ("studied", "reference")  # codes of the list comparison_arms
BANDS = N_("Bands: probability of being in the group studied, given what was recorded at entry.")
ALONE = N_("Where only one group has units in a band, there is nothing to compare them with.")
OF_AN_ARM = N_("{arm}. {line}")


def overlap(
    released: pd.DataFrame, lang: str, *, reference: pd.DataFrame, title: str | None = None, alt: str | None = None
) -> Picture:
    """Two lying bars per band of the score: the share of the group studied, and, hatched, of the comparison group.

    Parameters
    ----------
    released
        What `disclosure.gate` made of `balance.overlap(weighted)`.
    reference
        The same of `balance.overlap(weighted, of="reference")`.
    lang, title, alt
        As in `survival_steps`.

    Returns
    -------
    A picture.

    Raises
    ------
    DisclosureError, ParameterError, DataError
        As in `survival_steps`; two tables that do not have the same bands.
    """
    tables = {"released": released, "reference": reference}
    admit(tables, ("group", "estimate"), lang, title=title, alt=alt)
    if sorted(released["group"]) != sorted(reference["group"]):
        raise DataError("the two groups have different bands; take both from one weighted frame.")
    spec = described("overlap", tables, title, alt)
    sheet = start(spec, tables, lang)
    found = [table[is_shown(table)].set_index("group")["estimate"].astype(float) for table in tables.values()]
    names = [coded("comparison_arms", arm, lang) for arm in ARMS]
    bands = sorted(released["group"], key=lambda band: int(str(band).partition("_")[0]))
    if any(len(one) for one in found):
        sheet.text(axis_title(released, lang), color=SOFT, after=4)
        key(sheet, names)
        side_by_side(sheet, [two(band, found, tables, lang) for band in bands], released, lang)
    else:
        sheet.text(nothing(released, lang), after=6)
    left_out = [
        translate(OF_AN_ARM, lang).format(arm=name, line=line)
        for name, table in zip(names, tables.values(), strict=True) for line in missing(table, lang)
    ]  # fmt: skip
    foot(sheet, [*(translate(word, lang) for word in (BANDS, ALONE)), *left_out, who(_of_both(released), lang)])
    return picture(sheet, spec, lang)


def _of_both(released: pd.DataFrame) -> pd.DataFrame:
    """The table without its population, which is one of the two groups: their names stand in the key."""
    table = released.copy()
    table.attrs = {**released.attrs, "about": {**about_of(released), "population": ""}}
    return table
