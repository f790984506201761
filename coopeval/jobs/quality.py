"""What jobs they are: contract, statute, joint committee, working time, aid, gender (Q17); at N, N+1, N+2 and now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.cohort import OWN
from coopeval.errors import ParameterError
from coopeval.jobs.reading import attached, day_of, framed, measured, said
from coopeval.uncertainty import clustered, estimates, share
from coopeval.wording import N_

CODES = {
    "contract": "contracts", "worker_status": "worker_statuses", "joint_committee": "joint_committees",
    "joint_committee_family": "joint_committee_families", "working_time": "working_times",
    "subsidy_measure": "subsidy_measures", "aid": "aids", "gender": "genders", "women": "women", "founder": "job_kinds",
    "contract_family": "contract_families",
}  # fmt: skip
NOT_SPLIT, NOT_TOLD = "all", ""
MERGED = {
    "joint_committee_family": "joint_committee", "contract_family": "contract", "aid": "subsidy_measure",
    "women": "gender",
}  # fmt: skip
SHORT = ("student", "flexi_job", "occasional", "article_17")
COUNTED_BY = ("contract", "worker_status", "joint_committee")  # what a headcount may be split by
FULL_TIME, LARGE, HALF = 0.95, 0.75, 0.5  # of the hours of the joint committee; 0.95 leaves room for rounding
AS_RECORDED = N_(
    "Jobs whose source does not tell this condition are left out of the shares, and counted in the column beside them."
)
ALIKE = N_("Jobs of one enterprise resemble each other; the limits take that into account.")
OWN_JOBS = N_(
    "Jobs are employment contracts with the enterprise itself; agency work, article 60, replacements, "
    "trainees and volunteers are not among them."
)


def quality(
    jobs: pd.DataFrame, by: str, years: Sequence[int] | None = None, work: str = "headcount", level: float = 0.95
) -> pd.DataFrame:
    """Shares of the jobs by one of their conditions, on the as-of date or at N, N+1, N+2.

    One row per code (and year); the shares of one day add up to one.

    Parameters
    ----------
    jobs
        What `cohort.jobs` returns.
    by
        contract, contract_family (student, flexi and occasional work together), worker_status, joint_committee,
        joint_committee_family (committees of one field together), women (and all others),
        working_time (full time from 0.95 of full hours on, then from 0.75, from 0.5, below), subsidy_measure, aid
        (any measure or none), gender, or founder.
    years
        Years after N; default the as-of date.
    work
        `headcount`, or `fte` to weigh each job by its hours.
    level
        Confidence level.

    Returns
    -------
    Estimate table of kind "ratio", unit share: `n` jobs, `n_enterprises` (the clusters), `numerator`, `denominator`,
    `estimate`, `low`, `high`. A year that has not come is empty, note `immature`.

    Raises
    ------
    ParameterError
        Another condition or measure.

    Source
    ------
    Error of the mean over enterprises: CR2, Bell & McCaffrey (2002).
    """
    unit = measured(work)
    rows = _rows(jobs, by, work)
    moments = {"now": rows[rows["moment"].eq("now")]} if years is None else {
        int(year): rows[rows["year_after"].eq(year)] for year in years
    }  # fmt: skip
    chosen = rows["moment"].eq("now") if years is None else rows["year_after"].isin(years)
    codes = sorted(set(rows.loc[chosen, "code"]) - {NOT_TOLD})
    came = attached(jobs, "stocks")["year_after"].max()
    found = []
    for moment, part in moments.items():
        year = {} if years is None else {"year_after": moment}
        waiting = years is not None and not moment <= came
        found += [{**row, **year} for row in _shares(part, codes, waiting, level)]
    return estimates(
        framed(found, *([] if years is None else ["year_after"]), leave_out=("n_not_known",)), kind="ratio",
        unit="share", numerator_unit=unit, denominator_unit=unit, by=by, codes=CODES[by],
        estimand=N_("share of the jobs"), numerator=N_("jobs of this kind"),
        denominator=N_("jobs on that day whose source tells this condition"), method="mean over clusters, CR2",
        interval="Korn-Graubard", level=level, warnings=(OWN_JOBS, ALIKE, AS_RECORDED), **said(jobs),
    )  # fmt: skip


def spread(jobs: pd.DataFrame, by: str, level: float = 0.95) -> pd.DataFrame:
    """Share of the enterprises with jobs that have at least one of a kind, on the as-of date.

    One row per code; an enterprise counts in each code it has a job of, so the shares add up to more than one.

    Source
    ------
    Interval: Wilson (1927).
    """
    rows = _rows(jobs, by, "headcount")
    rows = rows[rows["moment"].eq("now") & rows["code"].ne(NOT_TOLD)]
    has = rows.groupby("code")["enterprise_id"].nunique().sort_index()
    counts = pd.DataFrame({"group": has.index, "n": rows["enterprise_id"].nunique(), "n_events": has.to_numpy()})
    return share(
        counts, level=level, by=by, codes=CODES[by], method="",
        estimand=N_("share of enterprises with at least one such job"),
        numerator=N_("enterprises with at least one job of this kind"),
        denominator=N_("enterprises with at least one job whose source tells this condition"),
        warnings=(OWN_JOBS,), **said(jobs),
    )  # fmt: skip


def _rows(jobs: pd.DataFrame, by: str, work: str) -> pd.DataFrame:
    """One row per job, or cell of a headcount, with its `code` and how much it weighs, on each day."""
    if by not in CODES:
        raise ParameterError(f'"{by}" is not a condition of jobs. Choose one of {", ".join(CODES)}.')
    dimension = MERGED.get(by, by)
    day_of(jobs)
    cells = attached(jobs, "cells")
    recorded = cells["source"].eq("job_records")
    split = dimension if dimension in COUNTED_BY else ""
    cells = cells[cells["kind"].isin(OWN) & (recorded | cells["split"].eq(split)) & cells[work].gt(0)]
    told = cells["source"].eq("job_records") if not split else cells[split].ne(NOT_SPLIT)
    coded = cells.assign(code=_codes(cells, by).where(told, NOT_TOLD), weight=cells[work])
    stocks = attached(jobs, "stocks")
    known = stocks.loc[stocks["headcount"].notna(), ["enterprise_id", "on", "moment", "year_after"]]
    return known.merge(coded[["enterprise_id", "on", "code", "weight"]], on=["enterprise_id", "on"])


def _codes(cells: pd.DataFrame, by: str) -> pd.Series:
    if by == "working_time":
        fte = cells["fte"].to_numpy(float)
        names = ["full_time", "large_part_time", "half_time", "small_part_time"]
        return pd.Series(
            np.select([fte >= FULL_TIME, fte >= LARGE, fte >= HALF], names[:3], names[3]), index=cells.index
        )
    if by == "founder":
        return cells["kind"]
    if by == "aid":
        measure = cells["subsidy_measure"]
        return measure.where(measure.isin(["none", "unknown"]), "with_measure").replace("unknown", NOT_TOLD)
    if by == "joint_committee_family":
        family = reference.codes("joint_committees").set_index("code")["family"]
        return cells["joint_committee"].map(family).fillna(NOT_TOLD).replace("unknown", NOT_TOLD)
    if by == "contract_family":
        return contract_family(cells["contract"])
    if by == "women":
        gender = cells["gender"].replace("unknown", NOT_TOLD)
        return gender.where(gender.isin(["woman", NOT_TOLD]), "man_or_other")
    return cells[by].astype(str).replace("unknown", NOT_TOLD)


def contract_family(contract: pd.Series) -> pd.Series:
    """Code of the list `contract_families` for each contract; nothing where it is not known.

    >>> contract_family(pd.Series(["open_ended", "flexi_job", "service_voucher", "unknown"])).tolist()
    ['open_ended', 'student_flexi', 'other', '']
    """
    kept = contract.isin(["open_ended", "fixed_term", "unknown"])
    merged = np.where(contract.isin(SHORT), "student_flexi", "other")
    return contract.where(kept, merged).replace("unknown", NOT_TOLD)


def _shares(part: pd.DataFrame, codes: list[str], waiting: bool, level: float) -> list[dict[str, object]]:
    told = part[part["code"].ne(NOT_TOLD)]
    untold = float(part.loc[part["code"].eq(NOT_TOLD), "weight"].sum())
    if waiting or told.empty:
        return [{"group": code, "n": 0, "note": "immature" if waiting else "no_source"} for code in codes]
    is_such = np.equal.outer(np.array(codes, dtype=object), told["code"].to_numpy(object))
    marked = pd.DataFrame(  # every code against the same jobs, worked out in one go
        {"code": np.repeat(codes, len(told)), "is_such": is_such.ravel().astype(bool)}
        | {column: np.tile(told[column].to_numpy(), len(codes)) for column in ("enterprise_id", "weight")}
    )
    found = clustered(marked, "is_such", "enterprise_id", by="code", weight="weight", level=level)
    rows = found.set_index("group").loc[codes].reset_index().to_dict("records")
    return [{**one, **dict.fromkeys(("n", "n_persons"), one["denominator"]), "n_untold": untold} for one in rows]
