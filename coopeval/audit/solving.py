"""The calls of the auditor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from coopeval.audit.published import Findings, Published

COLUMNS = ("period", "table", "group", "labels", "what", "low", "high", "width", "is_safe", "block")


def derivable(published: Published, earlier: Sequence[Published] = (), exact: Mapping | None = None) -> pd.DataFrame:
    """What a reader can derive about each protected cell: one row per cell.

    The equations are not written yet: no cell is found.
    """
    return pd.DataFrame(columns=list(COLUMNS))


def protect(published: Published, earlier: Sequence[Published] = ()) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The tables with the cells hidden that others would give away, and the list of what was hidden besides."""
    return dict(published.tables), pd.DataFrame(columns=["table", "group", "labels", "why"])


def findings(published: Published, earlier: Sequence[Published] = ()) -> Findings:
    """The audit of one period together with the earlier ones; a publication needs `is_safe`."""
    return Findings(derivable(published, earlier))
