"""What the calls of this area read from the jobs of a cohort: stocks, groups, and what every table says alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.wording import N_

UNITS = {"headcount": "jobs", "fte": "fte"}
CODES = {
    "programme": "programmes", "legal_form": "legal_forms", "legal_family": "legal_families",
    "nace_section": "nace_sections", "project_type": "project_types", "stage_at_entry": "stages",
    "economic_model": "economic_models", "cohort": "", "entry_year": "",
}  # fmt: skip
TOTAL = "all"
NO_SOURCE = N_(
    "An enterprise without a source for its jobs counts nowhere, never as zero; the bounds show what it could change."
)


def attached(jobs: pd.DataFrame, name: str) -> pd.DataFrame:
    """A frame that `cohort.jobs` left beside the jobs: enterprises, stocks or cells."""
    found = jobs.attrs.get(name)
    if not isinstance(found, pd.DataFrame):
        raise DataError(f"these jobs come without their {name}; take what cohort.jobs returns, as it returns it.")
    return found.copy()


def panel(jobs: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Stocks of each enterprise with the facts that are fixed at its entry, and `group`."""
    stocks, facts = attached(jobs, "stocks"), attached(jobs, "enterprises")
    frame = stocks.merge(facts, on="enterprise_id", how="left")
    if by is None:
        return frame.assign(group=TOTAL)
    if by not in CODES:
        raise ParameterError(f'"{by}" is not a way to group enterprises. Choose one of {", ".join(CODES)}.')
    return frame.assign(group=frame[by].astype(str).replace("", "unknown"))


def measured(measure: str) -> str:
    """The unit of a measure, or a refusal."""
    if measure not in UNITS:
        raise ParameterError(f'"{measure}" is not a measure of work. Choose one of {", ".join(UNITS)}.')
    return UNITS[measure]


def said(jobs: pd.DataFrame) -> dict[str, object]:
    """What every table of one cohort says alike."""
    about = jobs.attrs.get("about", {})
    told = {key: about[key] for key in ("population", "is_synthetic", "as_of") if key in about}
    return {"privacy": "confidential", **told}


FIGURES = [
    "n", "n_not_known", "n_enterprises", "n_persons", "numerator", "denominator", "estimate", "se", "low", "high",
    "largest_share", "two_largest_share",
]  # fmt: skip


def framed(rows: list[dict[str, object]], *labels: str, leave_out: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows as a frame that has its labels and figures even where there is no row, or no row has a figure."""
    frame = pd.DataFrame(rows)
    columns = ["group", *labels, *(c for c in FIGURES if c not in leave_out)]
    frame = frame.reindex(columns=[*columns, *(c for c in frame if c not in columns and c not in leave_out)])
    figures = [c for c in columns if c not in ("group", *labels)]
    return frame.astype(dict.fromkeys(figures, float))


def day_of(jobs: pd.DataFrame) -> pd.Timestamp:
    """The day as of which these jobs are told."""
    day = jobs.attrs.get("about", {}).get("as_of", "")
    if not day:
        raise DataError("these jobs do not say as of which day they hold. Cut the data set with cohort.as_of first.")
    return pd.Timestamp(day)


def contributions(amounts: np.ndarray) -> dict[str, float]:
    """How much of a sum its largest, and its two largest, contributors give, whatever the sign (TRUST R2)."""
    ordered = np.sort(np.abs(amounts))[::-1]
    whole = ordered.sum()
    if not whole > 0:
        return {"largest_share": np.nan, "two_largest_share": np.nan}
    return {"largest_share": ordered[0] / whole, "two_largest_share": ordered[:2].sum() / whole}


def summed(rows: pd.DataFrame, amount: str, persons: str = "headcount") -> dict[str, object]:
    """One row of a table of sums: `rows` has one row per enterprise, its amount empty where it is not known.

    Where nothing is known the figures are empty. A sum of zero has no largest contributor, and the gate hides it.
    """
    known = rows[rows[amount].notna()]
    amounts = np.sort(known[amount].to_numpy(float))
    return {
        "n": len(known), "n_not_known": len(rows) - len(known), "n_enterprises": int((amounts != 0).sum()),
        "n_persons": float(known[persons].abs().sum()), "estimate": amounts.sum() if len(amounts) else np.nan,
        "note": "" if len(amounts) else "no_source", **contributions(amounts),
    }  # fmt: skip
