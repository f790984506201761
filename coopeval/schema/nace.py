"""Sections of activity by the division of a NACE code."""

from __future__ import annotations

import pandas as pd

SECTIONS = (  # first and last division; 45 (motor trade until 2025) belongs to trade
    (1, 3, "A"), (5, 9, "B"), (10, 33, "C"), (35, 35, "D"), (36, 39, "E"), (41, 43, "F"), (45, 47, "G"),
    (49, 53, "H"), (55, 56, "I"), (58, 60, "J"), (61, 63, "K"), (64, 66, "L"), (68, 68, "M"), (69, 75, "N"),
    (77, 82, "O"), (84, 84, "P"), (85, 85, "Q"), (86, 88, "R"), (90, 93, "S"), (94, 96, "T"), (97, 98, "U"),
    (99, 99, "V"),
)  # fmt: skip


def section(nace_codes: pd.Series) -> pd.Series:
    """Section of NACE codes by their division, under the letters of NACE-BEL 2025 whatever the version of the code.

    >>> section(pd.Series(["62.010", "01.110", "", "88999"])).tolist()
    ['K', 'A', 'unknown', 'R']
    """
    by_division = {f"{division:02d}": letter for first, last, letter in SECTIONS for division in range(first, last + 1)}
    return nace_codes.str[:2].map(by_division).fillna("unknown")
