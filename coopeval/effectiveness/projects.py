"""Options made of projects: what one accompanied project costs and brings on average."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.cohort import compared
from coopeval.effectiveness.discounting import cost_per
from coopeval.effectiveness.frames import PROGRAMME, carried
from coopeval.effectiveness.mixing import LEAST_EFFECTIVE, Towards, effective
from coopeval.effectiveness.windows import EFFECTS, Window, window
from coopeval.errors import DataError
from coopeval.uncertainty import estimates, fieller
from coopeval.wording import N_

KNOWN_AT_LEAST = 0.5  # of the projects with an enterprise; below it no effect of the option is told
SEEN = N_("What projects brought is what was seen, not what the support brought about.")
UNSUPPORTED = N_(
    "Without support means applicants who were turned down: they cost the structure nothing here, and differ from "
    "those selected in more than the support."
)
WHOLE_STRUCTURES = N_(
    "The cost of another structure is all it spends within the perimeter, spread over the projects it supports; it may "
    "do other things with it."
)
KNOWN_STAND_IN = N_(
    "Where an outcome is not known, the known ones of the same option stand for it, among projects with an enterprise; "
    "an option with less than half of them known gets no figure."
)
MIXED = N_("Projects of each option weigh so that their mix is that of the programme's own.")


def alternatives(projects: pd.DataFrame, structures: pd.DataFrame, without: Sequence[str] = ()) -> pd.DataFrame:
    """The projects with options by name: `programme` for the evaluated structure, the others as they are called.

    Parameters
    ----------
    projects
        What `cohort.compared` returns.
    structures
        The table of structures: `structure_id`, `name`.
    without
        Options to leave out, as in ["waiting_list"].

    Raises
    ------
    DataError
        Two structures of one name.
    """
    names = structures.set_index("structure_id")["name"].replace("", np.nan)
    used = names[names.index.isin(projects.loc[projects["arm"].eq("structure"), "structure_id"])].dropna()
    if used.duplicated().any():
        raise DataError(f'Two structures are called "{used[used.duplicated()].iloc[0]}". Give each a name of its own.')
    option = projects["option"].astype(object)
    option = option.map(used).where(projects["arm"].eq("structure")).fillna(option)
    renamed = projects.assign(option=option.mask(projects["arm"].eq(PROGRAMME), PROGRAMME))
    kept = renamed[~renamed["option"].isin(list(without))].reset_index(drop=True)
    kept.attrs = projects.attrs
    return kept


def in_windows(dataset, windows: Sequence[int], without: Sequence[str] = ()) -> list[pd.DataFrame]:
    """The projects of every option (`cohort.compared`, `alternatives`), once for each window in months.

    >>> from coopeval import tables
    >>> structures = pd.DataFrame({"structure_id": ["S1"], "name": ["Ours"], "kind": ["incubator"],
    ...     "is_evaluated": [True]})
    >>> project = {"project_id": ["P1"], "structure_id": "S1", "decided_on": "2020-01-01", "selection": "selected",
    ...     "entered_on": "2020-02-01"}
    >>> frames = {"structures": structures, "projects": pd.DataFrame(project), "enterprises": pd.DataFrame({
    ...     "enterprise_id": ["E1"], "structure_id": "S1", "project_id": "P1", "born_on": "2020-08-01",
    ...     "last_seen_on": "2026-06-30"})}
    >>> [each["active_months"].item() for each in in_windows(
    ...     tables.from_frames(frames, {"delivered_on": "2026-06-30"}), [12, 24])]
    [6.0, 18.0]
    """
    structures = dataset.columns("structures", "structure_id", "name")
    return [alternatives(compared(dataset, months), structures, without) for months in windows]


def yearly(projects: Sequence[pd.DataFrame], spent: Sequence[pd.DataFrame], effect: str) -> list[pd.DataFrame]:
    """What `options` returns for each of several windows, over the projects mature for the last one: for `discounted`.

    Parameters
    ----------
    projects, spent
        One frame per window, the shortest first.
    effect
        One that grows with the window: active_months, or alive.
    """
    ready = projects[-1].loc[projects[-1]["is_mature"].astype(bool), "project_id"]
    return [
        options(each.assign(is_mature=each["project_id"].isin(ready)), cost, effect)
        for each, cost in zip(projects, spent, strict=True)
    ]


def options(
    projects: pd.DataFrame, spent: pd.DataFrame, effect: str = "jobs", months: int | None = None, *,
    reweigh: Towards | None = None, level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Mean cost and mean effect per accompanied project of each option, over mature projects only.

    One row per option.

    Parameters
    ----------
    projects
        What `cohort.compared` (or `alternatives`) returns for these months: `project_id`, `option`, `is_mature`,
        `has_enterprise` and the outcomes.
    spent
        What `costs.per_project` returns for the same months: `project_id`, `cost_eur`. Projects of applicants turned
        down or on the waiting list cost nothing.
    effect
        jobs, fte, alive, created, active_months or job_years. `created` is about projects without an enterprise at
        entry, on both sides.
    months
        The window both must stand over; refused if the projects say another.
    reweigh
        What `towards` returns: means over a like mix of projects. An option that is then worth fewer than ten equally
        weighted projects gets no figure, and limits are left to `draws`.
    level
        Confidence level of the limits of cost per unit of effect.

    Returns
    -------
    Estimate table of kind "decision": `group`, `n` (mature projects), `n_left_out` (of these, outcome not known),
    `cost_eur`, `effect`, `estimate` (euro per unit of effect), `low`, `high` (Fieller), `note`: `no_cost`, `no_effect`,
    `unbounded`, `immature`, `not_estimable`.

    Raises
    ------
    ParameterError
        Another effect.
    DataError
        A column missing, a project there twice, projects of another window.

    Source
    ------
    Ratio of means over the same projects; Fieller (1954).
    """
    _same_window(projects, spent, months)
    seen = window(projects, spent, effect)
    weights = np.ones((1, len(seen.frame))) if reweigh is None else reweigh(seen.frame)(np.ones((1, len(seen.frame))))
    worth = effective(seen.frame, weights[0])
    cost, brought = seen.means(weights)
    rows = []
    for at, option in enumerate(seen.options):
        row = seen.counts(option)
        thin = reweigh is not None and worth.get(option, 0) < LEAST_EFFECTIVE
        if row["n"] == 0 or thin or seen.known_share(option) < KNOWN_AT_LEAST:
            note = "immature" if row["n"] == 0 else "few_alike" if thin else "not_estimable"
            rows.append({**row, "cost_eur": cost[0, at], "effect": np.nan, "note": note})
            continue
        ratio, note = cost_per(cost[0, at], brought[0, at])
        limits = {} if note or reweigh is not None else _limits(seen, option, level)
        rows.append(
            {**row, "cost_eur": cost[0, at], "effect": brought[0, at], "estimate": ratio, "note": note, **limits}
        )
    table = pd.DataFrame(
        rows, columns=["group", "n", "n_left_out", "cost_eur", "effect", "estimate", "low", "high", "note"]
    )
    mixed = (MIXED,) if reweigh is not None else ()
    told = estimates(
        table, **about(projects, effect, level, KNOWN_STAND_IN, WHOLE_STRUCTURES, *mixed), unit="eur",
        interval="" if reweigh is not None else "Fieller", method="ratio of means",
    )  # fmt: skip
    told.attrs["effect_unit"] = EFFECTS[effect][0]
    return told


