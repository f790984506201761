"""A cohort of the register as a folder of tables: its enterprises, and the register sample they belong to."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd

from coopeval import tables
from coopeval.errors import DataError, ParameterError, refusal
from coopeval.importers.kbo.selecting import enterprises
from coopeval.importers.kbo.states import STRUCTURE
from coopeval.importers.kbo.store import Store, located, store
from coopeval.schema import TABLES
from coopeval.wording import N_

ASIDE = "set_aside.csv"
THERE = N_("{folder} exists. Give a new folder, or take it away first.")
NOBODY = N_("Nobody in the register is like that. Look at the postcodes, the forms, the days of birth and the sector.")


def structures(place: Path | str | Store) -> pd.DataFrame:
    """The one row of the table `structures` to which the enterprises of a store belong, of kind register_sample."""
    made = store(place)
    first, last = made.extracts[0], made.extracts[-1]
    source = (
        f"KBO open data, extracts {first.meta.number} ({first.meta.shows}) to {last.meta.number} ({last.meta.shows})"
    )
    row = {
        "structure_id": STRUCTURE, "name": "KBO/BCE", "kind": "register_sample", "region": "brussels", "country": "BE",
        "is_evaluated": False, "started_on": pd.NaT, "source": source,
    }  # fmt: skip
    return pd.DataFrame([row])


def select(place: Path | str | Store, folder: Path | str, **chosen) -> pd.DataFrame:
    """Write a cohort of the register to a new folder: enterprises.csv, structures.csv, datapackage.json, set_aside.csv.

    Parameters
    ----------
    place
        Folder of the store, or the store.
    folder
        New folder; a relative path starts at the project root.
    chosen
        As in `enterprises`: postcodes, legal_forms, born, nace, vanished.

    Returns
    -------
    The enterprises, as `enterprises` gives them.

    Raises
    ------
    ParameterError
        The folder exists already.
    DataError
        Nobody is like that, or there is no store.
    """
    target = located(folder)
    if target.exists():
        raise refusal(ParameterError, THERE, folder=str(folder))
    made = store(place)
    frame = enterprises(made, **chosen)
    if not len(frame):
        raise refusal(DataError, NOBODY)
    about = {"name": "kbo", "is_synthetic": made.is_synthetic, "delivered_on": made.metas[-1].shows}
    own = frame[list(TABLES["enterprises"].columns)]
    dataset = tables.from_frames({"structures": structures(made), "enterprises": own}, about)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        tables.write(dataset, beside)
        frame.attrs["set_aside"].to_csv(beside / ASIDE, index=False, lineterminator="\n")
        os.replace(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return frame
