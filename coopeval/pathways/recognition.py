"""When enterprises are recognised as SDO, and when recognised ones get the insertion mandate: two tracks apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort import held, spells, steps
from coopeval.pathways.eligible import supported
from coopeval.semesters import months_between
from coopeval.tables.once import once
from coopeval.uncertainty import beside
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

ORDINANCE = pd.Timestamp("2018-07-23")  # ordinance on the accreditation and support of social enterprises (Brussels)


@once
def recognition_spells(dataset, clock: str = "age") -> pd.DataFrame:
    """Months in which a first recognition as SDO could come, and what came: recognition, or an end before it.

    One row per enterprise of the programme that can be recognised: a legal person with its seat in a Brussels
    postcode, in sight, not recognised before. Nobody was at risk before the ordinance of 23 July 2018. Made for
    `competing.incidence`.

    Parameters
    ----------
    dataset
        What `cohort.as_of` returns.
    clock
        `age` (since birth) or `entry` (since the project entered the programme).

    Returns
    -------
    `enterprise_id`, `entry`, `exit` (months), `event` (recognised at exit), `cause` (recognised, ceased, merged,
    moved_away, or empty), `is_lost`, `followed_until`, and the covariates of `cohort.spells`. Who is left out is
    counted in `attrs["exclusions"]`.
    """
    every = spells(dataset, clock, only="programme")
    own = supported(dataset).set_index("enterprise_id")
    zero = every["enterprise_id"].map(own["born_on"] if clock == "age" else own["zero_on"])
    given = steps(dataset, "sdo")
    given = given[given["step"].eq("recognised")].groupby("enterprise_id")["happened_on"].min()
    day = every["enterprise_id"].map(given)
    possible = months_between(zero, np.full(len(every), ORDINANCE), start_of_day=True)
    entry = np.maximum(every["entry"], np.where(zero.ge(ORDINANCE), 0.0, possible))
    at, before = months_between(zero, day), months_between(zero, day, start_of_day=True)
    came = pd.Series(at, index=every.index).le(every["exit"])
    frame = every.assign(
        entry=entry,
        exit=every["exit"].mask(came, pd.Series(at, index=every.index)),
        cause=every["cause"].mask(came, "recognised"),
        is_lost=every["end_kind"].eq("lost_contact") & ~came,
    )
    reason = np.select(
        [
            every["enterprise_id"].map(own["not_eligible"]).ne(""),
            pd.Series(before, index=every.index).lt(every["entry"]),
            frame["exit"].le(frame["entry"]),
        ],
        [every["enterprise_id"].map(own["not_eligible"]), "recognised_before", "ended_before_ordinance"],
        "",
    )
    return _studied(frame, pd.Series(reason, index=every.index), every, "recognised", clock)


def _studied(frame: pd.DataFrame, reason: pd.Series, every: pd.DataFrame, event: str, clock: str) -> pd.DataFrame:
    kept = frame[reason.eq("")].reset_index(drop=True)
    kept["event"] = kept["cause"].eq(event)
    before = every.attrs["exclusions"]
    own = reason.value_counts().rename_axis("reason").rename("n").reset_index().assign(arm="programme")
    left = pd.concat([before[before["reason"].ne("")], own[["arm", "reason", "n"]]], ignore_index=True)
    kept.attrs["exclusions"] = beside(left)
    kept.attrs["about"] = About(
        {
            **every.attrs["about"],
            "clock": clock,
            "estimand": N_("share of enterprises recognised as SDO, or ended before it"),
            "denominator": N_("legal persons with their seat in a Brussels postcode, not recognised before"),
        }
    )
    return kept


@once
def mandate_spells(dataset) -> pd.DataFrame:
    """Months from the recognition as SDO to the insertion mandate, or to an end or a lapse before it.

    One row per enterprise of the programme ever recognised; causes mandated, expired, ceased, merged, moved_away. The
    mandate is a task of its own for which a recognised enterprise answers a call: most never want it.
    """
    every = spells(dataset, "age", only="programme")
    own = supported(dataset).set_index("enterprise_id")
    spans = held(dataset, "sdo").sort_values("since", kind="stable").groupby("enterprise_id")
    since, until = spans["since"].min(), spans["until"].max()
    open_ended = spans["until"].apply(lambda ends: ends.isna().any())
    given = held(dataset, "insertion_mandate").groupby("enterprise_id")["since"].min()
    every = every.assign(since=every["enterprise_id"].map(since))
    ever = every[every["since"].notna()].reset_index(drop=True)
    born = ever["enterprise_id"].map(own["born_on"])
    shift = months_between(born, ever["since"], start_of_day=True)
    at = months_between(ever["since"], ever["enterprise_id"].map(given))
    lapse = ever["enterprise_id"].map(until).mask(ever["enterprise_id"].map(open_ended).astype(bool))
    lapsed = months_between(ever["since"], lapse)
    end = ever["exit"].to_numpy(float) - shift
    with np.errstate(invalid="ignore"):
        is_given = at <= np.fmin(end, lapsed)
        is_lapsed = ~is_given & (lapsed < end)
    frame = ever.assign(
        entry=0.0,
        exit=np.select([is_given, is_lapsed], [at, lapsed], end),
        cause=np.select([is_given, is_lapsed], ["mandated", "expired"], ever["cause"]),
        followed_until=ever["followed_until"] - shift,
        is_lost=ever["end_kind"].eq("lost_contact") & ~is_given & ~is_lapsed,
    ).drop(columns="since")
    reason = pd.Series(np.where(frame["exit"].le(0), "exit_not_after_entry", ""), index=frame.index)
    every.attrs["exclusions"] = beside(every.attrs["exclusions"].iloc[:0])
    kept = _studied(frame, reason, every, "mandated", "recognition")
    kept.attrs["about"]["estimand"] = N_("share of recognised enterprises that got the insertion mandate, or ended")
    kept.attrs["about"]["denominator"] = N_("enterprises recognised as SDO")
    return kept
