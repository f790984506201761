"""Deliveries: read, checked with all faults at once, cut at a day, written."""

from __future__ import annotations

from coopeval.tables.cut import cut
from coopeval.tables.dataset import Dataset, from_frames
from coopeval.tables.evaluated import evaluating
from coopeval.tables.kept import read_earlier, read_kept
from coopeval.tables.read import check, read
from coopeval.tables.report import faults_csv, report
from coopeval.tables.write import write, write_parquet

__all__ = [
    "Dataset", "check", "cut", "evaluating", "faults_csv", "from_frames", "read", "read_earlier", "read_kept", "report",
    "write", "write_parquet",
]  # fmt: skip
