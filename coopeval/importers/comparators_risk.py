"""Who is at risk on a day, of a whole register: alive, under observation, and not supported by then."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.errors import DataError, refusal
from coopeval.importers.comparators_criteria import UNKNOWN, Criteria, facts
from coopeval.wording import N_

ENDS = ["ended_on", "not_ended_before", "end_kind", "last_seen_on"]


def lives(register: pd.DataFrame) -> pd.DataFrame:
    """The register with one row per life: who is taken over by a successor in it gets the successor's end.

    A successor was born on the day of the take-over or later. It is left out itself: that day was no start. Who is
    absorbed by an enterprise that was there before is not carried on, and the other one stays what it was; else a
    later absorption would change who was at risk earlier.

    Raises
    ------
    DataError
        Enterprises taken over in a circle.
    """
    frame = register.set_index("enterprise_id", drop=False)
    heir = frame["continued_by"].where(frame["end_kind"].eq("taken_over"), "")
    made_for_it = heir.map(frame["born_on"]) >= frame["ended_on"]
    heir = heir.where(made_for_it, "")
    last = pd.Series(frame.index, index=frame.index).where(heir.eq(""), heir)
    for _ in range(len(frame)):
        following = last.map(heir)
        if following.eq("").all():
            break
        last = last.where(following.eq(""), following)
    else:
        if len(frame):
            msgid = N_("Enterprises of the register are taken over in a circle; correct continued_by.")
            raise refusal(DataError, msgid)
    carried = frame.assign(**{column: frame.loc[last.to_numpy(), column].to_numpy() for column in ENDS})
    carried["continued_by"] = ""
    return carried[~carried.index.isin(heir)].reset_index(drop=True)


class RiskSets:
    """A register that can be asked who was at risk on a day and like a case.

    The answer rests on what was so on that day alone: when somebody ended later, or whether, changes nothing.

    Parameters
    ----------
    register
        Rows of the shape of `enterprises`.
    supported
        `kbo_number` and `supported_from`: whom a structure supports, and since when.
    """

    def __init__(self, register: pd.DataFrame, supported: pd.DataFrame) -> None:
        rows = lives(register).sort_values(["born_on", "enterprise_id"], kind="stable", ignore_index=True)
        first = supported[supported["kbo_number"].ne("")].groupby("kbo_number")["supported_from"].min()
        self.supported_from = _days(rows["kbo_number"].map(first))
        self.rows = rows
        self.facts = {name: values.to_numpy() for name, values in facts(rows).items()}
        self.born, self.seen_from = _days(rows["born_on"]), _days(rows["observed_from"])
        self.ended, self.seen_until = _days(rows["ended_on"]), _days(rows["last_seen_on"])

    def at(self, day: np.datetime64, born_on: np.datetime64, like: dict[str, str], criteria: Criteria) -> np.ndarray:
        """Positions in `rows` of those at risk on the day, born near `born_on` and alike in `like`, by the criteria."""
        window = pd.DateOffset(months=criteria.born_within_months)
        first, last = pd.Timestamp(born_on) - window, pd.Timestamp(born_on) + window
        start = np.searchsorted(self.born, first.to_datetime64().astype("datetime64[D]"), side="left")
        stop = np.searchsorted(self.born, min(last.to_datetime64().astype("datetime64[D]"), day), side="right")
        near = slice(start, max(start, stop))
        fit = (self.seen_from[near] <= day) & (self.seen_until[near] >= day)
        fit &= np.isnat(self.ended[near]) | (self.ended[near] >= day)
        fit &= np.isnat(self.supported_from[near]) | (self.supported_from[near] > day)
        for name in (criteria.form, criteria.sector, criteria.place):
            fit &= self.facts[name][near] == like[name]
        return start + np.flatnonzero(fit)


def missing_facts(like: dict[str, str], criteria: Criteria) -> list[str]:
    """Of what the criteria ask, that which is not known of a case: nobody can be said to be like it."""
    return [name for name in (criteria.form, criteria.sector, criteria.place) if like[name] == UNKNOWN]


def _days(values: pd.Series) -> np.ndarray:
    return pd.to_datetime(values).to_numpy().astype("datetime64[D]")
