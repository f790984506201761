"""Codes that the code lists of this project do not hold: kept and shown as they are, and named."""

from __future__ import annotations

import pandas as pd

from coopeval import reference
from coopeval.errors import Fault
from coopeval.tables.personal import shown

NAMED = 5  # of a whole list of countries it is enough to name some


def not_listed(table: pd.DataFrame, file: str) -> list[Fault]:
    """A warning for each dimension that has a list and holds codes that are not in it.

    >>> [f.found for f in not_listed(pd.DataFrame({"geo": ["BE", "XX"], "leg_form": ["1", "2"]}), "bd_size.tsv")]
    ['XX']
    """
    known = reference.codes("statistics_codes")["code"].str.partition("=")
    lists = known.groupby(0)[2].agg(set)
    faults = []
    for name in table.columns:
        of = "indic" if name.startswith("indic") else name
        if of not in lists.index:
            continue
        odd = sorted(set(table[name].unique().astype(str)) - lists[of])
        if odd:
            said = ", ".join(shown(code) for code in odd[:NAMED])
            faults.append(Fault("W-EURO-01", file=file, column=name, found=said, values={"n": len(odd)}))
    return faults
