"""How far the ways of working a headline out agree, and which choice moves it most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.errors import DataError
from coopeval.indicators.choices import CHOICES, MAIN
from coopeval.indicators.definitions import ALL
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

SIGNED = ("survival_gap",)  # against a comparison group: nought means no difference
AGREED = (
    "group", "unit", "n_specifications", "n_silent", "estimate", "low", "high", "share_agreeing", "share_crossing",
    "choice", "moved", "note",
)  # fmt: skip
MOVED = ("group", "headline", "unit", "n_sets", "estimate", "note")
DIGITS = {"eur": -2}  # a mean of distances is no more exact than what it is made of
DISTANCE = {"share": "points"}  # shares are apart by percentage points
SPREAD = N_("Lower and upper limit are the lowest and the highest estimate of all ways, not an interval.")
MATCHED = N_(
    "How far a choice moves a figure: the distance between its lowest and highest estimate, all other choices being "
    "the same, on average."
)
ONE_SIDED = N_(
    "Under a definition a part of the programme would be set against whole comparison groups, of which nobody was "
    "assessed: these ways of the gap are drawn, and are not counted here."
)
SILENT_LEFT = N_("Ways that could not be worked out, or are withheld, are counted and agree with nothing.")


def agreement(specifications: pd.DataFrame) -> pd.DataFrame:
    """Per headline: the main estimate, the range of all ways, how many agree, and the choice that moves it most.

    One row per headline.

    Parameters
    ----------
    specifications
        What `specifications` returns. The gate works the table out again from what it releases of them.

    Returns
    -------
    Estimate table of kind `agreement`, codes `headlines`: `unit`, `n_specifications` (with an estimate), `n_silent`
    (without), `estimate` (the main one), `low`, `high` (lowest and highest), `share_agreeing` (of those with an
    estimate: the same sign as the main one) and `share_crossing` (of those with an interval: it holds nought), both
    against a comparison group only, where the ways under a definition are not counted: it was assessed on one side;
    `choice` (code list `choices`) that moves the figure most, and by how much (`moved`).

    Raises
    ------
    DataError
        The table is none of specifications.

    >>> rows = pd.DataFrame({"headline": "survival_gap", "definition": "all", "against": ["rejected", "register"],
    ...     "perimeter": "", "clock": "entry", "missing_rule": "censored", "adjustment": "none", "unit": "points",
    ...     "estimate": [0.1, -0.1], "low": [0.05, -0.2], "high": [0.2, 0.1], "note": "", "is_main": [True, False]})
    >>> agreement(rows)[["share_agreeing", "share_crossing", "choice", "moved"]].values.tolist()
    [[0.5, 0.5, 'against', 0.2]]
    """
    said = N_("how far all ways of working a figure out agree")
    return _table(specifications, agreed, AGREED, said, (SPREAD, ONE_SIDED))


def moved_by(specifications: pd.DataFrame, headline: str = "") -> pd.DataFrame:
    """How far each choice moves each headline, all other choices being the same.

    One row per choice and headline it applies to: `n_sets` (sets of specifications that differ in this choice alone),
    `estimate` (mean distance between the lowest and the highest of a set, in the unit of the headline).

    Parameters
    ----------
    specifications
        As in `agreement`; so are the refusals.
    headline
        One code of `headlines`; default all of them.
    """
    known = [name for name in MAIN if specifications["headline"].eq(name).any()] if len(specifications) else []
    if headline and headline not in known:
        raise DataError(f'The specifications hold {", ".join(known)}; "{headline}" is none of them.')
    return _table(specifications, moved, MOVED, N_("how far a choice moves a figure"), (), headline)


def _table(specifications, made, columns: tuple[str, ...], estimand: str, warnings: tuple, headline: str = ""):
    missing = {"headline", "is_main", "estimate", *CHOICES} - set(specifications.columns)
    if missing:
        raise DataError(f"These are no specifications: {', '.join(sorted(missing))} missing. Give what they return.")
    said = about_of(specifications)
    kept = {key: said[key] for key in ("population", "level", "is_synthetic", "as_of")}
    table = estimates(
        made(of_headline(specifications, headline)), kind="agreement", unit="plain", estimand=estimand,
        codes="headlines" if made is agreed else "choices", warnings=(*warnings, MATCHED, SILENT_LEFT),
        privacy="confidential", **kept,
    )  # fmt: skip
    about = table.attrs
    table = table[list(columns)]
    table.attrs = {**about, "specifications": specifications, "made": made, "headline": headline}
    return table


def of_headline(table: pd.DataFrame, headline: str) -> pd.DataFrame:
    """The rows about one headline; without its name all."""
    return table[table["headline"].eq(headline)].reset_index(drop=True) if headline else table


def agreed(specifications: pd.DataFrame) -> pd.DataFrame:
    """The rows of `agreement`, from exact or released specifications."""
    moves = moved(specifications)
    present = [name for name in MAIN if specifications["headline"].eq(name).any()]
    rows = [_of_headline(specifications[specifications["headline"].eq(name)], name, moves) for name in present]
    return pd.DataFrame(rows, columns=list(AGREED))


def _of_headline(ways: pd.DataFrame, name: str, moves: pd.DataFrame) -> dict[str, object]:
    if name in SIGNED:
        ways = ways[ways["definition"].eq(ALL)]  # like with like: comparison groups were not assessed
    known = ways[ways["estimate"].notna()]
    main = known.loc[known["is_main"].astype(bool), "estimate"]
    centre = float(main.iloc[0]) if len(main) else np.nan
    signed = name in SIGNED and len(known) and centre not in (0.0,) and not np.isnan(centre)
    limits = known[known["low"].notna() & known["high"].notna()]
    crossing = limits["low"].le(0) & limits["high"].ge(0)
    own = moves[moves["headline"].eq(name) & moves["estimate"].notna()]
    most = own.loc[own["estimate"].idxmax()] if len(own) else None
    return {
        "group": name, "unit": ways["unit"].iloc[0], "n_specifications": len(known), "n_silent": len(ways) - len(known),
        "estimate": centre, "low": known["estimate"].min(), "high": known["estimate"].max(),
        "share_agreeing": float(np.sign(known["estimate"]).eq(np.sign(centre)).mean()) if signed else np.nan,
        "share_crossing": float(crossing.mean()) if name in SIGNED and len(limits) else np.nan,
        "choice": "" if most is None else most["group"], "moved": np.nan if most is None else most["estimate"],
        "note": "" if len(main) else "not_estimable",
    }  # fmt: skip


def moved(specifications: pd.DataFrame) -> pd.DataFrame:
    """The rows of `moved_by`, from exact or released specifications."""
    rows = []
    for name in [name for name in MAIN if specifications["headline"].eq(name).any()]:
        ways = specifications[specifications["headline"].eq(name)]
        unit = DISTANCE.get(str(ways["unit"].iloc[0]), ways["unit"].iloc[0])
        known = ways["estimate"].notna().to_numpy()
        estimate, chosen = ways["estimate"].to_numpy(float)[known], {choice: ways[choice] for choice in CHOICES}
        codes = {choice: pd.factorize(said, sort=True)[0] for choice, said in chosen.items()}
        for choice in [choice for choice in CHOICES if codes[choice].max() > 0]:
            others = np.column_stack([codes[other][known] for other in CHOICES if other != choice])
            gaps = _gaps(estimate, others)
            far, note = (float(gaps.mean()), "") if len(gaps) else (np.nan, "not_estimable")
            rows.append({"group": choice, "headline": name, "unit": unit, "n_sets": len(gaps),
                         "estimate": round(far, DIGITS.get(str(unit), 4)), "note": note})  # fmt: skip
    return pd.DataFrame(rows, columns=list(MOVED))


def _gaps(estimate: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The distance from the lowest to the highest in each set of several whose other choices are the same."""
    _, of, size = np.unique(others, axis=0, return_inverse=True, return_counts=True)
    low, high = np.full(len(size), np.inf), np.full(len(size), -np.inf)
    np.minimum.at(low, of, estimate)
    np.maximum.at(high, of, estimate)
    return (high - low)[size > 1]
