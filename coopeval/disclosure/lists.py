"""Categories of a list that adds up (R5): small ones of a long list put together, a short list shown whole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.disclosure import cells, memory
from coopeval.disclosure.rules import Rules
from coopeval.uncertainty import about_of

SHORT = 12  # codes; a list as short is shown whole, a longer one only as far as its categories are large enough
FEWEST_LEFT = 2  # categories that must stand beside those put together, or putting together tells nothing
SIZES = {"count": "estimate", "share": "n_events"}  # what adds up, by kind of figure
AGAIN = ("estimate", "se", "low", "high")  # of a share: worked out again from the counts
KEPT_APART = ("n_persons", "n_enterprises")  # of persons: the same enterprises may stand behind several categories


def arranged(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The table with a row for each code of a short list, or with the small categories of a long one put together.

    Which categories are put together follows from their sizes alone: those too small to show, and then the next
    smallest, until they are enough together. Lists that do not add up stay as they are, for there a sum of categories
    counts some units twice; so do tables with a list for each month or year.
    """
    codes = _codes(table)
    if not codes or not adds_up(table) or set(KEPT_APART) & set(table.columns):
        return table
    arrange = _whole if len(codes) <= SHORT else _put_together
    made = arrange(table, codes, rules)
    made.attrs = table.attrs
    return made


def is_closed(table: pd.DataFrame) -> bool:
    """Whether each code of the list has a row, so that "none" and "too few" must look alike."""
    codes = _codes(table)
    return bool(codes) and len(codes) <= SHORT and set(codes) <= set(table["group"]) and adds_up(table)


def leaves_open(released: pd.DataFrame, said: Mapping[str, object]) -> bool:
    """Whether a row withheld in a released table is one of a short list shown whole, and so may hold none."""
    codes = reference.labels(str(said["codes"]), "en") if said["codes"] and said["kind"] in SIZES else {}
    return 0 < len(codes) <= SHORT and set(codes) <= set(released["group"]) and bool(released["hidden"].any())


def adds_up(table: pd.DataFrame) -> bool:
    """Whether each unit stands in one category: the rows add up to a row `all`, or are parts of one whole."""
    said = about_of(table)
    if said["unit"] == "rows" or set(cells.LISTS) & set(table.columns) or table["group"].duplicated().any():
        return False
    total = table["group"].eq(cells.TOTAL).to_numpy()
    size, whole = table[SIZES[str(said["kind"])]].astype(float), table["n"].astype(float)
    if total.all():
        return False
    if total.any():
        counts = np.column_stack([size, whole])
        sums = (np.nansum(counts[~total], axis=0), counts[total][0])
        return not size.isna().any() and bool(np.isclose(*sums).all())
    parts = said["kind"] == "share" and not size.isna().any() and len(table) > 1 and whole.gt(0).all()
    return bool(parts) and cells.are_parts_of_one(size, whole, table)


def _codes(table: pd.DataFrame) -> list[str]:
    """The code list of the groups, where they are codes of it and each could have a row."""
    said = about_of(table)
    if said["kind"] not in SIZES or not said["codes"] or not len(table):
        return []
    codes = list(reference.labels(str(said["codes"]), "en"))
    return codes if set(table["group"]) <= {*codes, cells.TOTAL} else []


def _whole(table: pd.DataFrame, codes: list[str], rules: Rules) -> pd.DataFrame:
    absent = [code for code in codes if code not in set(table["group"])]
    if not absent:
        return table
    counts = [c for c in table.columns if c in ("n", "n_events", "estimate") or c.startswith("n_")]
    rows = pd.DataFrame({"group": absent, **dict.fromkeys(counts, 0.0), "note": ""})
    if not table["group"].eq(cells.TOTAL).any():  # parts of one whole: each row names it
        rows["n"] = float(table["n"].max())
    return pd.concat([table, rows.reindex(columns=table.columns)], ignore_index=True)


def _put_together(table: pd.DataFrame, codes: list[str], rules: Rules) -> pd.DataFrame:
    inner = table[table["group"].ne(cells.TOTAL)]
    size = inner[SIZES[str(about_of(table)["kind"])]].astype(float)
    least = rules.units(str(about_of(table)["privacy"]))
    together = memory.stood_together(inner["group"], reference.OTHERS) & size.lt(rules.extremes_from).to_numpy()
    ordered = inner.index[np.lexsort((inner["group"].astype(str), size, ~together & size.ge(least)))]
    few = int((size.lt(least) | together).sum())
    if not few:
        return table
    reached = np.flatnonzero(size[ordered].cumsum().to_numpy() >= least)
    many = max(few, int(reached[0]) + 1) if len(reached) else len(ordered)
    if len(ordered) - many < FEWEST_LEFT or many < 2:
        return table
    chosen = ordered[:many]
    counts = [c for c in table.columns if c in ("n", "n_events", "estimate") or c.startswith("n_")]
    others = {"group": reference.OTHERS, "note": "", **table.loc[chosen, counts].astype(float).sum().to_dict()}
    if not table["group"].eq(cells.TOTAL).any():
        others["n"] = float(table["n"].max())
    others |= dict.fromkeys(AGAIN, np.nan) if about_of(table)["kind"] == "share" else {}
    row = pd.DataFrame([others]).reindex(columns=table.columns)
    return pd.concat([table.drop(index=chosen), row], ignore_index=True)
