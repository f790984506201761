"""Semesters and months, by the hand examples the suite is bound to."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopeval import semesters
from coopeval.errors import ParameterError

DAYS = st.dates(min_value=pd.Timestamp("1950-01-01").date(), max_value=pd.Timestamp("2099-12-31").date())


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2020-01-01", "2024-06-30", 54),
        ("2023-03-15", "2024-03-14", 12),
        ("2020-01-31", "2020-02-29", 1 + 1 / 31),
        ("2022-02-10", "2023-12-31", 22 + 22 / 31),
    ],
)
def test_months_match_the_hand_calculation(first, last, months):
    assert semesters.months_between(first, last).item() == pytest.approx(months, abs=1e-12)


def test_entry_is_measured_to_the_start_of_its_day():
    assert semesters.months_between("2020-01-01", "2020-01-01", start_of_day=True).item() == 0
    assert semesters.months_between("2020-01-01", "2020-01-01").item() == pytest.approx(1 / 31)


def test_an_unknown_day_gives_an_unknown_number_of_months():
    assert np.isnan(semesters.months_between([None], ["2020-01-01"])).all()


@given(DAYS, DAYS, DAYS)
def test_a_later_end_is_never_fewer_months(first, one, other):
    early, late = sorted([one, other])
    assert semesters.months_between(first, early).item() <= semesters.months_between(first, late).item()


@given(DAYS, st.integers(0, 600))
def test_whole_months_are_whole(first, months):
    start = pd.Timestamp(first).replace(day=min(first.day, 28))
    end = start + pd.DateOffset(months=months)
    assert semesters.months_between(start, end, start_of_day=True).item() == months


@pytest.mark.parametrize("wrong", ["2026", "2026S3", "26S1", "2026s1", "", 2026, "2026S1 ", "2026S1\n", "20２6S1"])
def test_what_is_not_a_semester_is_refused_with_an_example(wrong):
    with pytest.raises(ParameterError, match="2026S1"):
        semesters.parse(wrong)


def test_a_semester_ends_on_its_last_day():
    assert semesters.last_day("2026S1") == pd.Timestamp("2026-06-30")
    assert semesters.last_day("2025S2") == pd.Timestamp("2025-12-31")


@given(st.integers(2000, 2098), st.sampled_from([1, 2]), st.integers(-20, 20))
def test_semesters_add_up(year, half, by):
    there = semesters.shift(f"{year}S{half}", by) if 2000 <= year + by / 2 < 2099 else None
    if there:
        assert semesters.shift(there, -by) == f"{year}S{half}"
        assert semesters.of_day(semesters.first_day(there)) == there == semesters.of_day(semesters.last_day(there))
