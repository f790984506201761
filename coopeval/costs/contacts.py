"""Who supported whom with what and when: contacts of accompanied projects with other bodies (Q16, Q21)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.cohort import accompanied
from coopeval.costs.account import as_of_day
from coopeval.costs.carriers import own_support
from coopeval.errors import DataError, ParameterError
from coopeval.tables.once import once
from coopeval.uncertainty import estimates, share
from coopeval.wording import N_

MAP_BY = {"organisation": "organisations", "topic": "topics", "year": "", "way": "contact_ways"}


@once
def contacts(dataset) -> pd.DataFrame:
    """Every contact of an accompanied project with another body: project_id, organisation, topic, year, way.

    Ways: support the other body gave (`other_support`, in each calendar year it lasted), support given `together`,
    referrals to and from it (their purpose is no topic: the topic stays `unknown`).
    """
    parts = [pd.DataFrame(columns=["project_id", "organisation", "topic", "year", "way"])]
    if "other_support" in dataset:
        asked = ("project_id", "organisation", "topic", "support_from", "support_until")
        theirs = dataset.columns("other_support", *asked)
        last = theirs["support_until"].fillna(as_of_day(dataset)).dt.year
        count = (last - theirs["support_from"].dt.year + 1).clip(lower=1).astype(int)
        rows = theirs.loc[theirs.index.repeat(count), ["project_id", "organisation", "topic", "support_from"]]
        year = rows["support_from"].dt.year + rows.groupby(level=0).cumcount()
        parts.append(rows.assign(year=year, way="other_support").drop(columns="support_from"))
    if "support" in dataset:
        ours = dataset.columns("support", "project_id", "topic", "given_on", "with_organisation")
        ours = ours[ours["with_organisation"].ne("")]
        parts.append(
            ours[["project_id", "topic"]].assign(
                organisation=ours["with_organisation"], year=ours["given_on"].dt.year, way="together"
            )
        )
    if "referrals" in dataset:
        sent = dataset.columns("referrals", "project_id", "organisation", "direction", "referred_on")
        parts.append(
            sent[["project_id", "organisation"]].assign(
                topic="unknown", year=sent["referred_on"].dt.year, way="referred_" + sent["direction"]
            )
        )
    every = pd.concat(parts, ignore_index=True)
    own = every[every["project_id"].isin(accompanied(dataset)["project_id"])].drop_duplicates()
    return own.assign(year=own["year"].astype(int).astype(str)).reset_index(drop=True)


def support_map(dataset, by: str = "organisation", organisation: str | None = None) -> pd.DataFrame:
    """Who supported whom with what and when: accompanied projects in contact with another body.

    One row per group and one, `all`; a project counts once in each row it belongs to, so rows add up to more than all.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    by
        organisation, topic, year, or way (own support, together, referred to, referred from).
    organisation
        Only contacts with this body.

    Raises
    ------
    ParameterError
        Another way to group.
    DataError
        None of other_support, support, referrals was delivered, or an organisation that is in no list.
    """
    if by not in MAP_BY:
        raise ParameterError(f'"{by}" is not a way to group this table. Choose one of {", ".join(MAP_BY)}.')
    if not {"other_support", "support", "referrals"} & set(dataset):
        raise DataError("A map of support needs other_support, support or referrals; none was delivered. Add one.")
    every = contacts(dataset)
    if organisation is not None:
        reference.label("organisations", organisation, "en")
        every = every[every["organisation"].eq(organisation)]
    counts = every.groupby(by)["project_id"].nunique().sort_index()
    rows = pd.DataFrame({"group": [*counts.index, "all"], "n": [*counts, every["project_id"].nunique()]})
    return estimates(
        rows.assign(estimate=rows["n"].astype(float)), kind="count", unit="projects", by=by, codes=MAP_BY[by],
        estimand=N_("accompanied projects in contact with another body"),
        population=N_("projects selected by the evaluated programme that entered it"), privacy="confidential",
        is_synthetic=dataset.is_synthetic, as_of=as_of_day(dataset).date().isoformat(),
    )  # fmt: skip


def several_bodies(dataset, level: float = 0.95) -> pd.DataFrame:
    """Share of the projects supported here that another body supports on a topic they have support on here too.

    One row per body and one, `all` (by any of them). `n` is the number of accompanied projects that received support.
    Support given together with the other body is no overlap and does not count.

    Raises
    ------
    DataError
        No support was delivered. Without the table other_support there is one row, with the note `no_source`.

    Source
    ------
    Interval: Wilson (1927).
    """
    if "support" not in dataset:
        raise DataError("Support by several bodies needs the table support, which was not delivered. Add it.")
    ours = own_support(dataset)[["project_id", "topic"]].drop_duplicates()
    ours = ours[ours["project_id"].isin(accompanied(dataset)["project_id"])]
    theirs = contacts(dataset)
    theirs = theirs[theirs["way"].eq("other_support")]
    both = theirs.merge(ours, on=["project_id", "topic"])
    counts = both.groupby("organisation")["project_id"].nunique()
    names = sorted(set(theirs["organisation"]))
    rows = pd.DataFrame(
        {
            "group": [*names, "all"], "n": ours["project_id"].nunique(),
            "n_events": [*(int(counts.get(name, 0)) for name in names), both["project_id"].nunique()],
        }
    )  # fmt: skip
    said = {
        "estimand": N_("share of projects supported on one topic here and by another body"),
        "population": N_("accompanied projects that received support"),
        "numerator": N_("projects this body supports on a topic they have support on here too"),
        "denominator": N_("accompanied projects that received support"), "privacy": "confidential",
        "is_synthetic": dataset.is_synthetic, "as_of": as_of_day(dataset).date().isoformat(),
    }  # fmt: skip
    if "other_support" not in dataset:
        rows = rows[rows["group"].eq("all")].assign(n_events=np.nan, estimate=np.nan, note="no_source")
        return estimates(rows, kind="share", unit="share", by="organisation", codes="organisations", **said)
    return share(
        rows, level=level, by="organisation", codes="organisations", method="", **said,
    )  # fmt: skip
