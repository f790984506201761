"""Jobs and the full time of their holder, which the law sets and one person does not work twice."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from coopeval.tables.raw import Raw
from coopeval.tables.rows import LINE

FULL_TIME = 1.0
ROUNDING = 1e-6
ONE_DAY = pd.Timedelta(days=1)


def complain(raws: Mapping[str, Raw], frames: Mapping[str, pd.DataFrame]) -> None:
    """Adds jobs above the legal full time, alone or with the other jobs of their holder on the same day."""
    if "jobs" not in frames:
        return
    raw, jobs = raws["jobs"], frames["jobs"]
    above = jobs[jobs["fte"] > FULL_TIME + ROUNDING]
    raw.add("W-FTE-01", above[LINE], "fte", [f"{fte:g}" for fte in above["fte"]], expected=f"<= {FULL_TIME:g}")
    held = _held(jobs)
    crowded = held[LINE].isin(_crowded(held))
    pairs = held[crowded].merge(held, on="holder", suffixes=("", "_other"))
    there = (pairs["started_on_other"] <= pairs["started_on"]) & (pairs["until_other"] >= pairs["started_on"])
    pairs = pairs[there & (pairs[LINE] != pairs[f"{LINE}_other"])]
    found = pairs.groupby(LINE).agg(fte=("fte", "first"), more=("fte_other", "sum"))
    others = (
        pairs.sort_values(f"{LINE}_other").groupby(LINE)[f"{LINE}_other"].agg(lambda lines: ", ".join(map(str, lines)))
    )
    total = [f"{fte:.10g}" for fte in found["fte"] + found["more"]]
    raw.add_each("W-FTE-02", found.index, "fte", found["fte"].map("{:g}".format), others=others, total=total)


def _held(jobs: pd.DataFrame) -> pd.DataFrame:
    """Jobs with a holder, known or only by the position held, and the last day on which the job was seen."""
    person, position = jobs["person_id"], jobs["position_id"]
    held = jobs[(person.ne("") | position.ne("")) & jobs["enterprise_id"].ne("") & jobs["started_on"].notna()]
    who = ("person " + person).where(person.ne(""), "position " + position)
    until = held["ended_on"].fillna(held["last_seen_on"])
    held = held.assign(holder=held["enterprise_id"] + " " + who[held.index], until=until)
    return held[held["until"].notna() & held["fte"].notna()][["holder", "started_on", "until", "fte", LINE]]


def _crowded(held: pd.DataFrame) -> pd.Series:
    """Lines of jobs at whose start the jobs of their holder add up to more than the full time."""
    starts = held[["holder", "fte", LINE]].assign(day=held["started_on"], is_start=True)
    stops = held[["holder", "fte", LINE]].assign(day=held["until"] + ONE_DAY, is_start=False, fte=-held["fte"])
    days = pd.concat([starts, stops]).sort_values(["holder", "day", "is_start", LINE], kind="stable")
    total = days.groupby("holder")["fte"].cumsum()
    others = total - days["fte"]
    return days[LINE][days["is_start"] & (total > FULL_TIME + ROUNDING) & (others > ROUNDING)]