def _same_window(projects: pd.DataFrame, spent: pd.DataFrame, months: int | None) -> None:
    """Cost and effect stand over the same months, as far as the frames say theirs."""
    told = [frame.attrs.get("about", {}).get("months") for frame in (projects, spent)]
    said = {value for value in (*told, months) if value is not None}
    if len(said) > 1:
        raise DataError(f"Cost and effect stand over different windows: {sorted(said)} months. Take one for both.")


def _limits(seen: Window, option: str, level: float) -> dict[str, object]:
    """Fieller's limits of mean cost over mean effect, from what each project adds to the two."""
    cost, effect, pull_cost, pull_effect = seen.pulls(option)
    n = len(pull_cost)
    if n < 2:
        return {"note": "no_variation"}
    spread = np.cov(np.vstack([pull_cost, pull_effect])) / n
    low, high, note = fieller(cost, effect, spread[0, 0], spread[1, 1], spread[0, 1], n - 1, level)
    return {"low": float(low), "high": float(high), "note": str(note)}


def about(projects: pd.DataFrame, effect: str, level: float, *more: str) -> dict[str, object]:
    given = projects.attrs.get("about", {})
    arms = set(projects["arm"]) if "arm" in projects else set()
    warnings = [SEEN, *([UNSUPPORTED] if arms & {"rejected", "waiting_list"} else []), *more]
    said = carried(
        {}, *warnings, level=level, by="option_ratio", codes="compared_options", clock="entry",
        estimand=EFFECTS[effect][1],
        population=N_("projects that have had the time, of each option"),
    )  # fmt: skip
    return said | {key: given[key] for key in ("is_synthetic", "as_of") if key in given}
