"""Headings that say in what an estimate is counted, and what stands beside it."""

from __future__ import annotations

from coopeval.wording.messages import N_

IN_UNIT = {
    "share": N_("Share"),
    "months": N_("Months"),
    "projects": N_("Projects"),
    "enterprises": N_("Enterprises"),
    "jobs": N_("Jobs"),
    "persons": N_("Persons"),
    "rows": N_("Number"),
    "fte": N_("Full-time equivalents"),
    "hours": N_("Hours"),
    "eur": N_("Amount"),
    "ratio": N_("Ratio"),
    "events": N_("Events"),
    "plain": N_("Value"),
}
PER_UNIT = {"eur": N_("Cost per unit"), "hours": N_("Hours per unit")}  # of a ratio, beside the sums it is made of
BEHIND = N_("Contributing")  # enterprises or projects behind a ratio
DIFFERENCE, FLOW = N_("Difference"), N_("Flow")
DIFFERENCES = {"share": N_("Difference (percentage points)"), "months": N_("Difference (months)")}
STOCKS = {"n": N_("Ever so far"), "estimate": N_("At the end")}
OUT_OF, COUNTED = N_("Out of"), N_("Counted")
OF_THE_STRUCTURE = {"n": N_("Years observed"), "n_events": N_("Years with a yes")}
ADDED_UP = N_("Added up")
