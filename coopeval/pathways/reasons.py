"""Why no recognition is sought, with those of whom nothing is known beside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.cohort import steps
from coopeval.errors import ParameterError
from coopeval.pathways.eligible import supported
from coopeval.pathways.statuses import said_of, status, today
from coopeval.tables.once import once
from coopeval.uncertainty import share
from coopeval.wording import N_

UNKNOWN = "unknown"
FAMILIES = {  # fixed in advance, so that forms and types can be told apart on public pages
    "not_relevant": "no_wish", "not_social_economy": "no_wish",
    "criteria_unsuited": "conditions", "administrative_burden": "conditions",
    "too_early": "later_or_other", "confused_with_insertion_mandate": "later_or_other", "other": "later_or_other",
}  # fmt: skip
BY = {"legal_family": "legal_families", "project_type": "project_types"}
KNOWN = N_("The interval speaks of those who told a reason; the others may have had other reasons.")


def reasons(dataset, track: str = "sdo", level: float = 0.95) -> pd.DataFrame:
    """Reasons for not seeking a recognition, among the enterprises that told one.

    One row per reason of the list. In `n` are supported enterprises whose last step on the track is that they did not
    seek it, with a reason told. Who told none stands in `reasons_known`.

    Returns
    -------
    Estimate table of shares: group (list `reasons`), n, n_events, estimate, limits; the rows add up to one.

    Source
    ------
    Interval: Wilson (1927).
    """
    told = _told(dataset, track)
    told = told[told["reason"].ne(UNKNOWN)]
    names = [code for code in reference.labels("reasons", "en") if code != UNKNOWN]
    found = told["reason"].value_counts().reindex(names, fill_value=0)
    counts = pd.DataFrame({"group": names, "n": len(told), "n_events": found.to_numpy()})
    return share(
        counts, level=level, by="reason", codes="reasons", privacy="confidential", method="", warnings=(KNOWN,),
        estimand=N_("reasons for not seeking recognition"), numerator=N_("enterprises that told this reason"),
        population=N_("enterprises of the projects selected by the evaluated programme"),
        denominator=N_("enterprises that did not seek it and told a reason"), **said_of(dataset),
    )  # fmt: skip


def reasons_by(dataset, by: str = "legal_family", track: str = "sdo", level: float = 0.95) -> pd.DataFrame:
    """The same in three families of reasons, by family of legal form or type of project.

    One row per group and family of reasons: no wish for it (not relevant, not the social economy), its conditions
    (criteria, burden), later or other (too early, confused with the mandate, other).

    Parameters
    ----------
    by
        legal_family or project_type.

    Returns
    -------
    Estimate table of shares: group (list `reason_families`), the column named in `by`, n, n_events, estimate, limits.
    """
    if by not in BY:
        raise ParameterError(f'"{by}" is no grouping here. Choose one of {", ".join(BY)}.')
    told = _told(dataset, track)
    told = told[told["reason"].ne(UNKNOWN)].assign(family=lambda frame: frame["reason"].map(FAMILIES))
    families = list(dict.fromkeys(FAMILIES.values()))
    wide = pd.crosstab(told[by], told["family"]).reindex(columns=families, fill_value=0)
    rows = wide.stack().rename("n_events").rename_axis([by, "group"]).reset_index()
    counts = rows.assign(n=rows[by].map(wide.sum(axis=1)))
    return share(
        counts, level=level, by="reason", codes="reason_families", privacy="confidential", method="",
        estimand=N_("reasons for not seeking recognition"), numerator=N_("enterprises that told a reason of this kind"),
        population=N_("enterprises of the projects selected by the evaluated programme"), warnings=(KNOWN,),
        denominator=N_("enterprises of the group that did not seek it and told a reason"), **said_of(dataset),
    )  # fmt: skip


def reasons_known(dataset, by: str = "legal_family", track: str = "sdo", level: float = 0.95) -> pd.DataFrame:
    """Of how many supported enterprises it is known what they did about recognition, or why nothing, by group.

    One row per group and `all`. Known is an enterprise with any step on the track; one that did not seek it must have
    told a reason too. The rest is the non-response of the tables of reasons.
    """
    if by not in BY:
        raise ParameterError(f'"{by}" is no grouping here. Choose one of {", ".join(BY)}.')
    own = supported(dataset)
    found = status(dataset, today(dataset, own), track)
    silent = set(_told(dataset, track).loc[lambda frame: frame["reason"].eq(UNKNOWN), "enterprise_id"])
    known = ~found.eq("unknown").to_numpy() & ~own["enterprise_id"].isin(silent).to_numpy()
    counts = own.assign(known=known).groupby(by)["known"].agg(n="size", n_events="sum").rename_axis("group")
    counts.loc["all"] = [len(own), known.sum()]
    return share(
        counts.reset_index(), level=level, by=by, codes=BY[by], privacy="confidential", method="",
        estimand=N_("share of enterprises of which the course towards recognition, or the reason for none, is known"),
        population=N_("enterprises of the projects selected by the evaluated programme"),
        numerator=N_("enterprises with a step on record, and a reason where none was sought"),
        denominator=N_("supported enterprises"), **said_of(dataset),
    )  # fmt: skip


@once
def _told(dataset, track: str) -> pd.DataFrame:
    """Enterprises whose last step is that they did not seek it, with the reason they gave then."""
    own = supported(dataset).assign(project_type=lambda frame: frame["project_type"].replace("", UNKNOWN))
    last = steps(dataset, track).drop_duplicates("enterprise_id", keep="last").set_index("enterprise_id")
    own = own[own["enterprise_id"].map(last["step"]).eq("not_sought").to_numpy()]
    reason = own["enterprise_id"].map(last["reason"])
    return own.assign(reason=np.where(reason.isna() | reason.eq(""), UNKNOWN, reason))
