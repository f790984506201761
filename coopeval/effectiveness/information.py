"""What a wrong choice may cost, and so what knowing more could be worth at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from coopeval.effectiveness.frames import NO_THRESHOLD, Draws, carried, is_lonely, lonely, matrices, willing
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

EVPI, MEASURES = "evpi", "measures"
DEGREE = 3  # of the polynomial that stands for what is expected once a parameter is known
MOST_PARAMETERS = 8  # known together; more and the polynomial follows the draws instead of the parameter
PER_PROJECT = N_("expected loss by choosing this option, and the value of knowing all, per accompanied project")
IN_ALL = N_("expected loss by choosing this option, and the value of knowing all, for all the projects named")
CEILING = N_(
    "The value of knowing all is the most that any study could be worth; it is the expected loss of the best option. "
    "It knows of chance between projects only, not of what was never measured."
)
BY_REGRESSION = N_(
    "What knowing one thing is worth is read off a cubic regression of net benefit on it; it lies between zero and the "
    "value of knowing all."
)


def value_of_information(
    draws: pd.DataFrame, k, population: float | None = None, parameters: Mapping[str, Sequence] | str | None = None
) -> pd.DataFrame:
    """Expected loss of each option, the value of knowing everything (EVPI) and of knowing named parameters (EVPPI).

    One row per option, one ("evpi") for all, and one per set of parameters, each for every value of k.

    Parameters
    ----------
    draws
        As in `net_benefit`.
    k
        Willingness to pay, two values or more, in euro per unit of effect.
    population
        Projects the choice is about; without it the figures are per accompanied project.
    parameters
        Name of a row -> which columns are known together: names of options followed by what ("cost_eur" or "effect"),
        as in {"evppi_costs": [("a", "cost_eur"), ("b", "cost_eur")]}; or an array with one value per draw in the
        order of the draws. "measures" stands for two rows: all costs known ("evppi_costs"), all effects
        ("evppi_effects").

    Returns
    -------
    Estimate table of kind "decision" in euro: `group`, `k_eur`, `n` (of options; of the smallest one in rows about
    all), `estimate`. The smallest expected loss at a k is the EVPI. EVPPI is never below zero and never above EVPI.

    Raises
    ------
    ParameterError
        A population that is not above zero, a parameter that does not exist, too many known together.

    Source
    ------
    Raiffa & Schlaifer (1961); EVPPI by regression: Strong, Oakley & Brennan (2014).

    >>> draws = pd.DataFrame({"draw": [0, 1, 2, 3] * 2, "option": list("AAAABBBB"), "effect": 0.0,
    ...     "cost_eur": [-5, -5, -5, -5, -9, -3, -8, -2]})
    >>> value_of_information(draws, [0, 1]).query("k_eur == 0")[["group", "estimate"]].values.tolist()
    [['A', 1.75], ['B', 1.25], ['evpi', 1.25]]
    """
    if population is not None and not population > 0:
        raise ParameterError("The number of projects that a choice is about must be above zero.")
    if is_lonely(draws):
        return lonely(draws, "k_eur", unit="eur")
    drawn, worth = matrices(draws), willing(k)
    benefit = drawn.benefit(worth)
    loss = (benefit.max(axis=2, keepdims=True) - benefit).mean(axis=1)  # [k, option]
    perfect = loss.min(axis=1)
    least_n = drawn.n.min()
    rows = [_rows(option, worth, drawn.n[at], loss[:, at]) for at, option in enumerate(drawn.options)]
    rows.append(_rows(EVPI, worth, least_n, perfect))
    for name, known in _known(parameters, drawn).items():
        partial = np.array([_expected(of_k, _columns(drawn, known)) for of_k in benefit])
        rows.append(_rows(name, worth, least_n, np.clip(partial, 0.0, perfect)))
    table = pd.concat(rows, ignore_index=True)
    table["estimate"] *= 1.0 if population is None else float(population)
    warnings = (CEILING, NO_THRESHOLD, *((BY_REGRESSION,) if parameters else ()))
    return estimates(table, **carried(
        drawn.about, *warnings, unit="eur", by="option_loss", estimand=PER_PROJECT if population is None else IN_ALL,
        method=drawn.about.get("method", ""),
    ))  # fmt: skip


def _rows(name: str, worth: np.ndarray, n: float, figures: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"group": name, "k_eur": worth, "n": n, "estimate": figures})


def _known(parameters, drawn: Draws) -> Mapping[str, Sequence]:
    if parameters != MEASURES:
        return parameters or {}
    moving = {"cost_eur": drawn.cost, "effect": drawn.effect}
    return {
        name: [(option, what) for at, option in enumerate(drawn.options) if np.ptp(moving[what][:, at]) > 0]
        for name, what in (("evppi_costs", "cost_eur"), ("evppi_effects", "effect"))
    }


def _columns(drawn: Draws, known: Sequence) -> np.ndarray:
    """The parameters known together, a column each."""
    if isinstance(known, np.ndarray):
        values = known.reshape(len(known), -1).astype(float)
        if len(values) != len(drawn.cost) or not np.isfinite(values).all():
            raise DataError(f"A parameter needs one known value per draw; there are {len(drawn.cost)} draws.")
    else:
        every = {"cost_eur": drawn.cost, "effect": drawn.effect}
        wrong = [what for _, what in known if what not in every]
        if wrong:
            raise ParameterError(f'"{wrong[0]}" is no parameter. Choose cost_eur or effect.')
        columns = [every[what][:, drawn.place(option)] for option, what in known]
        values = np.column_stack(columns) if columns else np.empty((len(drawn.cost), 0))
    if values.shape[1] > MOST_PARAMETERS:
        raise ParameterError(
            f"At most {MOST_PARAMETERS} parameters can be known together; {values.shape[1]} are named."
        )
    return values


def _expected(benefit: np.ndarray, values: np.ndarray) -> float:
    """EVPPI at one k: mean over the draws of the best expectation given the parameters, less the best mean."""
    moving = values[:, values.std(axis=0) > 1e-12 * np.abs(values).max(axis=0)]
    scaled = (moving - moving.mean(axis=0)) / moving.std(axis=0) if moving.shape[1] else moving
    terms = [np.ones(len(values))]
    terms += [scaled[:, one] ** power for one in range(scaled.shape[1]) for power in range(1, DEGREE + 1)]
    terms += [scaled[:, a] * scaled[:, b] for a in range(scaled.shape[1]) for b in range(a)]
    design = np.column_stack(terms)
    fitted = design @ np.linalg.lstsq(design, benefit, rcond=None)[0]
    return float(fitted.max(axis=1).mean() - benefit.mean(axis=0).max())
