"""Headings of the columns of estimate tables: by name, and where it matters by what the table counts."""

from __future__ import annotations

from coopeval.wording.decided_words import BY_GROUPING
from coopeval.wording.headings_by_kind import MAIN_WAY, MOVED_BY, OF_KIND, OF_STATISTICS
from coopeval.wording.messages import N_, translate

HEADINGS = OF_STATISTICS | {
    "group": N_("Group"),
    "at_months": N_("After (months)"),
    "year_after": N_("Years after N"),
    "tau": N_("Up to (months)"),
    "years": N_("Years"),
    "cause": N_("Kind of end"),
    "n": N_("In the group"),
    "at_risk": N_("Still followed"),
    "n_events": N_("Ended"),
    "estimate": N_("Estimate"),
    "se": N_("Standard error"),
    "low": N_("Lower limit"),
    "high": N_("Upper limit"),
    "note": N_("Note"),
    "hidden": N_("Withheld"),
    "reference": N_("Compared with"),
    # tests
    "p": N_("p-value"),
    "p_adjusted": N_("p-value, adjusted"),
    "p_permutation": N_("p-value by permutation"),
    "statistic": N_("Test statistic"),
    "df": N_("Degrees of freedom"),
    "observed": N_("Observed"),
    "expected": N_("Expected"),
    # counts beside an estimate
    "before": N_("Period before"),
    "method": N_("Other method"),
    "revision": N_("Old facts revised"),
    "new_facts": N_("New facts"),
    "target": N_("Target"),
    "sense": N_("At least or at most"),
    "status": N_("State"),
    "detectable": N_("Smallest difference that would show"),
    "n_enterprises": N_("Enterprises"),
    "n_persons": N_("Persons"),
    "n_too_young": N_("Too young"),
    "n_left_out": N_("Left out, not known"),
    "n_projects": N_("Projects"),
    "n_cohorts": N_("Years of birth"),
    "n_created": N_("Enterprises created"),
    "n_in_support": N_("Still in support"),
    "n_taken": N_("Taken in"),
    "n_lost": N_("Lost from sight"),
    "n_no": N_("No"),
    "n_not_asked": N_("Not answered"),
    "n_own": N_("About the programme itself"),
    "n_structures": N_("Structures"),
    "n_supported": N_("About enterprises"),
    "n_set_aside": N_("Set aside"),
    "n_empty": N_("Empty"),
    "n_stopped": N_("Stopped"),
    "n_unknown": N_("Lost from sight"),
    "n_not_known": N_("Not known"),
    "n_untold": N_("Jobs not told"),
    "n_accepted": N_("Accepted"),
    "n_start": N_("At the start"),
    "n_in": N_("Came in"),
    "n_out": N_("Went out"),
    "n_ever_in": N_("Came in since the beginning"),
    "n_ever_out": N_("Went out since the beginning"),
    "largest_share": N_("Share of the largest"),
    "two_largest_share": N_("Share of the two largest"),
    "exposure_months": N_("Time covered (months)"),
    # the programme itself, beside those it supports
    "own": N_("The programme itself"),
    "own_year": N_("Observed in"),
    "counted_in": N_("Counted in"),
    # lists of groups
    "state": N_("State of the path"),
    "legal_family": N_("Family of legal form"),
    "project_type": N_("Type of project"),
    # comparisons and decisions
    "against": N_("Compared with"),
    "design": N_("Design"),
    "bandwidth": N_("Points around the threshold"),
    "n_reference": N_("In the comparison group"),
    "n_reference_events": N_("Counted in the comparison group"),
    "after": N_("After weighting"),
    "e_value": N_("E-value"),
    "e_value_limit": N_("E-value of the limit"),
    "k_eur": N_("Paid per unit of effect"),
    "cost_eur": N_("Cost per project"),
    "effect": N_("Effect per project"),
    "increment_cost_eur": N_("More cost"),
    "increment_effect": N_("More effect"),
    "standardised": N_("Standardised share"),
    "limit_low": N_("Lower limit of the funnel"),
    "limit_high": N_("Upper limit of the funnel"),
    # choices that could have been made otherwise
    "headline": N_("Headline figure"),
    "perimeter": N_("Costs counted"),
    "missing_rule": N_("Lost from sight"),
    "adjustment": N_("Made alike by"),
    "n_specifications": N_("Ways worked out"),
    "n_silent": N_("Ways without a figure"),
    "n_sets": N_("Comparisons"),
    "share_agreeing": N_("Same sign as the main way"),
    "share_crossing": N_("Interval holds nought"),
    "choice": N_("Choice that moves it most"),
    "moved": N_("By"),
    "n_not_assessed": N_("Not assessed"),
    # what is told of a published figure
    "period": N_("Period"),
    "definition": N_("Definition"),
    "clock": N_("Time basis"),
    "source": N_("Source"),
    "published_on": N_("Published on"),
    "confidence": N_("Confidence"),
    "examples": N_("Examples"),
    "verified": N_("Read where"),
    "answer": N_("Answer"),
    # of figures pooled
    "poolability": N_("Can be pooled?"),
    "predicted_low": N_("Another structure, lower limit"),
    "predicted_high": N_("Another structure, upper limit"),
    "heterogeneity_share": N_("Differences beyond chance"),
}
GROUPED_BY = {
    "aid": N_("Employment aid"),
    "calendar_year": N_("Year"),
    "contract": N_("Contract"),
    "contract_family": N_("Contract"),
    "founder": N_("Founder or not"),
    "gender": N_("Gender"),
    "joint_committee_family": N_("Field of the joint committee"),
    "kind_of_work": N_("Kind of work"),
    "line": N_("Jobs"),
    "origin": N_("Where they come from"),
    "source": N_("Source"),
    "subsidy_measure": N_("Employment measure"),
    "worker_status": N_("Statute"),
    "women": N_("Gender"),
    "working_time": N_("Working time"),
    "job_bounds": N_("Supposition"),
    "model_terms": N_("Compared"),
    "arm": N_("Arm"),
    "code": N_("Code"),
    "cohort": N_("Intake"),
    "column": N_("Column"),
    "definition": N_("Definition"),
    "economic_model": N_("Economic model"),
    "entry_year": N_("Year of entry"),
    "exclusion": N_("Reason"),
    "joint_committee": N_("Joint committee"),
    "legal_family": N_("Family of legal form"),
    "legal_form": N_("Legal form"),
    "nace_section": N_("Sector"),
    "outcome": N_("Outcome"),
    "programme": N_("Programme"),
    "project_type": N_("Type of project"),
    "region": N_("Region"),
    "selection": N_("Decision"),
    "semester": N_("Semester"),
    "stage_at_entry": N_("Stage at entry"),
    "structure_id": N_("Structure"),
    "table": N_("Table"),
    "theme": N_("Theme"),
    "purpose": N_("Purpose"),
    "reason": N_("Reason"),
    "recognition": N_("At the landmark"),
    "ripe": N_("On the day of the referral"),
    "track": N_("Recognition or mandate"),
    "measure": N_("Measure"),
    "agreement_point": N_("Point of the agreement"),
    "borne_by": N_("Borne by"),
    "category": N_("Kind of cost"),
    "cost_point": N_("Point of the agreement"),
    "end_kind": N_("How it ended"),
    "end_reason": N_("Why it stopped"),
    "engagement": N_("Engagement"),
    "expert_type": N_("Type of expert"),
    "family": N_("Family of experts"),
    "kind": N_("Kind of support"),
    "organisation": N_("Organisation"),
    "topic": N_("Topic"),
    "way": N_("Way"),
    "year": N_("Year"),
    # code lists, where a table is grouped by nothing else
    "choices": N_("Choice"),
    "headlines": N_("Headline figure"),
    "study_definitions": N_("Definition"),
    "covariates": N_("Recorded at entry"),
    "age_at_zero": N_("Age at entry (months)"),
    "age_class": N_("Age at entry"),
    "birth_period": N_("Year of birth"),
    "entry_period": N_("Year of entry"),
    "sector": N_("Sector"),
    "has_enterprise": N_("Enterprise at entry"),
    "n_holders": N_("Project holders"),
    "selection_score": N_("Score at selection"),
    "effect_methods": N_("Way of estimating"),
    "option": N_("Option"),
    "quantity": N_("Input"),
    "cost_steps": N_("Step"),
    "overlap_parts": N_("Reading"),
    "unit_costs": N_("Per"),
    "handover_ways": N_("What became of it"),
    "hour_bands": N_("Hours received"),
    "mandate_groups": N_("Mandate"),
    "path_states": N_("State of the path"),
    "project_outcomes": N_("How it left"),
    "recognition_statuses": N_("Where it stands"),
    "transitions": N_("Change"),
    "compared_forms": N_("Legal form"),
    "loss_views": N_("View"),
    "creation_groups": N_("Projects counted"),
    "exclusions": N_("Reason"),
    "indicators": N_("Indicator"),
    "published_figures": N_("Published figure"),
    "traps": N_("Trap"),
}
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
PARTS_OF_A_WHOLE = {"share", "count", "published", "league"}  # kinds in which n is what the estimate is a part of


