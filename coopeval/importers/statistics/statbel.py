"""Statbel: how many of the enterprises first registered for VAT in a year are still registered one to five years on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval.importers.result import Imported, quality, refused_if_wrong
from coopeval.importers.statistics.column_map import ColumnMap
from coopeval.importers.statistics.published import Published
from coopeval.importers.statistics.reading import asked, card, counts, in_form, table_of, taken_in
from coopeval.schema import Table
from coopeval.schema.column import integer, number, text
from coopeval.wording import N_

NAME = "statbel_survival"
YEARS = range(1, 6)
KEY = ["region", "registered_in", "nace_version", "nace_code", "size_class", "legal_person"]
ROUNDED = 0.0006  # shares are published to a tenth of a percent or finer
ABOUT = {
    "title": "Survival of enterprises registered for VAT, by year of first registration",
    "producer": "Statbel",
    "address": "https://statbel.fgov.be/en/themes/enterprises/vat-registered-businesses/survivals-vat-registered-enterprises",
    "licence": "Statbel open data licence",
    "unit": "share of the first registrations",
    "definition": "first VAT registration in the year; alive: still registered on 31 December, so many years later",
    "flags": [],
    "breaks": [],
    "caveats": [
        "Activities exempt from VAT (social, cultural, health) and enterprises below the threshold are not covered: a "
        "poor comparator for non-profits.",
        "A registration that ends is not always an enterprise that ends; short ones made to recover VAT lower it.",
    ],
    "numbers": ["registered_in", "at_years", "survival", "n_alive", "n_registered"],
    "booleans": [],
}


def read(path, map_file=None, read_on: str = "", only=None) -> Imported:
    """One row per cohort and horizon: `region`, `registered_in`, further splits, `at_years`, `survival`, `n_alive`.

    Parameters
    ----------
    path
        Workbook (.xlsx) or CSV as Statbel publishes it; `survival` is a share between 0 and 1 in the result.
    map_file
        TOML that says which heading is which column (docs/sources.md); without it the headings are our own names,
        `survival_1` to `survival_5` in percent among them.
    read_on
        Day of the download; default: the day on which the file was last changed.
    only
        Column of the key, or `at_years`, -> codes to keep; the other rows are counted as not asked for.

    Raises
    ------
    DataError
        All faults at once.
    """
    path = Path(path)
    raw, said, _ = taken_in(path, None if map_file is None else Path(map_file), _table)
    frame = in_form(raw)
    _unit(raw, said, frame)
    scale = 100 if said.unit == "percent" else 1
    long = _long(frame, scale)
    _falls(raw, long)
    faults = refused_if_wrong(raw.faults)
    long = asked(raw, long, only, [*KEY, "at_years"])
    empty = int(long["survival"].isna().sum())
    told = quality([*counts(raw), ("cells", "missing", "", empty)], faults)
    return Imported(NAME, {NAME: long.drop(columns="line")}, told, faults, card(path, said, read_on, **ABOUT))


def _table(said: ColumnMap) -> Table:
    most = 100 if said.unit == "percent" else 1
    columns = {
        "region": text(N_("region of the seat")),
        "registered_in": integer(N_("year of the first registration"), "year", low=1970, high=2100),
        "nace_version": text(N_("version of the list of activities"), optional=True),
        "nace_code": text(N_("activity"), optional=True),
        "size_class": text(N_("class of employment"), optional=True),
        "legal_person": text(N_("natural or legal person"), optional=True),
        "n_registered": number(N_("first registrations"), "enterprises", optional=True),
    }
    for year in YEARS:
        columns[f"survival_{year}"] = number(N_("still registered, share"), said.unit, high=most, optional=True)
        columns[f"alive_{year}"] = number(N_("still registered, number"), "enterprises", optional=True)
    return table_of(NAME, ABOUT["title"], KEY, columns)


def _unit(raw: Published, said: ColumnMap, frame: pd.DataFrame) -> None:
    """Shares that are all below 1 are no percentages, whatever the map says."""
    given = frame[[f"survival_{year}" for year in YEARS]].stack()
    if said.unit == "percent" and len(given) and given.le(1).all():
        raw.add("E-STAT-07", [None], "unit", [f"{given.max():g}"])


def _long(frame: pd.DataFrame, scale: int) -> pd.DataFrame:
    parts = []
    for year in YEARS:
        alive, share = frame[f"alive_{year}"], frame[f"survival_{year}"] / scale
        whole = share.fillna(alive / frame["n_registered"]).round(10)
        about = {"at_years": year, "n_alive": alive, "survival": whole, "told": share.notna()}
        parts.append(frame[[*KEY, "n_registered", "line"]].assign(**about))
    long = pd.concat([part for part in parts if part[["survival", "n_alive"]].notna().any(axis=None)] or parts[:1])
    long = long.sort_values([*KEY, "at_years"], kind="stable", ignore_index=True)
    return long[[*KEY, "at_years", "survival", "n_alive", "n_registered", "line", "told"]]


def _falls(raw: Published, long: pd.DataFrame) -> None:
    """Warns where a share rises with the years, or differs from the numbers beside it."""
    before = long.groupby(KEY, dropna=False)["survival"].shift()
    rises = long[long["survival"] > before + 1e-9]
    described = partial(_described, raw)
    described("W-STAT-04", rises, "survival", rises["survival"], before[rises.index])
    due = long["n_alive"] / long["n_registered"]
    off = long[long["told"] & ((long["survival"] - due).abs() > ROUNDED)]
    described("W-STAT-05", off, "survival", off["survival"], due[off.index])
    del long["told"]


def _described(raw: Published, code: str, rows: pd.DataFrame, column: str, found: pd.Series, due: pd.Series) -> None:
    columns = [f"{column}_{year}" for year in rows["at_years"]]
    for line, name, one, other in zip(rows["line"], columns, found, due, strict=True):
        raw.add(code, [int(line)], name, [f"{np.round(one, 4):g}"], due=f"{np.round(other, 4):g}")
