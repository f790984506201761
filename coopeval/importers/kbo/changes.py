"""What an update changes, adds and takes away; and whether it fits the state that it is applied to.

A key that is deleted and inserted is changed; only inserted, added; only deleted, removed. When an enterprise leaves,
its rows in the other tables leave with it, whether or not the update lists them.
"""

from __future__ import annotations

import pandas as pd

from coopeval.errors import Fault
from coopeval.importers.kbo import engine
from coopeval.importers.kbo.layout import BRANCH, DELETE, ENTERPRISE, ESTABLISHMENT, INSERT, LAYOUTS
from coopeval.importers.kbo.store import Store, rows_of, state
from coopeval.importers.kbo.tables import Bringing, keys_of

COLUMNS = ("extract", "table", "key", "change")
CHANGED, ADDED, REMOVED, WITH_ENTERPRISE = "changed", "added", "removed", "removed_with_enterprise"
FILE = "changes.csv"
HELD = [table for table, layout in LAYOUTS.items() if layout.kept]
MOST_NAMED = 1_000
LEAST_LEFT = 0.8  # a register of two million loses some five in a hundred a year, and gains more


def fits(at: Bringing, before: Store) -> list[Fault]:
    """What an update takes for granted and is not so: a key that it inserts is there, one that it deletes is not."""
    faults = []
    for table in HELD:
        inserted, deleted = _source(at, table), _source(at, table + DELETE)
        key, there = LAYOUTS[table].key, state(before, table)
        if LAYOUTS[table].is_unique:
            query = (
                f"SELECT {key} FROM {inserted} SEMI JOIN ({there}) s USING ({key}) ANTI JOIN {deleted} d USING ({key}) "
                f"ORDER BY 1 LIMIT {MOST_NAMED}"
            )
            place = at.package.file(table + INSERT)
            faults += [
                Fault("E-KBO-36", table, place, column=key, found=found)
                for (found,) in at.link.execute(query).fetchall()
            ]
        query = f"SELECT count(DISTINCT {key}), min({key}) FROM {deleted} ANTI JOIN ({there}) s USING ({key})"
        n, example = at.link.execute(query).fetchone()
        if n and table in (ENTERPRISE, ESTABLISHMENT, BRANCH):
            place = at.package.file(table + DELETE)
            faults.append(Fault("W-KBO-13", table, place, column=key, found=example, values={"n": n}))
    return faults


def shrinks(at: Bringing, before: Store) -> list[Fault]:
    """Whether a full extract lacks so many enterprises that it was cut short: they would all count as ended."""
    n = rows_of(at.link, f"SELECT 1 FROM {_source(at, ENTERPRISE)}")
    there = rows_of(at.link, state(before, ENTERPRISE)) if before.is_whole else 0
    if n > LEAST_LEFT * there:
        return []
    return [Fault("E-KBO-28", ENTERPRISE, at.package.file(ENTERPRISE), values={"n": n, "there": there})]


def cascade(at: Bringing, before: Store) -> pd.DataFrame:
    """Delete too what belongs to enterprises that left and is not in the lists of the update; returns it, by key."""
    gone = (
        f"SELECT EnterpriseNumber FROM {_source(at, ENTERPRISE + DELETE)} "
        f"ANTI JOIN {_source(at, ENTERPRISE)} i USING (EnterpriseNumber)"
    )
    units = " UNION ALL ".join(
        f"SELECT {LAYOUTS[table].key} AS entity FROM ({state(before, table)}) "
        f"SEMI JOIN ({gone}) g USING (EnterpriseNumber)"
        for table in (ESTABLISHMENT, BRANCH)
    )
    at.link.execute(
        f"CREATE OR REPLACE TEMP TABLE leaving AS SELECT EnterpriseNumber AS entity FROM ({gone}) UNION {units}"
    )
    frames = []
    for table in (name for name in HELD if name != ENTERPRISE):
        key, listed = LAYOUTS[table].key, _source(at, table + DELETE)
        query = (
            f"SELECT DISTINCT {key} FROM ({state(before, table)}) s SEMI JOIN leaving ON s.{key} = leaving.entity "
            f"ANTI JOIN {listed} d USING ({key}) ANTI JOIN {_source(at, table)} i USING ({key}) ORDER BY 1"
        )
        more = at.link.execute(query).df()
        if len(more):
            _add(at, table, more)
            frames.append(more.set_axis(["key"], axis=1).assign(table=table, change=WITH_ENTERPRISE))
    return _framed(at, frames)


def _add(at: Bringing, table: str, more: pd.DataFrame) -> None:
    key, path = LAYOUTS[table].key, at.folder / f"{table}{DELETE}.parquet"
    beside = path.with_suffix(".more")
    at.link.register("more", more)
    both = f"SELECT * FROM {engine.parquet([path])} UNION ALL SELECT {key}, {at.extract.meta.number}::INTEGER FROM more"
    engine.kept(at.link, both, beside)
    at.link.unregister("more")
    beside.replace(path)


def listed(at: Bringing) -> pd.DataFrame:
    """The keys that the files of the update themselves change, add and remove; of tables that are not kept, too."""
    frames = []
    for table in LAYOUTS:
        deleted, inserted = (engine.parquet([keys_of(at, table + part)]) for part in (DELETE, INSERT))
        query = (
            f"SELECT coalesce(d.key, i.key) AS key, '{table}' AS 'table', CASE WHEN i.key IS NULL THEN '{REMOVED}' "
            f"WHEN d.key IS NULL THEN '{ADDED}' ELSE '{CHANGED}' END AS change "
            f"FROM {deleted} d FULL JOIN {inserted} i USING (key) ORDER BY change, key"
        )
        frames.append(at.link.execute(query).df())
    return _framed(at, frames)


def _framed(at: Bringing, frames: list[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(frames).assign(extract=at.extract.meta.number)[list(COLUMNS)].reset_index(drop=True)


def summary(changes: pd.DataFrame) -> pd.DataFrame:
    """How many keys each update changes, adds and removes, one row per extract and table."""
    kinds = [CHANGED, ADDED, REMOVED, WITH_ENTERPRISE]
    counts = changes.groupby(["extract", "table", "change"], sort=False).size().unstack("change", fill_value=0)
    return counts.reindex(columns=kinds, fill_value=0).rename_axis(columns=None).reset_index()


def _source(at: Bringing, name: str) -> str:
    return engine.parquet([at.folder / f"{name}.parquet"])
