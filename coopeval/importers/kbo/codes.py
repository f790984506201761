"""Codes that no list of the project knows, versions of NACE side by side, entities without an enterprise: named."""

from __future__ import annotations

from coopeval import reference
from coopeval.errors import Fault
from coopeval.importers.kbo import engine
from coopeval.importers.kbo.layout import BRANCH, ENTERPRISE, ESTABLISHMENT, INSERT, LAYOUTS, NACE_VERSIONS, UPDATE
from coopeval.importers.kbo.store import state
from coopeval.importers.kbo.tables import Bringing
from coopeval.tables.personal import shown

SITUATIONS, FORMS = "juridical_situations", "legal_forms"
MOST_NAMED = 100
# what the register's own code table of October 2025 lists; a code past these is named, never read as another
KNOWN = {
    "Status": ("AC",),
    "TypeOfEnterprise": ("0", "1", "2"),
    "TypeOfAddress": ("REGO", "BAET", "ABBR", "OBAD"),
    "ActivityGroup": ("001", "002", "003", "004", "005", "006", "007"),
    "NaceVersion": NACE_VERSIONS,
    "Classification": ("MAIN", "SECO", "ANCI"),
    "Language": ("0", "1", "2", "3", "4"),
    "TypeOfDenomination": ("001", "002", "003", "004"),
}
LISTED = {"JuridicalSituation": SITUATIONS, "JuridicalForm": FORMS, "JuridicalFormCAC": FORMS}
MAY_BE_EMPTY = ("JuridicalForm", "JuridicalFormCAC")


def unknown(at: Bringing) -> list[Fault]:
    """Warnings about the rows of one extract, after they were kept."""
    faults = []
    for table, layout in LAYOUTS.items():
        for column in layout.codes:
            faults += _codes(at, table, column)
    faults += _nace_versions(at)
    if at.store.is_whole:
        faults += _orphans(at)
    return faults


def _file(at: Bringing, table: str) -> str:
    return at.package.file(table + INSERT if at.extract.meta.kind == UPDATE else table)


def _codes(at: Bringing, table: str, column: str) -> list[Fault]:
    known = KNOWN.get(column) or tuple(reference.codes(LISTED[column])["code"])
    known = (*known, "") if column in MAY_BE_EMPTY else known
    query = (
        f"SELECT {column}, count(*) FROM {engine.parquet([at.folder / f'{table}.parquet'])} "
        f"WHERE {column} NOT IN {engine.many(known)} GROUP BY ALL ORDER BY 1 LIMIT {MOST_NAMED}"
    )
    return [
        Fault("W-KBO-14", table, _file(at, table), column=column, found=shown(code), values={"n": n})
        for code, n in at.link.execute(query).fetchall()
    ]


def _nace_versions(at: Bringing) -> list[Fault]:
    source = engine.parquet([at.folder / "activity.parquet"])
    query = f"SELECT NaceVersion, count(*) FROM {source} GROUP BY ALL ORDER BY 1"
    counts = at.link.execute(query).fetchall()
    if len(counts) < 2:
        return []
    versions = ", ".join(f"{shown(version)}: {n}" for version, n in counts)
    return [Fault("W-KBO-15", "activity", _file(at, "activity"), column="NaceVersion", values={"versions": versions})]


def _orphans(at: Bringing) -> list[Fault]:
    """Rows of this extract that belong to no entity of the register: kept, and used by nothing."""
    entities = " UNION ALL ".join(
        f"SELECT {LAYOUTS[table].key} AS entity FROM ({state(at.store, table)})"
        for table in (ENTERPRISE, ESTABLISHMENT, BRANCH)
    )
    at.link.execute(f"CREATE OR REPLACE TEMP TABLE entities AS {entities}")
    faults = []
    owners = {ESTABLISHMENT: "EnterpriseNumber", BRANCH: "EnterpriseNumber"}
    for table in (name for name, layout in LAYOUTS.items() if layout.kept and name != ENTERPRISE):
        column = owners.get(table, LAYOUTS[table].key)
        source = engine.parquet([at.folder / f"{table}.parquet"])
        query = f"SELECT count(*), min(t.{column}) FROM {source} t ANTI JOIN entities e ON t.{column} = e.entity"
        n, example = at.link.execute(query).fetchone()
        if n:
            values = {"n": n}
            faults.append(Fault("W-KBO-16", table, _file(at, table), column=column, found=example, values=values))
    at.link.execute("DROP TABLE entities")
    return faults
