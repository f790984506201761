"""An import on disk: everything is written beside its place, and one rename puts it there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from coopeval.importers.landing import land
from coopeval.importers.result import Imported
from coopeval.provenance.digests import digest_of_file
from coopeval.tables.report import faults_csv

ROWS_AT_ONCE = 100_000  # so that a table of codes is never spelt out as a whole
QUALITY, WARNINGS = "quality.csv", "warnings.csv"


def place(imported: Imported, folder: Path, lang: str = "en") -> Path:
    """The folder with the tables, each with its card, `quality.csv` and `warnings.csv`; there whole, or not at all.

    Raises
    ------
    ParameterError
        Something stands there already: an import never overwrites another one.
    """
    return land(folder, lambda beside: _write(imported, beside, lang))


def _write(imported: Imported, folder: Path, lang: str) -> None:
    for name, frame in imported.tables.items():
        assert Path(name).name == name, "a table's name is no way out of its folder"
        path = folder / f"{name}.csv"
        _csv(frame, path)
        if imported.card:
            (folder / f"{name}.card.toml").write_text(card(imported.card, digest_of_file(path)), encoding="utf-8")
    _csv(imported.quality, folder / QUALITY)
    (folder / WARNINGS).write_text(faults_csv(imported.faults, lang), encoding="utf-8", newline="")


def _csv(frame: pd.DataFrame, path: Path) -> None:
    """Empty cells for what is not known; figures in their shortest form."""
    whole = pa.Table.from_pandas(frame.iloc[:0], preserve_index=False).schema
    plain = [field.with_type(field.type.value_type) if _is_coded(field) else field for field in whole]
    schema = pa.schema([field.with_type(pa.string()) if pa.types.is_null(field.type) else field for field in plain])
    with pacsv.CSVWriter(path, schema, write_options=pacsv.WriteOptions(quoting_style="needed")) as writer:
        for start in range(0, len(frame), ROWS_AT_ONCE):
            part = pa.Table.from_pandas(frame.iloc[start : start + ROWS_AT_ONCE], preserve_index=False)
            writer.write_table(part.cast(schema))


def _is_coded(field: pa.Field) -> bool:
    return pa.types.is_dictionary(field.type)


def card(said: Mapping[str, object], sha256: str) -> str:
    """The text of a card: what is said of the source, and the checksum of the table it belongs to.

    >>> print(card({"title": "Jobs", "numbers": ["value"]}, "00"), end="")
    title = "Jobs"
    numbers = ["value"]
    sha256 = "00"
    """
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in {**said, "sha256": sha256}.items()]
    return "\n".join(lines) + "\n"
