"""Extracts come into the store: all of them or none, every fault of all of them named at once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from coopeval.errors import DataError, Fault, Faults, ParameterError, refusal
from coopeval.importers.kbo import changes, codes, meta, order, packages, profiles, tables
from coopeval.importers.kbo.engine import engine
from coopeval.importers.kbo.layout import FULL, UPDATE
from coopeval.importers.kbo.meta import Meta
from coopeval.importers.kbo.packages import Package
from coopeval.importers.kbo.store import EXTRACTS, Extract, Store, located, present, put_in_place
from coopeval.importers.kbo.tables import Bringing, Count
from coopeval.wording import N_

QUALITY = "quality.csv"
DEFAULT = Path("data/kbo")
READING = N_("Reading {name} ({kind} extract {number} of {shows})")
NOTHING = N_("No extract was named. Give one or more: a zip file of the register, or the folder it was unpacked to.")
Say = Callable[..., None]


@dataclass(frozen=True)
class Imported:
    """What an import did: the store, its counts, what updates changed, and what was kept with a warning.

    `quality`: one row per file and outcome (extract, file, outcome, n); rows read = all outcomes of a file together.
    `changes`: one row per key that an update changed, added or removed (extract, table, key, change).
    """

    store: Store
    extracts: tuple[Extract, ...]
    quality: pd.DataFrame
    changes: pd.DataFrame
    warnings: Faults

    @property
    def is_update_alone(self) -> bool:
        """Whether the store begins with an update, and so knows changed entities only."""
        return not self.store.is_whole


def bring_in(paths: Sequence[Path | str], out: Path | str = DEFAULT, say: Say = lambda *_, **__: None) -> Imported:
    """Bring extracts of the register into a store, in the order given: a full one first, then its updates.

    Parameters
    ----------
    paths
        Zip files, or the folders they were unpacked to.
    out
        Folder of the store; a relative path starts at the project root.
    say
        Told a sentence and its values before each extract.

    Raises
    ------
    DataError
        Holding every fault of every extract; then nothing was written.
    LockedError
        Another import changed the store meanwhile.
    """
    if not paths:
        raise refusal(ParameterError, NOTHING)
    before = present(located(out))
    coming, faults = _looked_at(paths, before)
    if any(fault.severity == "refuse" for fault in faults):
        raise DataError(faults=Faults(faults))
    parent = before.path.parent
    made_parents = not parent.exists()
    parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{before.path.name}-", dir=parent))
    try:
        return _built(coming, before, building, faults, say)
    finally:
        shutil.rmtree(building, ignore_errors=True)
        if made_parents and not any(parent.iterdir()):
            parent.rmdir()


def _looked_at(paths: Sequence[Path | str], before: Store) -> tuple[list[tuple], list[Fault]]:
    """Each extract with what it says of itself and its headings; and whatever is wrong before a row is read."""
    found, faults = [], []
    for path in map(located, paths):
        package, wrong = packages.opened(path)
        faults += wrong
        said, wrong = meta.told(package) if package else (None, [])
        faults += wrong
        if said:
            headings, wrong = tables.missing(package, said.kind)
            faults += wrong
            found.append((package, said, headings))
    faults += order.faults(before.metas, [(package.name, said) for package, said, _ in found])
    return found, faults


def _built(coming: list[tuple], before: Store, building: Path, faults: list[Fault], say: Say) -> Imported:
    made, counts, changed = Store(before.path, before.extracts, building), [], []
    for package, said, headings in coming:
        say(READING, name=package.name, kind=said.kind, number=said.number, shows=said.shows)
        is_sound = not any(fault.severity == "refuse" for fault in faults)
        made, wrong = _one(package, said, headings, made, counts, changed, is_sound)
        faults = faults + wrong
    if any(fault.severity == "refuse" for fault in faults):
        raise DataError(faults=Faults(faults))
    new = made.extracts[len(before.extracts) :]
    every = pd.concat(changed, ignore_index=True) if changed else pd.DataFrame(columns=changes.COLUMNS)
    quality = pd.DataFrame(counts, columns=list(Count._fields))
    for extract in new:
        _beside(made.folder(extract), extract, quality, every)
    return Imported(put_in_place(made, before), new, quality, every, Faults(faults))


def _one(
    package: Package,
    said: Meta,
    headings: dict,
    before: Store,
    counts: list[Count],
    changed: list[pd.DataFrame],
    is_sound: bool,
) -> tuple[Store, list[Fault]]:
    """One extract into its folder of the store being built; read on its own where one before was refused."""
    extract = Extract(said, package.name, packages.digest(package))
    folder = before.building / EXTRACTS / extract.folder
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=before.building) as scratch, engine(Path(scratch)) as link:
        at = Bringing(link, extract, package, folder, Path(scratch), before.with_one(extract), [], counts)
        tables.bring(at, headings)
        if is_sound and not _refused(at) and said.kind == FULL:
            at.faults.extend(changes.shrinks(at, before))
        elif is_sound and not _refused(at) and before.is_whole:
            at.faults.extend(changes.fits(at, before))
        if is_sound and not _refused(at):
            if said.kind == UPDATE:
                changed += [changes.listed(at), changes.cascade(at, before)]
            profiles.add(at, before)
            at.faults.extend(codes.unknown(at))
    return at.store, at.faults


def _refused(at: Bringing) -> bool:
    return any(fault.severity == "refuse" for fault in at.faults)


def _beside(folder: Path, extract: Extract, quality: pd.DataFrame, changed: pd.DataFrame) -> None:
    """The counts and the changes of an extract, in its folder."""
    number = extract.meta.number
    own = quality[quality["extract"].eq(number)]
    own.to_csv(folder / QUALITY, index=False, lineterminator="\n")
    if extract.meta.kind == UPDATE:
        own = changed[changed["extract"].eq(number)]
        own.to_csv(folder / changes.FILE, index=False, lineterminator="\n")
