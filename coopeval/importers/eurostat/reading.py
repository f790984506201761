"""From one file of Eurostat to a reference table with its card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from coopeval.errors import Fault, Faults, ParameterError, refusal
from coopeval.importers.eurostat import jsonstat, sdmx, tsv
from coopeval.importers.eurostat.cells import PERIOD, Cells
from coopeval.importers.eurostat.listed import not_listed
from coopeval.importers.eurostat.long import FLAGS, long
from coopeval.importers.narrowing import narrowed
from coopeval.importers.opening import Opened, opened
from coopeval.importers.result import Imported, balance, quality, refused_if_wrong
from coopeval.provenance.digests import digest_of_file
from coopeval.tables.personal import shown
from coopeval.wording import N_

NAME = re.compile(r"(?:estat_)?([a-z][a-z0-9_]+?)(?:_linear)?\.(?:tsv|csv|json|sdmx\.csv)(?:\.gz)?")
SAFE = re.compile(r"[a-z0-9_]+")
PAGE = "https://ec.europa.eu/eurostat/databrowser/view/{dataset}"
METADATA = "https://ec.europa.eu/eurostat/cache/metadata/en/bd_sims.htm"
SERIES_RULE = "2021: new regulation, wider activities, other indicator codes; column regime tells the two apart"


def read(
    path, dataset: str = "", only: Mapping[str, tuple[str, ...]] | None = None, flags: str = "", read_on: str = ""
) -> Imported:
    """The long table of one file: one row per cell, named after the data set.

    Columns: `dataset`, the dimensions as codes, `period`, `value`, `flags` (each apart), `conf_status`, `is_missing`,
    `is_break`, `regime`. A figure that the file does not give is empty and missing, never zero.

    Parameters
    ----------
    path
        TSV with the headings of before or after 2023, SDMX-CSV 1.0 or JSON-stat 2.0; packed with gzip or not.
    dataset
        Code of the data set, where neither the file nor its name tells it.
    only
        Dimension -> codes to keep; the other rows are counted as not asked for.
    flags
        Letters of flags that Eurostat uses and this project does not know yet: they are kept as given.
    read_on
        Day of the download (2026-11-26); default: the day on which the file was last changed.

    Raises
    ------
    DataError
        All faults of the file at once: letters, lines, flags, figures, periods, codes, doubles that differ.
    ParameterError
        The data set is not named anywhere, or `only` names a dimension that is not there.

    Source
    ------
    Eurostat, API of dissemination: formats TSV, SDMX-CSV 1.0 and JSON-stat 2.0.
    """
    source = opened(Path(path))
    if source.is_refused:
        refused_if_wrong(source.faults)
    cells = _cells(source)
    if not len(cells.frame):
        refused_if_wrong([*source.faults, *(cells.faults or [Fault("E-SRC-06", file=source.name)])])
    cells.dataset = _settled(cells, dataset.lower(), source)
    table, aside = long(cells, flags)
    faults = refused_if_wrong([*source.faults, *cells.faults])
    dimensions = [name for name in table if isinstance(table[name].dtype, pd.CategoricalDtype)]
    kept = narrowed(table, only or {}, dimensions).reset_index(drop=True)
    aside["not asked for"] = len(table) - len(kept)
    faults = Faults([*faults, *not_listed(kept, source.name)])
    counts = [*balance("cells", len(cells.frame), len(kept), aside), *_told(kept)]
    about = _card(source, cells, kept, flags, read_on or _changed(source.path))
    return Imported(cells.dataset, {cells.dataset: kept}, quality(counts, faults), faults, about)


def _cells(source: Opened) -> Cells:
    first = source.first_line()
    if source.begins_with("{"):
        return jsonstat.read(source)
    if "\\" in first.split("\t")[0] and "\t" in first:
        return tsv.read(source)
    if sdmx.VALUE in first or sdmx.FLOW in first:
        return sdmx.read(source)
    refused_if_wrong([*source.faults, Fault("E-EURO-10", file=source.name, line=1)])
    raise AssertionError("a fault that refuses was raised")


def _settled(cells: Cells, asked: str, source: Opened) -> str:
    """The data set: as the file says, else as it was asked for, else as the name of the file tells."""
    if asked and cells.dataset and asked != cells.dataset:
        raise refusal(
            ParameterError,
            N_("{file} says that it is {found}, not {dataset}."),
            file=source.name,
            found=shown(cells.dataset),
            dataset=asked,
        )
    name = cells.dataset or asked or _named(source.path)
    if not name and not cells.faults:
        raise refusal(
            ParameterError,
            N_("{file} does not say which data set it is. Name it with --dataset, for instance bd_size."),
            file=source.name,
        )
    if name and SAFE.fullmatch(name) is None:  # it becomes the name of a folder and a file
        msgid = N_('{file} calls its data set "{found}". Letters, digits and _ make a name, for instance bd_size.')
        raise refusal(ParameterError, msgid, file=source.name, found=shown(name))
    return name


def _named(path: Path) -> str:
    """The data set that the name of the file tells; empty where it is a name of another kind.

    >>> _named(Path("estat_bd_size.tsv.gz")), _named(Path("download (1).tsv"))
    ('bd_size', '')
    """
    named = NAME.fullmatch(path.name.lower())
    return named[1] if named and "_" in named[1] else ""


def _told(table: pd.DataFrame) -> list[tuple[str, str, str, int]]:
    """Counts of what is missing, of each flag, and of series that cross the break without a flag that says so."""
    flags = table["flags"].astype(str).value_counts()
    each = {flag: int(flags[[flag in mark.split() for mark in flags.index]].sum()) for flag in _letters(table)}
    return [
        ("cells", "missing", "", int(table["is_missing"].sum())),
        *(("cells", "flagged", flag, n) for flag, n in each.items()),
        ("series", "break_not_flagged", "2021", _silent_breaks(table)),
    ]


def _letters(table: pd.DataFrame) -> list[str]:
    return sorted({letter for mark in table["flags"].cat.categories for letter in str(mark).split()})


def _silent_breaks(table: pd.DataFrame) -> int:
    """Series with figures of both rules of which the first figure under the new rules has no flag b."""
    given = table[~table["is_missing"] & table["regime"].ne("").to_numpy()]
    names = list(table.columns[: table.columns.get_loc(PERIOD)])
    new = given[given["regime"].eq("from_2021")].sort_values(PERIOD).drop_duplicates(names)
    old = given[given["regime"].eq("until_2020")][names].drop_duplicates()
    return len(new[~new["is_break"]][names].astype(str).merge(old.astype(str), on=names))


def _changed(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


def _card(source: Opened, cells: Cells, table: pd.DataFrame, also: str, read_on: str) -> dict[str, object]:
    meanings = [f"{flag}: {FLAGS.get(flag, 'not known; kept as given')}" for flag in _letters(table)]
    return {
        "title": f"Eurostat, data set {cells.dataset}",
        "producer": "Eurostat",
        "address": PAGE.format(dataset=cells.dataset),
        "published_on": cells.updated or "not stated in the file",
        "read_on": read_on,
        "licence": "CC-BY-4.0 (Eurostat, re-use with mention of the source)",
        "class": "public",
        "unit": "as the dimension unit or the indicator says",
        "definition": METADATA if table["regime"].ne("").any() else "explanatory texts (metadata) at the address above",
        "flags": meanings,
        "breaks": [SERIES_RULE] if table["regime"].ne("").any() else [],
        "source_file": source.name,
        "source_sha256": digest_of_file(source.path),
        "numbers": ["value"],
        "booleans": ["is_missing", "is_break"],
    }
