"""Headings of columns that mean something else in a table of one kind: of weights, forecasts, comparisons ..."""

from __future__ import annotations

from coopeval.wording.messages import N_

EFFECTIVE = N_("Effective number")
BEFORE_WEIGHTING, COUNTED_IN_ARM = N_("Before weighting"), N_("Counted in the group")
FORECASTS = {
    "n": N_("Expected in the group"), "n_reference": N_("Expected in the comparison group"),
    "n_events": N_("Ends expected by 36 months"), "estimate": N_("Precision"),
}  # fmt: skip
CHOICE = N_("Specification")
MAIN_WAY, MOVED_BY = N_("Main way"), N_("Moves it by")
LEAGUE = {
    "estimate": N_("Share as it is"), "expected": N_("Share to be expected"),
    "low": N_("Lower limit of the standardised share"), "high": N_("Upper limit of the standardised share"),
}  # fmt: skip
OF_STATISTICS = {  # that were imported
    "published_series": N_("Series"), "published_period": N_("Period"), "flags": N_("Flags"),
    "measured_in": N_("Measured in"), "read_on": N_("Downloaded on"), "n_series": N_("Number of series"),
    "n_without": N_("Without a figure"), "n_flagged": N_("With a flag"), "n_breaks": N_("Breaks"),
}  # fmt: skip
OF_KIND = {
    "weights": {"estimate": EFFECTIVE}, "forecast": FORECASTS, "specification": {"group": CHOICE},
    "league": LEAGUE,
    "agreement": {"low": N_("Lowest of all ways"), "high": N_("Highest of all ways")},
    "balance": {"before": BEFORE_WEIGHTING, "n_events": COUNTED_IN_ARM}, "effect": {"n_events": COUNTED_IN_ARM},
}  # fmt: skip
