"""The thresholds in force, each with the sentence that tells a reader what it does: every page prints them."""

from __future__ import annotations

import pandas as pd

from coopeval.disclosure.rules import SECTIONS, Rules, load
from coopeval.wording import N_

WORDS = {
    "persons": N_("Figures about persons are shown from this many persons."),
    "enterprises_of_persons": N_("Those persons work in at least this many enterprises."),
    "units_confidential": N_("Figures about enterprises or projects are shown from this many of them."),
    "units_register": N_("Figures made of facts of the public register alone are shown from this many enterprises."),
    "largest_share": N_("A sum is withheld where one unit gives more than this part of it."),
    "two_largest_share": N_("A sum is withheld where two units give more than this part of it."),
    "rest_to_largest": N_(
        "A sum is withheld where all but its two largest units give less than this part of the largest."
    ),
    "extremes_from": N_("“None” and “all” are told of groups from this size."),
    "midpoint": N_("Numbers followed and ended in life tables, and of rows, are the middle of a class this wide."),
    "base_count": N_("Other counts of projects, enterprises and persons are rounded to the nearest multiple of this."),
    "base_eur": N_("Amounts are rounded to at least this many euros."),
    "base_hours": N_("Hours are rounded to at least this many."),
    "part_of_two_largest": N_("Sums are rounded to at least this part of what their two largest units give."),
    "quantile_from": N_("Means of duration, medians and comparisons need this many units."),
    "large_from": N_("Groups from this size are shown more finely."),
    "months_step": N_("Mean durations are rounded to this many months."),
    "months_step_large": N_("Mean durations of large groups are rounded to this many months."),
    "grid_months": N_("Curves are shown every so many months."),
    "events_confidential": N_("A curve changes once this many ends have gathered since the last change shown."),
    "events_register": N_("A curve of facts of the public register changes once this many ends have gathered."),
    "at_risk_confidential": N_("A curve ends where fewer than this many are still followed."),
    "at_risk_register": N_("A curve of facts of the public register ends where fewer than this many are followed."),
    "step": N_("Shares on curves are rounded to this."),
    "step_large": N_("Shares on curves of large groups, or of the public register, are rounded to this."),
    "limit_step": N_("Limits on curves are rounded outward to this."),
    "limit_step_register": N_("Limits on curves of the public register are rounded outward to this."),
    "units_of_coefficient": N_("A coefficient of a model is shown from this many enterprises, and persons, behind it."),
    "degrees_of_freedom": N_("A model is shown where at least this many degrees of freedom are left."),
}


def thresholds(rules: Rules | None = None) -> pd.DataFrame:
    """The thresholds of the gate, as every page prints them.

    One row per threshold, in the order of the rules: `rule` (R1 ...), `name` as in rules.toml, `value`, and `words`,
    an English sentence that is a msgid of the catalogues.

    Parameters
    ----------
    rules
        Other thresholds than those in force, for tests.

    >>> thresholds().query("rule == 'R1'")[["name", "value"]].values.tolist()[0]
    ['persons', 10]
    """
    said = load() if rules is None else rules
    rows = [(rule, name, getattr(said, name), WORDS[name]) for rule, names in SECTIONS.items() for name in names]
    return pd.DataFrame(rows, columns=["rule", "name", "value", "words"], dtype=object)  # whole numbers stay whole
