"""Which rows are jobs of the enterprise itself, and which only work there: one definition, used everywhere."""

from __future__ import annotations

import numpy as np
import pandas as pd

OWN = ("employee", "founder_employee")  # what "jobs" means: an employment contract with the enterprise itself
FOUNDERS = ("founder_employee", "founder_without_contract")
SELF_EMPLOYED = ("self_employed_main", "self_employed_complementary", "self_employed_helper")
ARTICLE_60 = ("article_60", "article_60_social_economy")  # the public centre for social welfare is the employer
TRAINING = ("individual_training", "transition_internship", "dual_training")


def kind_of_job(rows: pd.DataFrame) -> np.ndarray:
    """Code of the list `job_kinds` for each row of `jobs` or `headcounts`; every row has exactly one.

    Columns the rows lack count as not told. A founder with an employment contract is a job and has a code of its
    own; a founder without one is none.

    >>> two = {"contract": ["open_ended", "none"], "worker_status": ["white_collar", "volunteer"]}
    >>> kind_of_job(pd.DataFrame(two)).tolist()
    ['employee', 'volunteer']
    """
    contract, status, subsidy = (_told(rows, column) for column in ("contract", "worker_status", "subsidy_measure"))
    founder = rows["is_founder"].to_numpy(bool) if "is_founder" in rows else np.zeros(len(rows), dtype=bool)
    alone = status.isin(SELF_EMPLOYED)
    conditions = {
        "volunteer": status.eq("volunteer"),
        "founder_without_contract": founder & (alone | status.eq("director") | contract.eq("none")),
        "cooperative_candidate": status.eq("activity_cooperative_candidate"),
        "shared_employer": status.eq("shared_employer"),
        "article_60": subsidy.isin(ARTICLE_60),
        "agency": contract.eq("agency"),
        "trainee": contract.isin(TRAINING),
        "replacement": contract.eq("replacement"),
        "self_employed": alone,
        "director": status.eq("director"),
        "unknown": contract.eq("none") | (contract.eq("unknown") & status.eq("unknown")),
        "founder_employee": founder,
    }
    return np.select([np.asarray(c, dtype=bool) for c in conditions.values()], list(conditions), "employee")


def _told(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows[column].astype(str) if column in rows else pd.Series("", index=rows.index)
