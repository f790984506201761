"""Any register or list, by a map, to one of our tables: what is kept, what is refused and why, the usual mistakes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from coopeval.errors import DataError, Fault, Faults
from coopeval.importers import list_traps, map_cells, map_file, map_source
from coopeval.importers.map_file import Map
from coopeval.tables import cells, lines, rows
from coopeval.tables.raw import Raw
from coopeval.tables.typed import typed, written

QUALITY = ("outcome", "reason", "n", "n_ended")
NOTHING_LOST = ("E-LINE-04", "Q-KEY-02")  # rows that add up others or repeat another


@dataclass(frozen=True)
class Imported:
    """One table from one list.

    `frame` the rows kept, typed, in order of key; `quality` one row per outcome and reason (code of the fault), with
    how many rows, and how many of these say that they ended; `refused` the faults of the rows that were refused;
    `warnings` what is kept and should be looked at; `unread` headings the map does not use.
    """

    map: Map
    frame: pd.DataFrame
    quality: pd.DataFrame
    refused: Faults
    warnings: Faults
    file: str
    unread: tuple[str, ...] = field(default=())


def table(path, map_path) -> Imported:
    """The rows of a list as rows of one of our tables.

    Parameters
    ----------
    path
        CSV, TSV, Parquet or one sheet of an Excel workbook, with headings.
    map_path
        The map file (docs/register.md).

    Returns
    -------
    `Imported`; rows read = rows kept + rows refused.

    Raises
    ------
    DataError
        The map or the file cannot be used, a code or a form of days is not declared, too many rows are refused, or
        the list cannot bear what it is used for: all that is wrong at once, and nothing is written.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     _ = (Path(place) / "list.csv").write_text("nr,what\\nA1,start\\nA1,start\\nTotal,2\\n")
    ...     _ = (Path(place) / "map.toml").write_text('''table = "structures"
    ... source = "A list made up for this example"
    ... snapshot_on = 2026-06-30
    ... [columns]
    ... nr = "structure_id"
    ... what = "name"
    ... [constants]
    ... kind = "incubator"
    ... region = "brussels"
    ... country = "BE"
    ... is_evaluated = "false"
    ... source = "made up"
    ... ''')
    ...     made = table(Path(place) / "list.csv", Path(place) / "map.toml")
    >>> made.quality[["outcome", "reason", "n"]].values.tolist()
    [['kept', '', 1], ['refused', 'E-LINE-04', 1], ['refused', 'Q-KEY-02', 1]]
    """
    made = map_file.read(map_path)
    raw = map_source.rows(path, made)
    raw.frame, totals = lines.without_totals(raw.frame, map_source.standing_in(made), raw.file)
    frame, faults = map_cells.ours(raw, made)
    status, wrong = list_traps.status_of(raw, made)
    faults += [*wrong, *list_traps.declared(made, raw.file)]
    if faults:
        raise DataError(faults=Faults([*raw.faults, *faults]))
    unread = tuple(map_cells.unread(raw, made))
    checked, told = _checked(Raw(made.table, raw.file, frame, n_read=len(frame), heading=raw.heading), made, status)
    reason = _reasons([*totals, *told])
    quality = _quality(reason, frame)
    kept = typed(made.schema_of, written(made.schema_of, checked[~checked[rows.LINE].isin(reason.index)]))
    refused = Faults(fault for fault in [*totals, *told] if fault.line in reason.index and fault.severity != "warn")
    limits = _limits(reason, len(frame) + len(totals), made, raw.file)
    limits += list_traps.complaints(kept, made, raw.file, status)
    warnings = [*raw.faults, *(fault for fault in told if fault.severity == "warn" and fault.line not in reason.index)]
    if stops := Faults(limits).refusals:
        raise DataError(faults=Faults([*limits, *refused, *warnings]) if len(refused) else Faults([*stops, *warnings]))
    return Imported(made, kept, quality, refused, Faults([*warnings, *limits]), raw.file, unread)


def _checked(raw: Raw, made: Map, status: pd.Series) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows typed, with the column `line`, and every fault of every row, as `coopeval check` would find it."""
    columns = made.schema_of.columns
    raw.absent = [name for name in columns if name not in raw.frame]
    empty = pd.Series("", index=raw.frame.index, dtype=object)
    raw.frame = pd.DataFrame({name: raw.frame.get(name, empty) for name in columns}, dtype=object)
    list_traps.disagreeing(raw, status)
    raw = rows.without_repeats(cells.checked(raw))
    frame = rows.typed_rows(raw)
    rows.in_time(raw, frame, pd.Timestamp(made.snapshot_on))
    rows.one_of(raw, frame)
    rows.consistent(raw, frame)
    return frame, [*raw.faults, *_first_of_clashes(raw)]


def _first_of_clashes(raw: Raw) -> list[Fault]:
    """Of one key with several contents nobody knows which is right: the first row is refused with the others."""
    others = {fault.values["first"]: fault for fault in reversed(raw.faults) if fault.code == "E-KEY-03"}
    return [replace(fault, line=first, values={"first": fault.line}) for first, fault in others.items()]


def _reasons(faults: list[Fault]) -> pd.Series:
    """Line -> the first reason it is refused for."""
    told = {}
    for fault in sorted(faults, key=lambda one: (one.line or 0, one.code)):
        if fault.severity == "warn" or fault.line is None:
            continue
        told.setdefault(fault.line, fault.code)
    return pd.Series(told, dtype=object).sort_index()


def _quality(reason: pd.Series, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by outcome and reason; their sum is the number of rows read."""
    ended = frame["ended_on"].ne("") if "ended_on" in frame else pd.Series(False, index=frame.index)
    every = frame.index.union(reason.index)
    told = pd.DataFrame({"reason": reason.reindex(every).fillna(""), "ended": ended.reindex(every, fill_value=False)})
    told["outcome"] = told["reason"].map(lambda code: "refused" if code else "kept")
    counted = told.groupby(["outcome", "reason"])["ended"].agg(n="size", n_ended="sum").reset_index()
    return counted[list(QUALITY)]


def _limits(reason: pd.Series, n: int, made: Map, file: str) -> list[Fault]:
    """More rows refused than the map lets pass, or none left. Totals and repeats take nothing away."""
    if n == len(reason):
        return [Fault("E-MAP-31", made.table, file, values={"n": n})]
    lost = int((~reason.isin(NOTHING_LOST)).sum())
    if lost > made.refused_at_most * n:
        share = {"n": lost, "total": n, "high": f"{100 * made.refused_at_most:g}"}
        return [Fault("E-MAP-30", made.table, file, values=share)]
    return []
