"""Semesters, and months between two days, as fixed once for the whole suite."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

from coopeval.errors import ParameterError

PATTERN = re.compile(r"(20[0-9][0-9])S([12])")


def parse(semester: str) -> tuple[int, int]:
    """Year and half of a semester.

    >>> parse("2026S1")
    (2026, 1)
    """
    match = PATTERN.fullmatch(semester) if isinstance(semester, str) else None
    if match is None:
        raise ParameterError(f'"{semester}" is not a semester. Write the year, S and the half, for instance 2026S1.')
    return int(match[1]), int(match[2])


def first_day(semester: str) -> pd.Timestamp:
    """First day of a semester.

    >>> first_day("2026S2").date().isoformat()
    '2026-07-01'
    """
    year, half = parse(semester)
    return pd.Timestamp(year, 1 if half == 1 else 7, 1)


def last_day(semester: str) -> pd.Timestamp:
    """Last day of a semester, the day as of which its figures stand.

    >>> last_day("2026S1").date().isoformat()
    '2026-06-30'
    """
    year, half = parse(semester)
    return pd.Timestamp(year, 6, 30) if half == 1 else pd.Timestamp(year, 12, 31)


def of_day(day: pd.Timestamp | date) -> str:
    """Semester in which a day falls.

    >>> of_day(date(2025, 7, 1))
    '2025S2'
    """
    return f"{day.year}S{1 if day.month <= 6 else 2}"


def shift(semester: str, by: int) -> str:
    """Semester that lies `by` semesters later (earlier when negative).

    >>> shift("2026S1", -1)
    '2025S2'
    """
    year, half = parse(semester)
    index = 2 * year + (half - 1) + by
    return f"{index // 2}S{index % 2 + 1}"


def latest(semester: str, n: int) -> list[str]:
    """The last `n` semesters up to and with one.

    >>> latest("2026S1", 3)
    ['2025S1', '2025S2', '2026S1']
    """
    if n < 1:
        raise ParameterError(f"{n} semesters cannot be shown; ask for at least 1.")
    return [shift(semester, -back) for back in reversed(range(n))]


def between(first: str, last: str) -> int:
    """By how many semesters the last lies after the first.

    >>> between("2025S2", "2026S1"), between("2024S1", "2026S1")
    (1, 4)
    """
    (year, half), (later, its_half) = parse(first), parse(last)
    return 2 * (later - year) + its_half - half


def months_between(start, end, *, start_of_day: bool = False) -> np.ndarray:
    """Calendar months from `start` to `end`, element by element; not known (nan) where either day is not.

    Both days are included: the span runs to the end of the last day. With `start_of_day` it
    stops at the start of `end` instead (used for entry: 0 on the day of zero itself).
    Whole calendar months count 1 (the day clipped to the length of the month); the days left over count
    as their share of the next such month. Never days divided by 30.4.

    >>> months_between(["2020-01-01", "2023-03-15"], ["2024-06-30", "2024-03-14"]).tolist()
    [54.0, 12.0]
    >>> round(months_between(["2020-01-31"], ["2020-02-29"]).item(), 6)   # 1 + 1/31
    1.032258
    """
    first, last = np.broadcast_arrays(_days(start), _days(end))
    known = ~(np.isnat(first) | np.isnat(last))
    months = np.full(first.shape, np.nan)
    if known.any():
        stop = last[known] if start_of_day else last[known] + 1
        months[known] = _months_to_start_of(first[known], stop)
    return months


def _days(said) -> np.ndarray:
    """What is said of one day or several, as whole days; what is a day already is not looked at again."""
    days = np.atleast_1d(said)
    if days.dtype.kind != "M":
        days = pd.to_datetime(pd.Series(days))
    return np.asarray(days, dtype="datetime64[D]")


def _months_to_start_of(first: np.ndarray, stop: np.ndarray) -> np.ndarray:
    whole = (stop.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(int)
    whole = whole - (_anniversary(first, whole) > stop)
    reached, following = _anniversary(first, whole), _anniversary(first, whole + 1)
    return whole + (stop - reached).astype(int) / (following - reached).astype(int)


def _anniversary(first: np.ndarray, months: np.ndarray) -> np.ndarray:
    """The day `months` calendar months after `first`, clipped to the length of its month."""
    month = first.astype("datetime64[M]") + months
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    day = (first - first.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    return month.astype("datetime64[D]") + np.minimum(day, length - 1)
