"""Jobs kept and recognition under each definition and supposition about what is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.indicators.choices import Study, row, silent
from coopeval.indicators.definitions import ALL
from coopeval.pathways.eligible import is_living, supported
from coopeval.pathways.statuses import status, today
from coopeval.uncertainty import ratio, wilson

YEARS = 2
BETWEEN = "/"
RULES = ("left_out", "jobs_lost", "jobs_kept")
FIGURES = ("n", "estimate", "low", "high", "n_enterprises", "largest_share", "two_largest_share")


def kept_rows(study: Study, every: pd.DataFrame) -> list[dict[str, object]]:
    """`jobs_kept_2`: definition x what is supposed of enterprises whose jobs are not known."""
    stocks = every.attrs["stocks"]
    ends = stocks[stocks["moment"].eq("year_end")]
    base, then = (ends[ends["year_after"].eq(k)].set_index("enterprise_id")["headcount"] for k in (0, YEARS))
    cells = pd.DataFrame({"then": then}).assign(base=base.reindex(then.index))
    cells = cells[cells["base"].notna()]
    own = {}
    for definition in study.definitions():
        met = study.under(definition)
        own[definition] = cells if definition == ALL else cells[cells.index.isin(met.index[met["is_met"]])]
    ways = {(name, rule): _kept(rows, rule) for name, rows in own.items() for rule in RULES}
    whole = pd.concat([known.assign(group=BETWEEN.join(way)) for way, known in ways.items()], ignore_index=True)
    table = ratio(whole, "kept", "base", by="group", level=study.level, interval="korn-graubard").set_index("group")
    found = []
    for (name, rule), known in ways.items():
        one = table.loc[BETWEEN.join((name, rule))] if len(known) else None
        figures = silent(0, "immature" if own[name].empty else "no_source") if one is None else _figures(one)
        found.append(row("jobs_kept_2", figures, definition=name, missing_rule=rule))
    return found


def _kept(cells: pd.DataFrame, rule: str) -> pd.DataFrame:
    """As jobs.persistence: of the jobs at N, in each enterprise at most as many as at N."""
    then = cells["then"]
    if rule != "left_out":
        then = then.fillna(0.0 if rule == "jobs_lost" else cells["base"])
    return cells.assign(kept=np.minimum(then, cells["base"]))[then.notna()]


def _figures(one: pd.Series) -> dict[str, object]:
    if not np.isfinite(one["estimate"]):
        return silent(one["n"], one["note"] or "not_estimable")
    parts = [one["numerator"], one["denominator"] - one["numerator"], one["denominator"]]
    return {**{name: one[name] for name in FIGURES}, "n_persons": min(part for part in parts if part > 0)}


def recognised_rows(study: Study) -> list[dict[str, object]]:
    """`share_recognised`: of the eligible enterprises that exist and satisfy each definition."""
    own = supported(study.dataset)
    own = own[is_living(own) & own["not_eligible"].eq("")]
    said = status(study.dataset, today(study.dataset, own)).eq("recognised")
    holds = pd.Series(said.to_numpy(bool), index=own["enterprise_id"].to_numpy())
    found = []
    for definition in study.definitions():
        met = study.under(definition)
        chosen = holds if definition == ALL else holds[holds.index.isin(met.index[met["is_met"]])]
        found.append(row("share_recognised", _share(chosen, study.level), definition=definition))
    return found


def _share(holds: pd.Series, level: float) -> dict[str, object]:
    if not len(holds):
        return silent(0, "not_estimable")
    n, k = len(holds), int(holds.sum())
    low, high = wilson([k], [n], level)
    return {"n": n, "n_events": k, "estimate": k / n, "low": low.item(), "high": high.item()}
