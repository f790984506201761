"""Headings of tables about decisions, by what they are grouped by."""

from __future__ import annotations

from coopeval.wording.messages import N_

GROUP_IS = {
    "additionality_factors": N_("Factor"), "additionality_steps": N_("Step"), "reporting_items": N_("Item"),
    "option_at_rate": N_("Option"), "option_ratio": N_("Option"), "option_benefit": N_("Option"),
    "option_best": N_("Option"), "option_loss": N_("Option"), "option_difference": N_("Option"),
    "two_inputs": N_("First input"),
}  # fmt: skip
ESTIMATE_IS = {
    "option_ratio": N_("Cost per unit of effect"), "option_at_rate": N_("Cost per unit of effect"),
    "option_benefit": N_("Net benefit"), "option_best": N_("Best in this share of draws"),
    "option_loss": N_("Expected loss or value"), "option_difference": N_("Difference"),
}  # fmt: skip
REFERENCE_IS = {"option_at_rate": N_("Discount rate"), "two_inputs": N_("Second input")}
BY_GROUPING = {"group": GROUP_IS, "estimate": ESTIMATE_IS, "reference": REFERENCE_IS}
