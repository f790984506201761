"""Released tables made by hand, for the auditor: counts of enterprises by sector and form, stamped as by the gate."""

import numpy as np
import pandas as pd

from coopeval import audit
from coopeval.uncertainty import estimates, stamp

ABOUT = {
    "kind": "count", "unit": "enterprises", "population": "enterprises of the test", "estimand": "enterprises",
    "by": "sector", "privacy": "register", "as_of": "2026-06-30", "is_synthetic": True,
}  # fmt: skip


def released(cells, name="by_sector", **about):
    """A released table of cells: labels first, the count last, None where it is withheld."""
    columns = ["group", *(["legal_family"] if len(cells[0]) == 3 else []), "estimate"]
    frame = pd.DataFrame(cells, columns=columns).astype({"estimate": float})
    hidden = frame["estimate"].isna()
    frame = frame.assign(n=frame["estimate"], note=np.where(hidden, "withheld", ""), hidden=hidden)
    return stamp(estimates(frame, **{**ABOUT, **about}), name, "public")


def published(*tables, period="2026S1", as_of="2026-06-30"):
    return audit.Published(period, {table.attrs["released"]["name"]: table for table in tables}, as_of)


def grid(exact, hidden=(), rows="abcde", columns="xyz"):
    """Cells of a table of two lists with its margins, the hidden ones (row, column) withheld."""
    exact = np.asarray(exact, float)
    full = np.block([[exact, exact.sum(1, keepdims=True)], [exact.sum(0, keepdims=True), exact.sum(keepdims=True)]])
    return [
        (r, c, None if (i, j) in hidden else full[i, j])
        for i, r in enumerate([*rows[: len(exact)], "all"])
        for j, c in enumerate([*columns[: exact.shape[1]], "all"])
    ]