def column(name: str, lang: str, kind: str = "", unit: str = "", by: str = "") -> str:
    """Heading of a column; the name itself where it has none.

    Parameters
    ----------
    name
        Column of an estimate table.
    kind, unit, by
        What the table says of itself: "n" of a share is what it is a share out of, and an estimate in projects is
        headed "Projects". Where a table is grouped by no column, `by` is the code list of its groups.

    >>> column("at_risk", "en"), column("estimate", "en", "count", "projects"), column("n", "en", "share", "share")
    ('Still followed', 'Projects', 'Out of')
    """
    return translate(_heading(name, kind, unit, by), lang)


def _heading(name: str, kind: str, unit: str, by: str) -> str:
    if by in BY_GROUPING.get(name, {}):
        return BY_GROUPING[name][by]
    if name == "group" and by:
        return GROUPED_BY.get(by, HEADINGS["group"])
    if name == "at_months" and unit == "months":  # a mean up to a horizon, not a state at that time
        return HEADINGS["tau"]
    if kind == "own_practice" and name in OF_THE_STRUCTURE:
        return OF_THE_STRUCTURE[name]
    if kind == "agreement" and name == "estimate":
        return MOVED_BY if by == "choices" else MAIN_WAY
    if kind in OF_KIND and name in OF_KIND[kind]:
        return OF_KIND[kind][name]
    if name == "cause" and by == "calendar_year":  # flows of jobs by year are no ends
        return FLOW
    if kind == "sum" and name == "n" and unit in ("eur", "hours"):
        return BEHIND
    if kind == "ratio" and name in ("estimate", "n_enterprises"):
        return BEHIND if name == "n_enterprises" else PER_UNIT.get(unit, IN_UNIT.get(unit, HEADINGS["estimate"]))
    if kind == "flow" and name in STOCKS:
        return STOCKS[name]
    if name == "estimate" and kind in ("difference", "effect") and unit != "ratio":
        return DIFFERENCES.get(unit, DIFFERENCE)
    if name == "estimate":
        return IN_UNIT.get(unit, HEADINGS["estimate"])
    if name == "numerator" and unit == "plain":
        return ADDED_UP
    if name in ("numerator", "denominator"):
        return IN_UNIT.get(unit, COUNTED if name == "numerator" else OUT_OF)
    if kind in PARTS_OF_A_WHOLE and name in ("n", "n_events"):
        return OUT_OF if name == "n" else COUNTED
    return HEADINGS.get(name, name)
