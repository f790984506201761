"""The same delivery with another structure as the one under evaluation."""

from __future__ import annotations

import os
from pathlib import Path

from coopeval.errors import ParameterError, refusal
from coopeval.tables.dataset import Dataset, content_digest, table_digest
from coopeval.wording import N_

EVALUATED = "COOPEVAL_EVALUATED"  # the run's environment names a file with the structure, for its notebooks


def evaluating(dataset: Dataset, structure_id: str) -> Dataset:
    """The tables with this structure marked as the evaluated one, and their digests.

    Raises
    ------
    ParameterError
        It is no structure of these tables.

    >>> import pandas as pd
    >>> from coopeval.tables import from_frames
    >>> two = pd.DataFrame({"structure_id": ["S1", "S2"], "is_evaluated": [True, False]})
    >>> evaluating(from_frames({"structures": two}), "S2")["structures"]["is_evaluated"].tolist()
    [False, True]
    """
    frames = dataset.unseen()
    structures = frames["structures"]
    chosen = structures["structure_id"].eq(structure_id)
    if not chosen.any():
        known = ", ".join(sorted(structures["structure_id"]))
        msgid = N_('"{structure}" is not a structure of these tables. Choose one of {known}.')
        raise refusal(ParameterError, msgid, structure=structure_id, known=known)
    frames["structures"] = structures.assign(is_evaluated=chosen.astype(structures["is_evaluated"].dtype))
    about = dict(dataset.about)
    if "digests" in about:
        about["digests"] = {**about["digests"], "structures": table_digest("structures", frames["structures"])}
        about["digest"] = content_digest(about["digests"], about)
    return dataset.remade(frames, about=about)


def as_the_run_says(dataset: Dataset) -> Dataset:
    """The delivery as a run lets its notebooks see it; outside a run, as it is."""
    place = os.environ.get(EVALUATED)
    return evaluating(dataset, Path(place).read_text(encoding="utf-8").strip()) if place else dataset
