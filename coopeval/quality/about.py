"""What every table of one data set says alike."""

from __future__ import annotations


def said(dataset) -> dict[str, object]:
    """Whether the data are made up, and as of which day they are."""
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    return {"is_synthetic": dataset.is_synthetic, "as_of": "" if day is None else day.date().isoformat()}
