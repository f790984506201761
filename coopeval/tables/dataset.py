"""A delivery in memory: checked tables that nobody changes, and what is known about them."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType

import pandas as pd

from coopeval.errors import DataError, Faults
from coopeval.schema import TABLES
from coopeval.tables import stems
from coopeval.tables.reads import FAULTS, NAMES, note
from coopeval.tables.typed import typed, written

SET_ASIDE = ("table", "key", "line", "reason", "code")
AS_DELIVERED = stems.of_itself()


class Dataset(Mapping[str, pd.DataFrame]):
    """Read-only mapping of table name to frame; an optional table that was not delivered is not in it.

    Whatever is looked at is noted (`tables.reads`): a run does a notebook again when what it looked at changed.
    """

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame],
        about: Mapping,
        set_aside: pd.DataFrame | None = None,
        faults: Faults | None = None,
    ) -> None:
        self._frames = {name: frames[name] for name in TABLES if name in frames}
        self._stem_from: Mapping[str, frozenset[str]] = AS_DELIVERED
        self.about = MappingProxyType(dict(about))
        self._set_aside = pd.DataFrame(columns=SET_ASIDE) if set_aside is None else set_aside
        self._faults = Faults() if faults is None else faults
        self.worked_out: dict[Hashable, object] = {}  # what follows from these tables, see `tables.once`

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name in TABLES:
            others = {one for one in self._stems(name, TABLES[name].columns) if stems.table_of(one) != name}
            note({name, *others})
        return self._frame(name).copy(deep=False)

    def columns(self, name: str, first: str, /, *more: str) -> pd.DataFrame:
        """These columns of a table and no others, in this order; every row.

        Only they are noted as looked at: what changes in others does not concern who asked. Ask for all you need, and
        for the key only if you need it.

        Raises
        ------
        KeyError
            The table was not delivered, or has no such column.

        >>> made = from_frames({"jobs": pd.DataFrame({"job_id": ["J1"], "fte": [0.5], "gender": ["woman"]})})
        >>> made.columns("jobs", "job_id", "fte").to_dict("records")
        [{'job_id': 'J1', 'fte': 0.5}]
        """
        asked = list(dict.fromkeys([first, *more]))
        known = TABLES[name].columns if name in TABLES else ()
        if known and (unknown := [column for column in asked if column not in known]):
            raise KeyError(f"{name} has no column {', '.join(unknown)}; it has {', '.join(known)}")
        if known:
            note(self._stems(name, [TABLES[name].key[0], *asked]))  # of a row more or less each key tells
        return self._frame(name)[asked].copy(deep=False)

    def _frame(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            known = "was not delivered" if name in TABLES else "is not a table of the data contract"
            raise KeyError(f"{name} {known}; this data set has {', '.join(self._frames)}")
        return self._frames[name]

    def _stems(self, name: str, columns: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self._stem_from[column] for column in stems.named(name, columns)))

    def __contains__(self, name: object) -> bool:
        note([NAMES])
        return name in self._frames

    def __iter__(self) -> Iterator[str]:
        note([NAMES])
        return iter(self._frames)

    def __len__(self) -> int:
        note([NAMES])
        return len(self._frames)

    def __deepcopy__(self, memo: dict) -> Dataset:
        return self  # nobody changes it, and what was worked out from it stays with it

    @property
    def set_aside(self) -> pd.DataFrame:
        """Rows that were not used, and why."""
        note([FAULTS])
        return self._set_aside

    @property
    def faults(self) -> Faults:
        """Warnings, and what was set aside."""
        note([FAULTS])
        return self._faults

    def unseen(self) -> dict[str, pd.DataFrame]:
        """All frames without a note, for those who only hand them on through `remade`."""
        return {name: frame.copy(deep=False) for name, frame in self._frames.items()}

    def remade(
        self,
        frames: Mapping[str, pd.DataFrame],
        also: Mapping[str, Iterable[str]] = MappingProxyType({}),
        about: Mapping | None = None,
    ) -> Dataset:
        """The same delivery with other frames under the names of its own, each column made from that of its name.

        `also` names the other columns ("jobs.started_on") that all columns of a table ("jobs"), or one of them
        ("jobs.end_kind"), were made from.
        """
        made = Dataset(frames, self.about if about is None else about, self._set_aside, self._faults)
        made._stem_from = {
            name: own.union(*(self._stem_from[one] for of in (name, stems.table_of(name)) for one in also.get(of, ())))
            for name, own in self._stem_from.items()
        }
        return made

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {len(frame)}" for name, frame in self._frames.items())
        return f"<Dataset {self.about.get('name', '')}: {rows}>"

    @property
    def delivered_on(self) -> pd.Timestamp | None:
        """Last day the tables describe."""
        return self.about.get("delivered_on")

    @property
    def is_synthetic(self) -> bool:
        """True only when the delivery says so."""
        return bool(self.about.get("is_synthetic", False))

    @property
    def as_of(self) -> pd.Timestamp | None:
        """Day as of which the tables were cut, if they were."""
        return self.about.get("as_of")


def from_frames(frames: Mapping[str, pd.DataFrame], about: Mapping | None = None) -> Dataset:
    """A data set from frames made in memory (synthetic data, tests): typed, completed and digested, not checked.

    `about` may hold `name`, `delivered_on` and `is_synthetic`. Columns that are absent become empty.

    >>> made = from_frames({"structures": pd.DataFrame({"structure_id": ["S1"], "is_evaluated": [True]})})
    >>> made["structures"].loc[0, "is_evaluated"].item(), made["structures"].loc[0, "name"]
    (True, '')
    """
    for name, frame in frames.items():
        if name not in TABLES:
            raise DataError(f'"{name}" is not a table of the data contract. See docs/tables.md.')
        if unknown := [str(column) for column in frame if column not in TABLES[name].columns]:
            raise DataError(f"{name} has columns the data contract does not know: {', '.join(unknown)}.")
    whole = {name: typed(TABLES[name], frame) for name, frame in frames.items()}
    told = {"name": "", "is_synthetic": False, "delivered_on": None, **(about or {})}
    if told["delivered_on"] is not None:
        told["delivered_on"] = pd.Timestamp(told["delivered_on"])
    digests = {name: table_digest(name, whole[name]) for name in TABLES if name in whole}
    return Dataset(whole, {**told, "digest": content_digest(digests, told), "digests": digests})


def table_digest(name: str, frame: pd.DataFrame) -> str:
    """SHA-256 of what a table says, whatever the order of its rows and columns or the format it came in."""
    table = TABLES[name]
    texts = written(table, frame).sort_values(list(table.columns), kind="stable")
    return hashlib.sha256(texts.to_csv(index=False, lineterminator="\n").encode("utf-8")).hexdigest()


def content_digest(digests: Mapping[str, str], about: Mapping) -> str:
    """SHA-256 of all tables together with the day they describe and whether they are synthetic."""
    day = about.get("delivered_on")
    head = f"{'' if day is None else pd.Timestamp(day).date()} {bool(about.get('is_synthetic'))}\n"
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256((head + lines).encode("ascii")).hexdigest()
