"""Eurostat: a data set as it was downloaded, in any of its forms, becomes one long table with its flags and breaks."""

from __future__ import annotations

from coopeval.importers.eurostat.joining import joined
from coopeval.importers.eurostat.reading import read

__all__ = ["joined", "read"]
