"""Filings of the central balance sheet office to tables: counts of jobs, years, flows, filings and coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

import pandas as pd

from coopeval import reference
from coopeval.errors import Fault
from coopeval.importers.nbb import coverage, identities, years
from coopeval.importers.nbb.choosing import OUTSIDE, Chosen, chosen
from coopeval.importers.nbb.filing import Filing, Told, checked
from coopeval.importers.nbb.reading import read as read_files
from coopeval.importers.result import Imported, balance, quality, refused_if_wrong
from coopeval.tables.personal import shown

NAME = "nbb"
FILINGS = ["enterprise_number", "period_from", "closed_on", "reference", "file", "deposit_type", "legal_form", "became",
           "other_reference", "n_rubrics"]  # fmt: skip
NOT_JOBS, OF_ASIDE, SILENT = "not about jobs", "of a filing set aside", "no social balance sheet"


def read(paths: Iterable, data=None, keep: Collection[str] = ()) -> Imported:
    """Tables `headcounts`, `years`, `flows`, `filings` and, with `data`, `coverage`.

    A row of `headcounts` is that of the data contract, source balance_sheet, counted on the closing date. Its key is
    the `enterprise_id` of the data; without `data` it is the enterprise number, and a warning says so.

    Parameters
    ----------
    paths
        CSV files of the site, JSON of the web service (one filing, or a list of them), and lists of references of the
        web service, which tell enterprise, period and day of deposit of a filing in JSON.
    data
        Folder or workbook with the tables: filings of other enterprises are set aside, coverage is counted.
    keep
        References of the filings that count, where of several for one year nothing tells which is the last.

    Raises
    ------
    DataError
        All faults of all files at once.

    Source
    ------
    Full model of the social balance sheet, central balance sheet office of the National Bank of Belgium.
    """
    tolds, faults = read_files([Path(path) for path in paths])
    enterprises = _enterprises(data)
    n_rubrics = sum(told.n_read for told in tolds)
    filings = [filing for told in tolds if (filing := checked(told)) is not None]
    result = chosen(filings, keep)
    _refuse(faults, tolds)
    if enterprises is not None:
        _only_of(set(enterprises["kbo_number"]), result)
    identities.complain(result.kept)
    for filing in result.kept:
        if not filing.has_jobs:
            filing.told.add("W-NBB-05", "reference")
    found = years.years(result.kept)
    committee_of = {filing.reference: _committee(filing) for filing in result.kept}
    tables = {
        "headcounts": years.headcounts(found, committee_of), "years": years.table(found),
        "flows": years.flows(result.kept), "filings": _filings(result),
    }  # fmt: skip
    if enterprises is not None:
        tables = _under_ids(tables, enterprises) | {"coverage": coverage.by_form(enterprises, result.kept)}
    elif len(tables["headcounts"]):
        faults.append(Fault("W-NBB-10", file="headcounts.csv", column="enterprise_id"))
    told = refused_if_wrong([*faults, *(fault for one in tolds for fault in one.faults)])
    return Imported(NAME, tables, quality(_counts(result, n_rubrics, tables, len(tolds)), told), told)


def _refuse(faults: list[Fault], tolds: list[Told]) -> None:
    """All faults at once, before anything is made of the filings that have none."""
    refused_if_wrong([*faults, *(fault for told in tolds for fault in told.faults)])


def _enterprises(data) -> pd.DataFrame | None:
    if data is None:
        return None
    from coopeval import tables

    return tables.read(data)["enterprises"][["enterprise_id", "structure_id", "kbo_number", "legal_form"]]


def _only_of(numbers: set[str], result: Chosen) -> None:
    """Filings of enterprises that the data do not hold are listed and left out."""
    for filing in [one for one in result.kept if one.entity not in numbers]:
        filing.told.add("Q-NBB-02", "entity", filing.entity)
        result.aside.append((filing, OUTSIDE, ""))
        result.kept.remove(filing)


def _committee(filing: Filing) -> str:
    """The joint committee where there is one and the code list has it; `all` where the count is not split by it."""
    given = tuple(dict.fromkeys(filing.told.committees))
    if len(given) > 1:
        filing.told.add("W-NBB-09", "JointCommittees", shown(", ".join(given)))
    if len(given) != 1:
        return years.ALL
    if given[0] not in set(reference.codes("joint_committees")["code"]):
        filing.told.add("W-NBB-07", "JointCommittees", shown(given[0]))
        return years.ALL
    return given[0]


def _under_ids(tables: dict[str, pd.DataFrame], enterprises: pd.DataFrame) -> dict[str, pd.DataFrame]:
    columns = {"headcounts": "enterprise_id", "years": "enterprise_number", "flows": "enterprise_number"}
    return tables | {name: coverage.with_ids(tables[name], enterprises, column) for name, column in columns.items()}


def _filings(result: Chosen) -> pd.DataFrame:
    listed = [(filing, "kept" if filing.has_jobs else SILENT, "") for filing in result.kept] + result.aside
    rows = [
        (
            one.entity, one.start.date().isoformat(), one.end.date().isoformat(), one.reference, one.file,
            one.told.facts.get("deposit_type", ""), one.told.facts.get("legal_form", ""), became, other,
            one.told.n_read,
        )
        for one, became, other in listed
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=FILINGS).sort_values(FILINGS[:5], kind="stable", ignore_index=True)


def _counts(result: Chosen, n_rubrics: int, tables: dict[str, pd.DataFrame], n_filings: int) -> list[tuple]:
    """What became of every filing and every rubric, and what the tables hold."""
    reasons = Counter(reason for _, reason, _ in result.aside)
    used = sum(filing.n_used for filing in result.kept)
    repeated = sum(filing.told.n_repeated for filing in result.kept)
    of_aside = sum(filing.told.n_read for filing, _, _ in result.aside)
    others = sum(filing.told.n_read for filing in result.kept) - used - repeated
    aside = {NOT_JOBS: others, "repeats another row": repeated, OF_ASIDE: of_aside}
    origins = tables["years"].drop_duplicates(["enterprise_number", "closed_on"])["origin"].value_counts()
    return [
        *balance("filings", n_filings, len(result.kept), reasons),
        ("filings", "missing", SILENT, sum(not filing.has_jobs for filing in result.kept)),
        *balance("rubrics", n_rubrics, used, aside),
        *(("enterprise_years", "kept", origin, int(origins.get(origin, 0))) for origin in (years.OWN, years.BEFORE)),
        ("headcounts", "kept", "", len(tables["headcounts"])),
        *_coverage(tables),
    ]


def _coverage(tables: dict[str, pd.DataFrame]) -> list[tuple]:
    if "coverage" not in tables:
        return []
    sums = tables["coverage"].sum(numeric_only=True)
    names = {"n_enterprises": "in the data", "n_with_number": "with a number", "n_with_filing": "with a filing",
             "n_with_social_balance_sheet": "with a social balance sheet"}  # fmt: skip
    return [("enterprises", "counted", about, int(sums[name])) for name, about in names.items()]
