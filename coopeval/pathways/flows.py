"""Stocks and flows from semester to semester: who came in, who went out, and a stock that follows from both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval import semesters as calendar
from coopeval.cohort import paths
from coopeval.cohort.paths import TRANSIENT
from coopeval.errors import ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

FAMILIES = {"merged": "elsewhere", "moved_away": "elsewhere"}
SHOWN = ("accompanied", "created", "recognised", "mandated", "handed_over", "stopped", "ceased", "elsewhere", "lost")
KEPT = ("population", "is_synthetic", "as_of")


def flows(dataset, semesters: Sequence[str]) -> pd.DataFrame:
    """Projects in each state at the start and at the end of each semester, and those that came in and went out.

    One row per semester and state; what there was, plus what came in, less what went out, is what there is at the end,
    and that is what the next semester starts with. `lost` holds those with whom contact was lost; a project that is
    only watched up to some day stays in its last known state. Merged and moved-away ones stand together as `elsewhere`.

    Parameters
    ----------
    dataset
        What `cohort.as_of` returns.
    semesters
        Which semesters to show, for instance ["2025S2", "2026S1"]; none may end after the as-of date.

    Returns
    -------
    Estimate table: group (semester), state, n (projects ever in the state by the end of the semester), n_start, n_in,
    n_out, estimate (projects in the state at the end), n_ever_in, n_ever_out (counted since the first entry, for the
    gate, which shows flows only once enough have gathered).

    Raises
    ------
    ParameterError
        No semester, or one that ends after the as-of date.
    """
    today = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    asked = sorted(set(semesters), key=calendar.parse)
    if not asked or (today is not None and calendar.last_day(asked[-1]) > today):
        raise ParameterError("name at least one semester, and none that ends after the day as of which the data are.")
    dated = paths(dataset)
    arrivals, departures = moves(dated)
    parts = [_of_semester(name, arrivals, departures) for name in asked]
    said = {key: dated.attrs["about"][key] for key in KEPT}
    return estimates(
        pd.concat(parts, ignore_index=True), kind="flow", unit="projects", by="semester", method="count",
        estimand=N_("projects in each state, and those that came in and went out"), privacy="confidential", **said,
    )  # fmt: skip


def moves(dated: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every arrival in a state and every departure from one: `state`, `on` (the first day after it)."""
    goes_on = dated["next_state"].isin(TRANSIENT)
    ends = dated[~goes_on & dated["next_state"].ne("")]
    lost = dated[dated["is_lost"].astype(bool)]
    arrivals = pd.concat(
        [
            _moved(dated["state"], dated["started_on"]),
            _moved(ends["next_state"].replace(FAMILIES), ends["left_on"]),
            _moved(pd.Series("lost", index=lost.index), lost["left_on"]),
        ],
        ignore_index=True,
    )
    gone = dated[dated["next_state"].ne("") | dated["is_lost"].astype(bool)]
    return arrivals, _moved(gone["state"], gone["left_on"]).reset_index(drop=True)


def _moved(state: pd.Series, on: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"state": state.to_numpy(object), "on": on.to_numpy("datetime64[ns]")})


def _of_semester(name: str, arrivals: pd.DataFrame, departures: pd.DataFrame) -> pd.DataFrame:
    """A day counts for the semester in which it is the first day in the new state, or the first no longer in the old;
    an end on the last day of a semester shows in it, as that project is not there to start the next."""
    first, last = calendar.first_day(name), calendar.last_day(name)
    rows = {}
    for word, moved in (("in", arrivals), ("out", departures)):
        ever = moved[moved["on"].le(last)]
        rows[f"n_ever_{word}"] = ever["state"].value_counts().reindex(SHOWN, fill_value=0).to_numpy()
        own = ever[ever["on"].ge(first)]
        rows[f"n_{word}"] = own["state"].value_counts().reindex(SHOWN, fill_value=0).to_numpy()
    frame = pd.DataFrame({"group": name, "state": list(SHOWN), **rows}).astype({"state": object})
    end = frame["n_ever_in"] - frame["n_ever_out"]
    start = end - frame["n_in"] + frame["n_out"]
    if (end < 0).any() or not np.array_equal(start + frame["n_in"] - frame["n_out"], end):
        raise AssertionError("stock at the start, plus in, less out, must be the stock at the end")
    order = ["group", "state", "n", "n_start", "n_in", "n_out", "estimate", "n_ever_in", "n_ever_out"]
    return frame.assign(n=frame["n_ever_in"], n_start=start, estimate=end.astype(float))[order]
