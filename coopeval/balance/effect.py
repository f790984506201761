"""The difference between two arms: as they are, weighted, doubly robust and standardised (METHODS 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.balance.errors import UNADJUSTED, Figures, drawn_again, stacked
from coopeval.balance.estimators import WAYS, Comparison, comparison
from coopeval.balance.selection import e_value, e_value_of_limits
from coopeval.balance.weighing import Fitted, facts_of, fitted, notes_of, warnings_of
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of, estimates, fisher, newcombe
from coopeval.wording import N_

MEASURES, ERRORS, MISSING = ("difference", "ratio"), ("stacked", "bootstrap"), ("refuse", "drop")
DESIGNS = ("association", "adjusted", "quasi_experimental", "experimental")
MOST = 100.0  # a limit of a ratio beyond it, or below its inverse, says only that there is none: it is left open
FEWEST_EVENTS = 5  # in each arm, and as many without; below it no test is given
UNITS = {
    "jobs": "jobs",
    "fte": "fte",
    "active_months": "months",
    "job_years": "fte",
    "cost_eur": "eur",
    "hours": "hours",
}
SENTENCES = {
    ("difference", "ATT"): N_("effect on those in the group studied: their mean minus what it would have been"),
    ("difference", "ATE"): N_("effect on all: mean if all were in the group studied minus mean if none were"),
    ("difference", "ATO"): N_("effect on those who might have been in either group: difference of means"),
    ("ratio", "ATT"): N_("effect on those in the group studied: their mean over what it would have been"),
    ("ratio", "ATE"): N_("effect on all: mean if all were in the group studied over mean if none were"),
    ("ratio", "ATO"): N_("effect on those who might have been in either group: ratio of means"),
}
DROPPED = N_("Units whose outcome is not known are left out and counted; what became of them may differ.")
NO_EVENTS = N_(
    "In one group nobody (or everybody) has the outcome: there is no adjusted effect and no ratio. Shares with exact "
    "limits, group by group, say what is known."
)
LINEAR = N_("The outcome model is linear: a logistic one has no solution in these groups.")
NOT_BOTH = N_("Whom this effect is about depends on the score: doubly robust is here only more precise.")
HIDDEN = N_(
    "An E-value tells how strong a selection that was not recorded would have to be; it does not say there is none."
)


class Options(NamedTuple):
    """What may be chosen besides; defaults are those of `effect`."""

    measure: str = "difference"
    errors: str = "stacked"
    cluster: str | None = None
    missing: str = "refuse"
    design: str = "adjusted"
    against: str = ""
    unit: str = ""
    level: float = 0.95
    n_replicates: int = 2000
    seed: int = 1
    merge_below: int = 0


def effect(
    frame: pd.DataFrame,
    treated: str,
    covariates: Sequence[str],
    outcome: str,
    estimand: str | None = None,
    method: str = "logistic",
    **options: object,
) -> pd.DataFrame:
    """Effect of being in the arm studied, estimated in four ways side by side.

    One row per way (codes `effect_methods`): `unadjusted`, `weighted`, `doubly_robust` (weights and an outcome model;
    right if one of the two is), `standardised` (outcome model alone). Outcome models are fitted in each arm on the
    same covariates: logistic for an outcome of 0 and 1, else linear.

    Parameters
    ----------
    frame, treated, covariates, estimand, method
        As for `weights`.
    outcome
        Column of numbers; 0 and 1 is a share. Survival is not for here: give the weights to `survival.curve`.
    measure
        "difference" (default; arm studied minus reference) or "ratio" (of means; limits on the log scale).
    errors
        "stacked" (default): score, outcome model and effect as one stack of estimating equations, Student's t.
        "bootstrap": everything fitted again in `n_replicates` (2000) draws of rows within arms from `seed` (1), BCa.
    cluster
        Column of clusters (`structure_id`, `project_id`) whose rows belong together. Default every row on its own.
    missing
        "refuse" (default) or "drop": rows whose outcome is not known leave and are counted (`n_left_out`).
    design
        Rating of the adjusted rows: "association", "adjusted" (default), "quasi_experimental", "experimental". The
        unadjusted row is an association, unless arms were drawn by lot.
    against, unit, level, merge_below
        What is compared with (default the reference's `arm`); unit of the outcome (default by its name); confidence
        level; small levels as in `weights`.

    Returns
    -------
    Estimate table of kind "effect": `group`, `against`, `design`, `n`, `n_reference`, `n_events`,
    `n_reference_events` (shares only), `estimate`, `se`, `low`, `high`, `p`, `e_value`, `e_value_limit` (shares only;
    of the ratio of risks), `note`; attrs["balancing"] as in `weights`. The unadjusted difference of two shares has
    Newcombe's limits and Fisher's p. Where an arm has no events, or only events, the adjusted rows and all ratios
    are empty (`no_events`). With fewer than 5 there is no p and no E-value (`few_events`). `few_effective` and
    `heavy_weights` as in `diagnostics`; `unbounded` where a limit of a ratio lies beyond 100 or 1/100;
    `not_estimable` where an outcome model has no solution. The `se` of a ratio is that of its logarithm.

    Raises
    ------
    DataError
        As `weights`; an outcome that is not known for some rows (missing="refuse") or nearly all, or never varies.
    ParameterError
        Unknown options or names.

    Source
    ------
    Lunceford & Davidian (2004) and Mao, Li & Greene (2019) for stacked errors and normalised augmentation; Robins,
    Rotnitzky & Zhao (1994); Stefanski & Boos (2002); VanderWeele & Ding (2017) for the E-value.

    >>> two = pd.DataFrame({"kind": list("aaabbbbaabbbbb"), "supported": [1] * 7 + [0] * 7,
    ...     "jobs": [3, 5, 4, 1, 2, 0, 1, 3, 4, 0, 1, 0, 2, 1.0]})
    >>> effect(two, "supported", ["kind"], "jobs")[["group", "estimate"]].round(3).values.tolist()
    [['unadjusted', 0.714], ['weighted', 0.329], ['doubly_robust', 0.329], ['standardised', 0.329]]
    """
    chosen = _options(options)
    kept, n_left_out = _with_outcome(frame, outcome, chosen.missing)
    fit = fitted(kept, treated, covariates, estimand, method, chosen.merge_below)
    setup = comparison(fit.balancing, kept[outcome].to_numpy(float))
    if np.ptp(setup.outcome) == 0:
        raise DataError(f"{outcome} is the same in every row; there is no effect to estimate. Describe it instead.")
    is_share = set(np.unique(setup.outcome)) <= {0.0, 1.0}
    measures = [chosen.measure, "ratio"] if is_share else [chosen.measure]
    found, words = _figures(setup, fit, kept, measures, chosen)
    rows = _rows(setup, is_share, found, chosen).assign(
        against=chosen.against or _reference_of(kept, fit), design=_designs(chosen.design)
    )
    told = facts_of(fit, fit, treated, covariates, method)
    rows["note"] = _notes(rows, setup, is_share, told, chosen)
    if n_left_out:
        rows["n_left_out"] = n_left_out
    return _table(rows, setup, frame, told, (outcome, is_share, words, n_left_out), chosen)


def _options(given: dict[str, object]) -> Options:
    unknown = sorted(set(given) - set(Options._fields))
    if unknown:
        raise ParameterError(f"effect knows no {', '.join(unknown)}; it knows {', '.join(Options._fields)}.")
    chosen = Options(**given)
    for word, allowed in (("measure", MEASURES), ("errors", ERRORS), ("missing", MISSING), ("design", DESIGNS)):
        if getattr(chosen, word) not in allowed:
            raise ParameterError(f'{word} "{getattr(chosen, word)}" is none of {", ".join(allowed)}.')
    if not 0 < chosen.level < 1:
        raise ParameterError("level is a share between 0 and 1, for instance 0.95.")
    return chosen


def _with_outcome(frame: pd.DataFrame, outcome: str, missing: str) -> tuple[pd.DataFrame, int]:
    if outcome not in frame:
        raise ParameterError(f'the frame has no column "{outcome}".')
    if not pd.api.types.is_numeric_dtype(frame[outcome]):
        raise DataError(f"{outcome} holds text; an outcome is a number, 0 and 1 for no and yes.")
    values = frame[outcome].astype(float)
    unknown = ~np.isfinite(values)
    if not unknown.any():
        return frame, 0
    if missing == "refuse":
        raise DataError(
            f'{int(unknown.sum())} of {len(frame)} rows have no {outcome}. Leave them out with missing="drop", which '
            "tells their number, or show bounds."
        )
    kept = frame[~unknown.to_numpy()]
    kept.attrs = frame.attrs
    return kept, int(unknown.sum())


def _figures(setup: Comparison, fit: Fitted, kept: pd.DataFrame, measures: list[str], chosen: Options):
    """The effect, and for shares the ratio besides, with the words for how its errors were found."""
    if chosen.cluster is not None and chosen.cluster not in kept:
        raise ParameterError(f'the frame has no column "{chosen.cluster}" to cluster by.')
    cluster = None if chosen.cluster is None else kept[chosen.cluster]
    if cluster is not None and cluster.isna().any():
        raise DataError(f"{int(cluster.isna().sum())} rows have no {chosen.cluster}; each row belongs to one.")
    if chosen.errors == "bootstrap":
        return drawn_again(setup, measures, cluster, chosen.level, chosen.n_replicates, chosen.seed)
    every = stacked(setup, fit.weight, fit.score, measures, cluster, chosen.level)
    return every, "stacked estimating equations" + (" by cluster" if cluster is not None else "")


def _rows(setup: Comparison, is_share: bool, found: list[Figures], chosen: Options) -> pd.DataFrame:
    sides = setup.sides()
    rows = pd.DataFrame(
        {"group": WAYS, "n": int(sides[0].sum()), "n_reference": int(sides[1].sum()), **found[0]._asdict()}
    )
    events = [setup.outcome[side].sum() if is_share else np.nan for side in sides]
    rows["n_events"], rows["n_reference_events"] = events
    if is_share and chosen.measure == "difference" and chosen.cluster is None and chosen.errors == "stacked":
        counts = (events[0], rows["n"][0], events[1], rows["n_reference"][0])
        low, high = newcombe(*([one] for one in counts), chosen.level)
        exact = [low[0], high[0], fisher(*([one] for one in counts))[0]]
        rows.loc[UNADJUSTED, ["low", "high", "p"]] = exact
    if is_share and not _has_both(setup):
        adjusted = rows.index != UNADJUSTED
        empty = adjusted | (chosen.measure == "ratio")
        rows.loc[empty, ["estimate", "se", "low", "high", "p"]] = np.nan
    rows.loc[rows["se"].isna(), ["estimate", "low", "high", "p"]] = np.nan  # no figure without its error
    if chosen.measure == "ratio":
        rows[["estimate", "low", "high"]] = np.exp(rows[["estimate", "low", "high"]])
        rows["high"] = rows["high"].where(rows["high"].le(MOST))
        rows["low"] = rows["low"].where(rows["low"].ge(1 / MOST))
    elif is_share:
        rows[["low", "high"]] = rows[["low", "high"]].clip(-1, 1)
    return rows.assign(**_e_values(found[-1], is_share and _has_both(setup)))


def _e_values(ratio: Figures, applies: bool) -> dict[str, np.ndarray]:
    if not applies:
        return {"e_value": np.full(len(WAYS), np.nan), "e_value_limit": np.full(len(WAYS), np.nan)}
    return {
        "e_value": e_value(np.exp(ratio.estimate)),
        "e_value_limit": e_value_of_limits(np.exp(ratio.low), np.exp(ratio.high)),
    }


def _has_both(setup: Comparison) -> bool:
    """Whether each arm has units with the outcome and units without."""
    return all(0 < setup.outcome[side].mean() < 1 for side in setup.sides())


def _designs(design: str) -> list[str]:
    return [design if way != "unadjusted" or design == "experimental" else "association" for way in WAYS]


def _notes(rows: pd.DataFrame, setup: Comparison, is_share: bool, told: dict, chosen: Options) -> list[str]:
    few = is_share and any(
        min(y.sum(), len(y) - y.sum()) < FEWEST_EVENTS for y in (setup.outcome[s] for s in setup.sides())
    )
    if few:  # a ratio of so few says nothing of how strong a selection would have to be
        rows[["p", "e_value", "e_value_limit"]] = np.nan
    none, of_weights = is_share and not _has_both(setup), next(filter(None, notes_of(told)), "")
    notes = []
    for place, way in enumerate(WAYS):
        is_weighted = way in ("weighted", "doubly_robust")
        cases = (
            ("no_events", none and (place != UNADJUSTED or chosen.measure == "ratio")),
            ("not_estimable", np.isnan(rows["estimate"][place])), (of_weights, is_weighted and bool(of_weights)),
            ("few_events", few), ("unbounded", bool(rows.loc[place, ["low", "high"]].isna().any())),
        )  # fmt: skip
        notes.append(next((code for code, holds in cases if holds), ""))
    return notes


def _reference_of(kept: pd.DataFrame, fit: Fitted) -> str:
    """The arm of the reference rows, where they are all of one."""
    found = kept["arm"][~fit.coded.treated].unique() if "arm" in kept else []
    return str(found[0]) if len(found) == 1 else "reference"


def _table(rows: pd.DataFrame, setup: Comparison, frame: pd.DataFrame, told: dict, what: tuple, chosen: Options):
    outcome, is_share, words, n_left_out = what
    of_frame = about_of(frame)
    unit = (
        "ratio" if chosen.measure == "ratio" else chosen.unit or ("share" if is_share else UNITS.get(outcome, "plain"))
    )
    cases = (
        (NO_EVENTS, is_share and not _has_both(setup)), (LINEAR, is_share and not setup.is_logistic),
        (NOT_BOTH, told["estimand"] == "ATO"), (DROPPED, bool(n_left_out)), (HIDDEN, is_share),
    )  # fmt: skip
    warnings = (*of_frame["warnings"], *warnings_of(told), *(sentence for sentence, holds in cases if holds))
    score = "entropy balancing" if told["method"] == "entropy" else "logistic score"
    table = estimates(
        rows, kind="effect", unit=unit, codes="effect_methods", level=chosen.level, method=f"{score}; {words}",
        interval="BCa" if chosen.errors == "bootstrap" else "Student's t",
        estimand=SENTENCES[chosen.measure, told["estimand"]], warnings=warnings,
        **{word: of_frame[word] for word in ("population", "privacy", "is_synthetic", "as_of", "clock")},
    )  # fmt: skip
    table.attrs["balancing"] = told
    return table
