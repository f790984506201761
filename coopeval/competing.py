"""Competing ends: how many enterprises leave by each cause, all causes sharing one risk set."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from coopeval.errors import DataError
from coopeval.uncertainty import estimates, wilson
from coopeval.uncertainty.counting import tallied_at_once
from coopeval.uncertainty.labelling import labelled, repeated, unlabelled
from coopeval.uncertainty.tallying import BYTES_AT_ONCE, Extent, Rows, Tally, blocks, extent, tallied, times_of
from coopeval.wording import N_

ACTIVE = "active"  # the share without any end, shown as one more line so that all add up to one
IN_THE_REGISTER = {"ceased", "merged", "moved_away"}
ALL = np.array(["all"], dtype=object)
CLOSE = 1e-9
ESTIMAND = N_("share of enterprises that ended by each cause")
COLUMNS = (
    "group", "at_months", "cause", "n", "at_risk", "n_events", "estimate", "se", "low", "high", "note",
)  # fmt: skip
KEPT = ("estimand", "population", "denominator", "clock", "is_synthetic", "as_of", "warnings")


def incidence(spells: pd.DataFrame, by: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Share of enterprises that ended by each cause, over time (Aalen-Johansen, delayed entry, exact with ties).

    One row per group, cause and time at which anyone ended; the cause `active` is the share without any end, and at
    each time all causes and `active` add up to one.

    Parameters
    ----------
    spells
        One row per enterprise (or project): `enterprise_id` (or `project_id`), `entry`, `exit` (months), `cause` (empty
        while it goes on or was lost). What they say of themselves (`estimand`, `denominator` ...) the table says too.
    by
        Grouping column.
    level
        Confidence level; limits on the complementary log-log scale. While nobody has ended by a cause its upper limit
        is Wilson's for none out of those still at risk or ended by another.

    Returns
    -------
    Estimate table: group, at_months, cause, n, at_risk, n_events, estimate, se, low, high. The variance is of the
    Greenwood type (delta method); without delayed entry it equals the jackknife of R survival's multi-state `survfit`.

    Raises
    ------
    DataError
        entry >= exit, an enterprise twice, an empty group, no column cause.

    Source
    ------
    Aalen & Johansen (1978); variance: Marubini & Valsecchi (1995), section 10.3.

    >>> eight = pd.DataFrame({"enterprise_id": range(8), "entry": 0, "exit": [2, 2, 3, 4, 4, 5, 6, 6],
    ...                       "cause": ["a", "b", "", "a", "a", "", "b", ""]})
    >>> last = incidence(eight).groupby("cause")["estimate"].last()
    >>> last.round(3).to_dict()
    {'a': 0.425, 'active': 0.225, 'b': 0.35}
    """
    found, causes, group, names = _found(spells, by)
    sizes = [len(spells)] if group is None else np.bincount(group, minlength=len(names)).tolist()
    ends = np.searchsorted(found.group, np.arange(len(names) + 1))
    parts = [_of_group(found, slice(ends[k], ends[k + 1]), level) | {"n": size} for k, size in enumerate(sizes)]
    columns = _columns(parts, causes, names)
    said = spells.attrs.get("about", {})
    told = {"estimand": ESTIMAND, **{key: said[key] for key in KEPT if key in said}}
    return estimates(
        columns, kind="curve", method="Aalen-Johansen", interval="log-log", level=level, by=by or "",
        privacy=_privacy(causes, by, str(told.get("clock", ""))), **told,
    )  # fmt: skip


def _privacy(causes: list[str], by: str | None, clock: str) -> str:
    """Ends that stand in the public register, by age and for the whole, are told as the survival curve is."""
    return "register" if by is None and clock == "age" and set(causes) <= IN_THE_REGISTER else "confidential"


def _found(spells: pd.DataFrame, by: str | None) -> tuple[Tally, list[str], np.ndarray | None, np.ndarray]:
    """Who left when and by which cause; the causes; and of which group each spell is. Or a refusal."""
    unit = "project_id" if "enterprise_id" not in spells and "project_id" in spells else "enterprise_id"
    for column in (unit, "entry", "exit", "cause", *([by] if by else [])):
        if column not in spells:
            raise DataError(f"the spells have no {column}; cohort.spells gives it.")
    codes, labels = labelled(spells["cause"])
    number = codes if len(labels) and labels[0] == "" else codes + 1  # sorted: those that go on stand first
    causes = labels[labels != ""].tolist()
    if by is None:
        found = tallied_at_once(spells, number, len(causes) + 1, unit)
        if found is not None:
            _refuse_causes(spells, number, codes, causes)
            return found, causes, None, ALL
    reach = _checked(spells, unit)
    _refuse_causes(spells, number, codes, causes, by)
    group, names = (None, ALL) if by is None else labelled(spells[by])
    found = tallied(Rows(*times_of(spells), number, group, len(names), len(causes) + 1, reach))
    return found, causes, group, pd.Series(names.tolist()).to_numpy()  # numbers stay numbers


