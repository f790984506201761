"""The tables a run kept beside its report, read back as the data set they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from coopeval.errors import DataError, refusal
from coopeval.schema import TABLES
from coopeval.tables.dataset import Dataset, content_digest, table_digest
from coopeval.tables.folder import place
from coopeval.tables.package import day_of
from coopeval.tables.read import read
from coopeval.tables.typed import typed
from coopeval.wording import N_

RUN, KEPT = "run.json", Path("private", "tables")
RECORDS = (Path(RUN), Path("private", "internal", RUN))  # what was published tells before what stayed inside


def read_kept(folder) -> Dataset:
    """The delivery a period was made from, out of the folder of its report.

    Parameters
    ----------
    folder
        Such as `reports/2025S2`: run.json says which delivery it was, private/tables holds the tables. A relative
        path starts at the root of the project.

    Returns
    -------
    The data set as it was checked then; what was set aside and warned about is not kept.

    Raises
    ------
    DataError
        There is no report, a table is gone, or one is not what the run kept.
    """
    at = place(folder)
    record = record_of(at)
    if record is None:
        raise refusal(DataError, N_("{period} holds no report: {file} is missing."), period=at.name, file=RUN)
    said = record["data"]
    digests = {name: said["tables"][name]["sha256"] for name in TABLES if name in said["tables"]}
    frames = {name: _table(name, at / file_of(name, digest), digest) for name, digest in digests.items()}
    about = {
        "name": said["name"],
        "is_synthetic": record["is_synthetic"] is True,
        "delivered_on": day_of(record["delivered_on"]),
    }
    if content_digest(digests, about) != said["sha256"]:
        raise refusal(DataError, N_("{period}: {file} was changed after the run."), period=at.name, file=RUN)
    return Dataset(frames, {**about, "digest": said["sha256"], "digests": digests})


def read_earlier(data) -> Dataset | None:
    """The delivery before: of a report that was made (its folder), or a delivery as `read` takes it.

    Nothing named is nothing to compare with:

    >>> read_earlier("") is None
    True
    """
    if not str(data):
        return None
    return read_kept(data) if record_of(place(data)) is not None else read(data)


def record_of(folder: Path) -> Mapping | None:
    """What a run wrote about itself in the folder of its report; none where there is no report."""
    for path in RECORDS:
        try:
            record = json.loads((Path(folder) / path).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(record, dict) and "data" in record:
            return record
    return None


def file_of(name: str, digest: str) -> Path:
    """Where a report keeps a table, from its folder."""
    return KEPT / f"{name}-{digest}.parquet"


def are_kept(folder: Path, record: Mapping) -> bool:
    """Whether the tables a report was made from still lie beside it."""
    tables = record["data"]["tables"]
    return all((Path(folder) / file_of(name, said["sha256"])).is_file() for name, said in tables.items())


def changed_tables(folder: Path, record: Mapping) -> list[str]:
    """The tables a report was made from that lie no longer beside it as the run kept them."""
    changed = []
    for name, said in record["data"]["tables"].items():
        try:
            _table(name, Path(folder) / file_of(name, said["sha256"]), said["sha256"])
        except (DataError, KeyError):
            changed.append(name)
    return changed


def _table(name: str, path: Path, digest: str):
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame = typed(TABLES[name], pq.read_table(path, memory_map=False).to_pandas())
    except (pa.ArrowException, OSError, ValueError):
        frame = None
    if frame is None or table_digest(name, frame) != digest:
        msgid = N_("The kept table {table} is gone or is not what the run kept. Run that period again.")
        raise refusal(DataError, msgid, table=name)
    return frame
