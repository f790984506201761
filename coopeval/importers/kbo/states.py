"""The states of chosen enterprises out of the store, as one frame: few different texts, so they are held as codes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from coopeval.importers.kbo import engine
from coopeval.importers.kbo.layout import NACE_VERSIONS
from coopeval.importers.kbo.store import PROFILE, Store

STRUCTURE = "KBO"
PLACE = ("municipality_nl", "municipality_fr")
NACE = tuple(f"nace_{version}" for version in NACE_VERSIONS)
COUNTS = tuple(f"n_{version}" for version in NACE_VERSIONS)
CODED = ("status", "kind", "situation", "form", "postcode", *PLACE, *NACE)


def log(made: Store, conditions: list[str]) -> pd.DataFrame:
    """All states of the enterprises whose first state is as wanted, in order of number and extract.

    One row per state: `number`, `enterprise_id` (our key: the number without its check digits, so that it is no number
    of an enterprise), `extract`, `is_present`, `started_on`, the texts of `CODED` as categories, and the counts of main
    codes. Where the enterprise is absent, nothing else is told.
    """
    files, wanted = made.files(PROFILE), " AND ".join(["is_first", *conditions])
    key = f"'{STRUCTURE}-' || left(number, 8) AS enterprise_id"
    columns = ", ".join(["number", key, "extract", "is_present", "started_on", *CODED, *COUNTS])
    query = f"SELECT {columns} FROM {engine.parquet(files[:1])} WHERE {wanted}"  # first states alone: no join
    if files[1:]:
        first = f"SELECT number FROM {engine.parquet(files)} WHERE {wanted}"
        later = f"SELECT {columns} FROM {engine.parquet(files[1:])} SEMI JOIN ({first}) f USING (number)"
        query = f"{query} UNION ALL {later}"
    with engine.engine() as link:
        found = link.sql(f"{query} ORDER BY number, extract").to_arrow_table()
    return found.to_pandas(categories=list(CODED), date_as_object=False, deduplicate_objects=False)


def of_each(texts: pd.Series, make: Callable[[pd.Series], object], missing: object) -> np.ndarray:
    """What is made of each different text, put wherever that text stands; `missing` where there is none.

    >>> of_each(pd.Series(["a", None, "b", "a"]), lambda different: different.str.upper(), "-").tolist()
    ['A', '-', 'B', 'A']
    """
    coded = texts.astype("category").array
    made = np.append(np.asarray(make(pd.Series(coded.categories, dtype=object))), missing)
    return made[coded.codes]  # -1, no text, takes the last
