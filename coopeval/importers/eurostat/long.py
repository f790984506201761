"""Cells of any form become one long table: figures typed, flags apart, breaks said, doubles set aside or refused."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from coopeval import reference
from coopeval.importers.eurostat.cells import LINE, MARKS, MISSING, PERIOD, STATUS, WRITTEN, Cells
from coopeval.schema.column import number
from coopeval.tables.explain import explained
from coopeval.tables.personal import shown

FLAGS = {flag: meaning for flag, meaning in reference.labels("observation_flags", "en").items() if len(flag) == 1}
NUMBER = r"^-?\d+(\.\d+)?([eE][-+]?\d+)?$"
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+\-]*")
PERIODS = re.compile(r"\d{4}(-(0[1-9]|1[0-2])|-Q[1-4]|-S[12])?")
FREQUENCIES = {"": "A", "Q": "Q", "S": "S"}
DEMOGRAPHY = re.compile(r"(met_)?bd_")  # data sets of business demography, whose rules changed with the year 2021
BREAK_YEAR = 2021
FIGURE = number("figure", "as in the data set", low=None)


def long(cells: Cells, also: str = "") -> tuple[pd.DataFrame, dict[str, int]]:
    """The long table in order of its codes, and how many cells were set aside for which reason.

    Columns: `dataset`, the dimensions, `period`, `value`, `flags` (each apart, with spaces), `conf_status`,
    `is_missing`, `is_break` (flag b), `regime` (until_2020, from_2021; only in business demography).

    Parameters
    ----------
    cells
        What the file holds; its faults are added to.
    also
        Letters of flags that may stand besides the known ones.
    """
    frame = cells.frame
    if cells.n_unreadable and not len(frame):
        return frame, {}
    frame = _periods(cells, frame)
    _codes(cells, frame)
    value, is_missing = _values(cells, frame)
    flags = _flags(cells, frame, also)
    whole = pd.DataFrame({name: frame[name] for name in cells.dimensions})
    whole.insert(0, "dataset", pd.Categorical.from_codes(np.zeros(len(frame), dtype="int8"), [cells.dataset or "?"]))
    if "freq" not in whole:
        whole.insert(1, "freq", _frequency(frame[PERIOD]))
    whole = whole.assign(
        **{PERIOD: frame[PERIOD]}, value=value, flags=flags, conf_status=frame.get(STATUS, ""), is_missing=is_missing
    )
    whole["is_break"] = flags.map({mark: "b" in mark.split() for mark in flags.cat.categories}).astype(bool)
    whole["regime"] = _regime(cells.dataset, frame[PERIOD])
    keys = [name for name in whole.columns if name in (*cells.dimensions, PERIOD)]
    again = _doubles(cells, whole, frame, keys)
    return _in_order(whole[~again], keys), {"repeats another row": int(again.sum())}


def _periods(cells: Cells, frame: pd.DataFrame) -> pd.DataFrame:
    """Periods as they are written today: 2019Q1 of older files is 2019-Q1, 2019M03 is 2019-03."""
    periods = pd.Series(frame[PERIOD], dtype="category")
    today = [re.sub(r"^(\d{4})(?:M(?=\d\d$)|(?=[QS]\d$))", r"\1-", str(one)) for one in periods.cat.categories]
    for period in (one for one in today if not PERIODS.fullmatch(one)):
        rows = frame[(periods == period).to_numpy()].head(1).assign(**{PERIOD: period})
        cells.add("E-FORM-01", rows, [shown(period)] * len(rows), expected="2024, 2024-Q1, 2024-03")
    if len(set(today)) < len(today):
        return frame.assign(**{PERIOD: periods.astype(str).map(dict(zip(periods.cat.categories, today, strict=True)))})
    return frame.assign(**{PERIOD: periods.cat.rename_categories(today)})


def _codes(cells: Cells, frame: pd.DataFrame) -> None:
    """Codes that are none: empty, or with signs that no code of Eurostat holds."""
    for name in cells.dimensions:
        column = pd.Series(frame[name], dtype="category")
        for code in (one for one in column.cat.categories if not CODE.fullmatch(str(one))):
            rows = cells.listed("E-EURO-08", frame[(column == code).to_numpy()])
            cells.add("E-EURO-08", rows, [shown(str(code))] * len(rows), dimension=name)


def _values(cells: Cells, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The figures, empty where the file gives none; what is neither a figure nor missing is a fault."""
    texts = pc.utf8_trim_whitespace(pa.array(frame[WRITTEN], type=pa.string()))
    missing = pc.or_(pc.equal(texts, MISSING), pc.equal(texts, "")).to_numpy(zero_copy_only=False)
    if not cells.column:  # in the tab-separated form a cell may not be empty: a colon says that there is no figure
        missing = pc.equal(texts, MISSING).to_numpy(zero_copy_only=False)
    fine = pc.match_substring_regex(texts, NUMBER).to_numpy(zero_copy_only=False)
    odd = np.flatnonzero(~fine & ~missing)
    rows = cells.listed("E-NUM-01", frame.iloc[odd])
    written = pd.Series(texts.take(pa.array(odd[: len(rows)], type=pa.int64())).to_pylist(), dtype=object)
    for text, same in written.groupby(written, sort=False):
        code, about = ("E-EURO-09", {}) if not text else explained(FIGURE, "number", text)
        cells.add(code, rows.iloc[same.index], [shown(text)] * len(same), **about)
    figures = pc.cast(pc.if_else(pa.array(fine), texts, pa.scalar(None, pa.string())), pa.float64())
    return figures.to_numpy(zero_copy_only=False), missing


