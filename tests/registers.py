"""A synthetic register and cases, with a known hazard of ending: drawn here, found again by the comparison."""

from __future__ import annotations

import numpy as np
import pandas as pd

LAST = np.datetime64("2026-06-30")
FORMS, CODES = np.array(["706", "017", "610"]), np.array(["62010", "88999", "56101"])
FACTOR = np.array([0.6, 1.0, 1.8])  # of the hazard, by form: what a comparison that looks away from form gets wrong
PER_DAY = 0.15 / 365.25


def made_up(n: int, shares, seed: int, ratio: float = 1.0, prefix: str = "E") -> pd.DataFrame:
    """So many enterprises with ends at a constant hazard; `ratio` multiplies it, `shares` says how forms are mixed."""
    rng = np.random.default_rng(seed)
    form = rng.choice(3, n, p=shares)
    born = np.datetime64("2012-01-01") + rng.integers(0, 10 * 365, n)
    end = born + rng.exponential(1 / (PER_DAY * FACTOR[form] * ratio)).astype(int) + 1
    over = end <= LAST
    return pd.DataFrame(
        {
            "enterprise_id": [f"{prefix}{i:05d}" for i in range(n)], "structure_id": "X", "project_id": "",
            "kbo_number": "", "legal_form": FORMS[form], "legal_form_now": "", "born_on": born.astype("M8[ns]"),
            "observed_from": born.astype("M8[ns]"), "matched_on": pd.NaT,
            "ended_on": pd.Series(end).where(over).astype("M8[ns]"), "not_ended_before": pd.NaT,
            "end_kind": np.where(over, "ceased", ""), "continued_by": "",
            "last_seen_on": np.where(over, end, LAST).astype("M8[ns]"), "nace_version": "2008",
            "nace_code": CODES[rng.integers(0, 3, n)], "joint_committee": "", "postcode": "1000",
        }
    )  # fmt: skip


def cases(n: int, seed: int, ratio: float) -> pd.DataFrame:
    """Enterprises that enter the programme some time after birth, and from then on end `ratio` times as fast."""
    rng = np.random.default_rng(seed)
    rows = made_up(n, [0.7, 0.2, 0.1], seed, prefix="C")
    entered = rows["born_on"].to_numpy().astype("M8[D]") + rng.integers(0, 900, n)
    form = np.searchsorted(np.sort(FORMS), rows["legal_form"])
    factor = FACTOR[np.argsort(FORMS)][form]
    end = entered + rng.exponential(1 / (PER_DAY * factor * ratio)).astype(int) + 1
    over = end <= LAST
    return rows.assign(
        matched_on=entered.astype("M8[ns]"), observed_from=entered.astype("M8[ns]"),
        ended_on=pd.Series(end).where(over).astype("M8[ns]"), end_kind=np.where(over, "ceased", ""),
        last_seen_on=np.where(over, end, LAST).astype("M8[ns]"),
    )  # fmt: skip
