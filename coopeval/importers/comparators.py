"""Comparators drawn from a register: for each case some of those who were at risk on the same day and were like it."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.errors import ParameterError, refusal
from coopeval.importers.comparators_criteria import Criteria, facts
from coopeval.importers.comparators_risk import RiskSets, missing_facts
from coopeval.schema import TABLES
from coopeval.tables.typed import typed
from coopeval.wording import N_

STRUCTURE, PREFIX = "REGISTER", "REG-"
QUALITY = [
    "enterprise_id", "matched_on", "at_risk_on", "outcome", "n_candidates", "n_drawn", "relaxed", "would_help",
    "n_would_help", "missing",
]  # fmt: skip
ONE_DAY = np.timedelta64(1, "D")
MOST = 50


class Case(NamedTuple):
    """One enterprise to find comparators for, and the day on which it and they are at risk."""

    key: str
    born_on: np.datetime64
    matched_on: np.datetime64
    day: np.datetime64
    like: dict[str, str]


def draw(
    enterprises: pd.DataFrame,
    register: pd.DataFrame,
    *,
    ratio: int = 5,
    seed: int = 1,
    criteria: Criteria | None = None,
    supported: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Risk-set matching: for each case up to `ratio` enterprises at risk on the day it came under observation.

    That day is the latest of its entry (`matched_on`), its birth and `observed_from`. A comparator was born near the
    case's birth and alive, observed and not supported on that day, so both are of about one age on one date; what
    became of it later is not looked at. It is under observation from that day on (`observed_from`), since it would
    not have been drawn had it ended before; `matched_on` is the entry of its case. Who is supported later is watched
    until the day before, and loses its number.

    The draw is the order of a hash of seed, case and candidate. So it needs no order of rows, and with `reuse` a set
    depends on its own case and risk set alone. Without it, cases choose in the order of their days (same day: by
    hash), so that a set may depend on earlier cases that compete for the same enterprises and on no later one.

    Parameters
    ----------
    enterprises
        The cases, one row each, of the shape of `enterprises`, with the day of programme entry in `matched_on`.
    register
        Of the same shape, from another importer.
    ratio
        Most comparators of one case, 1 to 50.
    criteria
        In what they must be alike; default `Criteria()`.
    supported
        `kbo_number`, `supported_from`: whom somebody supports, since when; default the cases since their entry.

    Returns
    -------
    Rows of `enterprises` under structure REGISTER, typed, in order of key; and one row per case: the days, `outcome`
    (full, fewer, none, no_entry_date, ended_before_entry, fact_missing), `n_candidates` by the criteria, `n_drawn`,
    `relaxed` (the last step that was given up to fill it), `would_help` and `n_would_help` (the first step that would
    bring more, and how many more), `missing` facts.

    Raises
    ------
    ParameterError
        Ratio out of range, or a criterion that does not exist.

    Source
    ------
    Li, Propert & Rosenbaum (2001), Balanced risk set matching, JASA 96(455); Lubin & Gail (1984), Biometrics 40.
    """
    if not 1 <= ratio <= MOST:
        raise refusal(ParameterError, N_("A ratio of {ratio} cannot be drawn. Choose from 1 to 50."), ratio=ratio)
    criteria = criteria or Criteria()
    if supported is None:
        supported = enterprises[["kbo_number", "matched_on"]].rename(columns={"matched_on": "supported_from"})
    sets = RiskSets(register, supported)
    cases, told = _cases(enterprises, criteria)
    cases.sort(key=lambda case: (case.day, _hash(seed, case.key)))
    free, drawn = np.ones(len(sets.rows), dtype=bool), []
    for case in cases:
        chosen, line = _set_of(case, sets, free, (ratio, seed, criteria))
        if not criteria.reuse:
            free[chosen] = False
        drawn.append((case, chosen))
        told.append(line)
    quality = pd.DataFrame(told, columns=QUALITY).sort_values("enterprise_id", kind="stable", ignore_index=True)
    return _rows(drawn, sets, criteria), quality


def _cases(enterprises: pd.DataFrame, criteria: Criteria) -> tuple[list[Case], list[dict]]:
    """Those for whom somebody can be found, and what is told of the others."""
    like = facts(enterprises).to_dict("records")
    days = {name: pd.to_datetime(enterprises[name]) for name in ("born_on", "matched_on", "observed_from", "ended_on")}
    at = pd.concat([days["born_on"], days["matched_on"], days["observed_from"]], axis=1).max(axis=1)
    cases, told = [], []
    for n, key in enumerate(enterprises["enterprise_id"]):
        missing = missing_facts(like[n], criteria)
        outcome = "fact_missing" if missing else ""
        if days["ended_on"].iloc[n] < at.iloc[n]:
            outcome = "ended_before_entry"
        if pd.isna(days["matched_on"].iloc[n]):
            outcome = "no_entry_date"
        if outcome:
            told.append(_line(key, days["matched_on"].iloc[n], pd.NaT, outcome, missing=", ".join(missing)))
        else:
            born, matched, day = (np.datetime64(one.iloc[n], "D") for one in (days["born_on"], days["matched_on"], at))
            cases.append(Case(key, born, matched, day, like[n]))
    return cases, told


