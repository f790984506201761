"""Two periods that were run, compared: new facts, revisions of old facts and changes of method, never mixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from coopeval import provenance, semesters, tables
from coopeval.errors import ParameterError, refusal
from coopeval.provenance.results import guarded
from coopeval.runs.place import PRIVATE, Place
from coopeval.runs.standing import Report, report_of
from coopeval.tables.revisions import ADDED, REMOVED, looked_closer, revisions
from coopeval.wording import N_

MONITOR = "monitor_indicators"  # the table of the monitor that holds every indicator
Changes = Callable[[Report, tables.Dataset, Report, tables.Dataset], pd.DataFrame]


@dataclass(frozen=True)
class Comparison:
    """What changed from one report to another."""

    before: Report
    after: Report
    news: pd.DataFrame  # table, n: rows dated after the end of the earlier period
    revisions: pd.DataFrame  # one row per cell that is said otherwise; see tables.revisions
    looked_closer: pd.DataFrame  # table, column, n: rows that differ by how long or closely somebody looked
    methods: tuple[str, ...]  # sentences: what of the method is not as it was
    indicators: pd.DataFrame  # released: each indicator and its change by cause
    is_published: bool  # whether the earlier report shows its indicators

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"compare-{self.before.period.name}-{self.after.period.name}"

    @property
    def is_synthetic(self) -> bool:
        """Made from data that are made up."""
        return bool(self.after.record["is_synthetic"])

    @property
    def n_revisions(self) -> int:
        """Rows of tables that are said otherwise."""
        return self.revisions["revision"].nunique()


def compare(out: Path, before: str, after: str, changes: Changes | None = None) -> Comparison:
    """What changed between two periods that were run.

    Parameters
    ----------
    out
        Where the reports stand.
    before, after
        Names of two periods, such as 2025S2 and 2026S1; the earlier one first.
    changes
        Makes the released table of indicators with their changes, from both reports and their deliveries.

    Raises
    ------
    ParameterError
        A period that was not run, not the earlier one first, or made-up data beside real ones.
    DataError
        The tables of a report were not kept whole.
    """
    one, other = report_of(out, before), report_of(out, after)
    if one.period.ends >= other.period.ends:
        msgid = N_("{before} does not end before {after}. Name the earlier period first.")
        raise refusal(ParameterError, msgid, before=before, after=after)
    if one.record["is_synthetic"] != other.record["is_synthetic"]:
        msgid = N_("One of {before} and {after} was made from synthetic data and the other was not: not compared.")
        raise refusal(ParameterError, msgid, before=before, after=after)
    old, new, day = one.dataset(), other.dataset(), one.period.ends
    differing = revisions(old, new, day)
    return Comparison(
        before=one,
        after=other,
        news=_news(tables.cut(old, day), tables.cut(new, other.period.ends), differing),
        revisions=differing,
        looked_closer=looked_closer(old, new, day),
        methods=_methods(one),
        indicators=(changes or released_changes)(one, old, other, new),
        is_published=one.result(MONITOR) is not None,
    )


def released_changes(before: Report, old: tables.Dataset, after: Report, new: tables.Dataset) -> pd.DataFrame:
    """Each indicator with its change by cause, released for the audience the earlier period was published for.

    Exact figures beside published ones would take rounding for a change of method. What was never published leaves
    the change of method empty.
    """
    from coopeval import disclosure, indicators  # every estimator: a process that only runs notebooks needs none

    published = before.result(MONITOR)
    audience = before.record["audience"] if published is None else published.attrs["released"]["audience"]
    back = semesters.between(before.period.semester, after.period.semester)
    made = indicators.changes(
        new, after.period.semester, back, earlier=old,
        published=published,
    )  # fmt: skip
    return disclosure.gate(made, MONITOR, audience)


def keep(comparison: Comparison, out: Path, page: str, style: str) -> Path:
    """Write a comparison where only the owner can read it, beside the place and switched at once.

    Returns
    -------
    The page.
    """
    place = Place(out / PRIVATE, comparison.name, owner_only=True)
    with place.locked(), place.fresh() as folder:
        (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")
        (folder / "style.css").write_text(style, encoding="utf-8", newline="\n")
        for name in ("revisions", "indicators"):
            text = getattr(comparison, name).map(guarded).to_csv(index=False, lineterminator="\n")
            (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        place.publish(folder)
    return place.path / "index.html"


def _news(old: tables.Dataset, new: tables.Dataset, differing: pd.DataFrame) -> pd.DataFrame:
    """Rows of each table that are neither in the earlier delivery nor a revision of it."""
    by_change = {change: rows["table"].value_counts() for change, rows in differing.groupby("change")}
    added, removed = (by_change.get(change, pd.Series(dtype=int)) for change in (ADDED, REMOVED))
    rows = [
        (name, len(new[name]) - len(old[name]) - int(added.get(name, 0)) + int(removed.get(name, 0)))
        for name in new
        if name in old
    ]
    return pd.DataFrame([row for row in rows if row[1]], columns=["table", "n"])


def _methods(before: Report) -> tuple[str, ...]:
    """What decides a figure besides the data, and is not as it was when the earlier report was made."""
    was = before.record
    said = (
        (was["code"] != provenance.code_version(), N_("The library or the code of the notebooks is another one now.")),
        (was["reference"] != provenance.reference_digest(), N_("The reference data are others now.")),
        (was["lock"] != provenance.lock_digest(), N_("The versions of the libraries beneath are others now.")),
    )
    return tuple(msgid for differs, msgid in said if differs)
