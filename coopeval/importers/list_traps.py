"""The usual mistakes with lists of enterprises: no day of entry, survivors only, chosen by how it ended."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.errors import Fault
from coopeval.importers.map_file import Map
from coopeval.semesters import months_between
from coopeval.tables.raw import Raw

BENCHMARK = "PO062"  # of the published survival rates: new enterprises in Belgium, five years on
FEWEST_EXPECTED = 3.0  # with so many ends expected, none at all comes about in one list out of twenty
FEWEST_ROWS = 5  # that all of fewer rows ended may be chance
LISTED = ("active", "ended")


def status_of(raw: Raw, made: Map) -> tuple[pd.Series, list[Fault]]:
    """What the source says of each row, active or ended, empty where the map names no column; and strange words."""
    if made.status is None:
        return pd.Series("", index=raw.frame.index, dtype=object), []
    cells = raw.frame[made.status.column].str.strip()
    words = {word: kind for kind in LISTED for word in getattr(made.status, kind)}
    counts = cells[~cells.isin(words)].value_counts().sort_index()
    faults = [
        Fault("E-MAP-26", made.table, raw.file, int(cells.index[cells.eq(word)][0]), made.status.column, found=word,
              values={"n": int(n)})
        for word, n in counts.items()
    ]  # fmt: skip
    return cells.map(words).fillna("").astype(object), faults


def disagreeing(raw: Raw, status: pd.Series) -> None:
    """Rows said to have ended without a day, and rows said to be active with one."""
    if raw.name != "enterprises":
        return
    ended = raw.frame["ended_on"].ne("")
    raw.add("E-LIST-08", raw.frame.index[status.eq("ended") & ~ended], "ended_on")
    raw.add("E-LIST-09", raw.frame.index[status.eq("active") & ended], "ended_on")


def declared(made: Map, file: str) -> Iterator[Fault]:
    """What the map itself says makes a survival rate impossible, or leaves out what one needs."""
    if made.table != "enterprises":
        return

    def fault(code: str, column: str = "") -> Fault:
        return Fault(code, made.table, file, column=column)

    if "observed_from" not in {*made.headings, *made.constants}:
        yield fault("E-LIST-01", "observed_from")
    if made.used_for != "survival":
        return
    if made.selected_on == "outcome":
        yield fault("E-LIST-03")
    if made.holds == "active_only":
        yield fault("E-LIST-02")
    if made.holds == "ended_only":
        yield fault("E-LIST-04")


def complaints(kept: pd.DataFrame, made: Map, file: str, status: pd.Series) -> list[Fault]:
    """What the rows themselves show: all ended, all active, no end where several were to be expected."""
    if made.table != "enterprises" or not len(kept):
        return []
    ended = kept["ended_on"].notna()
    found = []
    if made.used_for == "survival":
        if ended.all() and len(kept) >= FEWEST_ROWS:
            found.append(Fault("E-LIST-05", made.table, file, values={"n": len(kept)}))
        if len(kept) >= FEWEST_ROWS and status.ne("").any() and status.eq("active").all():
            values = {"n": len(kept)}
            found.append(Fault("E-LIST-06", made.table, file, column=made.status.column, values=values))
    elif (kept["observed_from"] < pd.Timestamp(made.snapshot_on)).any() and _is_chosen(made):
        found.append(Fault("E-LIST-07", made.table, file, column="observed_from"))
    if any(fault.severity == "refuse" for fault in found):
        return found
    return found + _too_few_ends(kept, ended, made, file)


def _is_chosen(made: Map) -> bool:
    return made.holds != "all" or made.selected_on == "outcome"


def _too_few_ends(kept: pd.DataFrame, ended: pd.Series, made: Map, file: str) -> list[Fault]:
    """No end at all, or none before a day from which ends do appear, although several were to be expected."""
    start = kept[["born_on", "observed_from"]].max(axis=1)
    stop = kept["ended_on"].fillna(kept["last_seen_on"])
    said = _published()
    if not ended.any():
        expected = _expected(start, stop, said["rate"])
        values = {"expected": _rounded(expected), "n": len(kept), **said}
        return [Fault("W-LIST-01", made.table, file, values=values)] if expected >= FEWEST_EXPECTED else []
    first = kept["ended_on"].min()
    before = _expected(start, stop.clip(upper=first), said["rate"])
    if before < FEWEST_EXPECTED:
        return []
    values = {"expected": _rounded(before), "first": first.date().isoformat(), **said}
    return [Fault("W-LIST-02", made.table, file, column="observed_from", values=values)]


def _expected(start: pd.Series, stop: pd.Series, monthly: float) -> float:
    """Ends to be expected from months under observation, at a constant rate."""
    watched = np.nan_to_num(months_between(start, stop)).clip(min=0)
    return float(watched.sum() * monthly)


def _rounded(expected: float) -> str:
    return f"{expected:.0f}" if expected >= 10 else f"{expected:.1f}"


def _published() -> dict[str, object]:
    """The monthly rate of ending that a published survival rate comes to, and where it stands."""
    figure = reference.published().set_index("figure_id").loc[BENCHMARK]
    months = float(figure["at_months"])
    rate = -np.log(float(figure["value"])) / months
    return {
        "rate": rate, "share": f"{100 * figure['value']:.1f}", "years": f"{months / 12:g}",
        "source": str(figure["source"]), "figure": BENCHMARK,
    }  # fmt: skip
