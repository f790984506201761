"""Headings of the columns of estimate tables."""

from __future__ import annotations

from coopeval.wording.messages import N_, translate

HEADINGS = {
    "group": N_("Group"),
    "at_months": N_("After (months)"),
    "year_after": N_("Years after N"),
    "cause": N_("Kind of end"),
    "n": N_("Units"),
    "at_risk": N_("At risk"),
    "n_events": N_("Ends"),
    "estimate": N_("Estimate"),
    "se": N_("Standard error"),
    "low": N_("Lower limit"),
    "high": N_("Upper limit"),
    "note": N_("Note"),
    "hidden": N_("Withheld"),
    "p": N_("p-value"),
    "p_adjusted": N_("p-value, adjusted"),
    "p_permutation": N_("p-value by permutation"),
    "statistic": N_("Test statistic"),
    "df": N_("Degrees of freedom"),
    "observed": N_("Observed"),
    "expected": N_("Expected"),
    "reference": N_("Reference"),
    "n_enterprises": N_("Enterprises"),
    "n_persons": N_("Persons"),
    "largest_share": N_("Largest share"),
    "two_largest_share": N_("Share of the two largest"),
}


def column(name: str, lang: str) -> str:
    """Heading of a column; the name itself where it has none.

    >>> column("at_risk", "en")
    'At risk'
    """
    return translate(HEADINGS[name], lang) if name in HEADINGS else name
