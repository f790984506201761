"""Every bound and every equation of the auditor is true of the exact figures of the demonstration data."""

import demo_data
import numpy as np
import pytest
from audit_tables import published

from coopeval import disclosure, pathways, portfolio
from coopeval.audit.modelling import model
from coopeval.audit.naming import dimensions_of
from coopeval.disclosure import load
from coopeval.disclosure.rounding import nearest
from coopeval.uncertainty import about_of

BY_MONTH = ("curve", "at", "test")


def tables(extent):
    """Estimate tables by name: portfolio and referrals; in full, everything those two areas show by group."""
    data = demo_data.as_of()
    made = {f"projects_{by}": portfolio.projects(data, by) for by in (
        "programme", "project_type", "theme",
    )}  # fmt: skip
    made |= {f"enterprises_{by}": portfolio.enterprises(data, by) for by in (
        "legal_form", "legal_family",
    )}  # fmt: skip
    made |= {"selection": portfolio.selection(data), "stops": portfolio.stops(data)}
    if extent.is_full:
        made |= {f"to_{by}": pathways.referrals(data, "to", by) for by in ("organisation", "purpose")}
        made |= {"reasons": pathways.reasons(data)}
    return made


def exact_of(made, exact, safe):
    """The true value of each unknown, where the exact tables tell it."""
    known = {}
    for (name, what), rows in made.figures.groupby(["table", "what"]):
        kind = str(about_of(safe[name])["kind"])
        column = {"amount": "estimate"}.get(what, "estimate" if (what, kind) == ("n", "count") else what)
        lists = [c for c in dimensions_of(safe[name])[1].values() if kind not in BY_MONTH or c == "group"]
        true = exact[name].set_index(exact[name][lists].astype(str).agg("|".join, axis=1))[column].astype(float)
        for row, key in rows[["row", "key"]].itertuples(index=False):
            place = "|".join(safe[name][lists].astype(str).iloc[row])
            if place in true.index:
                assert known.setdefault(key, true[place]) == true[place], f"{name}: {key} means two numbers"
    return known


@pytest.mark.promise("P1")
def test_bounds_and_equations_hold_for_the_exact_figures(extent):
    exact = tables(extent)
    extent.left_out("equations of the auditor on the tables of chapters other than the portfolio")
    safe = {name: disclosure.gate(table, name) for name, table in exact.items()}
    made = model([published(*safe.values())], load())
    known = exact_of(made, exact, safe)
    unknowns = made.system.unknowns
    for key in [key for key in unknowns.index if " | in " in key]:
        of, _, base = key.rpartition(" | in ")
        if of in known:
            known[key] = float(nearest(known[of], float(base))) / float(base)
    value = unknowns.index.map(known).to_numpy(float)
    told = ~np.isnan(value)
    assert told.mean() > 0.6
    assert (value[told] >= unknowns["low"].to_numpy()[told]).all() and (
        value[told] <= unknowns["high"].to_numpy()[told]
    ).all()
    whole = abs(made.system.matrix) @ (~told).astype(float) == 0
    sums = made.system.matrix @ np.nan_to_num(value)
    broken = whole & ((sums < made.system.least - 1e-6) | (sums > made.system.most + 1e-6))
    assert whole.sum() >= 5 and [made.why[place] for place in np.flatnonzero(broken)] == []
    extent.checks(int(told.sum() + whole.sum()))
