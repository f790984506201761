"""Deliveries: read, checked with all faults at once, cut at a day, written."""

from __future__ import annotations

from coopeval.tables.cut import cut
from coopeval.tables.dataset import Dataset, from_frames
from coopeval.tables.read import check, read

__all__ = ["Dataset", "check", "cut", "from_frames", "read"]
