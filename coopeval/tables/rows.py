"""Rows of one table: keys that stand once, days in their order, nothing dated after the delivery."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.tables.personal import shown
from coopeval.tables.raw import Raw
from coopeval.tables.typed import typed

LINE = "line"


def without_repeats(raw: Raw) -> Raw:
    """Raw without rows that repeat another in every cell (set aside, listed); one key with two contents is refused."""
    again = raw.frame.duplicated(keep="first")
    if again.any():
        lines = raw.frame.index[again]
        raw.add("Q-KEY-02", lines)
        raw.set_aside += [
            {"table": raw.name, "key": key, "line": int(line), "reason": "repeats another row", "code": "Q-KEY-02"}
            for line, key in zip(lines, raw.keys(lines), strict=True)
        ]
        raw.frame = raw.frame[~again]
    _clashes(raw, list(raw.table.key))
    _lookalikes(raw, list(raw.table.key))
    return raw


def _clashes(raw: Raw, key: list[str]) -> None:
    """Keys that stand on more than one line, with contents that differ."""
    twice = raw.frame.duplicated(key, keep=False)
    if not twice.any():
        return
    clash = raw.frame[twice & raw.frame[key].ne("").all(axis=1)]
    first = clash.groupby(key, sort=False)[key[0]].transform(lambda cells: cells.index[0]).to_numpy()
    for line, other in zip(clash.index, first, strict=True):
        if line != other:
            raw.add("E-KEY-03", [line], key[0], first=int(other))


def _lookalikes(raw: Raw, key: list[str]) -> None:
    """Keys that differ only in capitals, and may be meant to be one."""
    if len(key) > 1:
        return
    keys = raw.frame[key[0]]
    alike = keys[keys.str.casefold().duplicated(keep="first") & ~keys.duplicated(keep=False)]
    raw.add("W-KEY-05", alike.index, key[0], [shown(value) for value in alike])


def typed_rows(raw: Raw) -> pd.DataFrame:
    """The rows in their types, with the column `line`; in the order of the file."""
    frame = typed(raw.table, raw.frame, in_order=False)
    return frame.rename_axis(index=None).assign(**{LINE: raw.frame.index.to_numpy()})


def in_time(raw: Raw, frame: pd.DataFrame, delivered_on: pd.Timestamp | None) -> None:
    """Faults of days: the end before the start, and facts dated after the delivery."""
    for start, stop in raw.table.orders:
        if not (wrong := frame[frame[stop] < frame[start]]).empty:
            days = as_days(wrong[start])
            about = {"start": [start] * len(days), "started": days, "expected": [f">= {day}" for day in days]}
            raw.add_each("E-SPAN-01", wrong[LINE], stop, as_days(wrong[stop]), **about)
        if stop == "ended_on" and not (same := frame[frame[stop] == frame[start]]).empty:
            raw.add("W-SPAN-01", same[LINE], stop, as_days(same[stop]), start=start)
    if delivered_on is None:
        return
    last = delivered_on.date().isoformat()
    for column in (name for name in raw.table.days if not raw.table.columns[name].planned):
        if not (late := frame[frame[column] > delivered_on]).empty:
            raw.add("E-DATE-09", late[LINE], column, as_days(late[column]), last=last, expected=f"<= {last}")
    if raw.table.year:
        full = (delivered_on + pd.Timedelta(days=1)).year - 1
        late = frame[frame[raw.table.year] > full]
        found = [f"{year:g}" for year in late[raw.table.year]]
        raw.add("E-DATE-09", late[LINE], raw.table.year, found, last=last, expected=f"<= {full}")


def one_of(raw: Raw, frame: pd.DataFrame) -> None:
    """Faults where of some columns exactly one must be filled, and is not."""
    if raw.table.one_of and not raw.absent:
        filled = np.sum([frame[name].ne("") for name in raw.table.one_of], axis=0)
        raw.add("E-ONE-02", frame[LINE][filled != 1], ", ".join(raw.table.one_of), columns=", ".join(raw.table.one_of))


def consistent(raw: Raw, frame: pd.DataFrame) -> None:
    """What single tables promise besides: one evaluated structure, no verdict on EMES, ends that say how."""
    if raw.name == "structures" and raw.is_whole and len(frame) and frame["is_evaluated"].notna().all():
        n = int(frame["is_evaluated"].sum())
        raw.add("E-ONE-01", [None] if n != 1 else [], "is_evaluated", n=n, expected="1")
    if raw.name == "definitions_met":
        judged = frame[frame["definition"].eq("emes") & frame["is_met"].notna()]
        raw.add("E-EMES-01", judged[LINE], "is_met")
    if raw.name == "projects":
        more = frame[frame["n_women_holders"] > frame["n_holders"]]
        raw.add("E-RANGE-03", more[LINE], "n_women_holders", [f"{n:g}" for n in more["n_women_holders"]])
    if raw.name == "enterprises":
        same = ["structure_id", "kbo_number"]
        twice = frame[frame["kbo_number"].ne("") & frame.duplicated(same)]
        times = frame.groupby(same)["kbo_number"].transform("size")
        raw.add_each("W-KEY-06", twice[LINE], "kbo_number", [""] * len(twice), n=times[twice.index].tolist())
    if raw.name in ("impact", "practices"):
        first = frame.groupby("measure")["unit"].transform("first")
        other = frame[frame["unit"].ne(first) & frame["unit"].ne("") & frame["measure"].ne("")]
        raw.add_each("W-UNIT-01", other[LINE], "unit", other["unit"].map(shown), used=first[other.index].map(shown))
    if "end_kind" in frame:
        ended, read = frame["ended_on"].notna(), ~frame[LINE].isin(raw.refused("ended_on", "end_kind"))
        # survival counts an end by its kind: without it an enterprise that ceased would count as one that goes on
        code = "E-END-01" if raw.name == "enterprises" else "W-END-01"
        raw.add(code, frame[LINE][ended & read & frame["end_kind"].eq("")], "end_kind")
        kept = ~ended & read & ~frame["end_kind"].isin(("", "lost_contact", "unknown"))
        raw.add("W-END-02", frame[LINE][kept], "ended_on", frame["end_kind"][kept].tolist())


def as_days(days: pd.Series) -> list[str]:
    """Days as they are written in a table."""
    return days.dt.strftime("%Y-%m-%d").tolist()
