"""Counts of jobs over time: a model of means that lets the years of one enterprise resemble each other (GEE)."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from coopeval.cohort import OWN
from coopeval.errors import DataError, ParameterError
from coopeval.jobs.reading import CODES, attached, contributions, framed, panel, said
from coopeval.semesters import months_between
from coopeval.uncertainty import estimates
from coopeval.wording import N_

FEWEST, FEW = 10, 40  # clusters: below the first no model, below the second errors corrected for their number
PER_YEAR = "per_year"
NO_SUMS = ("n_not_known", "numerator", "denominator")  # a model has no two sums
WHAT = {
    "stock": N_("ratio of the mean number of jobs, per further year after N or between groups"),
    "openings": N_("ratio of the rate at which positions open, per further year since entry or between groups"),
}
ASSOCIATION = N_(
    "A ratio describes who the enterprises are and how long they have been there; it is no effect of the programme."
)
FEW_CLUSTERS = N_("Fewer than forty enterprises: the errors are corrected for their number and remain uncertain.")


def counts_model(jobs: pd.DataFrame, what: str = "stock", by: str | None = None, reference: str | None = None,
                 level: float = 0.95) -> pd.DataFrame:  # fmt: skip
    """How the number of jobs, or the rate at which positions open, changes with the years and differs by group.

    One row, `per_year`; with `by` one row per group against the reference, at equal years. Enterprises
    without any job stay in. A Poisson mean with the enterprise as cluster (exchangeable) and robust errors: the counts
    need not be Poisson.

    Parameters
    ----------
    jobs
        What `cohort.jobs` returns.
    what
        `stock`: jobs on each 31 December from N on. `openings`: positions opened in each year since entry, set against
        the years observed (offset), in enterprises with records of single jobs.
    by, reference
        A column fixed at entry, and its group to compare with (default the first in sorted order).
    level
        Confidence level.

    Returns
    -------
    Estimate table of kind "model", unit ratio: `n` (enterprise-years), `n_enterprises` (clusters), `n_persons` (jobs
    counted), `estimate` (ratio), `low`, `high`, `p`. Empty, note `few_units`, with fewer than 10 enterprises; a group
    with fewer than 10 enterprises, or no job at all, joins no comparison and is empty too.

    Source
    ------
    Liang & Zeger (1986); below 40 enterprises the errors of Mancl & DeRouen (2001), and Student's t, its degrees of
    freedom being the enterprises less the coefficients.
    """
    if what not in WHAT:
        raise ParameterError(f'"{what}" is not what is counted. Choose one of {", ".join(WHAT)}.')
    frame = _stock(jobs, by) if what == "stock" else _openings(jobs, by)
    sizes = frame.groupby("group").agg(units=("enterprise_id", "nunique"), count=("count", "sum"))
    fit = sizes.index[sizes["units"].ge(FEWEST) & sizes["count"].gt(0)]
    used = frame[frame["group"].isin(fit)].sort_values(["enterprise_id", "year"], kind="stable").reset_index(drop=True)
    if by and reference is not None and reference not in set(sizes.index):
        raise DataError(f'no enterprise has {by} "{reference}"; choose one of {", ".join(sizes.index)}.')
    against = reference if reference is not None else (fit[0] if len(fit) else "")
    groups = [group for group in sizes.index if group != against] if by else []
    fitted = [group for group in groups if group in fit] if against in fit else []
    rows = _fitted(used, fitted, level) if len(used) and used["enterprise_id"].nunique() >= FEWEST else []
    told = {row["group"] for row in rows}
    if by:  # the years stay in the model; the table is about the groups
        rows = [row for row in rows if row["group"] != PER_YEAR]
    silent = [g for g in (groups if by else [PER_YEAR]) if g not in told]
    rows += [{"group": g, "n": 0, "note": "few_units"} for g in silent]
    few = bool(len(used)) and used["enterprise_id"].nunique() < FEW
    reference = {"reference": str(against)} if by else {}
    return estimates(
        framed(rows, "df", "p", leave_out=NO_SUMS).assign(**reference), kind="model", unit="ratio", by=by or "",
        codes=CODES.get(by, "") if by else "model_terms", estimand=WHAT[what],
        method="Poisson GEE, errors by enterprise", interval="Mancl-DeRouen, t" if few else "robust", level=level,
        warnings=(ASSOCIATION, *((FEW_CLUSTERS,) if few else ())), **said(jobs),
    )  # fmt: skip


def _stock(jobs: pd.DataFrame, by: str | None) -> pd.DataFrame:
    frame = panel(jobs, by)
    known = frame[frame["year_after"].ge(0) & frame["headcount"].notna()]
    return pd.DataFrame(
        {
            "enterprise_id": known["enterprise_id"], "group": known["group"], "year": known["year_after"],
            "count": known["headcount"], "exposure": 1.0,
        }
    )  # fmt: skip


def _openings(jobs: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Positions opened in each year since entry (or birth, if later), and the part of that year that was observed."""
    facts = panel(jobs, by).drop_duplicates("enterprise_id")[["enterprise_id", "group"]]
    units = attached(jobs, "enterprises").merge(facts, on="enterprise_id")
    units = units[units["enterprise_id"].isin(jobs["enterprise_id"])]
    since = units[["entered_on", "born_on"]].max(axis=1)
    units = units.assign(since=since, observed=months_between(since, units["seen_until"]) / 12 if len(units) else [])
    units = units[units["observed"] > 0]
    years = units.loc[units.index.repeat(np.ceil(units["observed"]).astype(int))].reset_index(drop=True)
    years["year"] = years.groupby("enterprise_id").cumcount().astype(float)
    years["exposure"] = (years["observed"] - years["year"]).clip(upper=1.0)
    own = pd.DataFrame(jobs[jobs["kind"].isin(OWN)])
    own.attrs = {}
    opened = own.groupby(["enterprise_id", "position_id"])["started_on"].min().reset_index()
    opened = opened.merge(units[["enterprise_id", "since"]], on="enterprise_id")
    opened = opened[opened["started_on"] >= opened["since"]]
    at = months_between(opened["since"], opened["started_on"], start_of_day=True) if len(opened) else np.zeros(0)
    counts = opened.assign(year=np.floor(at / 12)).groupby(["enterprise_id", "year"]).size().rename("count")
    years = years.join(counts, on=["enterprise_id", "year"])
    return years.assign(count=years["count"].fillna(0.0))[["enterprise_id", "group", "year", "count", "exposure"]]


