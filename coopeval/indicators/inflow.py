"""Who would have entered by a later day, if the inflow of the last three years went on: copies of those who did."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.semesters import months_between
from coopeval.survival.risk import counts

YEARS = 3  # whose inflow goes on
BORN_WITHIN = 2  # years after the project entered, nearly all of its enterprises are born


def continued(
    frame: pd.DataFrame, zero: str, day: pd.Timestamp, until: pd.Timestamp, shifted: tuple[str, ...] = (),
    ripe_after: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """The rows, and copies of those whose zero lies in three whole years, moved by 3, 6, 9 ... years up to a day.

    Parameters
    ----------
    zero
        Column of the day on which a row's clock starts.
    day, until
        The day as of which the rows stand, and the day up to which they are continued.
    shifted
        Further columns of days that move along.
    ripe_after
        Years after zero by which a unit is known of. Projects are known at once (0); enterprises may be born some years
        after their project entered, so the years just past are not yet whole: they are replaced by copies too.

    >>> rows = pd.DataFrame({"on": pd.to_datetime(["2019-05-01", "2024-02-01"])})
    >>> continued(rows, "on", pd.Timestamp("2024-12-31"), pd.Timestamp("2029-12-31"))["on"].dt.year.tolist()
    [2019, 2024, 2027]
    """
    whole = day - pd.DateOffset(years=ripe_after)
    if until <= day:
        return frame
    known = frame[frame[zero] <= whole]
    model = known[known[zero] > whole - pd.DateOffset(years=YEARS)]
    parts, move = [known], YEARS
    while len(model) and whole + pd.DateOffset(years=move - YEARS) < until:
        moved = {column: model[column] + pd.DateOffset(years=move) for column in (zero, *shifted)}
        later = model.assign(**moved)
        parts.append(later[later[zero] <= until])
        move += YEARS
    return pd.concat(parts, ignore_index=True)


class Information(NamedTuple):
    """What a number of spells lets one know of the share still active at a month, in expectation."""

    n: int
    n_events: float
    se: float  # in proportion to the true one; only ratios of two of them mean anything


class Course(NamedTuple):
    """The hazard of an end, and the shares not ended and not lost from sight, as they are known today."""

    time: np.ndarray
    hazard: np.ndarray
    share: np.ndarray  # not ended, just before each time
    in_sight: np.ndarray


def course(spells: pd.DataFrame, months: float) -> Course:
    """Of the spells of one arm, up to a month."""
    entry, leave = (spells[column].to_numpy(float) for column in ("entry", "exit"))
    event, lost = spells["event"].to_numpy(bool), spells["end_kind"].eq("lost_contact").to_numpy()
    alone = np.zeros(len(spells), dtype=np.int64)
    table, loss = counts(entry, leave, event, alone, 1), counts(entry, leave, lost, alone, 1)
    ended = (table.n_events > 0) & (table.time <= months)
    hazard = table.n_events / table.at_risk
    before = np.r_[1.0, np.cumprod(1 - hazard)[:-1]]
    in_sight = np.r_[1.0, np.cumprod(1 - loss.n_events / loss.at_risk)[:-1]]
    return Course(table.time[ended], hazard[ended], before[ended], in_sight[ended])


def information(of: Course, entry: np.ndarray, follow_up: np.ndarray) -> Information:
    """Expected ends and error, if units that enter the risk set at `entry` are followed for `follow_up` months.

    At a time t a unit is still at risk with the probability of neither having ended nor been lost since it entered;
    each expected risk set weighs the hazard there as in Greenwood's sum.
    """
    stay = of.share * of.in_sight
    at_entry = np.r_[1.0, stay][np.searchsorted(of.time, entry, side="right")]
    inside = (entry[None, :] < of.time[:, None]) & (of.time[:, None] <= follow_up[None, :])
    at_risk = (inside / np.maximum(at_entry, 1e-9)[None, :]).sum(axis=1) * stay
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = of.hazard / (at_risk * (1 - of.hazard))
    known = len(of.time) > 0 and bool(np.isfinite(terms).all())
    return Information(len(entry), float((at_risk * of.hazard).sum()), float(np.sqrt(terms.sum())) if known else np.nan)


def followed(zero: pd.Series, until: pd.Timestamp) -> np.ndarray:
    """Months each unit could have been followed by a day."""
    return months_between(zero, pd.Series(until, index=zero.index))
