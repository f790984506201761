"""Shares by which facts about projects, enterprises and jobs are drawn. All invented, of a plausible order."""

from __future__ import annotations

SPRING = {"seeds": 1.0}  # the other parts of the programme begin each autumn
AUTUMN_UNTIL_2020 = {"seeds": 0.50, "blossom": 0.23, "pollinize": 0.12, "innovate": 0.15}
AUTUMN = {"seeds": 0.16, "blossom": 0.41, "pollinize": 0.22, "innovate": 0.21}
WITH_ENTERPRISE = {"seeds": 0.0, "blossom": 1.0, "pollinize": 1.0, "innovate": 0.45, "other": 0.5}
MONTHS_IN = {"seeds": 9.0, "blossom": 6.0, "pollinize": 8.0, "innovate": 12.0, "other": 8.0}
NOT_SELECTED = {"rejected": 0.70, "waiting_list": 0.17, "withdrawn": 0.13}

STAGES = {
    "seeds": {"idea": 0.55, "prototype": 0.35, "launching": 0.10},
    "blossom": {"launching": 0.20, "operating": 0.78, "unknown": 0.02},
    "pollinize": {"launching": 0.10, "operating": 0.90},
    "innovate": {"idea": 0.15, "prototype": 0.35, "launching": 0.20, "operating": 0.30},
    "other": {"idea": 0.30, "prototype": 0.20, "launching": 0.20, "operating": 0.30},
}
TYPES = {
    "seeds": {"new_enterprise": 0.82, "new_activity": 0.08, "conversion": 0.03, "other": 0.04, "unknown": 0.03},
    "blossom": {"growth": 0.62, "new_activity": 0.23, "conversion": 0.08, "worker_buyout": 0.07},
    "pollinize": {"pooling": 0.93, "growth": 0.07},
    "innovate": {"social_innovation": 0.88, "new_activity": 0.12},
    "other": {"new_enterprise": 0.45, "growth": 0.35, "new_activity": 0.15, "unknown": 0.05},
}
THEMES = {
    "food": 0.17, "circular_economy": 0.13, "energy": 0.04, "housing": 0.05, "mobility": 0.06, "care": 0.09,
    "personal_services": 0.05, "childcare_education": 0.08, "work_inclusion": 0.08, "culture_media": 0.09,
    "digital": 0.05, "finance": 0.02, "hospitality": 0.04, "crafts": 0.04, "business_services": 0.08,
    "other": 0.02, "unknown": 0.01,
}  # fmt: skip
MODELS = {
    "cooperative": {"cooperative": 0.82, "undecided": 0.14, "for_profit": 0.04},
    "non_profit": {"non_profit": 0.85, "undecided": 0.15},
    "profit": {"for_profit": 0.70, "undecided": 0.25, "unknown": 0.05},
}
HOLDERS = {1: 0.60, 2: 0.27, 3: 0.09, 4: 0.04}

# How a project goes: of those that do not create an enterprise (creation itself is calibrated), and of those with one.
FATES = {
    "stopped": 0.64,
    "handed_over": 0.14,
    "lost_contact": 0.12,
    "moved_away": 0.04,
    "merged": 0.03,
    "unknown": 0.03,
}
FATES_WITH = {
    "handed_over": 0.68, "stopped": 0.15, "lost_contact": 0.06, "merged": 0.04, "moved_away": 0.04, "unknown": 0.03,
}  # fmt: skip
MONTHS_TO = {
    "enterprise_created": 9.0, "stopped": 7.0, "handed_over": 11.0, "lost_contact": 6.0, "moved_away": 9.0,
    "merged": 10.0, "unknown": 8.0,
}  # fmt: skip
CREATION = {"rejected": 0.28, "waiting_list": 0.40, "withdrawn": 0.25, "selected": 0.45}  # S1's selected: calibrated
STOP_REASONS = {
    "no_market": 0.16, "no_finance": 0.17, "not_viable": 0.15, "team_split": 0.10, "personal_reasons": 0.14,
    "found_job": 0.09, "no_premises": 0.04, "legal_obstacle": 0.04, "chose_other_support": 0.03, "out_of_scope": 0.02,
    "other": 0.02, "unknown": 0.04,
}  # fmt: skip

