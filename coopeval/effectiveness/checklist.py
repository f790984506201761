"""What a reader of an economic evaluation must be told, item by item, filled in from the tables themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from coopeval import reference as listed
from coopeval.effectiveness.frames import willing
from coopeval.errors import DataError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

ITEMS = "reporting_items"
DRAWN = re.compile(r"bootstrap of (?P<clusters>\d+) clusters, (?P<n>\d+) replicates, seed (?P<seed>\d+)")
STANDARD = N_("The items are those of the CHEERS statement (2022) that apply to a programme for enterprises.")


def _compared(count: int, has_free: bool) -> str:
    if count < 2:
        return "not_done"
    return "others" if not has_free else "others_and_no_support" if count > 2 else "no_support"


def checklist(
    draws: pd.DataFrame, spent: pd.DataFrame, k, *, perimeter: str, months: int, rates: Sequence[float] = (),
    reweighed: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """The items of the reporting standard, each with what was done here.

    One row per item, in the order of the standard.

    Parameters
    ----------
    draws
        What `draws` returned: options, projects, date and draws are read off it.
    spent
        What `costs.per_project` returned: price year and key are read off it where it says them.
    k
        The range of willingness to pay that was shown.
    perimeter
        Whose costs count: subsidy, cash or full.
    months
        The window in months.
    rates
        Discount rates that were shown; none: not discounted.
    reweighed
        Whether the mix of projects was made alike.

    Returns
    -------
    Estimate table of kind "published" (it holds no figure about any project): `group` (code list `reporting_items`),
    `answer` (code list `reporting_answers`, or a number with its unit as text).

    Raises
    ------
    DataError
        Draws that do not say what they are.

    Source
    ------
    Husereau et al. (2022), CHEERS 2022.
    """
    about = draws.attrs.get("about", {})
    drawn = DRAWN.search(str(about.get("method", "")))
    if not about:
        raise DataError("These draws do not say what they are. Make them with effectiveness.draws.")
    worth, given = willing(k), spent.attrs.get("about", {})
    options = sorted(draws["option"].unique())
    free = {"rejected", "waiting_list"} & set(options)
    answers = {
        "population": "projects_mature",
        "comparators": _compared(len(options), bool(free)),
        "perspective": f"perimeter_{perimeter}",
        "horizon": str(months),
        "discount_rate": "/".join(f"{100 * rate:g}%" for rate in rates) if len(rates) else "not_discounted",
        "outcome": f"unit_{about.get('effect_unit', 'plain')}",
        "measurement": "seen_in_records",
        "willingness": f"{worth[0]:.0f}–{worth[-1]:.0f} EUR",
        "costing": "books_spread_by_hours",
        "currency": "EUR",
        "price_year": str(given.get("price_year") or "as_paid"),
        "model": "no_model",
        "missing": "known_stand_in",
        "heterogeneity": "not_done",
        "distribution": "not_done",
        "adjustment": "mix_made_alike" if reweighed else "not_adjusted",
        "uncertainty": "bootstrap_projects" if drawn else "not_done",
        "replicates": drawn["n"] if drawn else "0",
        "seed": drawn["seed"] if drawn else "not_done",
    }  # fmt: skip
    known = [code for code in listed.codes(ITEMS)["code"] if code in answers]
    table = pd.DataFrame({"group": known, "answer": [answers[code] for code in known]})
    return estimates(
        table, kind="published", privacy="published", unit="plain",
        codes=ITEMS, method="as reported", warnings=(STANDARD,),
        is_synthetic=bool(about.get("is_synthetic", False)), as_of=str(about.get("as_of", "")),
        estimand=N_("what a reader must know of this evaluation"),
    )  # fmt: skip
