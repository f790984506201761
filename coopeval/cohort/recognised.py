"""From when to when enterprises hold a recognition, each track apart: being recognised is no mandate."""

from __future__ import annotations

import pandas as pd

from coopeval.tables.once import once

ORDER = {step: rank for rank, step in enumerate(
    ("considered", "not_sought", "applied", "refused", "withdrawn", "expired", "recognised")
)}  # fmt: skip
COLUMNS = ["recognition_id", "enterprise_id", "project_id", "step", "happened_on", "valid_until", "criterion", "reason"]
HELD = ["enterprise_id", "since", "until"]
DAY = pd.Timedelta(days=1)


@once
def steps(dataset, track: str) -> pd.DataFrame:
    """The steps of one track in time; an enterprise carried on in a successor keeps the steps of both as its own."""
    if "recognitions" not in dataset:
        return pd.DataFrame(columns=COLUMNS).astype({"happened_on": "datetime64[ns]", "valid_until": "datetime64[ns]"})
    rows = dataset.columns("recognitions", "track", *COLUMNS)
    rows = rows.loc[rows["track"].eq(track), COLUMNS]
    keys = rows[["enterprise_id", "project_id"]].astype(object).where(rows[["enterprise_id", "project_id"]].notna(), "")
    chains = _first_of_chain(dataset.columns("enterprises", "enterprise_id", "end_kind", "continued_by"))
    rows = rows.assign(
        enterprise_id=keys["enterprise_id"].map(lambda key: chains.get(key, key)),
        project_id=keys["project_id"],
        rank=rows["step"].map(ORDER),
    )
    order = ["enterprise_id", "project_id", "happened_on", "rank", "recognition_id"]
    return rows.sort_values(order, kind="stable").drop(columns="rank").reset_index(drop=True)


@once
def held(dataset, track: str) -> pd.DataFrame:
    """Spans in which enterprises hold a recognition: `enterprise_id`, `since`, `until` (last day; empty = no end told).

    A recognition ends on its last day of validity, or on the day before it expired or was withdrawn. A withdrawal
    that follows an application withdraws that application, and a recognition held meanwhile stands.
    """
    rows = steps(dataset, track)
    rows = rows[rows["enterprise_id"].ne("") & rows["step"].isin(["applied", "recognised", "withdrawn", "expired"])]
    before = rows.groupby("enterprise_id")["step"].shift()
    ends = rows["step"].eq("expired") | (rows["step"].eq("withdrawn") & before.eq("recognised"))
    given = rows[rows["step"].eq("recognised")]
    met = given.merge(rows.loc[ends, ["enterprise_id", "happened_on"]], on="enterprise_id", suffixes=("", "_end"))
    met = met[met["happened_on_end"].ge(met["happened_on"])]
    ended_on = met.groupby("recognition_id")["happened_on_end"].min() - DAY
    ended = given["recognition_id"].map(ended_on).astype("datetime64[ns]")
    until = pd.concat([given["valid_until"].astype("datetime64[ns]"), ended], axis=1).min(axis=1)
    return given.assign(since=given["happened_on"], until=until)[HELD].reset_index(drop=True)


def _first_of_chain(enterprises: pd.DataFrame) -> dict[str, str]:
    """Successor -> the first enterprise of its chain (circles were refused before)."""
    taken = enterprises[enterprises["end_kind"].eq("taken_over") & enterprises["continued_by"].ne("")]
    before = dict(zip(taken["continued_by"], taken["enterprise_id"], strict=True))
    found = {}
    for last in before:
        first, seen = last, set()
        while first in before and first not in seen:
            seen.add(first)
            first = before[first]
        found[last] = first
    return found
