"""Where enterprises stand on recognition and on the mandate, two tracks that never share a column."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.cohort import held, steps
from coopeval.errors import DataError, ParameterError
from coopeval.pathways.eligible import is_living, supported
from coopeval.tables.once import once
from coopeval.uncertainty import estimates, share
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

TRACKS = ("sdo", "insertion_mandate")
STATUSES = (
    "recognised", "applied", "considered", "refused", "withdrawn", "expired", "not_sought", "not_eligible", "unknown",
)  # fmt: skip
GROUPS = {
    "recognised": "recognised",
    "applied": "sought", "refused": "sought", "withdrawn": "sought", "expired": "sought",
    "considered": "not_sought", "not_sought": "not_sought",
    "not_eligible": "not_eligible", "unknown": "unknown",
}  # fmt: skip


def status(dataset, day: pd.Series, track: str = "sdo") -> pd.Series:
    """Where enterprises stand on a track on a day of each: a code of the list `recognition_statuses`.

    `day` is indexed by enterprise_id; only steps up to the day are seen.
    """
    if track not in TRACKS:
        raise ParameterError(f'"{track}" is not a track of its own here. Choose one of {", ".join(TRACKS)}.')
    taken = steps(dataset, track)
    taken = taken[taken["enterprise_id"].isin(day.index)]
    seen = taken[taken["happened_on"].le(taken["enterprise_id"].map(day))]
    last = seen.drop_duplicates("enterprise_id", keep="last").set_index("enterprise_id")["step"]
    spans = held(dataset, track)
    on = spans["enterprise_id"].map(day)
    holds = spans.loc[spans["since"].le(on) & (spans["until"].isna() | spans["until"].ge(on)), "enterprise_id"]
    can = supported(dataset).set_index("enterprise_id")["not_eligible"].reindex(day.index).fillna("")
    said = pd.Series(last.reindex(day.index).fillna("unknown"), index=day.index).replace("recognised", "expired")
    if track == "sdo":
        said = said.mask(can.isin(["not_a_legal_person", "seat_elsewhere"]), "not_eligible")
    return said.mask(said.index.isin(set(holds)), "recognised").rename("status")


def today(dataset, own: pd.DataFrame) -> pd.Series:
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    return pd.Series(day, index=own["enterprise_id"])


def recognition_status(dataset, track: str = "sdo", level: float = 0.95) -> pd.DataFrame:
    """Where the supported enterprises that still exist stand on one track, each in one status.

    The track `insertion_mandate` is about those recognised as SDO, for nobody else can hold the mandate, and tells
    two groups apart, those that hold it and those without: most never want it, and that is no failure.

    One row per status: recognised (it holds today), applied (no answer yet), considered, refused, withdrawn, expired,
    not sought, not eligible, unknown (nobody asked, or nothing was written down). The last step counts.

    Returns
    -------
    Estimate table of shares: group, n (existing enterprises), n_events, estimate, limits.

    Source
    ------
    Interval: Wilson (1927).
    """
    own = supported(dataset)
    own = own[is_living(own)]
    if track == "insertion_mandate":  # only a recognised enterprise can hold it
        own = own[status(dataset, today(dataset, own)).eq("recognised").to_numpy()]
    found, names, codes = status(dataset, today(dataset, own), track), STATUSES, "recognition_statuses"
    if track == "insertion_mandate":
        found = found.eq("recognised").map({True: "mandated", False: "without"})
        names, codes = ("mandated", "without"), "mandate_groups"
    sizes = found.value_counts().reindex(names, fill_value=0)
    counts = pd.DataFrame({"group": list(names), "n": len(own), "n_events": sizes.to_numpy()})
    return share(
        counts, level=level, codes=codes, privacy="confidential", method="",
        estimand=ON_TRACK[track], population=N_("enterprises of the projects selected by the evaluated programme"),
        numerator=N_("enterprises in this status by the last step known"),
        denominator=OUT_OF[track], **said_of(dataset),
    )  # fmt: skip


ON_TRACK = {
    "sdo": N_("where enterprises stand on recognition as SDO"),
    "insertion_mandate": N_("where recognised enterprises stand on the insertion mandate"),
}
OUT_OF = {
    "sdo": N_("supported enterprises that still exist"),
    "insertion_mandate": N_("supported enterprises that still exist and are recognised as SDO"),
}


def recognised(dataset) -> pd.DataFrame:
    """How many supported enterprises that still exist hold a recognition today, for each track apart.

    One row per track. This is the plain count of the agreement; what it is a share of stands in `recognised_share`.
    """
    own = supported(dataset)
    own = own[is_living(own)]
    tracks = ("sdo", "insertion_mandate", "federal_social_enterprise", "nrc_cooperative")
    found = []
    for track in tracks:
        spans = held(dataset, track)
        on = spans["enterprise_id"].map(today(dataset, own))
        holds = spans["since"].le(on) & (spans["until"].isna() | spans["until"].ge(on))
        found.append(spans.loc[holds, "enterprise_id"].nunique())
    frame = pd.DataFrame({"group": tracks, "n": found}).assign(estimate=np.array(found, dtype=float))
    return estimates(
        frame, kind="count", unit="enterprises", codes="tracks", by="track", method="count", privacy="confidential",
        estimand=N_("supported enterprises that hold this recognition today"),
        population=N_("supported enterprises that still exist"), **said_of(dataset),
    )  # fmt: skip


def recognised_share(dataset, by: str = "legal_family", level: float = 0.95) -> pd.DataFrame:
    """Share of the eligible existing enterprises that hold the recognition as SDO today, by group and for all.

    Parameters
    ----------
    by
        legal_family, programme, project_type or entry_year.
    """
    if by not in ("legal_family", "programme", "project_type", "entry_year"):
        raise ParameterError(f'"{by}" is no grouping here. Choose legal_family, programme, project_type or entry_year.')
    own = supported(dataset)
    own = own[is_living(own) & own["not_eligible"].eq("")]
    holds = status(dataset, today(dataset, own)).eq("recognised").to_numpy()
    counts = own.assign(holds=holds).groupby(by)["holds"].agg(n="size", n_events="sum").rename_axis("group")
    counts.loc["all"] = [len(own), holds.sum()]
    codes = {"legal_family": "legal_families", "programme": "programmes", "project_type": "project_types"}
    return share(
        counts.reset_index(), level=level, by=by, codes=codes.get(by, ""), privacy="confidential", method="",
        estimand=N_("share of enterprises recognised as SDO today"),
        population=N_("enterprises of the projects selected by the evaluated programme"),
        numerator=N_("enterprises whose recognition is valid"),
        denominator=N_("existing legal persons with their seat in a Brussels postcode"), **said_of(dataset),
    )  # fmt: skip


def said_of(dataset) -> dict[str, object]:
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    return {"is_synthetic": dataset.is_synthetic, "as_of": "" if day is None else day.date().isoformat()}


@once
def status_at(dataset, months: float, clock: str = "entry", track: str = "sdo") -> pd.DataFrame:
    """Where every supported enterprise stood at a landmark, by what was known then: groups without immortal time.

    One row per enterprise: `enterprise_id`, `status` (list `recognition_statuses`) and `recognition` (list
    `recognition_groups`: recognised; sought, without having it; not_sought, considered or not; not_eligible; unknown).
    Enterprises that were gone by then have a status too: whoever compares keeps those still there (`at_landmark`, or
    `survival.landmark`).

    Parameters
    ----------
    months
        The landmark, on the clock `age` (since birth) or `entry` (since the project entered).
    """
    if clock not in ("age", "entry") or not months > 0 or months != int(months):
        raise ParameterError("a landmark is a whole number of months above 0, on the clock age or entry.")
    own = supported(dataset)
    zero = own.set_index("enterprise_id")["born_on" if clock == "age" else "zero_on"]
    day = zero + pd.DateOffset(months=int(months)) - pd.Timedelta(days=1)  # its end is the landmark
    found = status(dataset, day, track)
    return pd.DataFrame(
        {"enterprise_id": found.index, "status": found.to_numpy(), "recognition": found.map(GROUPS).to_numpy()}
    )


def at_landmark(spells: pd.DataFrame, dataset, months: float, track: str = "sdo") -> pd.DataFrame:
    """Spells of enterprises in sight and without an end at a landmark, from there on, in the group they were in then.

    Parameters
    ----------
    spells
        What `cohort.spells` returns, of either clock.
    months
        The landmark on their clock; what happens later cannot move an enterprise from one group to another.

    Returns
    -------
    The spells with the column `recognition`, entry at the landmark or later never before it; those that came into
    sight after the landmark are left out. For `survival.curve(..., by="recognition")`.

    Raises
    ------
    DataError
        Nobody was in sight then.
    """
    clock = str(spells.attrs.get("about", {}).get("clock", "entry"))
    there = spells["entry"].le(months) & spells["exit"].gt(months)
    if not there.any():
        raise DataError(f"nobody was in sight at {months} months; choose an earlier landmark.")
    groups = status_at(dataset, months, clock, track).set_index("enterprise_id")["recognition"]
    kept = spells[there].reset_index(drop=True)
    kept = kept.assign(entry=float(months), recognition=kept["enterprise_id"].map(groups).fillna("unknown"))
    kept.attrs = dict(spells.attrs)
    return kept


def summed(table: pd.DataFrame, numerator: str, denominator: str) -> pd.DataFrame:
    """The ratio with its two sums named: `uncertainty.ratio` takes these words for the columns it sums."""
    named = table.copy()
    named.attrs = {
        **table.attrs,
        "about": About({**table.attrs["about"], "numerator": numerator, "denominator": denominator}),
    }
    return named
