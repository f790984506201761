"""Tables to a folder: CSV with the description that anyone can read, or Parquet for the delivery a run keeps."""

from __future__ import annotations

from pathlib import Path

from coopeval.schema import TABLES
from coopeval.tables.dataset import Dataset
from coopeval.tables.package import FILE, description
from coopeval.tables.typed import written


def write(dataset: Dataset, folder) -> Path:
    """One CSV per table and datapackage.json (Data Package v2); the same data set always gives the same bytes."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    for name, frame in dataset.items():
        text = written(TABLES[name], frame).to_csv(index=False, lineterminator="\n")
        (place / f"{name}.csv").write_bytes(text.encode("utf-8"))
    (place / FILE).write_bytes(description(dataset.about, list(dataset), "csv").encode("utf-8"))
    return place


def write_parquet(dataset: Dataset, folder) -> Path:
    """The same as Parquet: what a run keeps of its delivery. `read` gives the same digest back."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    for name, frame in dataset.items():
        frame.to_parquet(place / f"{name}.parquet", index=False, engine="pyarrow", compression="zstd")
    (place / FILE).write_bytes(description(dataset.about, list(dataset), "parquet").encode("utf-8"))
    return place
