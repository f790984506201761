"""Ends that somebody looked up: day, kind and successor, which the open data do not tell.

A file `exits.csv` in the store, filled in by hand from the public search page of the register or the Official Gazette:
enterprise_number, ended_on, end_kind, continued_by, source. It goes before what successive extracts show.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from coopeval import reference
from coopeval.errors import DataError, refusal
from coopeval.schema.forms import is_day, is_enterprise_number
from coopeval.wording import N_

FILE = "exits.csv"
COLUMNS = ("enterprise_number", "ended_on", "end_kind", "continued_by", "source")
HEADINGS = N_("{file} must have the columns {columns}.")
WRONG = N_("{file}, lines {lines}: {column} is not in its form. See docs/kbo.md.")


def known(place: Path) -> pd.DataFrame:
    """The ends that were looked up, one row per enterprise; none where there is no such file.

    Raises
    ------
    DataError
        Headings, numbers, days, kinds or sources that are not in their form, or an enterprise twice.
    """
    path = place / FILE
    if not path.is_file():
        return pd.DataFrame(columns=COLUMNS)
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    if tuple(table) != COLUMNS:
        raise refusal(DataError, HEADINGS, file=FILE, columns=", ".join(COLUMNS))
    ends = set(reference.codes("enterprise_ends")["code"])
    wrong = {
        "enterprise_number": ~table["enterprise_number"].map(is_enterprise_number)
        | table["enterprise_number"].duplicated(),
        "ended_on": ~table["ended_on"].map(is_day),
        "end_kind": ~table["end_kind"].isin(ends),
        "continued_by": table["continued_by"].ne("") & ~table["continued_by"].map(is_enterprise_number),
        "source": table["source"].str.strip().eq(""),
    }
    for column, odd in wrong.items():
        if odd.any():
            lines = ", ".join(str(at + 2) for at in table.index[odd.astype(bool)])
            raise refusal(DataError, WRONG, file=FILE, lines=lines, column=column)
    return table


def applied(lives: pd.DataFrame, table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Lives with the ends that were looked up, and how many of them there were: exact days, no interval.

    An end is taken where the extracts show one too, no earlier: it may have been entered late, after an extract that
    still showed the enterprise alive.
    """
    if table.empty:
        return lives.assign(continued_by=""), 0
    said = table.set_index("enterprise_number").reindex(lives["number"]).reset_index(drop=True)
    day = pd.to_datetime(said["ended_on"], format="%Y-%m-%d")
    fits = day.notna().to_numpy() & lives["ended_on"].notna().to_numpy() & (day <= lives["ended_on"]).to_numpy()
    changed = lives.assign(
        ended_on=lives["ended_on"].mask(fits, day),
        last_seen_on=lives["last_seen_on"].mask(fits, day),
        not_ended_before=lives["not_ended_before"].mask(fits),
        end_kind=lives["end_kind"].mask(fits, said["end_kind"]),
        has_vanished=lives["has_vanished"] & ~fits,
        continued_by=said["continued_by"].where(fits, "").fillna(""),
    )
    return changed, int(fits.sum())
