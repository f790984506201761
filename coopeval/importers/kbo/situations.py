"""What each legal situation means for survival: a table that can be replaced, not code.

A file `situations.csv` in the store (columns code, role, end_kind) goes before the list of the project,
data/reference/codelists/juridical_situations.csv.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from coopeval import reference
from coopeval.errors import DataError, refusal
from coopeval.importers.kbo.codes import SITUATIONS
from coopeval.wording import N_

FILE = "situations.csv"
NEEDED = ("code", "role", "end_kind")
DISTRESSED = "distressed"
ALIVE = ("alive", DISTRESSED)
ENDED = ("ended", "replaced", "transferred", "restructured")  # no longer there under this number
CANCELLED, UNCLEAR = "cancelled", "unclear"
NEEDS = N_("{file} must have the columns {columns}, and each code once.")
NO_ROLE = N_(
    "{file}: these roles or kinds of end do not exist: {odd}. Roles are {roles}; kinds of end stand in the list {list}."
)


def situations(place: Path | None = None) -> pd.DataFrame:
    """One row per code of a legal situation: `code`, `role`, `end_kind`.

    `role` is alive, distressed (alive, in trouble), ended, replaced (goes on under another number), transferred,
    restructured (merged or split), cancelled (never existed) or unclear (neither alive nor ended can be said).

    Raises
    ------
    DataError
        A table of one's own with a column, role or kind of end that does not exist, or a code twice.

    >>> situations().set_index("code").loc[["000", "012", "050", "006"], "role"].tolist()
    ['alive', 'ended', 'ended', 'replaced']
    """
    own = place / FILE if place is not None else None
    if own is None or not own.is_file():
        return reference.codes(SITUATIONS)[list(NEEDED)]
    table = pd.read_csv(own, dtype=str, keep_default_na=False)
    if not set(NEEDED) <= set(table) or table["code"].duplicated().any():
        raise refusal(DataError, NEEDS, file=FILE, columns=", ".join(NEEDED))
    roles = (*ALIVE, *ENDED, CANCELLED, UNCLEAR)
    kinds = (*reference.codes("enterprise_ends")["code"], "")
    odd = [*table.loc[~table["role"].isin(roles), "role"], *table.loc[~table["end_kind"].isin(kinds), "end_kind"]]
    if odd:
        said = {"odd": ", ".join(sorted(set(odd))), "roles": ", ".join(roles), "list": "enterprise_ends"}
        raise refusal(DataError, NO_ROLE, file=FILE, **said)
    return table[list(NEEDED)]
