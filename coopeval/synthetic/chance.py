"""Chance, from a stream of its own for each structure and matter, so that no draw shifts another one."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np

DAYS_PER_MONTH = 365.25 / 12
EDITION = 66  # chosen so that the world of seed 1 is a typical one: its exits lie near their expectation in each group
NEVER = np.datetime64("NaT", "D")


def stream(seed: int, *matters: str) -> np.random.Generator:
    """The generator of one matter: the same for the same seed and words, whatever else is drawn.

    >>> stream(1, "S1", "projects").random() == stream(1, "S1", "projects").random()
    True
    """
    return np.random.default_rng([EDITION, seed, *(zlib.crc32(matter.encode("utf-8")) for matter in matters)])


def even(rng: np.random.Generator, n: int) -> np.ndarray:
    """Uniform draws, one in each n-th of (0, 1), in random order: shares come out nearly as they were meant."""
    return (rng.permutation(n) + rng.random(n)) / max(n, 1)


def choose(shares: Mapping[str, float], u: np.ndarray) -> np.ndarray:
    """One code per uniform draw, by shares that need not add up to one.

    >>> choose({"yes": 3, "no": 1}, np.array([0.5, 0.8])).tolist()
    ['yes', 'no']
    """
    edges = np.cumsum(np.fromiter(shares.values(), float))
    index = np.searchsorted(edges / edges[-1], u, side="right")
    return np.array(list(shares), dtype=object)[np.minimum(index, len(edges) - 1)]


def choose_by(kinds: np.ndarray, shares: Mapping[str, Mapping[str, float]], u: np.ndarray) -> np.ndarray:
    """One code per draw, by the shares of its own kind; kinds without shares get an empty one."""
    chosen = np.full(len(kinds), "", dtype=object)
    for kind, own in shares.items():
        at = kinds == kind
        chosen[at] = choose(own, u[at])
    return chosen


def repeats(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For rows that come several to a unit: the unit of each row, and its number within the unit (from 0).

    >>> [part.tolist() for part in repeats(np.array([2, 0, 1]))]
    [[0, 0, 2], [0, 1, 0]]
    """
    counts = np.asarray(counts, dtype=np.int64)
    unit = np.repeat(np.arange(len(counts)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    return unit, np.arange(len(unit)) - first


def days(text) -> np.ndarray:
    """Days as numpy holds them."""
    return np.asarray(text, dtype="datetime64[D]")


def later(start: np.ndarray, n_days) -> np.ndarray:
    """Days so many (rounded down) after others."""
    return start + np.floor(n_days).astype("timedelta64[D]")


def between(rng: np.random.Generator, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """A day between two others, both included; `first` where they are in the wrong order."""
    span = np.maximum((last - first).astype(int), 0)
    return first + np.floor(rng.random(len(first)) * (span + 1)).astype("timedelta64[D]")


def months(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Months from one day to another, a year being twelve: good enough to draw with, not to report."""
    return (last - first).astype(float) / DAYS_PER_MONTH


def keys(prefix: str, n: int) -> np.ndarray:
    """Keys with a running number.

    >>> keys("P1-", 2).tolist()
    ['P1-000001', 'P1-000002']
    """
    return np.array([f"{prefix}{number:06d}" for number in range(1, n + 1)], dtype=object)


def pseudonyms(rng: np.random.Generator, prefix: str, n: int) -> np.ndarray:
    """Names made of chance alone, in letters, so that nobody takes them for the number of a person."""
    letters = np.array(list("abcdefghijkmnpqr"), dtype="U1")[rng.integers(0, 16, size=(n, 12))]
    return np.array([prefix + "".join(row) for row in letters.tolist()], dtype=object)


def semester_end(day: np.ndarray) -> np.ndarray:
    """Last day of the semester in which each day falls.

    >>> semester_end(days(["2020-06-30", "2020-07-01"])).tolist()
    [datetime.date(2020, 6, 30), datetime.date(2020, 12, 31)]
    """
    half = day.astype("datetime64[M]").astype(int) // 6 + 1
    return (half * 6).astype("datetime64[M]").astype("datetime64[D]") - 1
