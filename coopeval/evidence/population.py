"""How long new enterprises last according to statistical offices: the frame around the programme's own curves."""

from __future__ import annotations

import pandas as pd

from coopeval.errors import ParameterError
from coopeval.evidence.figure_rows import AS_PUBLISHED, NEVER_POOLED, as_table, chosen, period, source
from coopeval.uncertainty import estimates
from coopeval.wording import N_

REGIONS = {"brussels": "Brussels-Capital Region", "flanders": "Flemish Region", "wallonia": "Walloon Region"}
HORIZONS = (12, 24, 36, 48, 60)  # the ages that Statbel publishes
CHOICES = ("estimate", "low", "high")
VAT_ONLY = N_("Only enterprises registered for VAT are counted: most non-profit associations are missing.")
FROM_VAT = N_("The clock starts at the first VAT registration and stops at deregistration, which is not always an end.")
ALL_FORMS = N_("All legal forms together: for companies and other legal persons the frame is too low.")
RANGE = N_("The band runs from the lowest to the highest published cohort. It is no confidence interval.")
COUNTRY = N_("These figures are French. They show how much the form matters, not how long Brussels enterprises last.")
MEMBERS = N_("Members of a movement include living enterprises that were converted or taken over.")


def survival_band(region: str = "brussels") -> pd.DataFrame:
    """Share of new VAT-registered enterprises still active after one to five years, as Statbel published it.

    One row per age. Only birth cohorts published at all five ages are used, so that the same cohorts stand behind
    each age: `estimate` is the latest of them, `low` and `high` the lowest and highest.

    Parameters
    ----------
    region
        A code of the list `regions`: "brussels", "flanders" or "wallonia".

    Returns
    -------
    Estimate table: `group` (region), `at_months`, `estimate`, `low`, `high`, `n_cohorts`.

    Raises
    ------
    ParameterError
        Another region.

    Source
    ------
    Statbel, survivals of VAT-registered enterprises, births of 2013, 2015, 2017 and 2018.

    >>> survival_band()[["at_months", "estimate", "low", "high"]].tail(1)
       at_months  estimate    low   high
    4       60.0     0.615  0.599  0.626
    """
    code = str(region).lower()
    if code not in REGIONS:
        raise ParameterError(f'"{region}" is not a region. Choose one of {", ".join(REGIONS)}.')
    figures = chosen(region=REGIONS[code], definition="vat_active", measure="survival", entity="New VAT registrations")
    figures = figures[figures["confidence"].eq("high") & figures["at_months"].isin(HORIZONS)]
    births = figures["period_from"].str[:4]
    whole = births.map(figures.groupby(births)["at_months"].nunique()).eq(len(HORIZONS))
    complete = figures[whole].assign(birth_year=births).sort_values("birth_year")
    by_age = complete.groupby("at_months")["value"]
    band = by_age.agg(estimate="last", low="min", high="max", n_cohorts="size").reset_index()
    return estimates(
        band.assign(group=code),
        **{**AS_PUBLISHED, "codes": "regions", "clock": "age"},
        unit="share",
        estimand=N_("Share of new VAT-registered enterprises still active"),
        population=N_("First VAT registrations of one year, all legal forms and sectors"),
        by="region",
        warnings=(VAT_ONLY, FROM_VAT, ALL_FORMS, RANGE),
    )


def survival_reference(region: str = "brussels", choice: str = "estimate") -> pd.DataFrame:
    """Reference curve for survival.against_reference: `at_months` and `estimate`.

    Parameters
    ----------
    region
        As in survival_band.
    choice
        "estimate" (latest complete cohort), "low" or "high" (edges of the band).

    >>> survival_reference().head(2)
       at_months  estimate
    0       12.0     0.890
    1       24.0     0.814
    """
    if choice not in CHOICES:
        raise ParameterError(f'"{choice}" is not an edge of the band. Choose one of {", ".join(CHOICES)}.')
    band = survival_band(region)
    curve = pd.DataFrame({"at_months": band["at_months"].to_numpy(), "estimate": band[choice].to_numpy()})
    curve.attrs = {"about": dict(band.attrs["about"])}
    return curve


def legal_form_effect(at_months: int | None = None) -> pd.DataFrame:
    """Survival of companies and of sole traders born in one year in one country, from one survey.

    One row per form and age, or per form at the one age asked for (12 or 36 months). The share after one year is
    what is left when the published share that ended in the first year is taken off.

    >>> legal_form_effect()[["group", "at_months", "estimate"]]
              group  at_months  estimate
    0     companies       12.0      0.97
    1     companies       36.0      0.84
    2  sole_traders       12.0      0.88
    3  sole_traders       36.0      0.75
    """
    forms = {"New companies (Insee SINE)": "companies", "New sole proprietorships (Insee SINE)": "sole_traders"}
    figures = chosen(entity=list(forms), measure=("survival", "ended_first_year"))
    ended = figures["measure"].eq("ended_first_year")
    left = figures["value"].where(~ended, 1 - figures["value"])
    rows = figures.assign(
        group=figures["entity"].map(forms), estimate=left, low=float("nan"), high=float("nan"),
        period=period(figures), source=source(figures),
    )  # fmt: skip
    rows = rows[rows["at_months"].eq(at_months) | (at_months is None)].sort_values(["group", "at_months"])
    if rows.empty:
        raise ParameterError(f"nothing was published for {at_months} months. Choose 12 or 36.")
    return estimates(
        rows[["group", "at_months", "estimate", "low", "high", "period", "source"]],
        **{**AS_PUBLISHED, "codes": "compared_forms", "clock": "age"},
        unit="share",
        estimand=N_("Share of new enterprises still active, by legal form"),
        population=N_("Enterprises born in France in the first half of 2018, micro-entrepreneurs left out"),
        by="legal_form",
        warnings=(COUNTRY,),
    )


def cooperatives() -> pd.DataFrame:
    """Survival of co-operatives beside the comparison that each publisher gave, figure by figure."""
    figures = chosen(definition=("movement_members", "constituted_cooperatives", "quoted"), measure="survival")
    return as_table(
        figures,
        "share",
        order=("country", "region", "published_on", "source", "at_months", "entity"),
        estimand=N_("Share of co-operatives still active, beside the comparison their publisher gave"),
        population=N_("Co-operatives in France, Quebec and the United Kingdom, as each movement counts them"),
        warnings=(MEMBERS, NEVER_POOLED),
    )


def definition_effect() -> pd.DataFrame:
    """One birth year, one region, one age, two definitions: the figures differ by the definition alone.

    >>> definition_effect()["estimate"].tolist()
    [0.6, 0.671]
    """
    figures = chosen(region=REGIONS["brussels"], measure="survival", period_from="2012-01-01", at_months=60.0)
    table = as_table(
        figures,
        "share",
        estimand=N_("Share of enterprises born in Brussels in 2012 still active after five years, by definition"),
        population=N_("Enterprises born in Brussels in 2012"),
        by="definition",
        warnings=(NEVER_POOLED,),
    )
    about = table.attrs["about"]
    table = table.assign(group=table["definition"]).drop(columns="definition").sort_values("estimate")
    table = table.reset_index(drop=True)
    table.attrs = {"about": {**about, "codes": "published_definitions"}}
    return table
