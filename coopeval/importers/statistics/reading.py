"""What the official statistics have in common: file, map, checked cells, card."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from coopeval.errors import Fault
from coopeval.importers.narrowing import narrowed
from coopeval.importers.result import balance, refused_if_wrong
from coopeval.importers.statistics import column_map, published
from coopeval.importers.statistics.column_map import ColumnMap
from coopeval.importers.statistics.published import Published, set_aside
from coopeval.provenance.digests import digest_of_file
from coopeval.schema import Table
from coopeval.tables import cells, rows
from coopeval.tables.lines import TOTAL
from coopeval.tables.personal import shown

TOTALS = "total of other rows"


def taken_in(path: Path, map_file: Path | None, table) -> tuple[Published, ColumnMap, pd.DataFrame]:
    """The rows under our names, as text in their form; the map; and the rows that are totals of others.

    `table` gives the columns for a map. Raises DataError with all that is wrong as soon as a step cannot be made.
    """
    said, wrong = column_map.told(map_file)
    refused_if_wrong(wrong)
    raw, wrong = published.read(path, table(said), said)
    refused_if_wrong(wrong)
    if raw.frame.empty:
        refused_if_wrong([*raw.faults, Fault("E-SRC-06", raw.name, raw.file)])
    if not published.named(raw, said):
        refused_if_wrong(raw.faults)
    published.settle(raw, said)
    # a total of classes is a row like others; a total where every row needs a value of its own adds up rows
    needed = [name for name in raw.table.key if not raw.table.columns[name].optional]
    words = raw.frame[needed].apply(lambda column: column.str.fullmatch(TOTAL.pattern, flags=TOTAL.flags))
    return raw, said, set_aside(raw, words.astype(bool).any(axis=1), TOTALS)


def in_form(raw: Published) -> pd.DataFrame:
    """The rows in their types, with the column `line`; doubles are set aside, or faults where they differ."""
    raw = rows.without_repeats(cells.checked(raw))
    key = list(raw.table.key)
    first = raw.frame.drop_duplicates(key).reset_index().set_index(key)["line"]
    again = raw.frame[raw.frame.duplicated(key) & raw.frame[key].eq("").any(axis=1)]  # the others are said already
    for line, row in again.iterrows():
        raw.add("E-KEY-03", [line], key[0], first=int(first.loc[tuple(row[key])]))
    for row in raw.set_aside:
        if row["code"] == "Q-KEY-02":
            row["reason"] = "repeats another row"
    return rows.typed_rows(raw)


def asked(raw: Published, long: pd.DataFrame, only, dimensions: list[str]) -> pd.DataFrame:
    """The rows that were asked for, once everything was checked; those of the file that were not are set aside."""
    kept = narrowed(long, only or {}, dimensions)
    gone = raw.frame.index.isin(set(long["line"]) - set(kept["line"]))
    set_aside(raw, pd.Series(gone, index=raw.frame.index), "not asked for")
    return kept


def counts(raw: Published) -> list[tuple[str, str, str, int]]:
    """What became of every row of the file."""
    return balance("rows", raw.n_read, len(raw.frame), raw.n_aside)


def card(path: Path, said: ColumnMap, read_on: str, **about: object) -> dict[str, object]:
    """The card of a reference table, from what is known of the source and what the map adds."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    return {
        "title": said.title or about["title"],
        "producer": about["producer"],
        "address": said.address or about["address"],
        "published_on": said.published_on or "not stated",
        "read_on": read_on or changed,
        "licence": said.licence or about["licence"],
        "class": "public",
        **{name: about[name] for name in ("unit", "definition", "flags", "breaks", "caveats", "numbers", "booleans")},
        "source_file": shown(path.name),
        "source_sha256": digest_of_file(path),
    }


def table_of(name: str, title: str, key: list[str], columns: dict) -> Table:
    """A table of columns that are not part of the data contract."""
    from coopeval.schema.column import table

    return table(name, title, key, columns)
