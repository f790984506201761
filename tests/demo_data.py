"""The demonstration data, read once per process of the tests: a data set hands out copies, and nobody changes it."""

from functools import cache

from coopeval import cohort, semesters, synthetic
from coopeval.provenance.digests import ROOT
from coopeval.tables import Dataset, read  # bound here, before any test puts something in its place


@cache
def delivered(name: str = "demo") -> Dataset:
    return read(ROOT / "data" / name)


@cache
def as_of(semester: str = "2026S1") -> Dataset:
    return cohort.as_of(delivered(), semesters.last_day(semester))


@cache
def small() -> Dataset:
    """A tenth of it, made in memory."""
    return synthetic.delivery(synthetic.world(structures=2, scale=0.1), "2024S1")