def _checked(spells: pd.DataFrame, unit: str) -> Extent:
    """How far times reach, or a refusal of times and units."""
    entry, leave = times_of(spells)
    reach = extent(entry, leave)
    if reach is None:
        wrong = int((~(leave > entry)).sum())
        if wrong:
            raise DataError(f"{wrong} enterprises leave before they enter or as they enter; each needs entry < exit.")
        endless = int(np.isinf(entry).sum() + np.isinf(leave).sum())
        raise DataError(f"{endless} times of entry or exit are infinite; an exit not seen is the day last seen.")
    twice = repeated(spells[unit])
    if twice:
        raise DataError(f"{twice} enterprises stand there twice; one row per enterprise.")
    return reach


def _refuse_causes(
    spells: pd.DataFrame, number: np.ndarray, codes: np.ndarray, causes: list[str], by: str | None = None
) -> None:
    if ACTIVE in causes:
        raise DataError(f'"{ACTIVE}" is not a cause of an end; leave the cause empty where an enterprise goes on.')
    missing = codes.min(initial=0) < 0
    if "event" in spells and _untold(spells["event"], number, codes >= 0 if missing else None):
        raise DataError("some enterprises ceased without a cause; cohort.spells gives both, in agreement.")
    if missing or (by and unlabelled(spells[by])):
        raise DataError(f"some enterprises have no cause or no {by}; write '' for no end, and 'unknown' for no group.")


def _untold(event: pd.Series, number: np.ndarray, told: np.ndarray | None) -> bool:
    """Whether any spell ended by no cause, of those that say something of causes; None: all do."""
    ended = (event if event.dtype == bool else event.eq(True)).to_numpy(bool)
    if told is not None:
        ended, number = ended[told], number[told]
    columns = ended.view(np.int8), number
    return any((own > cause).any() for own, cause in blocks(*columns, rows=BYTES_AT_ONCE))  # one, and the cause is none


def _of_group(found: Tally, own: slice, level: float) -> dict[str, np.ndarray]:
    """Figures of one group, [causes and active, times]."""
    n, ended = found.at_risk[own], found.ended[:, own]
    d = ended.sum(axis=0)
    shares, se = np.empty((2, len(ended) + 1, len(n)))
    free = np.cumprod(1 - d / n, out=shares[-1])
    before = np.concatenate([np.ones(min(len(n), 1)), free[:-1]])
    share = np.cumsum(before * ended / n, axis=1, out=shares[:-1])
    if (np.abs(shares.sum(axis=0) - 1) > CLOSE).any():
        raise AssertionError("incidences and event-free survival must add up to one")
    with np.errstate(divide="ignore", invalid="ignore"):
        added = d / (n * (n - d))
        se[-1] = free * np.sqrt(np.cumsum(added))  # Greenwood
    se[:-1] = _errors(n, np.where(n > d, added, 0.0), ended, before, share)
    known = n + np.cumsum(d) - d  # at risk, or ended before
    low, high = _limits(shares, se, known, level)
    return {
        "at_months": found.time[own], "at_risk": n, "n_events": np.vstack([ended, d]), "estimate": shares, "se": se,
        "low": low, "high": high,
    }  # fmt: skip


def _columns(parts: list[dict[str, object]], causes: list[str], names: np.ndarray) -> dict[str, np.ndarray]:
    """Group after group, cause after cause, time after time; each figure is written once, where it stays."""
    own = {"cause": np.array([*causes, ACTIVE], dtype=object)[:, None], "note": ""}
    kinds = {"group": names.dtype, "n": np.int64, "cause": object, "note": object}
    ends = np.cumsum([0, *(part["se"].size for part in parts)])
    columns = {column: np.empty(ends[-1], dtype=kinds.get(column, float)) for column in COLUMNS}
    for number, part in enumerate(parts):
        told = part | own | {"group": names[number]}
        for column, values in columns.items():
            values[ends[number] : ends[number + 1]].reshape(part["se"].shape)[:] = told[column]
    return columns


def _errors(n: np.ndarray, a: np.ndarray, own: np.ndarray, before: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Delta-method errors of incidences [causes, times], by running sums.

    With F(t) - F(u) expanded, each term is a cumulative sum; those that are multiplied by the same are one sum.
    """
    b = before**2 * (n - own) * own / (n * n * n)
    c = before * own / n**2
    straight, square = share * a + c, share * (share * a + 2 * c) + b
    variance = share * (share * np.cumsum(a) - 2 * np.cumsum(straight, axis=1)) + np.cumsum(square, axis=1)
    return np.sqrt(np.maximum(variance, 0.0))


def _limits(share: np.ndarray, se: np.ndarray, known: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Of incidences, and in the last row of the share without any end."""
    z = special.ndtri(0.5 + level / 2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        log = np.log(share)
        spread = np.exp(z * se / np.abs(share * log))
        low, high = np.exp(log * spread), np.exp(log / spread)
    none, all_gone = share <= 0, share >= 1 - CLOSE  # sums of decimals miss one in the last digit
    none[-1], all_gone[-1] = share[-1] >= 1, share[-1] <= 0
    # none of few is no certainty: the limits that a share of none has; once all are gone no error can be given
    row, place = np.nonzero(none)
    few = known[place]
    low[none], high[none] = wilson(np.where(row == len(share) - 1, few, 0), few, level)
    low[all_gone] = high[all_gone] = np.nan
    return low, high