# Main activity by theme: NACE-BEL 2008 (five digits), and its division under the version of 2025.
ACTIVITIES = {
    "food": {"56101": 0.40, "10711": 0.20, "47290": 0.40}, "circular_economy": {"38322": 0.5, "95290": 0.5},
    "energy": {"35110": 1}, "housing": {"68201": 1}, "mobility": {"49410": 0.4, "77110": 0.6}, "care": {"88104": 1},
    "personal_services": {"96099": 1}, "childcare_education": {"88911": 0.5, "85592": 0.5},
    "work_inclusion": {"81210": 0.4, "88993": 0.6}, "culture_media": {"90011": 0.6, "58110": 0.4},
    "digital": {"62010": 1}, "finance": {"64190": 1}, "hospitality": {"56101": 0.7, "55204": 0.3},
    "crafts": {"16291": 0.5, "14130": 0.5}, "business_services": {"70220": 0.7, "82190": 0.3},
    "other": {"94992": 1}, "unknown": {"94999": 1},
}  # fmt: skip
FORMS_UNTIL_2019 = {
    "cooperative": {"008": 0.78, "508": 0.17, "006": 0.05},
    "non_profit": {"017": 0.91, "125": 0.04, "FV": 0.05},
    "profit": {"015": 0.74, "NP": 0.18, "014": 0.08},
}
FORMS = {
    "cooperative": {"706": 1.0},
    "non_profit": {"017": 0.90, "125": 0.04, "FV": 0.06},
    "profit": {"610": 0.76, "NP": 0.18, "014": 0.04, "unknown": 0.02},
}
BECOMES = {  # conversions under the code of companies of 2019; the deadline was 1 January 2024
    "008": {"706": 0.7, "610": 0.3}, "508": {"706": 0.9, "610": 0.1}, "006": {"706": 1.0}, "015": {"610": 1.0},
    "017": {"017": 0.97, "706": 0.03},
}  # fmt: skip
CEASED_AS = {
    "profit": {"ceased": 0.45, "bankrupt": 0.40, "dissolved": 0.15},
    "cooperative": {"ceased": 0.35, "bankrupt": 0.25, "dissolved": 0.40},
    "non_profit": {"ceased": 0.40, "bankrupt": 0.05, "dissolved": 0.55},
    "unknown": {"ceased": 1.0},
}
COMMITTEES = {  # by NACE division: (blue collar, white collar)
    "56": ("302", "302"), "55": ("302", "302"), "10": ("119", "202"), "47": ("119", "201"), "38": ("100", "200"),
    "95": ("100", "200"), "35": ("100", "200"), "68": ("100", "200"), "49": ("140.03", "200"), "77": ("100", "200"),
    "88": ("332", "332"), "96": ("314", "200"), "85": ("329.02", "329.02"), "81": ("121", "200"),
    "90": ("304", "304"), "58": ("329.02", "329.02"), "62": ("200", "200"), "64": ("200", "200"),
    "16": ("100", "200"), "14": ("100", "200"), "70": ("200", "200"), "82": ("335", "335"), "94": ("329.03", "337"),
}  # fmt: skip
CONTRACTS = {
    "open_ended": 0.63,
    "fixed_term": 0.22,
    "replacement": 0.04,
    "student": 0.06,
    "agency": 0.03,
    "flexi_job": 0.02,
}
SUBSIDIES = {
    "non_profit": {
        "none": 0.52, "social_maribel": 0.14, "subsidised_contractual": 0.10, "activa_brussels": 0.07,
        "ecosoc_insertion": 0.06, "article_60": 0.03, "target_group_reduction": 0.07, "unknown": 0.01,
    },
    "cooperative": {
        "none": 0.68, "activa_brussels": 0.09, "ecosoc_transition": 0.04, "ecosoc_insertion": 0.05,
        "target_group_reduction": 0.13, "unknown": 0.01,
    },
    "profit": {"none": 0.75, "activa_brussels": 0.09, "target_group_reduction": 0.15, "unknown": 0.01},
    "unknown": {"none": 1.0},
}  # fmt: skip
FTE = {1.0: 0.38, 0.8: 0.22, 0.75: 0.06, 0.6: 0.08, 0.5: 0.21, 0.3: 0.05}
ENDS_OF_JOBS = {
    "open_ended": {"resigned": 0.52, "dismissed": 0.22, "mutual_agreement": 0.18, "retired": 0.03, "unknown": 0.05},
    "fixed_term": {"contract_ended": 0.80, "resigned": 0.15, "other": 0.05},
}