def _set_of(case: Case, sets: RiskSets, free: np.ndarray, how: tuple) -> tuple[np.ndarray, dict]:
    """Positions of the comparators of a case, and what is told of it."""
    ratio, seed, criteria = how

    def first(positions: np.ndarray, n: int) -> np.ndarray:
        ids = sets.rows["enterprise_id"].to_numpy()[positions]
        return positions[np.argsort([_hash(seed, case.key, one) for one in ids], kind="stable")[:n]]

    candidates = sets.at(case.day, case.born_on, case.like, criteria)
    chosen, relaxed, helps, more = first(candidates[free[candidates]], ratio), "", "", 0
    for step, wider in criteria.relaxed() if len(chosen) < ratio else ():
        others = sets.at(case.day, case.born_on, case.like, wider)
        others = np.setdiff1d(others[free[others]], chosen)
        if len(others) and not criteria.relax:
            helps, more = step, len(others)
            break
        if len(others):
            chosen, relaxed = np.concatenate([chosen, first(others, ratio - len(chosen))]), step
        if len(chosen) == ratio:
            break
    outcome = "full" if len(chosen) == ratio else "fewer" if len(chosen) else "none"
    found = {"n_candidates": len(candidates), "n_drawn": len(chosen), "relaxed": relaxed}
    return chosen, _line(case.key, case.matched_on, case.day, outcome, **found, would_help=helps, n_would_help=more)


def _line(key: str, matched_on, day, outcome: str, **found) -> dict:
    counts = {"n_candidates": 0, "n_drawn": 0, "relaxed": "", "would_help": "", "n_would_help": 0, "missing": ""}
    days = {"matched_on": pd.Timestamp(matched_on), "at_risk_on": pd.Timestamp(day)}
    return {"enterprise_id": key, **days, "outcome": outcome, **counts, **found}


def _rows(drawn: list[tuple[Case, np.ndarray]], sets: RiskSets, criteria: Criteria) -> pd.DataFrame:
    """The comparators as rows of `enterprises`: under observation since the day of matching."""
    chosen = np.concatenate([positions for _, positions in drawn] or [np.empty(0, dtype=int)]).astype(int)
    times = [len(positions) for _, positions in drawn]
    rows = sets.rows.iloc[chosen].reset_index(drop=True)
    case = np.repeat(np.array([one.key for one, _ in drawn], dtype=object), times)
    matched, day = (
        np.repeat(np.array([getattr(one, name) for one, _ in drawn], dtype="datetime64[D]"), times)
        for name in ("matched_on", "day")
    )
    ids = PREFIX + rows["enterprise_id"].astype(object)
    if criteria.reuse:  # one enterprise may then stand in several sets
        ids = ids + "-" + pd.Series(case, dtype=object)
    rows = rows.assign(
        enterprise_id=ids, structure_id=STRUCTURE, project_id="", continued_by="",
        matched_on=matched.astype("datetime64[ns]"), observed_from=day.astype("datetime64[ns]"),
    )  # fmt: skip
    return typed(TABLES["enterprises"], _until_supported(rows, sets.supported_from[chosen]))


def _until_supported(rows: pd.DataFrame, since: np.ndarray) -> pd.DataFrame:
    """Who is supported later was at risk without support until the day before: seen until then, and not ended."""
    last = pd.Series(since - ONE_DAY, index=rows.index).astype("datetime64[ns]")
    cut = last.notna() & (last < rows["last_seen_on"])
    empty = {"ended_on": pd.NaT, "not_ended_before": pd.NaT, "end_kind": "", "legal_form_now": ""}
    cut_rows = {name: rows[name].mask(cut, value) for name, value in empty.items()}
    number = rows["kbo_number"].mask(last.notna(), "")  # else it would count as an enterprise of the programme
    return rows.assign(**cut_rows, last_seen_on=rows["last_seen_on"].mask(cut, last), kbo_number=number)


def _hash(seed: int, *words: str) -> bytes:
    return hashlib.blake2b("\x1f".join(words).encode(), digest_size=8, key=str(seed).encode()).digest()
