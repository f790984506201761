"""What moves a result most: one input at a time, and two together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from coopeval.effectiveness.frames import carried
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

ONE_BY_ONE = N_(
    "Each input goes from its lowest to its highest value while the others keep their central one; inputs that move "
    "together would move the result further."
)
Triple = tuple[float, float, float]


def tornado(model: Callable[..., float], inputs: Mapping[str, Triple], unit: str = "eur", **about) -> pd.DataFrame:
    """The result with one input at a time at its lowest and its highest value.

    One row per input with a range, the one that moves the result most first (of equal ones, by name).

    Parameters
    ----------
    model
        Takes the inputs by name and returns the result, a number.
    inputs
        Name -> (lowest, central, highest).
    unit
        Of the result, one of `uncertainty.UNITS`.
    about
        What the table says of itself: estimand, population, codes ...; `n`, units behind the result.

    Returns
    -------
    Estimate table of kind "decision": `group`, `n`, `estimate` (all inputs central, the same in every row), `low` and
    `high` (the lower and the higher result; not a confidence interval), `note`: `no_result` where the model gives no
    number for one end.

    Raises
    ------
    DataError
        Values out of order, or not known; no range at all.

    >>> table = tornado(lambda a, b: a * b, {"a": (1, 2, 3), "b": (0, 5, 10)}, unit="plain")
    >>> table[["group", "low", "estimate", "high"]].values.tolist()
    [['b', 0.0, 10.0, 20.0], ['a', 5.0, 10.0, 15.0]]
    """
    central = _central(inputs)
    n = about.pop("n", getattr(model, "n", np.nan))
    base = float(model(**central))
    rows = []
    for name, (least, _, most) in inputs.items():
        if least == most:
            continue  # held fixed
        ends = [float(model(**{**central, name: value})) for value in (least, most)]
        known = np.isfinite(ends).all()
        low, high = (min(ends), max(ends)) if known else (np.nan, np.nan)
        rows.append({"group": name, "n": n, "estimate": base, "low": low, "high": high,
                     "note": "not_estimable" if np.isnan(base) else "" if known else "no_result"})  # fmt: skip
    if not rows:
        raise DataError("All inputs are held fixed; give one of them a range.")
    table = pd.DataFrame(rows).assign(width=lambda t: (t["high"] - t["low"]).fillna(np.inf))
    table = table.sort_values(["width", "group"], ascending=[False, True], kind="stable").drop(columns="width")
    given = getattr(model, "about", {})
    told = carried(given, ONE_BY_ONE, unit=unit, method="one input at a time", estimand=given.get("estimand", ""))
    return estimates(table, **{**told, **about})


def two_way(
    model: Callable[..., float], inputs: Mapping[str, Triple], first: str, second: str, unit: str = "eur", **about
) -> pd.DataFrame:
    """The result for every pair of values of two inputs, the others at their central value.

    One row per pair.

    Parameters
    ----------
    model, inputs, unit, about
        As in `tornado`; a range here may have more than three values, the middle one is central.
    first, second
        Names of the two inputs.

    Returns
    -------
    Estimate table of kind "decision": `group` (value of the first, in percent), `reference` (of the second), `n`,
    `estimate`.

    Raises
    ------
    ParameterError
        An input that does not exist, or the same one twice.
    """
    for name in (first, second):
        if name not in inputs:
            raise ParameterError(f'"{name}" is no input. There are {", ".join(inputs)}.')
    if first == second:
        raise ParameterError("Two-way means two different inputs.")
    central = _central(inputs)
    n = about.pop("n", getattr(model, "n", np.nan))
    rows = [
        {"group": _percent(one), "reference": _percent(two), "n": n,
         "estimate": float(model(**{**central, first: one, second: two}))}
        for one in inputs[first] for two in inputs[second]
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table["note"] = np.where(table["estimate"].notna(), "", "no_result")
    given = getattr(model, "about", {})
    told = carried(given, unit=unit, by="two_inputs", method="two inputs at a time", estimand=given.get("estimand", ""))
    return estimates(table, **{**told, **about})


def _central(inputs: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The middle value of each range; a range out of order is refused."""
    if not inputs:
        raise DataError("Sensitivity needs inputs, each with its lowest, central and highest value.")
    for name, values in inputs.items():
        if len(values) < 3 or len(values) % 2 == 0 or not np.isfinite(values).all() or np.any(np.diff(values) < 0):
            raise DataError(f"{name} needs a lowest, a central and a highest value, in this order; it has {values}.")
    return {name: values[len(values) // 2] for name, values in inputs.items()}


def _percent(value: float) -> str:
    return f"{100 * value:g}%"
