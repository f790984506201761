"""The stamp the disclosure gate puts on a released table, and the check that a table still is what was released."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from coopeval.errors import DisclosureError
from coopeval.uncertainty.shape import About


@dataclass(frozen=True)
class _Known:
    """A table by a print of all that is in it, which takes a fraction of the time that writing it out does."""

    print: bytes
    table: pd.DataFrame = field(compare=False)


def content_digest(table: pd.DataFrame) -> str:
    """SHA-256 of the cells and of what the table says of itself, whatever the language it is shown in."""
    said = (table.attrs.get("about"), list(table.columns), list(table.dtypes), table.to_numpy(object).tolist())
    return _digest(_Known(hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass")).digest(), table))


@lru_cache(maxsize=512)  # a report shows, draws and tells a table a dozen times
def _digest(known: _Known) -> str:
    about = json.dumps(known.table.attrs.get("about", {}), sort_keys=True, default=list)
    cells = known.table.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    return hashlib.sha256(f"{about}\n{cells}".encode()).hexdigest()


def stamp(table: pd.DataFrame, name: str, audience: str) -> pd.DataFrame:
    """A copy of the table marked as released under a name for an audience."""
    released = table.copy()
    released.attrs = {"about": About(table.attrs["about"])}
    released.attrs["released"] = About({"name": name, "audience": audience, "sha256": content_digest(released)})
    return released


def require_released(table: pd.DataFrame) -> dict[str, str]:
    """The stamp of a released table; refuses one that has none or was changed since."""
    released = table.attrs.get("released")
    if released is None:
        raise DisclosureError("This table has not passed the disclosure gate. Show what disclosure.gate returns.")
    if content_digest(table) != released["sha256"]:
        raise DisclosureError(f'"{released["name"]}" was changed after its release. Pass it through the gate again.')
    return released
