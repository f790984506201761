"""How many enterprises of the data have a filing at all, by legal form: small non-profits need not file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from coopeval.importers.nbb.filing import Filing


def by_form(enterprises: pd.DataFrame, filings: Sequence[Filing]) -> pd.DataFrame:
    """One row per structure and legal form: enterprises, those with a number, with a filing, with jobs told in it.

    An enterprise without a filing has not zero jobs: nothing is known of them.
    """
    filed = {filing.entity for filing in filings}
    told = {filing.entity for filing in filings if filing.has_jobs}
    numbers = enterprises["kbo_number"]
    flags = enterprises[["structure_id", "legal_form"]].assign(
        n_enterprises=1,
        n_with_number=numbers.ne("").astype(int),
        n_with_filing=numbers.isin(filed).astype(int),
        n_with_social_balance_sheet=numbers.isin(told).astype(int),
    )
    return flags.groupby(["structure_id", "legal_form"], as_index=False).sum()


def with_ids(frame: pd.DataFrame, enterprises: pd.DataFrame, number: str) -> pd.DataFrame:
    """The rows under the keys of the data: one for each enterprise that has the number."""
    keys = enterprises[["enterprise_id", "kbo_number"]].rename(columns={"kbo_number": number, "enterprise_id": "_key"})
    both = frame.merge(keys, on=number, how="inner")
    if number == "enterprise_id":
        return both.assign(enterprise_id=both["_key"])[list(frame)]
    both.insert(0, "enterprise_id", both.pop("_key"))
    return both
