"""Everything as it was on a day. The schema says for each table what that means; nothing here knows a column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coopeval.errors import ParameterError
from coopeval.schema import TABLES, Table
from coopeval.tables import stems
from coopeval.tables.dataset import Dataset
from coopeval.tables.typed import EMPTY

ONE_DAY = pd.Timedelta(days=1)
STEMS = stems.of_a_cut()
POINTED_TO = {other for table in TABLES.values() for other in table.references.values()} | {
    other for table in TABLES.values() if table.subject for other in table.subject[2].values()
}


def cut(dataset: Dataset, date) -> Dataset:
    """The data set as it was at the end of `date`: nothing dated later is in it.

    Rows whose first date lies later are dropped; later days are emptied together with what they tell; the last day
    of looking and spans end on `date`, the amount of a span cut short pro rata of days. A key that pointed to a row
    that was not there yet is emptied, or its row goes too where the key is needed. Rows without any date stay.
    """
    day = pd.Timestamp(date).normalize()
    if dataset.delivered_on is not None and day > dataset.delivered_on:
        raise ParameterError(
            f"{day.date()} lies after {dataset.delivered_on.date()}, the last day these tables describe. "
            "Choose an earlier semester, or a later delivery."
        )
    whole = dataset.unseen()
    frames = {name: _seen_on(TABLES[name], frame, day) for name, frame in whole.items()}
    left = without_loose_ends(whole, frames)
    kept = {name: frame.set_axis(pd.RangeIndex(len(frame)), copy=False) for name, frame in left.items()}
    return dataset.remade(kept, STEMS, {**dataset.about, "as_of": day})


def _seen_on(table: Table, frame: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    seen = frame[~_not_there_yet(table, frame, day)].copy()
    for told_on, told in table.tells.items():
        later = seen[told_on] > day
        if not later.any():
            continue
        for column, value in told.items():
            seen.loc[later, column] = value or EMPTY[table.columns[column].kind]
        if told_on not in table.cut_at:
            seen.loc[later, told_on] = pd.NaT
    for column in table.cut_at:
        if (seen[column] > day).any():
            seen[column] = seen[column].clip(upper=day)
    return _span_cut(table, seen, day) if table.span else seen


def _not_there_yet(table: Table, frame: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    if table.year:
        # a year is complete on its 31 December, so the year of `day` counts only on that very day
        return frame[table.year] > (day + ONE_DAY).year - 1
    if not table.first_date:
        return pd.Series(False, index=frame.index)
    first = np.fmin.reduce([frame[column].to_numpy() for column in table.first_date])  # the first that is known
    return pd.Series(first, index=frame.index) > day


def _span_cut(table: Table, seen: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    start, stop = table.span
    short = seen[stop] > day
    if not short.any():
        return seen
    share = (day - seen[start] + ONE_DAY) / (seen[stop] - seen[start] + ONE_DAY)
    for amount in table.pro_rata:
        seen[amount] = seen[amount].where(~short, seen[amount] * share)
    seen.loc[short, stop] = day
    return seen


def without_loose_ends(
    dataset: Mapping[str, pd.DataFrame], frames: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """The frames, with fewer rows than the data set has, and nothing left that points to a row that is gone.

    Such a key is emptied where it may be empty, else the row that needs it goes too.
    """
    before = {name: _keys(name, frame) for name, frame in dataset.items() if name in POINTED_TO}
    frames = dict(frames)
    while True:
        gone = {name: keys.difference(_keys(name, frames[name])) for name, keys in before.items() if name in frames}
        gone = {name: keys for name, keys in gone.items() if len(keys)}
        tied = {name: _tied(TABLES[name], frame, gone) for name, frame in frames.items()}
        settled = all(len(tied[name]) == len(frames[name]) for name in frames)
        frames = tied
        if settled:
            return frames


def _keys(name: str, frame: pd.DataFrame) -> pd.Index:
    return pd.Index(frame[TABLES[name].key[0]].unique())


def _tied(table: Table, frame: pd.DataFrame, gone: dict[str, pd.Index]) -> pd.DataFrame:
    loose = pd.Series(False, index=frame.index)
    for column, other in table.references.items():
        if other not in gone:
            continue
        pointing = frame[column].isin(gone[other])
        if table.columns[column].optional:
            frame = frame.assign(**{column: frame[column].where(~pointing, "")})
        else:
            loose |= pointing
    if table.one_of:
        loose |= frame[list(table.one_of)].eq("").all(axis=1)
    if table.subject:
        kind, key, tables = table.subject
        for subject, other in tables.items():
            if other in gone:
                loose |= frame[kind].eq(subject) & frame[key].isin(gone[other])
    return frame[~loose] if loose.any() else frame