def _flags(cells: Cells, frame: pd.DataFrame, also: str) -> pd.Series:
    """Flags with a space between them; a letter that is not known is named, and nothing is made of it."""
    marks = pd.Series(frame[MARKS], dtype="category").reset_index(drop=True)
    apart = {mark: " ".join(str(mark).replace(" ", "").replace(",", "")) for mark in marks.cat.categories}
    for mark, letters in apart.items():
        unknown = sorted(set(letters.split()) - set(FLAGS) - set(also))
        if unknown:
            rows = cells.listed("E-EURO-01", frame[(marks == mark).to_numpy()])
            cells.add("E-EURO-01", rows, [shown(", ".join(unknown))] * len(rows), expected=" ".join(FLAGS))
    return marks.map(apart).astype("category")


def _frequency(period: pd.Series) -> pd.Series:
    """Older files do not name it: it follows from how the period is written."""
    said = {one: FREQUENCIES.get(str(one)[5:6], "M") for one in period.cat.categories}
    return period.map(said).astype("category")


def _regime(dataset: str, period: pd.Series) -> pd.Categorical:
    words = pd.Index(["", "until_2020", "from_2021"])
    if not DEMOGRAPHY.match(dataset):
        return pd.Categorical.from_codes(np.zeros(len(period), dtype="int8"), words)
    years = {one: int(str(one)[:4]) if str(one)[:4].isdigit() else 0 for one in period.cat.categories}
    return pd.Categorical.from_codes(np.where(period.map(years).astype(int) >= BREAK_YEAR, 2, 1), words)


def _doubles(cells: Cells, whole: pd.DataFrame, frame: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """Rows that repeat another in everything; two that differ under one key are a fault."""
    codes = pd.DataFrame({name: whole[name].cat.codes.to_numpy() for name in keys})
    twice = codes.duplicated(keep=False).to_numpy()
    again = np.zeros(len(whole), dtype=bool)
    if not twice.any():
        return again
    told = whole.loc[twice].assign(**{LINE: frame.loc[twice, LINE].to_numpy()}).astype(dict.fromkeys(keys, str))
    contents = [*keys, "value", "flags", "is_missing"]
    repeats = told.astype({"flags": str}).duplicated(contents)
    again[np.flatnonzero(twice)[repeats.to_numpy()]] = True
    clash = cells.listed("E-KEY-03", told[~repeats & told.duplicated(keys)])
    first = told.drop_duplicates(keys).set_index(keys)[LINE]
    lines = [int(first.loc[tuple(row)]) for row in clash[keys].to_numpy()]
    cells.add("E-KEY-03", frame.loc[clash.index], _written(clash), first=lines)
    return again


def _written(rows: pd.DataFrame) -> list[str]:
    return [MISSING if np.isnan(value) else f"{value:.12g}" for value in rows["value"]]


def _in_order(whole: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    sorted_ = {name: whole[name].cat.reorder_categories(sorted(whole[name].cat.categories)) for name in keys}
    order = np.lexsort([sorted_[name].cat.codes.to_numpy() for name in reversed(keys)])
    return whole.iloc[order].reset_index(drop=True)
