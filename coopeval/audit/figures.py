"""What each released table says of which unknown: one row per figure, with the bounds its rounding leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.audit.dimensions import AMOUNTS, APART, BESIDE, COVER, OUTCOMES, PARTS, role
from coopeval.audit.equations import SPLIT
from coopeval.audit.naming import SELF_DEFINED, dimensions_of, key, measure
from coopeval.disclosure import Rules
from coopeval.disclosure.ratios import MEASURED
from coopeval.uncertainty import about_of

TOTAL = "all"
BEHIND = ("n_persons", "n_enterprises")  # for the gate; of ratios they are released
NEAREST, MIDPOINT, DIGITS = "nearest", "midpoint", "digits"
NOT_YET = ("immature", "beyond_follow_up")  # such a row stands beside the total, not in it
TIED = ("net", "reallocation", "excess")  # flows worked out from released ones
THREE_DIGITS = 0.005  # an amount in three digits is off by at most so much of itself


@dataclass(frozen=True)
class What:
    """One column of figures: what it counts, and how the gate rounds it."""

    column: str
    name: str  # n, n_events, amount, denominator ...
    unit: str
    base: float
    style: str = NEAREST
    is_mean: bool = False  # put together from means or parts of a unit, so not a whole number
    least: int = 0  # below this, and above nothing, a row is withheld: what is shown is not there

    @property
    def is_whole(self) -> bool:
        return self.unit not in MEASURED and not self.is_mean


def whats(table: pd.DataFrame, rules: Rules) -> list[What]:
    """The columns of a table that stand for unknown cells."""
    said = about_of(table)
    kind, unit, privacy = str(said["kind"]), str(said["unit"]), str(said["privacy"])
    base = rules.base_count
    if kind in ("curve", "at", "test") or (kind == "mean" and unit == "months"):
        return [What("n", "n", "units", rules.midpoint, MIDPOINT)]
    besides = [c for c in table if c.startswith("n_") and c != "n_events" and c not in BEHIND]
    if kind == "count":
        least = rules.persons if unit == "persons" else rules.units(privacy)
        whole = [What("estimate", "n", unit, base, least=least)]
        return whole + [What(c, c, unit, base, least=rules.units(privacy)) for c in besides]
    if kind == "share":
        part = rules.persons if "n_persons" in table else rules.units(privacy)
        named = [What("n", "n", "units", base, least=part), What("n_events", "n_events", "units", base, least=part)]
        return named + [What(c, c, "units", base, least=rules.units(privacy)) for c in besides]
    if kind in ("sum", "mean"):
        amount = What("estimate", "amount", unit, _base(unit, rules))
        return [What("n", "n", "units", base), amount, *(What(c, c, "units", base) for c in besides)]
    units = {"numerator": str(said["numerator_unit"]), "denominator": str(said["denominator_unit"])}
    sums = [What(c, c, u, _base(u, rules), DIGITS if u == "plain" else NEAREST, is_mean=True) for c, u in units.items()]
    own = [What(c, c, "units", base, is_mean=c == "n_persons") for c in ("n", *BEHIND) if c in table]
    return sums + own + [What(c, c, "units", rules.midpoint, MIDPOINT) for c in besides]


def _base(unit: str, rules: Rules) -> float:
    return {"eur": rules.base_eur, "hours": rules.base_hours}.get(unit, rules.base_count)


def figures(name: str, table: pd.DataFrame, where: tuple[str, str], rules: Rules) -> pd.DataFrame:
    """One row per figure of a table: its key, the bounds that follow from what is shown, whether it is withheld.

    Columns: `table`, `row`, `what`, `key`, `measure`, `labels` (a frozen set of list and group), `role`, `shown`,
    `low`, `high`, `base`, `is_whole`, `is_hidden`, `is_open` (the row has no other note), `is_sum` (the gate made it
    by adding up the rounded rows).
    """
    parts = [_of_column(name, table, one, where) for one in whats(table, rules)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _of_column(name: str, table: pd.DataFrame, one: What, where: tuple[str, str]) -> pd.DataFrame:
    said = about_of(table)
    kind, unit = str(said["kind"]), str(said["unit"])
    own = dimensions_of(table)[0]
    how = role(own, kind, unit, str(said["estimand"]))
    shares_whole = how in (OUTCOMES, BESIDE) and one.name in ("n", "denominator")
    labels = [_labels(_of_list(values, table), own if shares_whole else "", kind) for values in _rows(table)]
    shown = table[one.column].astype(float).to_numpy()
    hidden = table["hidden"].to_numpy(bool)
    low, high = bounds(shown, one)
    named = measure(name, table, one.name, one.unit, own if shares_whole else "")
    stands = hidden & (one.name == "n") & _stands(table) & (how in (PARTS, AMOUNTS, COVER))
    frame = pd.DataFrame({
        "table": name, "row": range(len(table)), "what": one.name, "unit": one.unit, "measure": named,
        "group": table["group"].astype(str).to_numpy(), "labels": labels,
        "key": [key(where, named, of) for of in labels], "role": how if not shares_whole else APART,
        "shown": shown, "low": np.where(stands, 1.0, low), "high": high, "base": one.base, "is_whole": one.is_whole,
        "is_hidden": hidden, "stands": stands, "is_open": ~table["note"].isin(NOT_YET).to_numpy(),
    })  # fmt: skip
    if kind in ("curve", "at"):
        frame = frame.drop_duplicates("key")
    if "cause" in table and kind == "ratio":
        frame = frame[~table["cause"].isin(TIED).to_numpy()[frame["row"]]]
    frame = frame[hidden[frame["row"]] | frame["shown"].notna().to_numpy()]
    frame = frame.assign(is_sum=_sums(table, frame, one, how))
    width = one.base / 2 * max(len(table), 3)
    wide = {"low": (frame["shown"] - width).clip(lower=0), "high": frame["shown"] + width}
    return frame.assign(**{side: frame[side].mask(frame["is_sum"], limit) for side, limit in wide.items()})


def _rows(table: pd.DataFrame) -> Iterator[dict[str, str]]:
    named = dimensions_of(table)
    columns = {dimension: table[column].astype(str) for dimension, column in named[1].items()}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _stands(table: pd.DataFrame) -> np.ndarray:
    """Rows that say "at least one" by standing there: those of a list that leaves out what it has none of."""
    codes = str(about_of(table)["codes"])
    every = set(reference.codes(codes)["code"]) - {reference.UNKNOWN} if codes else {""}
    is_complete = every <= set(table["group"].astype(str))
    lists = [column for column in dimensions_of(table)[1].values() if table[column].nunique() > 1]
    crossed = len(lists) > 1 and len(table) == np.prod([table[column].nunique() for column in lists])
    return table["group"].ne(TOTAL).to_numpy() & (not is_complete and not crossed)


def _of_list(values: dict[str, str], table: pd.DataFrame) -> dict[str, str]:
    """Where a group is what the others of its table leave, it is named with them."""
    for own in SELF_DEFINED & set(values):
        groups = sorted(set(table["group"].astype(str)) - {TOTAL})
        if values[own] != TOTAL:
            values = {**values, own: f"{values[own]} of {', '.join(groups)}"}
    return values


def _labels(values: dict[str, str], without: str, kind: str) -> frozenset[tuple[str, str]]:
    """Which group of which list; the total of a list needs no label. A curve has one `n` for all its months."""
    left_out = {without, *(("at_months", "cause") if kind in ("curve", "at", "test") else ())}
    return frozenset((d, v) for d, v in values.items() if v not in (TOTAL, "nan") and d not in left_out)


def bounds(shown: np.ndarray, one: What) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest exact value that the gate rounds to what is shown; nothing shown says nothing."""
    if one.style == MIDPOINT:
        low, high = shown - one.base / 2 + 1, shown + one.base / 2
        low, high = np.where(shown == 0, 0.0, low), np.where(shown == 0, 0.0, high)
    elif one.style == DIGITS:
        low, high = shown - THREE_DIGITS * np.abs(shown), shown + THREE_DIGITS * np.abs(shown)
    else:
        low, high = shown - one.base / 2, shown + one.base / 2
        if one.is_whole:  # what lies half-way goes up
            low, high = np.ceil(low), np.ceil(high) - 1
        if one.least:
            low = np.where(shown > 0, np.maximum(low, one.least), 0.0)
            high = np.where(shown == 0, 0.0, high)
    return np.where(np.isnan(shown), 0.0, np.maximum(low, 0.0)), np.where(np.isnan(shown), np.inf, high)


def _sums(table: pd.DataFrame, frame: pd.DataFrame, one: What, how: str) -> np.ndarray:
    """Where the gate shows the sum of rounded cells instead of a rounded sum, so that the figure itself bounds less."""
    kind = str(about_of(table)["kind"])
    group, open_row = table["group"].to_numpy()[frame["row"]], frame["is_open"].to_numpy()
    total = group == TOTAL
    if kind == "share" and one.name == "n":
        beside = {c for c in table if c.startswith("n_") and c not in BEHIND}
        whole = how == OUTCOMES and not table["hidden"].any() and table["n_events"].sum() == table["n"].iloc[0]
        if beside in SPLIT or whole:
            return np.ones(len(frame), bool)
    others = frame["shown"].fillna(0).to_numpy()[~open_row & ~total]
    adds_up = (
        how in (PARTS, COVER)
        or (how == AMOUNTS and one.name == "amount")
        or (how == OUTCOMES and one.name == "numerator")
    )
    is_summed = (
        kind in ("count", "share", "sum") and adds_up and total.sum() == 1 and len(frame) > 1 and not others.any()
    )
    return total & is_summed
