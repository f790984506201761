"""From the rows of the tables to the units that are studied: how many fall away, and why."""

from __future__ import annotations

import pandas as pd

from coopeval.uncertainty import estimates
from coopeval.wording import N_

COUNTED = {
    "enterprises": N_("enterprises studied and left out"),
    "projects": N_("projects studied and left out"),
}


def exclusions(spells: pd.DataFrame) -> pd.DataFrame:
    """How many enterprises (or projects) of these spells are studied on this clock, and why the others are not.

    One row per reason: first `all` (all of them), then each reason, last `studied`; the reasons and `studied`
    add up to `all`.

    Parameters
    ----------
    spells
        What `spells`, `arm` or `histories` returns, or spells made of them.

    Returns
    -------
    Estimate table of counts: `group` (code of the list `exclusions`), `n`, `estimate` (the same count).

    >>> frame = pd.DataFrame()
    >>> frame.attrs["exclusions"] = pd.DataFrame({"arm": "programme", "reason": ["", "no_zero_date"], "n": [7, 2]})
    >>> exclusions(frame)[["group", "estimate"]].values.tolist()
    [['all', 9], ['no_zero_date', 2], ['studied', 7]]
    """
    counts = spells.attrs["exclusions"].groupby("reason")["n"].sum()
    reasons = sorted(reason for reason in counts.index if reason)
    rows = [("all", counts.sum()), *((reason, counts[reason]) for reason in reasons)]
    rows.append(("studied", counts.get("", 0)))
    frame = pd.DataFrame(rows, columns=["group", "n"])
    said = {key: spells.attrs.get("about", {}).get(key, "") for key in ("population", "clock", "as_of")}
    unit = spells.attrs.get("about", {}).get("unit", "enterprises")
    return estimates(
        frame.assign(estimate=frame["n"]),
        kind="count",
        unit=unit,
        estimand=COUNTED[unit],
        method="count",
        codes="exclusions",
        is_synthetic=spells.attrs.get("about", {}).get("is_synthetic", False),
        **said,
    )
