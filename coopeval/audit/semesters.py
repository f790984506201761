"""Successive periods: where a population only grows, those who came in between are a cell of their own (R9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from coopeval.audit.equations import Equations
from coopeval.audit.figures import Figure

GROWTH = "newcomers"
# what is counted since the beginning, by facts fixed at entry or at birth: nobody leaves such a group
FIXED = {
    "programme", "entry_year", "project_type", "stage_at_entry", "economic_model", "theme", "legal_form",
    "legal_family", "nace_section", "sector", "form",
}  # fmt: skip
GROWING = ("supported", "number of projects supported", "number of enterprises supported")


def grown(equations: Equations, of_date: Mapping[str, list[Figure]]) -> list[Figure]:
    """Newcomers of each group from one date to the next, as figures that nothing shows.

    They are never negative; where corrections have made a count smaller, that assumption is dropped for the block
    concerned.

    Parameters
    ----------
    of_date
        The figures of each as-of date.
    """
    told: dict[tuple, dict[str, Figure]] = defaultdict(dict)
    for date, figures in of_date.items():
        for figure in figures:
            if figure.what == "n" and _grows(figure):
                told[figure.measure, figure.labels].setdefault(date, figure)
    new = []
    for dates in told.values():
        in_order = sorted(dates)
        for before, after in zip(in_order[:-1], in_order[1:], strict=True):
            later = dates[after]
            name = f"{GROWTH} | {later.key} | since {before}"
            equations.add([(later.key, 1.0), (dates[before].key, -1.0), (name, -1.0)], 0.0, 0.0, GROWTH)
            new.append(later._replace(key=name, what=GROWTH, low=0.0, high=float("inf"), stands=False))
    return new


def _grows(figure: Figure) -> bool:
    words = figure.measure.split(" / ")
    return any(name in words for name in GROWING) and {dimension for dimension, _ in figure.labels} <= FIXED
