"""A folder or a workbook with tables becomes a data set, or the list of everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from coopeval.errors import DataError, Fault, Faults
from coopeval.schema import TABLES
from coopeval.tables import (
    across,
    archive,
    cells,
    decoding,
    folder,
    header,
    imports,
    laid_out,
    lines,
    package,
    parquet,
    rows,
    settings,
    workbook,
)  # fmt: skip
from coopeval.tables.dataset import SET_ASIDE, Dataset, content_digest, table_digest
from coopeval.tables.evaluated import as_the_run_says
from coopeval.tables.personal import shown
from coopeval.tables.raw import Raw


def read(data) -> Dataset:
    """The checked tables of a folder or workbook, typed by the schema; absent optional tables are simply not in it.

    Parameters
    ----------
    data
        Folder with one CSV or Parquet file per table and a `datapackage.json` (`name`, `synthetic`, `delivered_on`);
        or one .xlsx workbook with a sheet per table and the same three on the sheet `about`.
        Inside a run that has checked these very bytes its tables are taken, and nothing is checked again.

    Raises
    ------
    DataError
        Holding all faults of all tables, warnings too, as soon as one of them refuses the delivery.
    """
    if (checked := laid_out.found(folder.place(data))) is not None:
        return checked
    about, raws, frames, faults = _looked_at(data)
    if faults.refusals:
        raise DataError(faults=faults)
    typed = {
        name: frame.drop(columns=rows.LINE).sort_values(list(TABLES[name].key), kind="stable", ignore_index=True)
        for name, frame in frames.items()
    }
    digests = {name: table_digest(name, frame) for name, frame in typed.items()}
    aside = pd.DataFrame([row for raw in raws.values() for row in raw.set_aside], columns=SET_ASIDE)
    about |= {"digest": content_digest(digests, about), "digests": digests, "rows": _balance(raws, frames)}
    return as_the_run_says(Dataset(typed, about, aside, faults))


def check(data) -> Faults:
    """Every fault of every table of a folder or workbook at once; empty when there is none. Nothing is written."""
    checked = laid_out.found(folder.place(data))
    return _looked_at(data)[3] if checked is None else checked.faults


def _looked_at(data) -> tuple[dict, dict[str, Raw], dict[str, pd.DataFrame], Faults]:
    at = folder.place(data)
    if at.is_file() and archive.is_packed(at):
        return {}, {}, {}, Faults([Fault("E-ZIP-01", file=shown(at.name))])
    about, raws, faults = workbook.delivered(at) if at.is_file() else folder_of(at)
    chosen, wrong = settings.told(at.parent if at.is_file() else at)
    if not about:
        return {}, {}, {}, Faults([*faults, *wrong])
    about |= {"settings": chosen}
    frames = {name: checked(raw, about["delivered_on"]) for name, raw in raws.items()}
    across.tie(raws, frames)
    wrong = [*wrong, *imports.faults(data)]
    return about, raws, frames, Faults([*faults, *wrong, *(fault for raw in raws.values() for fault in raw.placed)])


def folder_of(at: Path) -> tuple[dict, dict[str, Raw], list[Fault]]:
    found, faults = folder.files(at)
    if not at.is_dir():
        return {}, {}, faults
    about, told = package.told(at)
    faults = [*faults, *told]
    raws = {}
    for name, path in found.items():
        raw, wrong = _raw(name, path)
        faults += wrong
        if raw is not None and raw.is_unfilled:
            faults.append(Fault("W-FILE-03", name, path.name))
        elif raw is not None:
            raws[name] = raw
    return about, raws, faults


def _raw(name: str, path: Path) -> tuple[Raw | None, list[Fault]]:
    if path.suffix.lower() == ".parquet":
        raw = parquet.raw_of(name, path)
        return raw, [] if raw else [Fault("E-FILE-09", name, path.name)]
    text, faults = decoding.text_of(path.read_bytes(), name, path.name)
    if text is None:
        return None, faults
    frame, delimiter, wrong = lines.rows_of(text, TABLES[name], path.name)
    if frame is None:
        return None, faults + wrong
    n_read = len(frame) + sum(fault.code == "E-LINE-01" for fault in wrong)
    return Raw(name, path.name, frame, faults + wrong, n_read, delimiter, is_whole=not wrong), []


def checked(raw: Raw, delivered_on: pd.Timestamp | None) -> pd.DataFrame:
    """The rows of a table typed, with the column `line`; every fault that shows in the table alone is added to it."""
    raw = header.aligned(raw)
    raw.frame, totals = lines.without_totals(raw.frame, raw.table, raw.file)
    raw.faults += totals
    if raw.table.required and raw.n_read == 0:
        raw.add("E-FILE-05", title=raw.table.title)
        raw.is_whole = False
    raw = rows.without_repeats(cells.checked(raw))
    frame = rows.typed_rows(raw)
    rows.in_time(raw, frame, delivered_on)
    rows.one_of(raw, frame)
    rows.consistent(raw, frame)
    return frame


def _balance(raws: dict[str, Raw], frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Rows in = rows used + rows set aside, for each table."""
    counts = [(name, raw.n_read, len(frames[name]), len(raw.set_aside)) for name, raw in raws.items()]
    return pd.DataFrame(counts, columns=["table", "n_read", "n_used", "n_set_aside"])
