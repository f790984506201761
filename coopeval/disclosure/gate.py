"""The one door to the public: nothing is shown that has not passed here."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from coopeval.disclosure import contrasts, counts, curves, durations, flows, occupation, ratios
from coopeval.disclosure.cells import LISTS
from coopeval.disclosure.notices import NOTICES
from coopeval.disclosure.rules import Rules, load
from coopeval.errors import DisclosureError, ParameterError
from coopeval.uncertainty import about_of, stamp

NAME = re.compile(r"[a-z0-9_]+")
LABELS = {"group", *LISTS, "note", "reference", "tau"}
FIGURES = {
    "n", "at_risk", "n_events", "estimate", "se", "low", "high", "p", "p_adjusted", "p_permutation", "statistic", "df",
    "observed", "expected", "largest_share", "two_largest_share", "numerator", "denominator", "detectable",
}  # fmt: skip
P = ("p", "p_adjusted", "p_permutation")
RELEASE: dict[str, tuple[Callable[[pd.DataFrame, Rules], pd.DataFrame], tuple[str, ...]]] = {  # and what it may show
    "curve": (curves.curve, ("at_risk", "n_events", "estimate", "low", "high")),
    "at": (curves.at, ("at_risk", "n_events", "estimate", "low", "high")),
    "mean": (durations.mean, ("n_events", "estimate", "low", "high", *P)),
    "difference": (contrasts.difference, ("n_events", "estimate", "low", "high", "p", "p_adjusted", "detectable")),
    "test": (
        contrasts.test, ("n_events", "observed", "expected", "estimate", "low", "high", "statistic", "df", *P)
    ),
    "share": (counts.share, ("n_events", "estimate", "low", "high")),
    "count": (counts.count, ("n_events", "estimate")),
    "sum": (counts.total, ("estimate",)),
    "occupation": (occupation.occupation, ("at_risk", "estimate", "low", "high")),
    "flow": (flows.flow, ("estimate",)),
    "ratio": (ratios.ratio, ("numerator", "denominator", "estimate", "low", "high")),
}  # fmt: skip


def gate(table: pd.DataFrame, name: str, audience: str = "public") -> pd.DataFrame:
    """The table as it may be shown to an audience, stamped; what may not be shown is empty and `hidden`.

    Parameters
    ----------
    table
        An estimate table. Its `about` says what kind of figure it holds and how private it is.
    name
        The name it is published under, as in plan.toml: small letters, digits and underscores.
    audience
        "public": only what the rules let through. "internal": exact, never published.

    Returns
    -------
    The same columns and `hidden`. Hidden rows have no figures and the note `withheld`. Rows stand in the order of
    their labels, never of their values.

    Raises
    ------
    DisclosureError
        A kind, class of privacy or column the gate does not know, or a table that lacks what its rules need.
    ParameterError
        Another audience, or a badly written name.

    >>> from coopeval.uncertainty import share
    >>> table = share(pd.DataFrame({"group": ["a", "b"], "n_events": [14, 2], "n": [38, 9]}))
    >>> gate(table, "example")[["group", "n", "estimate", "note", "hidden"]].round(2)
      group     n  estimate      note  hidden
    0     a  40.0      0.38            False
    1     b   NaN       NaN  withheld    True
    """
    if audience not in ("public", "internal"):
        raise ParameterError(f'"{audience}" is not an audience. Choose public or internal.')
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        raise ParameterError(f'"{name}" is not a name for a table. Use small letters, digits and underscores.')
    kind, privacy = _class_of(table)
    if audience == "internal" or privacy == "published":
        exact = table.assign(hidden=False)
        exact.attrs = {"about": about_of(table)}
        return stamp(exact, name, audience)
    _refuse_unknown_columns(table)
    release, shown = RELEASE[kind]
    released = _in_order(_emptied(release(table, load()), shown))
    released.attrs = {"about": _about(table, kind)}
    return stamp(released, name, audience)


def _class_of(table: pd.DataFrame) -> tuple[str, str]:
    said = table.attrs.get("about", {})
    kind, privacy = said.get("kind"), said.get("privacy")
    if privacy not in ("published", "register", "confidential"):
        raise DisclosureError(
            "The table does not say how private it is. Make it with uncertainty.estimates(frame, privacy=...)."
        )
    if kind not in {*RELEASE, "published"} or (kind == "published" and privacy != "published"):
        raise DisclosureError(
            f'The gate has no rules for figures of kind "{kind}" that are {privacy}. Say in `about` which of '
            f"{', '.join(RELEASE)} they are."
        )
    return kind, privacy


def _refuse_unknown_columns(table: pd.DataFrame) -> None:
    unknown = [c for c in table.columns if c not in LABELS | FIGURES and not c.startswith("n_")]
    if unknown:
        raise DisclosureError(
            f"The gate does not know the columns {', '.join(unknown)}, so it cannot tell what they give away. "
            "Leave them out, or teach the gate their rule."
        )
    needed = {"group", "n", "note"} - set(table.columns)
    if needed:
        raise DisclosureError(f"An estimate table has {', '.join(sorted(needed))} too; this one has not. Add them.")


def _emptied(released: pd.DataFrame, shown: tuple[str, ...]) -> pd.DataFrame:
    """Hidden rows without figures, and no figure without a rule: a standard error, for one, gives counts back."""
    released = released.copy()
    figures = [c for c in released.columns if c in FIGURES or c.startswith("n_")]
    released[figures] = released[figures].astype(float)
    released.loc[released["hidden"].to_numpy(bool), figures] = np.nan
    released[[c for c in figures if c in FIGURES and c not in ("n", *shown)]] = np.nan
    released["hidden"] = released["hidden"].astype(bool)
    released["note"] = released["note"].fillna("").mask(released["hidden"], "withheld")
    return released


def _in_order(released: pd.DataFrame) -> pd.DataFrame:
    """By label: an order that followed the values would tell what rounding hides. Unknown and the total stand last."""
    rank = released["group"].map({"unknown": 1, "all": 2}).fillna(0)
    keys = [c for c in LISTS if c in released]
    ordered = released.assign(_rank=rank).sort_values(["_rank", "group", *keys], kind="stable")
    return ordered.drop(columns="_rank").reset_index(drop=True)


def _about(table: pd.DataFrame, kind: str) -> dict[str, object]:
    said = about_of(table)
    if kind == "difference" and said["unit"] != "months":
        said["interval"] = "Newcombe"
    notices = (notice for notice in NOTICES[kind] if notice not in said["warnings"])
    return {**said, "warnings": (*said["warnings"], *notices)}
