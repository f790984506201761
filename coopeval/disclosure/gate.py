"""The one door to the public: nothing is shown that has not passed here."""

from __future__ import annotations

import re

import pandas as pd

from coopeval.disclosure import cells, kinds, lists, memory, releasing
from coopeval.disclosure.assembled import agreement, changes, indicators
from coopeval.disclosure.notices import NONE_OR_FEW, NOTICES
from coopeval.disclosure.rules import load
from coopeval.errors import DisclosureError, ParameterError
from coopeval.uncertainty import about_of, stamp

NAME = re.compile(r"[a-z0-9_]+")
BESIDE_TOTAL = "beside_total"  # in `about`: withheld rows that are no part of their total
ASSEMBLED = {"indicators": indicators, "changes": changes, "agreement": agreement}  # rows made of other tables


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
    by_rule = ASSEMBLED.get(kind, lambda exact, rules: kinds.released(exact, kind, rules))
    released = releasing.released(by_rule, table, name, load())
    decided, young = released.attrs["exceptions"], _beside_total(table, released)
    besides = {**({"exceptions": decided} if decided else {}), **({} if young is None else {BESIDE_TOTAL: young})}
    released.attrs = {"about": _about(table, kind, released) | besides}
    return stamp(released, name, audience)


def _class_of(table: pd.DataFrame) -> tuple[str, str]:
    said = table.attrs.get("about", {})
    kind, privacy = said.get("kind"), said.get("privacy")
    if privacy not in ("published", "register", "confidential"):
        raise DisclosureError(
            "The table does not say how private it is. Make it with uncertainty.estimates(frame, privacy=...)."
        )
    if kind not in {*kinds.RELEASE, *ASSEMBLED, "published"} or (kind == "published" and privacy != "published"):
        raise DisclosureError(
            f'The gate has no rules for figures of kind "{kind}" that are {privacy}. Say in `about` which of '
            f"{', '.join(kinds.RELEASE)} they are."
        )
    return kind, privacy


def _beside_total(table: pd.DataFrame, released: pd.DataFrame) -> list[list[str]] | None:
    """The withheld years whose time had not come: the auditor is told what a calendar tells any reader.

    Nothing is told of a table of which no calendar says which rows are in its total.
    """
    early = table["note"].isin(cells.NOT_YET)
    if not early.any() or not (table["note"].eq(cells.YOUNG) & cells.is_period(table))[early].all():
        return None
    keys = memory.told_apart(table[early])
    return [key for key in memory.told_apart(released[released["hidden"].astype(bool)]) if key in keys]


def _about(table: pd.DataFrame, kind: str, released: pd.DataFrame) -> dict[str, object]:
    said = about_of(table)
    if kind == "difference" and said["unit"] != "months":
        said["interval"] = "Newcombe"
    every = (*NOTICES[kind], NONE_OR_FEW) if lists.leaves_open(released, said) else NOTICES[kind]
    notices = (notice for notice in every if notice not in said["warnings"])
    return {**said, "warnings": (*said["warnings"], *notices)}
