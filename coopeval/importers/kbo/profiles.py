"""One row per enterprise and state: what history is made of. Each extract adds the rows that are new or changed.

Of the activities one code is chosen for each version of NACE and never joined with another version: among the main
activities, first those of the employer (ONSS, group 006), then the declared ones (003), then those of VAT (001), then
any other; there the lowest code. How many main codes there were is kept beside it.
"""

from __future__ import annotations

import duckdb

from coopeval.importers.kbo import engine
from coopeval.importers.kbo.layout import (
    ENTERPRISE,
    GROUPS,
    LAYOUTS,
    NACE_VERSIONS,
    SEAT,
    UPDATE,
)  # fmt: skip
from coopeval.importers.kbo.store import PROFILE, Store, state
from coopeval.importers.kbo.tables import Bringing

FACTS = (
    "status", "kind", "situation", "form", "form_cac", "started_on", "postcode", "municipality_nl", "municipality_fr",
    "n_seats", *(f"nace_{version}" for version in NACE_VERSIONS), *(f"n_{version}" for version in NACE_VERSIONS),
)  # fmt: skip


def add(at: Bringing, before: Store) -> None:
    """Write the profiles that this extract adds: all at the first, later only what differs from the last known."""
    now = _now(at.store, _touched(at) if at.extract.meta.kind == UPDATE else "")
    at.link.execute(f"CREATE OR REPLACE TEMP TABLE profile_now AS {now}")
    known = before.files(PROFILE)
    extract = f"{at.extract.meta.number}::INTEGER"
    if not known:
        query = (
            f"SELECT number, {extract} AS extract, true AS is_present, true AS is_first, {_facts('n')} "
            f"FROM profile_now n ORDER BY number"
        )
    else:
        query = _difference(at.link, engine.parquet(known), extract, _scope(at))
    engine.kept(at.link, query, at.folder / f"{PROFILE}.parquet", engine.QUICK)  # every question reads it
    at.link.execute("DROP TABLE profile_now")


def _facts(alias: str) -> str:
    return ", ".join(f"{alias}.{fact}" for fact in FACTS)


def _scope(at: Bringing) -> str:
    """Of whom the extract can tell that they left: of all in a full one, of those it touches in an update."""
    return f"SEMI JOIN ({_touched(at)}) t ON log.number = t.number" if at.extract.meta.kind == UPDATE else ""


def _difference(link: duckdb.DuckDBPyConnection, log: str, extract: str, scope: str) -> str:
    """Query of the rows that are new, changed or gone."""
    facts = ", ".join(FACTS)
    link.execute(
        f"CREATE OR REPLACE TEMP TABLE profile_last AS SELECT number, max_by(is_present, extract) AS is_present, "
        f"max_by(hash({facts}), extract) AS facts FROM {log} log {scope} GROUP BY number"
    )
    return (
        f"SELECT n.number, {extract} AS extract, true AS is_present, l.number IS NULL AS is_first, {_facts('n')} "
        f"FROM profile_now n LEFT JOIN profile_last l USING (number) "
        f"WHERE l.number IS NULL OR NOT l.is_present OR l.facts <> hash({_facts('n')}) "
        f"UNION ALL SELECT l.number, {extract}, false, false, {', '.join('NULL' for _ in FACTS)} "
        f"FROM profile_last l ANTI JOIN profile_now n USING (number) WHERE l.is_present ORDER BY number"
    )


def _touched(at: Bringing) -> str:
    """Query of the enterprises of which an update changes, adds or removes anything that a profile tells."""
    parts = []
    for table in (ENTERPRISE, "address", "activity"):
        key = LAYOUTS[table].key
        for name in (table, f"{table}_delete"):
            parts.append(
                f"SELECT {key} AS number FROM {engine.parquet([at.folder / f'{name}.parquet'])} WHERE {key} < '2'"
            )
    return " UNION ".join(parts)


def _now(made: Store, touched: str) -> str:
    """Query of the profiles at the last extract; of the enterprises touched alone, where they are said."""
    within = {
        table: f"SEMI JOIN ({touched}) t ON x.{LAYOUTS[table].key} = t.number" if touched else ""
        for table in (ENTERPRISE, "address", "activity")
    }
    rank = " ".join(f"WHEN '{group}' THEN '{place}'" for group, place in GROUPS.items())
    ranked = f"CASE ActivityGroup {rank} ELSE '4' END || NaceCode"
    chosen = ", ".join(
        f"min({ranked}) FILTER (NaceVersion = '{v}') AS best_{v}, count(*) FILTER (NaceVersion = '{v}') AS n_{v}"
        for v in NACE_VERSIONS
    )
    naces = ", ".join(f"coalesce(substr(a.best_{v}, 2), '') AS nace_{v}" for v in NACE_VERSIONS)
    counts = ", ".join(f"coalesce(a.n_{v}, 0)::INTEGER AS n_{v}" for v in NACE_VERSIONS)
    code = "CASE CountryNL WHEN '' THEN Zipcode ELSE '' END"  # a seat abroad has no postcode of ours
    seat = "CASE WHEN s.n_codes = 1 THEN s.{0} ELSE '' END"
    return f"""
        SELECT e.EnterpriseNumber AS number, e.Status AS status, e.TypeOfEnterprise AS kind,
            e.JuridicalSituation AS situation,
            CASE WHEN e.JuridicalFormCAC <> '' THEN e.JuridicalFormCAC ELSE e.JuridicalForm END AS form,
            e.JuridicalFormCAC AS form_cac, TRY_CAST(e.StartDate AS DATE) AS started_on,
            {seat.format("Zipcode")} AS postcode, {seat.format("nl")} AS municipality_nl,
            {seat.format("fr")} AS municipality_fr, coalesce(s.n_codes, 0)::INTEGER AS n_seats, {naces}, {counts}
        FROM (SELECT x.* FROM ({state(made, ENTERPRISE)}) x {within[ENTERPRISE]}) e
        LEFT JOIN (
            SELECT EntityNumber, min({code}) AS Zipcode, min(MunicipalityNL) AS nl, min(MunicipalityFR) AS fr,
                count(DISTINCT {code}) AS n_codes
            FROM ({state(made, "address")}) x {within["address"]} WHERE TypeOfAddress = '{SEAT}' GROUP BY EntityNumber
        ) s ON e.EnterpriseNumber = s.EntityNumber
        LEFT JOIN (
            SELECT EntityNumber, {chosen} FROM ({state(made, "activity")}) x {within["activity"]}
            WHERE Classification = 'MAIN' AND EntityNumber < '2' GROUP BY EntityNumber
        ) a ON e.EnterpriseNumber = a.EntityNumber"""
