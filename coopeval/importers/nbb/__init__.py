"""Annual accounts of the National Bank: what a social balance sheet says of jobs becomes counts, years and flows."""

from __future__ import annotations

from coopeval.importers.nbb.importing import read

__all__ = ["read"]
