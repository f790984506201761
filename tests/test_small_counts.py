"""Whoever adds and subtracts what is published in one period lands on no count of fewer than five."""

from __future__ import annotations

import itertools
from collections import defaultdict
from functools import cache

import numpy as np
import pandas as pd
import published
import pytest
import recomputed
import subtraction
from demo_data import delivered

from coopeval import provenance
from coopeval.uncertainty import about_of

SEMESTER = "2026S1"
CHAPTERS = (
    "10_portfolio", "20_survival", "25_pathways_and_recognition", "30_jobs", "40_costs_and_experts",
    "70_equality_environment_participation", "00_data_quality",
)  # fmt: skip
OF_NO_UNITS = ("agreement", "own_practice")  # ways of counting, and the commitments of one public body
FIVE, SIX, VALUES = 5, 6, 5


@cache
def shown() -> dict[str, pd.DataFrame]:
    return provenance.released(published.report(SEMESTER) / "results")


def counts_of(table: pd.DataFrame) -> dict[str, pd.Series]:
    """The counts of units of a released table, column by column, by what tells their rows apart."""
    said = about_of(table)
    if said["privacy"] == "published" or said["kind"] in OF_NO_UNITS:
        return {}
    rows = subtraction.by_row(table)
    return {c: rows[c].dropna().astype(float) for c in rows if subtraction.is_count(c, table) and rows[c].notna().any()}


def base_of(values: pd.Series) -> int:
    """5: fives. 6: the middle of classes of six, or sums of such. 0: neither, so perhaps exact."""
    if (values % FIVE == 0).all():
        return FIVE
    return SIX if (values % (SIX / 2) == 0).all() else 0


def odd_counts(tables: dict[str, pd.DataFrame]) -> list[tuple]:
    """Columns that hold a count in neither base."""
    return [
        (name, column, values[values % FIVE != 0].tolist()[:5])
        for name, table in tables.items()
        for column, values in counts_of(table).items()
        if base_of(values) == 0
    ]


def landings(tables: dict[str, pd.DataFrame]) -> list[tuple]:
    """Differences of two and of three counts of one column that are exactly one to four."""
    found = []
    for name, table in tables.items():
        for column, values in counts_of(table).items():
            if base_of(values) == SIX:  # such a difference is nought or a class of six: three stands for one to six
                continue
            every = sorted(set(values))
            pairs = ((a, b, 0.0) for a, b in itertools.combinations(every, 2))
            triples = ((c, a, b) for a, b, c in itertools.combinations(every[:40], 3))
            for one, two, three in itertools.chain(pairs, triples):
                if 0.5 < abs(one - two - three) < VALUES - 0.5:
                    found.append((name, column, one, two, three))
    return found


def possible(value: float, base: int) -> tuple[float, float]:
    """The counts a published one may stand for."""
    if value == 0:
        return (0.0, 2.0) if base == FIVE else (0.0, 0.0)
    return (value - 2, value + 2) if base == FIVE else (value - SIX / 2 + 1, value + SIX / 2)


def pinned(releases: dict[str, recomputed.Release]) -> list[tuple]:
    """Counts of one and the same thing, published twice, of which less than five values are left."""
    same = defaultdict(dict)
    for name, (exact, released) in releases.items():
        if "n" not in counts_of(released):
            continue
        population, rows = about_of(released)["population"], subtraction.by_row(exact)
        shown = counts_of(released)["n"]
        base = base_of(shown)
        for row, value in shown.items():
            if row.startswith("all") and row in rows.index and np.isfinite(rows.loc[row, "n"]):
                same[population, float(rows.loc[row, "n"])][name] = possible(value, base)
    found = []
    for (population, exact_n), ranges in same.items():
        low, high = max(r[0] for r in ranges.values()), min(r[1] for r in ranges.values())
        if exact_n and high - low + 1 < VALUES and high > low - 1:
            found.append((population, exact_n, (low, high), ranges))
    return found


@pytest.mark.promise("P1")
def test_every_published_count_is_in_fives_or_the_middle_of_a_class(extent):
    tables = shown()
    assert odd_counts(tables) == []
    extent.checks(sum(len(values) for table in tables.values() for values in counts_of(table).values()))


@pytest.mark.promise("P1")
def test_no_two_or_three_counts_of_one_list_differ_by_one_to_four(extent):
    tables = shown()
    assert landings(tables) == []
    extent.checks(len(tables))


@pytest.mark.promise("P1")
def test_a_number_of_units_published_in_several_tables_still_has_five_values(extent):
    extent.left_out("whether one number rounded in two ways is left with fewer than five values")
    if not extent.is_full:
        pytest.skip("numbers published in several tables in make audit")
    releases = recomputed.released(recomputed.seen(delivered(), SEMESTER), SEMESTER, CHAPTERS)
    assert pinned(releases) == []
    extent.checks(len(releases))


# --- that these attacks succeed where there is no protection ----------------------------------------------------------


def table(n: list[float], estimate: list[float]) -> pd.DataFrame:
    frame = pd.DataFrame({"group": ["all", "b", "c"], "n": n, "estimate": estimate, "note": "", "hidden": False})
    frame.attrs["about"] = {"kind": "count", "unit": "projects", "privacy": "confidential", "population": "projects"}
    return frame


@pytest.mark.promise("P1")
def test_exact_counts_and_their_differences_are_found():
    exact = {"example": table([23, 14, 7], [23, 14, 7])}
    assert odd_counts(exact) == [("example", "n", [23, 14, 7]), ("example", "estimate", [23, 14, 7])]
    assert ("example", "n", 23, 14, 7) not in landings({"example": table([25, 15, 5], [25, 15, 5])})
    assert ("example", "n", 23.0, 7.0, 14.0) in landings(exact)


@pytest.mark.promise("P1")
def test_one_number_rounded_to_two_bases_is_found():
    exact = table([320, 100, 220], [320, 100, 220])
    fives = table([320, 100, 220], [320, 100, 220])
    sixes = table([321, 99, 219], [321, 99, 219])
    found = pinned({"a": recomputed.Release(exact, fives), "b": recomputed.Release(exact, sixes)})
    assert [one[2] for one in found] == [(319.0, 322.0)]
    assert pinned({"a": recomputed.Release(exact, fives)}) == []
