"""Official statistics that were imported beside the delivery, as they were published: cards, and series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.evidence.figure_rows import AS_PUBLISHED
from coopeval.tables import imports, reads
from coopeval.uncertainty import estimates
from coopeval.wording import N_
from coopeval.wording.statistics import JOINT

MOST_SERIES = 12  # of one import; more of them is a choice that nobody made
NOT_A_DIMENSION = (
    "dataset", "period", "value", "flags", "conf_status", "is_missing", "is_break", "regime", "n_alive",
    "n_registered", "adds_up",
)  # fmt: skip
FREE = ("", "F")  # of conf_status: free for publication
NONE = N_("No statistics were imported beside these data. docs/sources.md says how: coopeval import.")
APART = N_(
    "Figures stand as they were published. They are not joined over a break, and never compared across units, "
    "definitions or clocks."
)
TOO_MANY = N_("An import with more than twelve series is not shown below: it must be narrowed when it is imported.")
CALENDAR = N_("Survival by calendar year is not the survival curve at that age.")
SEVERAL = N_("Employers do not add up over joint committees: one may have several.")
POPULATION = N_("As each source defines it")
COLUMNS = ["group", "published_series", "published_period", "estimate", "unit", "flags", "note"]


def imported_tables(data) -> pd.DataFrame:
    """What was imported beside a delivery, one row per table, with what its card says.

    Parameters
    ----------
    data
        Folder or workbook of the delivery.

    Returns
    -------
    Estimate table: `group` (import), `estimate` (figures it holds), `n_series`, `n_without` (cells without a figure),
    `n_flagged`, `n_breaks`, `flags`, `measured_in`, `definition`, `clock`, `published_on`, `read_on`, `source`.
    Nothing imported is no row, and a warning says so.

    Raises
    ------
    DataError
        A table differs from its card, or is not public.
    """
    every = _every(data)
    rows = [_about(name, card, cells) for name, card, cells in every]
    columns = [
        "group", "estimate", "measured_in", "definition", "clock", "read_on", "published_on", "source", "n_series",
        "n_without", "n_flagged", "n_breaks", "flags", "note",
    ]  # fmt: skip
    return estimates(
        pd.DataFrame(rows, columns=columns), **_said(every), unit="rows", estimand=N_("Figures of the import")
    )


def imported_series(data) -> pd.DataFrame:
    """Every figure of the imports with at most twelve series: one row per import, series and period.

    Takes and refuses what `imported_tables` does.

    Returns
    -------
    Estimate table: `group` (import), `published_series` (its dimensions as `dimension=code`), `published_period`,
    `estimate` in `unit` (percentages as shares), `flags` (letters; `new_rules` where a series enters the
    rules of 2021 without a flag), `note`: not_given (never zero) or kept_confidential.
    """
    every = _every(data)
    shown = [cells.assign(group=name)[COLUMNS] for name, _, cells in every if not _is_too_long(cells)]
    empty = pd.DataFrame({name: pd.Series(dtype=float if name == "estimate" else object) for name in COLUMNS})
    rows = pd.concat(shown, ignore_index=True) if shown else empty
    rows = rows.sort_values(["group", "published_series", "published_period"], kind="stable", ignore_index=True)
    return estimates(rows, **_said(every), unit="plain", estimand=N_("Figure as published"))


def _said(every: list) -> dict[str, object]:
    """What is true of all of it, and the cautions that concern what is there."""
    holds = {
        APART: bool(every),
        TOO_MANY: any(_is_too_long(cells) for _, _, cells in every),
        CALENDAR: any(cells["unit"].eq("share").any() for _, _, cells in every),
        SEVERAL: any(cells["published_series"].str.contains("measure=employers").any() for _, _, cells in every),
    }
    warnings = tuple(sentence for sentence, is_true in holds.items() if is_true)
    about = {**AS_PUBLISHED, "codes": "imported_sources", "population": POPULATION}
    return {**about, "warnings": warnings or (NONE,)}


def _every(data) -> list[tuple[str, dict, pd.DataFrame]]:
    reads.note([reads.IMPORTS])
    folder = imports.folder_of(data)
    found = []
    for name in reference.imports(folder):
        table = reference.imported(name, folder)
        found.append((name, table.attrs["card"], _cells(table)))
    return found


def _is_too_long(cells: pd.DataFrame) -> bool:
    return cells["published_series"].nunique() > MOST_SERIES


def _about(name: str, card: dict, cells: pd.DataFrame) -> dict[str, object]:
    known = reference.codes("imported_sources").set_index("code")
    what = known.loc[name if name in known.index else reference.UNKNOWN]
    letters = cells["flags"].str.split()
    every = sorted({letter for some in letters for letter in some})
    return {
        "group": name,
        "estimate": float(cells["estimate"].notna().sum()),
        "n_series": cells["published_series"].nunique(),
        "n_without": int(cells["estimate"].isna().sum()),
        "n_flagged": int(cells["flags"].ne("").sum()),
        "n_breaks": int(letters.map(lambda some: bool({"b", "new_rules"} & set(some))).sum()),
        "flags": " ".join(every),
        "measured_in": " ".join(sorted(set(cells["unit"]))),
        "definition": what["definition"],
        "clock": what["clock"],
        "published_on": str(card["published_on"])[:10] if str(card["published_on"])[:2].isdigit() else "",
        "read_on": card["read_on"],
        "source": f"{card['producer']}, {card['address']}",
        "note": "too_many_series" if _is_too_long(cells) else "",
    }


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    """One row per cell: `published_series`, `published_period`, `estimate`, `unit`, `flags`, `note`."""
    table = table.rename(columns={"survival": "value", "region": "geo"})
    if "registered_in" in table:
        table = table.rename(columns={"registered_in": "period"})
        table = table.assign(period=table["period"].astype(int).astype(str), at_years=table["at_years"].astype(int))
    period = table["period"].str.replace(r"(?<=\d{4})(?=Q)", "-", regex=True)
    series, unit = _series(table)
    is_percent = unit.eq("share") & ("survival" not in table) & ("at_years" not in table)
    secret = ~table.get("conf_status", pd.Series("", index=table.index)).isin(FREE)
    value = table["value"].where(~secret) / np.where(is_percent, 100, 1)
    note = np.select([secret, value.isna()], ["kept_confidential", "not_given"], "")
    return pd.DataFrame(
        {"published_series": series, "published_period": period, "estimate": value, "unit": unit,
         "flags": _flags(table, series), "note": note}
    )  # fmt: skip


def _series(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The dimensions of each row in one text, and the unit that one of them tells."""
    known = reference.codes("statistics_codes").set_index("code")["unit"]
    series, unit = pd.Series("", index=table.index), pd.Series("", index=table.index)
    for name in (one for one in table if one not in NOT_A_DIMENSION):
        dimension = "indic" if name.startswith("indic") else name
        codes = table[name].astype(str)
        told = (dimension + "=" + codes).where(codes.ne("") & ~((name == "freq") & codes.eq("A")), "")
        series = series.where(series.eq("") | told.eq(""), series + JOINT) + told
        unit = unit.where(unit.ne(""), told.map(known).fillna(""))
    return series, unit.where(unit.ne(""), "plain")


def _flags(table: pd.DataFrame, series: pd.Series) -> pd.Series:
    """The flags of each row; where a series enters the rules of 2021 and no flag says so, it is said here."""
    if "flags" not in table:
        return pd.Series("", index=table.index)
    given = table.assign(series=series)[table["value"].notna() & table["regime"].ne("")]
    before = set(given.loc[given["regime"].eq("until_2020"), "series"])
    first = given[given["regime"].eq("from_2021")].sort_values("period").drop_duplicates("series")
    silent = first.index[first["series"].isin(before) & ~first["is_break"]]
    added = pd.Series("", index=table.index)
    added[silent] = " new_rules"
    return (table["flags"] + added).str.strip()