def _fitted(used: pd.DataFrame, groups: list[str], level: float) -> list[dict[str, object]]:
    terms = {PER_YEAR: used["year"].astype(float), **{g: used["group"].eq(g).astype(float) for g in groups}}
    design = np.column_stack([np.ones(len(used)), *terms.values()])
    number = pd.factorize(used["enterprise_id"])[0]
    units = int(number.max()) + 1
    if np.linalg.matrix_rank(design) < design.shape[1] or units <= design.shape[1]:
        return []
    model = sm.GEE(
        used["count"].to_numpy(float), design, groups=number, family=sm.families.Poisson(),
        cov_struct=sm.cov_struct.Exchangeable(), offset=np.log(used["exposure"].to_numpy(float)),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = model.fit(cov_type="bias_reduced" if units < FEW else "robust", maxiter=200)
        except (Warning, np.linalg.LinAlgError):  # no convergence: no number is better than a wild one
            return []
    beta, se, df = result.params[1:], result.bse[1:], units - design.shape[1]
    reach = stats.t.ppf(0.5 + level / 2, df)
    rows = []
    for term, b, s in zip(terms, beta, se, strict=True):
        behind = used if term == PER_YEAR else used[used["group"].eq(term)]
        sums = behind.groupby("enterprise_id")["count"].sum().to_numpy(float)
        rows.append({
            "group": term, "n": len(behind), "n_enterprises": len(sums), "n_persons": float(sums.sum()),
            "estimate": np.exp(b), "se": s, "low": np.exp(b - reach * s), "high": np.exp(b + reach * s),
            "df": df, "p": 2 * stats.t.sf(abs(b / s), df), "note": "", **contributions(sums),
        })  # fmt: skip
    return rows
