"""The stamp the disclosure gate puts on a released table, and the check that a table still is what was released."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

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


# Of tables that are in hand: each by where it lies, with the digest it was found to have.
_IN_HAND: ContextVar[Mapping[int, tuple[pd.DataFrame, str]]] = ContextVar("in hand", default=MappingProxyType({}))


@contextmanager
def in_hand(tables: Iterable[pd.DataFrame]) -> Iterator[None]:
    """Released tables that are looked through now, and not again before the end of the block.

    A page shows, draws and tells a table a dozen times, and whatever does so asks whether it was released. Only for
    code that changes no table. One that is not in order is not taken: it is refused where it is shown.
    """
    taken = {id(table): (table, table.attrs["released"]["sha256"]) for table in tables if _is_released(table)}
    before = _IN_HAND.set({**_IN_HAND.get(), **taken})
    try:
        yield
    finally:
        _IN_HAND.reset(before)


def _found(table: pd.DataFrame) -> str:
    """The digest of what is in a table, worked out unless this very table is in hand."""
    known, digest = _IN_HAND.get().get(id(table), (None, ""))
    return digest if known is table else content_digest(table)


def _is_released(table: pd.DataFrame) -> bool:
    return "released" in table.attrs and _found(table) == table.attrs["released"]["sha256"]


def require_released(table: pd.DataFrame) -> dict[str, str]:
    """The stamp of a released table; refuses one that has none or was changed since."""
    released = table.attrs.get("released")
    if released is None:
        raise DisclosureError("This table has not passed the disclosure gate. Show what disclosure.gate returns.")
    if _found(table) != released["sha256"]:
        raise DisclosureError(f'"{released["name"]}" was changed after its release. Pass it through the gate again.')
    return released
