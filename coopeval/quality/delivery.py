"""The delivery as it came in: rows used and set aside, cells filled, facts per semester, warnings kept.

These tables count rows; two deliveries subtracted show how many rows a newcomer brought. So they are confidential like
the rest: the gate rounds them, and hides none, for "something was set aside" must always be seen. Where the facts of
one table are counted and each row of it is a project or an enterprise, the unit says so, and the gate counts those.
"""

from __future__ import annotations

import pandas as pd

from coopeval import semesters
from coopeval.errors import Faults, ParameterError
from coopeval.quality.about import said
from coopeval.schema import TABLES
from coopeval.uncertainty import estimates
from coopeval.wording import N_

TOTAL = "all"
A_ROW_IS = {"projects": "projects", "enterprises": "enterprises"}  # tables of which each row is one of a unit


def rows(dataset) -> pd.DataFrame:
    """The balance of rows: those that came in are those used and those set aside.

    One row per table and one, `all`: `n` (came in), `estimate` (used), `n_set_aside`.

    Parameters
    ----------
    dataset
        The tables as they were read, not cut at a date: that is how they came in.
    """
    aside = dataset.set_aside["table"].value_counts()
    names = [name for name in TABLES if name in dataset or name in aside]
    used = [len(dataset[name]) if name in dataset else 0 for name in names]
    counts = pd.DataFrame({"group": names, "estimate": used, "n_set_aside": [int(aside.get(n, 0)) for n in names]})
    return _counted_rows(
        dataset, counts, ["n_set_aside"], N_("number of rows used, of those that came in"), N_("all rows delivered"),
        by="table",
    )  # fmt: skip


def filled(dataset, table: str | None = None) -> pd.DataFrame:
    """How much of what may stay empty is filled: cells per table, or rows per optional column of one table.

    One row per table (or column): `n` (cells), `estimate` (filled), `n_empty`. Tables without optional columns are
    left out. An empty cell often means "not yet": an enterprise that goes on has no end.
    """
    names = list(dataset) if table is None else [_delivered(dataset, table)]
    cells = []
    for name in names:
        columns = [c for c, column in TABLES[name].columns.items() if column.optional]
        has = {c: int((dataset[name][c].notna() & dataset[name][c].astype(object).ne("")).sum()) for c in columns}
        size = len(dataset[name])
        if table is not None:
            cells += [(c, has[c], size - has[c]) for c in columns]
        elif columns:
            cells.append((name, sum(has.values()), size * len(columns) - sum(has.values())))
    counts = pd.DataFrame(cells, columns=["group", "estimate", "n_empty"])
    return _counted_rows(
        dataset, counts, ["n_empty"], N_("number of optional cells filled"), N_("cells that may stay empty"),
        by="table" if table is None else "column", total=False, unit=A_ROW_IS.get(table or "", "rows"),
    )  # fmt: skip


def facts(dataset, table: str) -> pd.DataFrame:
    """Rows of one table by the semester in which they begin; those without a date count as `unknown`.

    One row per semester from the first to the last with a fact, those without any included.
    """
    of = TABLES[_delivered(dataset, table)]
    if not of.first_date:
        raise ParameterError(f"{table} has no date of its own, so its facts have no semester.")
    days = dataset.columns(table, *of.first_date).min(axis=1)
    found = days.dropna().map(semesters.of_day).astype(object)
    span = _span(found.min(), found.max()) if len(found) else []
    counts = found.value_counts().reindex(span, fill_value=0).rename_axis("group").reset_index(name="estimate")
    if days.isna().any():
        counts.loc[len(counts)] = ["unknown", int(days.isna().sum())]
    return _counted_rows(
        dataset, counts, [], N_("number of facts by semester"), N_("rows of this table"), by="semester", total=False,
        unit=A_ROW_IS.get(table, "rows"),
    )  # fmt: skip


def warnings(dataset, faults: Faults) -> pd.DataFrame:
    """Warnings that were kept, by code: what `ce.check` found in the delivery and did not refuse.

    One row per code and one, `all`; `n` and `estimate` are the number of cells or lines concerned.
    """
    kept = pd.Series([f.code for f in faults if f.severity == "warn"], dtype=object).value_counts().sort_index()
    counts = pd.DataFrame({"group": kept.index.astype(object), "estimate": kept.to_numpy()})
    return _counted_rows(dataset, counts, [], N_("number of warnings kept"), N_("all rows delivered"), by="code")


def _counted_rows(
    dataset, counts: pd.DataFrame, parts: list[str], *words: str, by: str, total: bool = True, unit: str = "rows"
) -> pd.DataFrame:
    estimand, population = words
    if total:
        whole = counts.drop(columns="group").sum()
        counts = pd.concat([counts, pd.DataFrame([{"group": TOTAL, **whole}])], ignore_index=True)
    return estimates(
        counts.assign(n=counts[["estimate", *parts]].sum(axis=1)), kind="count", unit=unit, by=by,
        estimand=estimand, population=population, privacy="confidential", **said(dataset),
    )  # fmt: skip


def _delivered(dataset, table: str) -> str:
    if table not in dataset:
        raise ParameterError(f'"{table}" was not delivered. This data set has {", ".join(dataset)}.')
    return table


def _span(first: str, last: str) -> list[str]:
    spanned = [first]
    while spanned[-1] < last:
        spanned.append(semesters.shift(spanned[-1], 1))
    return spanned
