"""A delivery that a run has checked, laid out for its notebooks: `read` takes it from there, equal in every respect."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import feather

from coopeval import provenance
from coopeval.errors import Fault, Faults
from coopeval.tables import imports, settings
from coopeval.tables.dataset import Dataset
from coopeval.tables.package import day_of

LAID_OUT = "COOPEVAL_TABLES"  # the run's environment names the folder; outside a run there is none
ABOUT, ASIDE, ROWS = "about.json", "set_aside", "rows"


@contextmanager
def laid_out(dataset: Dataset, at: Path, folder: Path) -> Iterator[None]:
    """While this lasts, `read` of the delivery at a place takes the tables as they were checked; here and in children.

    Parameters
    ----------
    dataset
        What `read` returned.
    at
        The folder or workbook it was read from; as soon as a byte there is another one, it is read again.
    folder
        Private to the run, which throws it away: the tables may be confidential.
    """
    before = os.environ.pop(LAID_OUT, None)
    inside = Path(tempfile.mkdtemp(prefix=".tables-", dir=folder))
    if _lay(dataset, at, inside):  # else each notebook reads for itself
        os.environ[LAID_OUT] = str(inside)
    try:
        yield
    finally:
        os.environ.pop(LAID_OUT, None)
        if before is not None:
            os.environ[LAID_OUT] = before


def found(at: Path, folder: Path | None = None) -> Dataset | None:
    """The data set that a run laid out for the delivery at a place; none where it laid out none, or another one."""
    inside = Path(folder or os.environ.get(LAID_OUT, "-"))
    if not (inside / ABOUT).is_file():
        return None
    said = json.loads((inside / ABOUT).read_text(encoding="utf-8"))
    if said["files"] != _digests(at):
        return None
    frames = {name: _frame(inside, name) for name in said["tables"]}
    about = said["about"] | {"delivered_on": day_of(said["about"]["delivered_on"]), "digests": said["digests"]}
    about |= {"settings": settings.told(_beside(at))[0], "rows": _frame(inside, ROWS)}
    faults = Faults(Fault(**fault) for fault in said["faults"])
    return Dataset(frames, about, _frame(inside, ASIDE), faults)


def _lay(dataset: Dataset, at: Path, inside: Path) -> bool:
    """Whether the data set lies there now and comes back as it was; one that was made in memory was never read."""
    if ROWS not in dataset.about:
        return False
    about = {word: dataset.about[word] for word in ("name", "is_synthetic", "digest")}
    day = dataset.delivered_on
    said = {
        "files": _digests(at),
        "tables": list(dataset),
        "about": {**about, "delivered_on": None if day is None else day.date().isoformat()},
        "digests": dict(dataset.about["digests"]),
        "faults": [asdict(fault) for fault in dataset.faults],
    }
    for name, frame in {**dataset, ROWS: dataset.about["rows"], ASIDE: dataset.set_aside}.items():
        # As it stands in memory: every notebook reads it, which takes half the time that Parquet takes.
        rows = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
        feather.write_feather(rows, _file(inside, name), compression="uncompressed")
    (inside / ABOUT).write_text(json.dumps(said, default=str), encoding="utf-8")
    laid = found(at, inside)
    return laid is not None and _are_equal(dataset, laid)


def _are_equal(one: Dataset, other: Dataset) -> bool:
    """Whether what was laid out came back as it was, to the type of each column and each value of a fault."""
    frames = [(one[name], other[name]) for name in one if name in other]
    frames += [(one.about[ROWS], other.about[ROWS]), (one.set_aside, other.set_aside)]
    plain = [{word: said for word, said in it.about.items() if word != ROWS} for it in (one, other)]
    return (
        list(one) == list(other)
        and plain[0] == plain[1]
        and one.faults == other.faults
        and all(left.equals(right) and left.dtypes.equals(right.dtypes) for left, right in frames)
    )


def _digests(at: Path) -> Mapping[str, str]:
    """SHA-256 of each file that decides what is read; of a workbook, and of the settings beside it."""
    if at.is_dir():
        return provenance.digests_of_folder(at)
    files = (path for path in (at, at.parent / settings.FILE) if path.is_file())
    return {path.name: provenance.digest_of_file(path) for path in files} | dict(imports.digests(at))


def _beside(at: Path) -> Path:
    return at.parent if at.is_file() else at


def _file(inside: Path, name: str) -> str:
    return str(inside / f"{name}.arrow")


def _frame(inside: Path, name: str) -> pd.DataFrame:
    return feather.read_table(_file(inside, name), memory_map=False, use_threads=False).to_pandas(use_threads=False)
