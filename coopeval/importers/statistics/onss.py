"""ONSS/RSZ: jobs, and employers, by joint committee. Employers never add up: one may have several committees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from coopeval import reference
from coopeval.errors import Faults, ParameterError, refusal
from coopeval.importers.result import Imported, quality, refused_if_wrong
from coopeval.importers.statistics.column_map import ColumnMap
from coopeval.importers.statistics.published import Published
from coopeval.importers.statistics.reading import asked, card, counts, in_form, table_of, taken_in
from coopeval.schema import Table
from coopeval.schema.column import number, text
from coopeval.tables.personal import shown
from coopeval.wording import N_

NAME = "onss_joint_committees"
KEY = ["joint_committee", "period", "worker_status", "gender", "place"]
MEASURES = {"jobs": True, "employers": False}  # and whether it may be added over committees
COMMITTEE = r"[1-9]\d{2}(?:\.\d{2})?|none"
QUARTER = re.compile(r"(\d{4})-?Q([1-4])")
ABOUT = {
    "title": "Jobs and employers by joint committee",
    "producer": "NSSO (ONSS/RSZ)",
    "address": "https://www.rsz.be/stats/evolutie-van-de-arbeidsplaatsen-naar-paritair-comite",
    "licence": "as the site of the NSSO states it; look it up before publishing",
    "unit": "jobs at the end of the quarter; employers",
    "definition": "joint committee as the employer declares it, which depends on the task of the worker",
    "flags": [],
    "breaks": [],
    "caveats": [
        "An employer with several joint committees is counted under each: employers are never added over committees.",
        "Figures by place of work and by head office differ; Brussels is inflated by head offices.",
    ],
    "numbers": ["value"],
    "booleans": ["adds_up"],
}


def read(path, map_file=None, read_on: str = "", only=None) -> Imported:
    """One row per committee, quarter and measure: the key, `measure`, `value`, `adds_up` (false for employers).

    Committees are text: 329.02 is no number. Totals in the file are set aside and compared with what they add up.

    Parameters
    ----------
    path
        Workbook (.xlsx) or CSV.
    map_file
        TOML that says which heading is which column (docs/sources.md); without it the headings are our own names.
    read_on
        Day of the download; default: the day on which the file was last changed.
    only
        Column of the key, or `measure`, -> codes to keep; the other rows are counted as not asked for.

    Raises
    ------
    DataError
        All faults at once.
    """
    path = Path(path)
    raw, said, totals = taken_in(path, None if map_file is None else Path(map_file), _table)
    _periods(raw)
    _committees(raw)
    frame = in_form(raw)
    parts = [
        frame[[*KEY, "line"]].assign(measure=name, value=frame[name], adds_up=adds_up)
        for name, adds_up in MEASURES.items()
        if name not in raw.absent
    ]
    long = pd.concat(parts or [frame[[*KEY, "line"]].assign(measure="jobs", value=float("nan"), adds_up=True)])
    _overlap(raw, long)
    _compare(raw, totals, long)
    faults = refused_if_wrong(raw.faults)
    long = asked(raw, long, only, [*KEY, "measure"])
    _not_listed(raw, long)
    faults = Faults(raw.faults)
    long = long.drop(columns="line").sort_values([*KEY, "measure"], kind="stable", ignore_index=True)
    told = quality([*counts(raw), ("cells", "missing", "", int(long["value"].isna().sum()))], faults)
    return Imported(NAME, {NAME: long}, told, faults, card(path, said, read_on, **ABOUT))


def summed(table: pd.DataFrame, measure: str, by: Sequence[str] = ("period",)) -> pd.DataFrame:
    """A measure added over committees: one row per group in `by`. Employers are refused, since they do not add up."""
    rows = table[table["measure"].eq(measure)]
    if rows.empty or not rows["adds_up"].all():
        raise refusal(
            ParameterError,
            N_("{measure} cannot be added over joint committees: an employer may have several of them."),
            measure=measure,
        )
    return rows.groupby(list(by), as_index=False)["value"].sum(min_count=1)


def _table(said: ColumnMap) -> Table:
    columns = {
        "joint_committee": text(N_("joint committee")),
        "period": text(N_("quarter")),
        "worker_status": text(N_("statute of the workers"), optional=True),
        "gender": text(N_("gender of the workers"), optional=True),
        "place": text(N_("place of work or head office"), optional=True),
        "jobs": number(N_("jobs at the end of the quarter"), "jobs", optional=True),
        "employers": number(N_("employers"), "employers", optional=True),
    }
    return table_of(NAME, ABOUT["title"], KEY, columns)


def _periods(raw: Published) -> None:
    """Quarters as 2025Q1; other forms are not guessed."""
    cells = raw.frame["period"]
    odd = cells.index[~cells.str.fullmatch(QUARTER) & cells.ne("")]
    raw.add("E-FORM-01", odd, "period", cells[odd].map(shown), expected="2025Q1")
    raw.frame["period"] = cells.str.replace("-", "", regex=False)


def _committees(raw: Published) -> None:
    """Three digits, and two more behind a point: 329.2 has lost a digit, in a cell that holds a number."""
    cells = raw.frame["joint_committee"]
    odd = cells.index[~cells.str.fullmatch(COMMITTEE) & cells.ne("")]
    raw.add("E-STAT-11", odd, "joint_committee", cells[odd].map(shown), expected="200, 329.02, none")


def _not_listed(raw: Published, long: pd.DataFrame) -> None:
    """Committees that the code list does not hold; it holds those that matter here, not all."""
    odd = sorted(set(long["joint_committee"]) - set(reference.codes("joint_committees")["code"]) - {"none"})
    if odd:
        first = long.loc[long["joint_committee"].isin(odd), "line"].min()
        raw.add("W-STAT-08", [int(first)], "joint_committee", [", ".join(odd[:5])], n=len(odd))


def _overlap(raw: Published, long: pd.DataFrame) -> None:
    """A committee beside its sub-committees: nobody knows whether it holds them."""
    parents = set(long["joint_committee"][long["joint_committee"].str.contains(".", regex=False)].str[:3])
    for committee in sorted(parents & set(long["joint_committee"])):
        line = int(long.loc[long["joint_committee"].eq(committee), "line"].iloc[0])
        raw.add("W-STAT-06", [line], "joint_committee", [committee])


def _compare(raw: Published, totals: pd.DataFrame, long: pd.DataFrame) -> None:
    """Totals of jobs in the file against the sum of its rows."""
    totals = totals.assign(period=totals["period"].str.replace("-", "", regex=False))
    rest = KEY[1:]
    sums = long[long["measure"].eq("jobs")].groupby(rest)["value"].sum()
    for line, row in totals.iterrows():
        told, due = pd.to_numeric(row["jobs"], errors="coerce"), sums.get(tuple(row[rest]), float("nan"))
        if abs(told - due) > 0.5:  # false where one of them is not known
            raw.faults.append(_total(raw, line, told, due))


def _total(raw: Published, line: int, told: float, due: float):
    from coopeval.errors import Fault

    return Fault("W-STAT-07", raw.name, raw.file, int(line), "jobs", "", f"{told:.10g}", {"due": f"{due:.10g}"})
