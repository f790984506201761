"""Every indicator of the catalogue for one semester: one row each, taken from the table of its chapter."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from coopeval import cohort, semesters
from coopeval.errors import DataError
from coopeval.indicators.catalogue import CATALOGUE
from coopeval.indicators.entry import Indicator, Moment
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

FIGURES = ("n", "estimate", "low", "high")
NO_SOURCE = "no_source"
POPULATION = N_("the evaluated programme")
CODES = "indicators"


class Parts(list):
    """The tables that rows were taken from; pandas copies all that hangs on a frame at each step, but not these."""

    def __deepcopy__(self, memo: dict) -> Parts:
        return self  # they are many, and looked at, never changed


def table(dataset, semester: str, level: float = 0.95) -> pd.DataFrame:
    """Every indicator of the catalogue as of the last day of a semester, in the order of the catalogue.

    One row per indicator. An indicator whose tables were not delivered has the note `no_source` and no figures.

    Parameters
    ----------
    dataset
        What `read` returns; it is cut at the last day of the semester.
    semester
        Such as 2026S1.
    level
        Confidence level of every interval.

    Returns
    -------
    Estimate table of kind `indicators`: `group` (id of the indicator), `unit`, `n`, `estimate`, `low`, `high`, `note`.
    The estimate table each row was taken from, and which row it is, stand in `attrs["parts"]`, row by row: the gate
    releases those, so that an indicator shows what its chapter shows.

    Raises
    ------
    ParameterError
        The semester ends after the last day the tables describe.

    >>> from coopeval import synthetic
    >>> demo = synthetic.delivery(synthetic.world(structures=1, scale=0.1), "2024S1")
    >>> table(demo, "2024S1").loc[0, ["group", "unit"]].tolist()
    ['projects_entered', 'projects']
    """
    day = semesters.last_day(semester)
    parts = parts_of(CATALOGUE, Moment(cohort.as_of(dataset, day), level))
    return assembled(CATALOGUE, parts, dataset.is_synthetic, day, level)


def parts_of(entries, moment: Moment) -> dict[str, tuple[pd.DataFrame, Mapping[str, object]]]:
    """The estimate table of each indicator that has its source, and the labels of its row; each call is made once."""
    made: dict[object, pd.DataFrame] = {}
    parts = {}
    for entry in entries:
        if not all(any(name in moment.dataset for name in need.split(" or ")) for need in entry.needs):
            continue
        if entry.call not in made:
            made[entry.call] = entry.call(moment)
        parts[entry.id] = (made[entry.call], entry.row)
    return parts


def assembled(entries, parts: Mapping, is_synthetic: bool, day: pd.Timestamp, level: float) -> pd.DataFrame:
    """The rows of the parts as one table."""
    frame = pd.DataFrame(rows_of(entries, parts), columns=["group", "unit", *FIGURES, "note"])
    result = estimates(
        frame.astype(dict.fromkeys(FIGURES, float)), kind="indicators", unit="plain", codes=CODES,
        estimand=N_("every indicator of the catalogue"), population=POPULATION, method="", level=level,
        privacy="confidential", is_synthetic=is_synthetic, as_of=day.date().isoformat(),
    )  # fmt: skip
    result.attrs["parts"] = Parts(parts.get(entry.id) for entry in entries)
    return result


def rows_of(entries, parts: Mapping) -> list[dict[str, object]]:
    """The rows of the parts, with id and unit of their indicator."""
    return [{"group": entry.id, **_row(entry, parts.get(entry.id))} for entry in entries]


def _row(entry: Indicator, part: tuple | None) -> dict[str, object]:
    if part is None:
        return {"unit": "plain", "note": NO_SOURCE}
    made, where = part
    found = picked(made, where)
    about = about_of(made)
    unit = "months" if about["kind"] == "mean" and about["unit"] == "months" else str(about["unit"])
    if found is None:
        return {"unit": unit, "note": "not_estimable"}
    if len(found) > 1:
        raise DataError(f"indicator {entry.id}: {len(found)} rows of its table fit {dict(where)}; name more labels.")
    return {"unit": unit, **{name: found[name].iloc[0] for name in (*FIGURES, "note") if name in found}}


def picked(made: pd.DataFrame, where: Mapping[str, object]) -> pd.DataFrame | None:
    """The rows of a table with these labels; none where there are none."""
    fits = pd.Series(True, index=made.index)
    for label, value in where.items():
        fits &= made[label].eq(value)
    return made[fits] if fits.any() else None
